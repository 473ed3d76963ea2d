/**
 * What a walk of a list without an order keeps in mind of its way, so that it finds out when the list leads back, also where it is read
 * in slices: little, however long the list is.
 */
export type Trail = {
  /** A place that it was read from. It is another one after 1, 2, 4, 8 pages, and so on, and so lies in any circle at last. */
  mark: string | null
  /** How many pages were read. */
  pages: number
  /** The ids of the first page, where it was not stepped over: at the end they tell whether the order is still the same. */
  first?: string[]
  /** The places that were stepped over. Left out where there are none. */
  gaps?: (string | null)[]
}

interface Place {
  after: string | null
  trail?: Trail
}

/** So many places are stepped over in one walk. Each costs some calls, and without an order it may lead anywhere. */
const MOST_GAPS = 10

/** Whether a list that was read from this place leads back to where it was read from before. */
export function leadsBack({ after, trail }: Place, next: string): boolean {
  return next === (trail ? trail.mark : after)
}

/** Whether it is of use to step over what lies at this place: it isn't where the place was met before. */
export function isWorthAStep({ after, trail }: Place): boolean {
  const gaps = trail?.gaps ?? []
  return gaps.length < MOST_GAPS && !gaps.includes(after)
}

/**
 * Whether a list still begins as it did when the walk began. If it doesn't, its order has changed, and what was not read yet may lie where the
 * walk has passed. Records that came or went meanwhile don't matter.
 */
export function beginsAlike({ first = [] }: Trail, now: readonly string[]): boolean {
  const [before, after] = [new Set(first), new Set(now)]
  const stayed = first.filter((id) => after.has(id))
  const isAnother = stayed.length < Math.min(2, before.size)
  return !isAnother && stayed.join() === [...after].filter((id) => before.has(id)).join()
}

/** The trail of a walk that goes on, which has read a page of these ids from this place, or has stepped over it. */
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
