/**
 * What a walk of a list out of order remembers of its way, so that it notices if the list leads back, even if it is
 * read in slices. It stays small, however long the list is.
 */
export type Trail = {
  /**
   * A place that it was read from. It is replaced after 1, 2, 4, 8, … pages, so that in any circle it is met at last.
   */
  mark: string | null
  /** How many pages were read. */
  pages: number
  /**
   * The ids of the first page, unless that was stepped over. At the end they show whether the order is still the same.
   */
  first?: string[]
  /** The places that were stepped over. Absent if there are none. */
  gaps?: (string | null)[]
}

interface Place {
  after: string | null
  trail?: Trail
}

/** How many places one walk may step over. Each costs some calls, and in a list out of order it may lead anywhere. */
const MOST_GAPS = 10

/** Whether a list that was read from this place leads back to an earlier place. */
export function leadsBack({ after, trail }: Place, next: string): boolean {
  return next === (trail ? trail.mark : after)
}

/** Whether stepping over this place is useful: not if it was stepped over before. */
export function isWorthAStep({ after, trail }: Place): boolean {
  const gaps = trail?.gaps ?? []
  return gaps.length < MOST_GAPS && !gaps.includes(after)
}

/**
 * Whether a list still begins as it did when the walk began. If not, its order has changed, and what was not read yet
 * may be where the walk has already passed. Records that came or went meanwhile don't matter.
 */
export function beginsAlike({ first = [] }: Trail, now: readonly string[]): boolean {
  const [before, after] = [new Set(first), new Set(now)]
  const stayed = first.filter((id) => after.has(id))
  const isAnother = stayed.length < Math.min(2, before.size)
  return !isAnother && stayed.join() === [...after].filter((id) => before.has(id)).join()
}

/** The trail after the walk has read a page of these ids from this place, or has stepped over it. */
export function movedOn(
  { after, trail }: Place,
  next: string,
  ids: readonly string[] | 'stepped',
): Trail {
  const stepped = ids === 'stepped'
  const begun: Trail = { mark: after, pages: 0, ...(stepped ? {} : { first: [...ids] }) }
  const { mark, pages, gaps = [], ...known } = trail ?? begun
  const count = pages + 1
  const isPowerOfTwo = (count & (count - 1)) === 0
  const all = stepped ? [...gaps, after] : gaps
  return {
    ...known,
    mark: isPowerOfTwo ? next : mark,
    pages: count,
    ...(all.length > 0 ? { gaps: all } : {}),
  }
}
