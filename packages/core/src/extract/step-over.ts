import { SEARCH_PAGE } from '../client/endpoints.js'
import type { Hubspot } from '../client/hubspot-client.js'
import type { HubspotRecord } from '../model.js'
import { mayBeOfOne } from './in-pieces.js'
import type { ListRange } from './list-walk.js'
import type { ListedRecords } from './page-reader.js'
import { parsePage } from './parse-page.js'
import { readRecords } from './record-reader.js'

/** So many ids are all asked for, whether records have them or not. */
const ALL_OF = 100n

/** What is known of records that can't be listed. */
export interface SteppedOver {
  records: HubspotRecord[]
  unanswered: string[]
  /** Where the list goes on behind them. */
  next: string
}

/**
 * Steps over records at a place of a list from which HubSpot can't list even one: it is the first record from there on that it fails for,
 * or the first few. They are read by their ids.
 *
 * @throws `failure` where it can't be told which they are.
 */
export async function stepOver(
  hubspot: Hubspot,
  query: ListedRecords,
  { after, until }: ListRange,
  failure: unknown,
): Promise<SteppedOver> {
  if (after !== null && !/^\d+$/.test(after)) throw failure
  const from = BigInt(after ?? 0)
  const next = await firstBehind(hubspot, query, from, until === null ? undefined : BigInt(until))
  const ids =
    next - from <= ALL_OF
      ? Array.from({ length: Number(next - from) }, (_, index) => String(from + BigInt(index)))
      : await namesWithin(hubspot, query, from, next, failure)
  const { records, unanswered } = await readRecords(hubspot, { ...query, ids })
  return { records, unanswered, next: String(next) }
}

/**
 * The first id from which the list goes on, or the end of the stretch. Mostly it is the very next one: a list goes on at a record's id. But
 * at the beginning of a stretch it isn't known where the first record is.
 */
async function firstBehind(
  hubspot: Hubspot,
  { type, properties, archived }: ListedRecords,
  from: bigint,
  until: bigint | undefined,
): Promise<bigint> {
  const isListed = async (id: bigint) => {
    if (until !== undefined && id >= until) return true
    const given = { type, properties, archived: archived ?? false, after: String(id), limit: 1 }
    try {
      await hubspot.ask(hubspot.endpoints.list(given))
      return true
    } catch (error) {
      if (mayBeOfOne(error)) return false
      throw error
    }
  }
  let before = from
  let behind = from + 1n
  for (let step = 2n; !(await isListed(behind)); step *= 2n) {
    before = behind
    behind = from + step
  }
  while (behind - before > 1n) {
    const middle = (before + behind) / 2n
    if (await isListed(middle)) behind = middle
    else before = middle
  }
  return until !== undefined && behind > until ? until : behind
}

/** The ids of the records in a stretch, as the search knows them. The last is one of them: from there the list can't go on, and behind it it can. */
async function namesWithin(
  hubspot: Hubspot,
  { type, archived }: ListedRecords,
  from: bigint,
  next: bigint,
  failure: unknown,
): Promise<string[]> {
  const last = String(next - 1n)
  // The bin can't be searched.
  if (archived) return [last]
  const { json } = await hubspot.ask(
    hubspot.endpoints.search({
      type,
      filters: [
        { propertyName: 'hs_object_id', operator: 'GTE', value: String(from) },
        { propertyName: 'hs_object_id', operator: 'LT', value: String(next) },
      ],
      sortBy: 'hs_object_id',
      properties: [],
      limit: SEARCH_PAGE,
    }),
  )
  const { results, next: more } = parsePage(json, `search of ${type}`)
  if (more !== undefined) throw failure
  const ids = results.map((hit) => String((hit as { id?: unknown }).id))
  return [...new Set([...ids.filter((id) => /^\d+$/.test(id)), last])]
}
