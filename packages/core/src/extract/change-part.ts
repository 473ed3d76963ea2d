import { SEARCH_PAGE } from '../client/endpoints.js'
import type { IdRange } from './id-cuts.js'

/** How many records a piece should have: fewer than a page, because their number is only a guess. */
export const GOOD_PAGE = Math.floor(0.825 * SEARCH_PAGE)
/** A part with no more records than about this many is searched whole. */
export const LIKELY_FITS = Math.floor(0.96 * SEARCH_PAGE)

/**
 * Modification dates that are still to be searched, in epoch milliseconds: `from` inclusive, `before` exclusive.
 * Everything else in a part only suggests where to cut it. Nothing is lost if it is wrong or absent.
 */
export type ChangePart = {
  from: number
  before: number
  /** Set for a part of a single millisecond. */
  ids?: IdRange
  /** Set if HubSpot could not answer it. The next window takes it over. */
  failed?: true
  /** About how many records the part still has. Absent if unknown. */
  left?: number
  /** Of a piece that was cut off another part: how many records were expected in it. */
  expected?: number
  /** How many milliseconds probably fill a page well. */
  step?: number
  /** Where to cut next: milliseconds, or ids. */
  cuts?: (number | string)[]
}

/** The result of the search of a part. */
export interface PartReply {
  /** The hits in the order of the reply, with their dates in epoch milliseconds. */
  hits: { id: string; date: number }[]
  /** Whether the search has further pages. If it has none, it showed every record of the part. */
  more: boolean
  /** How many records there are by the search index: a hint. */
  total: number
}
