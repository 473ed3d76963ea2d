/**
 * What a walk of a list without an order keeps in mind of its way, so that it finds out when the list leads back, also where it is read
 * in slices: little, however long the list is.
 */
export type Trail = {
  /** A place that it was read from. It is another one after 1, 2, 4, 8 pages, and so on, and so lies in any circle at last. */
  mark: string | null
  /** How many pages were read. */
  pages: number
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

/** The trail of a walk that goes on, which has stepped over this place or read a page from it. */
export function movedOn({ after, trail }: Place, next: string, stepped = false): Trail {
  const { mark, pages, gaps = [] } = trail ?? { mark: after, pages: 0 }
  const count = pages + 1
  const isPowerOfTwo = (count & (count - 1)) === 0
  const all = stepped ? [...gaps, after] : gaps
  return {
    mark: isPowerOfTwo ? next : mark,
    pages: count,
    ...(all.length > 0 ? { gaps: all } : {}),
  }
}
