import { SEARCH_PAGE } from '../client/endpoints.js'
import { type ChangePart, GOOD_PAGE, LIKELY_FITS, type PartReply } from './change-part.js'
import { ALL_IDS, cutsByIds } from './id-cuts.js'
import { isInOrder } from './order.js'

/** Two pages hold twice as many, so the first page is cut in the middle. */
const TWO_PAGES = 2 * LIKELY_FITS
/** If the hits of a page are in order, the cut is at the hit of this rank, so that few are found twice. */
const CUT_AT = Math.floor(0.925 * SEARCH_PAGE)
/** If this share of a page has the same date, that date is read separately. */
const CROWDED = { ordered: 0.4, unordered: 0.3 }

/** Suggests where to cut a part with more than a page, by its first page. */
export function cutUp(
  { from, before, ids }: ChangePart,
  held: number,
  { hits }: PartReply,
): ChangePart {
  const part = { from, before, left: held }
  if (before - from > 1) return { ...part, ...cutsByDates(part, hits) }
  const seen = hits.map(({ id }) => id)
  const range = ids ?? ALL_IDS
  return { ...part, ids: range, cuts: cutsByIds(seen, held, range) }
}

const ascending = (one: number, other: number) => one - other

function cutsByDates(
  { from, before, left }: { from: number; before: number; left: number },
  hits: PartReply['hits'],
): Pick<ChangePart, 'cuts' | 'step'> {
  const inside = hits.map(({ date }) => date).filter((date) => date >= from && date < before)
  const ordered = isInOrder(inside, ascending)
  // A page from the other end says nothing about the beginning of the part.
  if (!ordered && isInOrder(inside.toReversed(), ascending)) return {}
  inside.sort(ascending)
  const rank = left <= TWO_PAGES ? left / 2 : CUT_AT
  const share = ordered ? rank / SEARCH_PAGE : 1 / Math.ceil(left / GOOD_PAGE)
  const date = inside[Math.floor(share * inside.length)]
  if (date === undefined) return {}
  const crowded = ordered
    ? crowdedDate([date], inside, CROWDED.ordered)
    : crowdedDate(inside, inside, CROWDED.unordered)
  const wanted = crowded === undefined ? [date] : [crowded, crowded + 1]
  const cuts = wanted.filter((cut) => cut > from && cut < before)
  const step = ordered ? ((date - from) * GOOD_PAGE) / rank : date - from
  return { ...(cuts.length > 0 ? { cuts } : {}), ...(step >= 1 ? { step } : {}) }
}

/** A date that this share of all hits has, or undefined. */
function crowdedDate(
  dates: readonly number[],
  all: readonly number[],
  share: number,
): number | undefined {
  const counts = new Map<number, number>()
  for (const date of all) counts.set(date, (counts.get(date) ?? 0) + 1)
  return dates.find((date) => (counts.get(date) ?? 0) >= share * all.length)
}
