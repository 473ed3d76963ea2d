import { SEARCH_PAGE } from '../client/endpoints.js'
import type { IdRange } from './id-cuts.js'

/** How many records a piece should have: fewer than a page, since their number is only guessed. */
export const GOOD_PAGE = Math.floor(0.825 * SEARCH_PAGE)
/** A part with about so many left is searched whole. */
export const LIKELY_FITS = Math.floor(0.96 * SEARCH_PAGE)

/**
 * Modification dates that are still to be searched, in epoch milliseconds: from one on, up to another without that one itself. All
 * else in a part only suggests where to cut it: nothing is lost where it is wrong, or forgotten.
 */
export type ChangePart = {
  from: number
  before: number
  /** Set for a part of a single millisecond. */
  ids?: IdRange
  /** Set where HubSpot could not answer it: it is left to the next window. */
  failed?: true
  /** About how many records the part has left. Left out where nothing is known. */
  left?: number
  /** For a piece that was cut off another part: how many records were expected in it. */
  expected?: number
  /** How many milliseconds are likely to fill a page well. */
  step?: number
  /** Where to cut next: milliseconds, or ids. */
  cuts?: (number | string)[]
}

/** What the search of a part brought. */
export interface PartReply {
  /** The hits in the order in which they came, with the dates that they show, in epoch milliseconds. */
  hits: { id: string; date: number }[]
  /** Whether the search has further pages. Where it has none, it named every record of the part. */
  more: boolean
  /** How many records the search index says there are: a hint. */
  total: number
}
