import { SEARCH_PAGE } from '../client/endpoints.js'
import { compareIds } from './id-order.js'
import { isInOrder } from './order.js'

/**
 * How many records are between two cuts: fewer than a page, because records that weren't seen may be closer together.
 */
const BETWEEN = Math.floor(0.85 * SEARCH_PAGE)
/** Where to cut a page whose ids are in order. */
const CUT_AT = Math.floor(0.925 * SEARCH_PAGE)
/** Most cuts at a time, however many records the index reports. */
const CUTS = 16

const compareTexts = (one: string, other: string) => (one < other ? -1 : one > other ? 1 : 0)

/** Ids from `from` inclusive to `before` exclusive. Null: from the first, to the last. */
export type IdRange = { from: string | null; before: string | null }

export const ALL_IDS: IdRange = { from: null, before: null }

/**
 * Where to cut a part of one millisecond after one page of it was read. HubSpot doesn't document whether it orders ids
 * as numbers or as text, nor whether it sorts them as it filters them. So the cuts ascend in both orders, and in both
 * orders the first cut has an id of the page on each side: no part stays as it was. Empty if the page has too few ids
 * for that. Ids outside of the range show that HubSpot did not filter by it, and cut nothing.
 *
 * @param page - its ids, in the order of the reply.
 * @param held - about how many records the part has.
 */
export function cutsByIds(page: readonly string[], held: number, range: IdRange): string[] {
  const seen = [...new Set(page)].filter((id) => /^\d+$/.test(id) && isInside(id, range))
  const byNumber = seen.toSorted(compareIds)
  const byText = seen.toSorted(compareTexts)
  const ordered = [byNumber, byText, byNumber.toReversed(), byText.toReversed()].find((ids) =>
    isInOrder(
      seen.map((id) => ids.indexOf(id)),
      (one, other) => one - other,
    ),
  )
  const divides = (id: string) => byNumber.indexOf(id) > 0 && byText.indexOf(id) > 0
  // A cut at an id of the page with none of the others before it would leave the part as it is.
  const dividing = (ids: string[]) => ids.filter((id) => divides(id) || !seen.includes(id))
  const wanted = dividing(ordered ? cutsInOrder(ordered, held) : quantiles(byNumber, held))
  if (!wanted.some(divides)) return middleInAnyOrder(byNumber, byText).filter(divides)
  const cuts: string[] = []
  for (const id of wanted.toSorted(compareIds))
    if (
      cuts.every((cut) => compareIds(cut, id) < 0 && compareTexts(cut, id) < 0) &&
      isInside(id, range)
    )
      cuts.push(id)
  return cuts
}

/** Whether an id is in a range, in the order of numbers or of text. */
function isInside(id: string, { from, before }: IdRange): boolean {
  return [compareIds, compareTexts].some(
    (compare) =>
      (from === null || compare(id, from) >= 0) && (before === null || compare(id, before) < 0),
  )
}

/** Cuts at the end of a page that is in order, and from there on at the distance of its ids, upwards or downwards. */
function cutsInOrder(ids: readonly string[], held: number): string[] {
  const rank = Math.min(CUT_AT, Math.ceil(held / 2))
  const place = Math.floor((rank / SEARCH_PAGE) * ids.length)
  const [first, cut] = [ids[0], ids[place]]
  if (first === undefined || cut === undefined || place === 0) return []
  const width = ((BigInt(cut) - BigInt(first)) * BigInt(BETWEEN)) / BigInt(rank)
  const count = Math.min(CUTS, Math.ceil((held - rank) / BETWEEN) - 1)
  const further = Array.from({ length: Math.max(0, count) }, (_, index) =>
    String(BigInt(cut) + width * BigInt(index + 1)),
  )
  // Ids of equal length have the same order as numbers and as text.
  return [cut, ...further.filter((id) => /^\d+$/.test(id) && id.length === cut.length)]
}

/** Ids that cut a page out of order into equal shares: the page is taken as a sample. */
function quantiles(byNumber: readonly string[], held: number): string[] {
  const shares = Math.ceil(held / BETWEEN)
  const count = Math.min(CUTS, shares - 1)
  return Array.from({ length: count }, (_, index) => {
    const place = Math.floor(((index + 1) / shares) * byNumber.length)
    return byNumber[place] as string
  })
}

/** The id that is farthest from both ends in both orders, as numbers and as text. */
function middleInAnyOrder(byNumber: readonly string[], byText: readonly string[]): string[] {
  const places = new Map(byText.map((id, place) => [id, place]))
  const fromEnd = (place: number) => Math.min(place, byNumber.length - place)
  const distance = (id: string, place: number) =>
    Math.min(fromEnd(place), fromEnd(places.get(id) ?? 0))
  let [best, furthest] = ['', -1]
  for (const [place, id] of byNumber.entries()) {
    const own = distance(id, place)
    if (own > furthest) [best, furthest] = [id, own]
  }
  return best === '' ? [] : [best]
}
