/** A way of reading that can be done from several positions at once. */
export interface Walk<Position, Found> {
  /** Reads the page at a position. */
  read(position: Position): Promise<Found>
  /** What of that page belongs to the position, which may have been split since, and where to go on; nowhere at its end. */
  advance(position: Position, found: Found): { found: Found; next: Position[] }
  /** About how many pages a position has left. */
  pagesLeft(position: Position): number
  /**
   * Cuts off the first of so many equal parts of a position: that part, which starts where the position did, and the rest. Undefined
   * where there is nothing between its ends.
   */
  cut(position: Position, parts: number): [Position, Position] | undefined
  /** How many pages to read at once. */
  width(): number
}

/**
 * A position with fewer pages left is left whole: each cut costs about half a call, where two positions meet in a page. It is made
 * only where there is room for another call, so that at the end the time it saves is worth more.
 */
const WORTH_SPLITTING = 2

/** A page, and the positions at which reading goes on once it is kept. */
export interface Step<Position, Found> {
  found: Found
  positions: Position[]
}

interface Reader<Position, Found> {
  position: Position
  /** The page under way, or waiting to be taken. */
  page: Promise<{ reader: Reader<Position, Found>; found: Found }> | undefined
}

/**
 * Walks from several positions at once, splitting what is left as readers run dry, so that the number of calls and not
 * their latency is what takes time. No more pages are read ahead than are read at once: whoever takes them slowly
 * slows the reading down.
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
    // It may fail while another page is being taken; the failure is met when its turn comes.
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

/** Splits the longest position that is left, if that is worth it, so that all readers end up with about as much to read. */
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
