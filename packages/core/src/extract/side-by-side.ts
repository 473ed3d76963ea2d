/** A walk that can read from several positions at the same time. */
export interface Walk<Position, Found> {
  /** Reads the page at a position. */
  read(position: Position): Promise<Found>
  /**
   * The part of that page that belongs to the position, which may have been split since then, and where to continue.
   * `next` is empty at its end.
   */
  advance(position: Position, found: Found): { found: Found; next: Position[] }
  /** About how many pages a position still has. */
  pagesLeft(position: Position): number
  /**
   * Splits a position into its first part, of this many equal ones, and the rest. The first part starts where the
   * position did. Undefined if it can't be split.
   */
  cut(position: Position, parts: number): [Position, Position] | undefined
  /** How many pages to read at the same time. */
  width(): number
}

/**
 * A position with fewer pages than this isn't split: each split costs about half a call, where two positions meet in a
 * page. Positions are split only if there is room for another call, so that the time saved at the end is worth more.
 */
const WORTH_SPLITTING = 2

/** A page, and the positions at which reading continues once it is stored. */
export interface Step<Position, Found> {
  found: Found
  positions: Position[]
}

interface Reader<Position, Found> {
  position: Position
  /** The page that is being read, or waits to be taken. */
  page: Promise<{ reader: Reader<Position, Found>; found: Found }> | undefined
}

/**
 * Walks from several positions at the same time. Whenever a reader has nothing left, a position is split, so that the
 * number of calls takes the time and not their latency. No more pages are read ahead than are read at once: a slow
 * consumer slows the reading down.
 */
export async function* sideBySide<Position, Found>(
  walk: Walk<Position, Found>,
  positions: readonly Position[],
): AsyncGenerator<Step<Position, Found>> {
  let readers: Reader<Position, Found>[] = positions.map((position) => ({
    position,
    page: undefined,
  }))
  const start = (reader: Reader<Position, Found>) => {
    reader.page = walk.read(reader.position).then((found) => ({ reader, found }))
    // A failure while another page is being taken is thrown when this page's turn comes.
    reader.page.catch(() => {})
  }
  while (readers.length > 0) {
    const width = Math.max(1, walk.width())
    for (const reader of readers)
      if (!reader.page && readers.filter(({ page }) => page).length < width) start(reader)
    while (readers.length < width) {
      const added = splitOne(walk, readers, width)
      if (!added) break
      start(added)
    }
    const { reader, found } = await Promise.race(readers.flatMap(({ page }) => page ?? []))
    const { found: own, next } = walk.advance(reader.position, found)
    reader.page = undefined
    readers = readers.filter((other) => other !== reader)
    readers.push(...next.map((position) => ({ position, page: undefined })))
    yield { found: own, positions: readers.map(({ position }) => position) }
  }
}

/** Splits the longest position, if that is worth it, so that all readers end up with about the same amount to read. */
function splitOne<Position, Found>(
  walk: Walk<Position, Found>,
  readers: Reader<Position, Found>[],
  width: number,
): Reader<Position, Found> | undefined {
  let longest: { reader: Reader<Position, Found>; pages: number } | undefined
  let total = 0
  for (const reader of readers) {
    const pages = walk.pagesLeft(reader.position)
    total += pages
    if (pages >= WORTH_SPLITTING && pages > (longest?.pages ?? 0)) longest = { reader, pages }
  }
  if (!longest) return undefined
  const parts = walk.cut(
    longest.reader.position,
    Math.max(2, Math.round((longest.pages / total) * width)),
  )
  if (!parts) return undefined
  const [first, rest] = parts
  longest.reader.position = first
  const added: Reader<Position, Found> = { position: rest, page: undefined }
  readers.push(added)
  return added
}
