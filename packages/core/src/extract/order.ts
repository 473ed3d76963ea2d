/** The distance between two compared values of a page. Close ones change places too easily to show an order. */
const APART = 50
/** In a page that is in order, no more than this share of the compared pairs are the wrong way round. */
const RARELY = 0.05

/** Whether values are roughly in order. A hint: some may be far from their place. */
export function isInOrder<T>(values: readonly T[], compare: (one: T, other: T) => number): boolean {
  const apart = Math.min(APART, Math.ceil(values.length / 4))
  let wrong = 0
  for (let index = apart; index < values.length; index++)
    if (compare(values[index] as T, values[index - apart] as T) < 0) wrong++
  return wrong <= RARELY * (values.length - apart)
}
