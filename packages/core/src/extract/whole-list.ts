import type { ApiCall } from '../client/endpoints.js'
import type { Hubspot } from '../client/hubspot-client.js'
import { HubspotError, HubsyncError, type HubsyncErrorCode } from '../errors.js'

/** What HubSpot lists of one kind of thing. */
export interface Reading<Item> {
  items: Item[]
  /** Whether that is all. If not, what is absent may still be there. */
  complete: boolean
  /** Why something is missing, each with its call. */
  failures: HubsyncError[]
}

/** Failures that are about one call, and not about everything. */
const ofOneCall: readonly HubsyncErrorCode[] = [
  'MISSING_SCOPE',
  'HUBSPOT_REJECTED',
  'HUBSPOT_UNAVAILABLE',
  'HUBSPOT_REPLY',
]

/** Whether HubSpot refused the call, so that it will refuse it again. */
export function isRefused(error: unknown): error is HubspotError {
  return error instanceof HubspotError && [400, 403, 404].includes(error.status)
}

/** How a list is read. */
interface ListReading {
  /** The list in a reply; undefined if it isn't there. Default: its `results`. */
  listIn?: (json: Json) => unknown
  /** Whether HubSpot always has some of it. Then an empty list isn't complete. Default: false. */
  hasAlways?: boolean
}

/**
 * A list that HubSpot gives in one reply. Items that can't be identified are left out, and then the list isn't complete.
 *
 * @param what - one of the items, as part of a message: `property of contacts`.
 * @throws failures that are about more than this call: the token, the day's calls, the caller's signal.
 */
export async function readWhole<Item>(
  hubspot: Hubspot,
  call: ApiCall,
  what: string,
  parse: (item: unknown) => Item | undefined,
  { listIn = ({ results }) => results, hasAlways = false }: ListReading = {},
): Promise<Reading<Item>> {
  let json: Json
  try {
    json = (await hubspot.ask(call)).json as Json
  } catch (error) {
    if (!(error instanceof HubsyncError) || !ofOneCall.includes(error.code)) throw error
    return { items: [], complete: false, failures: [error] }
  }
  const list = listIn(json)
  if (!Array.isArray(list)) return { items: [], complete: false, failures: [unusable(what)] }
  if (hasAlways && list.length === 0)
    return { items: [], complete: false, failures: [unusable(what, 'an empty list')] }
  const items = list.flatMap((item) => parse(item) ?? [])
  const isAll = items.length === list.length && json.paging?.next === undefined
  return { items, complete: isAll, failures: isAll ? [] : [unusable(what)] }
}

/** The body of a reply. */
type Json = Record<string, unknown> & { paging?: { next?: unknown } | null }

function unusable(what: string, got = 'a reply without'): HubsyncError {
  return new HubsyncError(
    'HUBSPOT_REPLY',
    `Expected every ${what} in one reply, each with its name or number, got ${got}. What is stored of them stays. Run again later.`,
  )
}

/** Several readings of the same kind of thing as one. */
export function joined<Item>(readings: readonly Reading<Item>[]): Reading<Item> {
  return {
    items: readings.flatMap(({ items }) => items),
    complete: readings.every(({ complete }) => complete),
    failures: readings.flatMap(({ failures }) => failures),
  }
}
