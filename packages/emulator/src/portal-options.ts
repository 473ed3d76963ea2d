import type { Clock } from './clock.js'
import type { LatencyGroup } from './latency.js'
import type { Limits } from './rate-limits.js'
import type { SearchDisorder, SearchLag } from './search-inaccuracy.js'

/** How record ids are compared. */
export type IdOrder = 'number' | 'text'

/** In which order lists show records. */
export type ListOrder = 'ascending' | 'repeating' | 'scrambled'

/** Options of {@link createPortal}. */
export interface PortalOptions {
  /**
   * What everything random comes from: record ids, correlation ids, search lag, faults by chance. The same
   * seed and the same calls give the same portal, byte for byte.
   * @defaultValue 1
   */
  seed?: number | string
  /** Where time comes from; see {@link createClock}. @defaultValue the real time */
  clock?: Clock
  /** The account's number. @defaultValue 147000001 */
  portalId?: number
  /** The host of the user interface, which record URLs and the data region follow. @defaultValue 'app-eu1.hubspot.com' */
  uiDomain?: string
  /** The account's time zone, at whose midnight the daily quota is reset. @defaultValue 'US/Eastern' */
  timeZone?: string
  /** The account's currency. @defaultValue 'EUR' */
  currency?: string
  /** The bearer token that is accepted. @defaultValue made from the seed; read it from `portal.token` */
  token?: string
  /** Further tokens, each an app of its own with a ten-second limit of its own. @defaultValue none */
  tokens?: readonly string[]
  /** The scopes that these tokens have. @defaultValue all */
  scopes?: readonly string[]
  /**
   * What kind of app calls. A private app is told of the daily quota; an OAuth app has none, is told of none, and
   * may call 110 times in ten seconds. Source: HubSpot docs, "Usage guidelines".
   * @defaultValue 'private'
   */
  app?: 'private' | 'oauth'
  /** The rate limits, or `false` for none. @defaultValue those of the Professional plan */
  limits?: Limits | false
  /** How long answers take on the portal's clock, in milliseconds: all of them, or by what they are about. @defaultValue 0 */
  latency?: number | Partial<Record<LatencyGroup, number>>
  /**
   * How long it takes until search knows of a change, in milliseconds. Every change draws its own lag, so
   * changes arrive in another order than they happened. A record that is dated back with `updatedAt` counts from there.
   * HubSpot says "a few moments"; minutes were observed.
   * @defaultValue none
   */
  searchLag?: SearchLag | false
  /**
   * How far search has the changes of records from where their modification date belongs, in milliseconds, drawn for each change:
   * their place in its order (`listed`), and the date that filters go by while the hit shows the record's own (`indexed`). Hits by up
   * to nearly an hour out of order, and outside of the dates that were asked for, were observed by connectors.
   * @defaultValue none
   */
  searchDisorder?: SearchDisorder
  /**
   * How search compares `hs_object_id`: as the number that its definition says, or as text. Sorts and filters may differ
   * in it; HubSpot documents neither.
   * @defaultValue 'number'
   */
  idOrder?: IdOrder | { sort: IdOrder; filter: IdOrder }
  /**
   * How lists are ordered: by ascending ids, as recorded; the same, but that a page begins with the record before its own and names its
   * first one twice; or in no order, where `after` still leads on. HubSpot documents that `after` is the id to go on from, and no order.
   * @defaultValue 'ascending'
   */
  listOrder?: ListOrder
  /**
   * Whether records that were merged away lie in the bin too, under their old ids. By the ids that were merged HubSpot answers with
   * the winner either way. It isn't documented, and reports differ.
   * @defaultValue false
   */
  mergedInBin?: boolean
  /** How many associations of one record come on a page. @defaultValue 500 */
  associationPageSize?: number
  /** Whether calls are kept in `portal.calls`. @defaultValue true */
  journal?: boolean
}

const NAMES: Readonly<Record<keyof PortalOptions, true>> = {
  seed: true,
  clock: true,
  portalId: true,
  uiDomain: true,
  timeZone: true,
  currency: true,
  token: true,
  tokens: true,
  scopes: true,
  app: true,
  limits: true,
  latency: true,
  searchLag: true,
  searchDisorder: true,
  idOrder: true,
  listOrder: true,
  mergedInBin: true,
  associationPageSize: true,
  journal: true,
}

function number(name: string, value: number | undefined, minimum: number): void {
  if (value === undefined || (Number.isFinite(value) && value >= minimum)) return
  throw new RangeError(`Expected ${name} to be a number from ${minimum} on, got ${value}.`)
}

/** Throws where an option can't be meant. */
export function checkOptions(options: PortalOptions): void {
  const unknown = Object.keys(options).filter((name) => !Object.hasOwn(NAMES, name))
  if (unknown.length > 0)
    throw new TypeError(
      `Expected createPortal to have no option named ${unknown.join(', ')}. The options are ${Object.keys(NAMES).join(', ')}.`,
    )
  const { latency, limits, searchLag, timeZone, associationPageSize } = options
  const delays = typeof latency === 'object' ? latency : { all: latency }
  for (const [name, value] of Object.entries(delays)) number(`latency (${name})`, value, 0)
  for (const [name, value] of Object.entries(limits || {})) number(`limits.${name}`, value, 0)
  number('associationPageSize', associationPageSize, 1)
  if (searchLag) {
    number('searchLag.min', searchLag.min, 0)
    number('searchLag.max', searchLag.max, searchLag.min)
  }
  for (const name of ['listed', 'indexed'] as const) {
    const range = options.searchDisorder?.[name]
    number(`searchDisorder.${name}.max`, range?.max, range?.min ?? 0)
  }
  try {
    new Intl.DateTimeFormat('en-US', { timeZone })
  } catch {
    throw new RangeError(
      `Expected timeZone to be the name of a time zone such as US/Eastern, got ${timeZone}.`,
    )
  }
}
