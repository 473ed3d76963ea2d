import type { Clock } from './clock.js'
import type { MergedHistory } from './histories.js'
import type { LatencyGroup } from './latency.js'
import type { Portal } from './portal-types.js'
import type { CustomCatalogue, IdOrder, LifecyclePipelines, ListOrder } from './portal-variants.js'
import type { Limits } from './rate-limits.js'
import type { SearchDisorder, SearchLag } from './search-inaccuracy.js'

/** Options of {@link createPortal}. */
export interface PortalOptions {
  /**
   * The seed of everything random: record ids, correlation ids, search lag, random faults. The same seed and the same
   * calls give the same portal, byte for byte.
   * @defaultValue 1
   *
   */
  seed?: number | string
  /** The source of time. See {@link createClock}. @defaultValue the real time, which can be advanced over HTTP */
  clock?: Clock
  /** The id of the account. @defaultValue 147000001 */
  portalId?: number
  /**
   * The host of the user interface. It determines record URLs and the data region. @defaultValue 'app-eu1.hubspot.com'
   */
  uiDomain?: string
  /** The account's time zone. The daily quota is reset at its midnight. @defaultValue 'US/Eastern' */
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
   * The kind of app that calls. A private app gets headers about the daily quota. An OAuth app has no daily quota and
   * no such headers, and may make 110 calls in ten seconds. Source: HubSpot docs, "Usage guidelines".
   * @defaultValue 'private'
   *
   */
  app?: 'private' | 'oauth'
  /** The rate limits, or `false` for none. @defaultValue those of the Professional plan */
  limits?: Limits | false
  /**
   * The latency of replies on the portal's clock, in milliseconds: one value, or one per group of calls. @defaultValue
   * 0
   */
  latency?: number | Partial<Record<LatencyGroup, number>>
  /**
   * The delay until search sees a change, in milliseconds. Each change has its own random lag, so changes become
   * visible in another order than they happened. For a record with an `updatedAt` in the past, the lag starts there.
   * HubSpot says "a few moments"; minutes were observed.
   * @defaultValue none
   *
   */
  searchLag?: SearchLag | false
  /**
   * How far search misplaces changed records, in milliseconds, drawn at random for each change: their position in the
   * order of modification (`listed`), and the date that filters use, while the hit has the record's own date
   * (`indexed`). Connectors have observed hits that are out of order by nearly an hour, and hits outside of the
   * requested dates.
   * @defaultValue none
   *
   */
  searchDisorder?: SearchDisorder
  /**
   * How search compares `hs_object_id`: as a number, as its definition says, or as text. Sorts and filters can differ.
   * HubSpot documents neither.
   * @defaultValue 'number'
   *
   */
  idOrder?: IdOrder | { sort: IdOrder; filter: IdOrder }
  /**
   * The order of lists: `ascending` by id, as recorded; `repeating`: also ascending, but each page starts with the last
   * record before it and has its first one twice; or `scrambled`: in no order, while `after` still leads to the next
   * page. HubSpot documents that `after` is the id to continue from, but no order.
   * @defaultValue 'ascending'
   *
   */
  listOrder?: ListOrder
  /**
   * Whether merged records are also in the bin, under their old ids. A read by an old id returns the winner either way.
   * This isn't documented, and reports differ.
   * @defaultValue false
   *
   */
  mergedInBin?: boolean
  /**
   * What the histories of a merged record hold: the values of `both` records, as HubSpot says, of which those of the
   * primary win where two have the same time; or those of the `primary` alone.
   * @defaultValue 'both'
   *
   */
  mergedHistory?: MergedHistory
  /**
   * What is answered about the lifecycle pipelines of contacts and companies: each is read by its id alone, it is also
   * listed, or both are refused with this status. This isn't documented.
   * @defaultValue 'single'
   *
   */
  lifecyclePipelines?: LifecyclePipelines
  /**
   * How many custom properties and custom objects the portal has from the start, made from the seed.
   * @defaultValue none
   *
   */
  custom?: CustomCatalogue
  /** The number of associations of one record per page. @defaultValue 500 */
  associationPageSize?: number
  /** Whether calls are kept in `portal.calls`; a number: the last so many. @defaultValue true, which is all */
  journal?: boolean | number
  /** Gives the portal what it begins with. Called when it is created, and after each reset. @defaultValue nothing */
  fill?: (portal: Portal) => void
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
  mergedHistory: true,
  lifecyclePipelines: true,
  custom: true,
  associationPageSize: true,
  journal: true,
  fill: true,
}

function number(name: string, value: number | undefined, minimum: number): void {
  if (value === undefined || (Number.isFinite(value) && value >= minimum)) return
  throw new RangeError(`Expected ${name} to be a number from ${minimum} on, got ${value}.`)
}

/** Throws if an option is invalid. */
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
  if (typeof options.journal === 'number') number('journal', options.journal, 0)
  number('custom.properties', options.custom?.properties, 0)
  number('custom.objects', options.custom?.objects, 0)
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
