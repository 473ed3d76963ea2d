import type { ListQuery } from '../client/endpoints.js'
import type { Hubspot } from '../client/hubspot-client.js'
import { HubsyncError } from '../errors.js'
import type { HubspotRecord } from '../model.js'
import { parseRecord } from './parse-record.js'

/** One page of a list. */
export interface ListPage {
  records: HubspotRecord[]
  /** How many entries of the page had no id and could not be taken. */
  unreadable: number
  /** The record id to go on from, or undefined after the last page. */
  next: string | undefined
}

/**
 * Walks a list to its end, which is a missing `paging` and nothing else: HubSpot's pages may be short.
 * `after` is the id of a record, so a walk can be taken up again at any time.
 */
export async function* walkList(hubspot: Hubspot, query: ListQuery): AsyncGenerator<ListPage> {
  let after = query.after
  for (;;) {
    const { json } = await hubspot.ask(hubspot.endpoints.list({ ...query, after }))
    const { results, paging } = json as {
      results?: unknown
      paging?: { next?: { after?: unknown } }
    }
    if (!Array.isArray(results))
      throw new HubsyncError(
        'HUBSPOT_REPLY',
        `Expected the list of ${query.type} to have \`results\`, got a reply without them.`,
      )
    const next = paging?.next?.after === undefined ? undefined : String(paging.next.after)
    if (next !== undefined && next === after)
      throw new HubsyncError(
        'HUBSPOT_REPLY',
        `Expected the list of ${query.type} to go on from "${after}", but its next page is the same one.`,
      )
    const records = results.map(parseRecord).filter((record) => record !== undefined)
    yield { records, unreadable: results.length - records.length, next }
    if (next === undefined) return
    after = next
  }
}
