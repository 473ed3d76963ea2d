import { SEARCH_PAGE } from '../client/endpoints.js'
import type { Hubspot } from '../client/hubspot-client.js'
import type { HubspotRecord } from '../model.js'
import { mayBeOfOne } from './in-pieces.js'
import type { ListRange } from './list-range.js'
import { BEYOND_ALL, type ListedRecords, type PageReader } from './page-reader.js'
import { parsePage } from './parse-page.js'
import { parseRecord } from './parse-record.js'
import { readRecords } from './record-reader.js'
import { isWorthAStep } from './trail.js'

/** Up to this many ids are all asked for, whether records have them or not. */
const ALL_OF = 100n

/** What is known about records that can't be listed. */
export interface SteppedOver {
  records: HubspotRecord[]
  unanswered: string[]
  /** The range, if it may have other records whose ids are unknown. */
  unnamed: ListRange[]
  /** Where the list continues after them. Undefined if unknown. */
  next: string | undefined
}

/**
 * Steps over records at a place of a list from which HubSpot can't list even one record: the first record from there
 * on, or the first few, are the reason. They are read by their ids.
 */
export async function stepOver(
  hubspot: Hubspot,
  reader: PageReader,
  query: ListedRecords,
  { after, until }: ListRange,
): Promise<SteppedOver> {
  const from = BigInt(after ?? 0)
  const next = await firstBehind(reader, from, BigInt(until ?? BEYOND_ALL))
  const { ids, all } = await namesWithin(hubspot, query, from, next)
  const unnamed = all ? [] : [{ after, until: String(next) }]
  return { ...(await readThem(hubspot, query, ids)), unnamed, next: String(next) }
}

/**
 * Goes around a record that can't be listed in a list out of order, by the next id from which the list continues. That
 * may be any place of it, so the walk ends if it comes to the same record again. The record is read by its id, if the
 * list named that.
 */
export async function stepAside(
  hubspot: Hubspot,
  reader: PageReader,
  query: ListedRecords,
  range: ListRange,
): Promise<Omit<SteppedOver, 'unnamed'>> {
  const { after } = range
  if (!isWorthAStep(range)) return { records: [], unanswered: [], next: undefined }
  // If the cursor is not an id, it is unknown where the list continues.
  if (after !== null && !/^\d+$/.test(after))
    return { records: [], unanswered: [], next: undefined }
  const ids = after === null ? [] : [after]
  const read = await readThem(hubspot, query, ids)
  const next = await firstBehind(reader, BigInt(after ?? 0), BigInt(BEYOND_ALL))
  return { ...read, next: String(next) }
}

async function readThem(
  hubspot: Hubspot,
  query: ListedRecords,
  ids: readonly string[],
): Promise<Pick<SteppedOver, 'records' | 'unanswered'>> {
  const { records, unanswered } = await readRecords(hubspot, { ...query, ids })
  const asked = new Set(ids)
  // A record that answers for another one that was merged into it has its own place in the list.
  return { records: records.filter(({ id }) => asked.has(id)), unanswered }
}

/**
 * The first id from which the list continues, right after one from which it doesn't, or the end of the range. Usually
 * it is the very next one, because a list continues at a record's id. But at the beginning of a range it isn't known
 * where the first record is.
 */
async function firstBehind(reader: PageReader, from: bigint, until: bigint): Promise<bigint> {
  const isListed = async (id: bigint) => id >= until || reader.lists(String(id))
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
  return behind > until ? until : behind
}

/**
 * The ids in a range that records may have, and whether these are all. The last one has a record: the list can't
 * continue from it, but from right after it.
 */
async function namesWithin(
  hubspot: Hubspot,
  { type, archived }: ListedRecords,
  from: bigint,
  next: bigint,
): Promise<{ ids: string[]; all: boolean }> {
  const count = next - from
  if (count <= ALL_OF) {
    const ids = Array.from({ length: Number(count) }, (_, index) => String(from + BigInt(index)))
    return { ids, all: true }
  }
  const last = next - 1n
  const ids = new Set([String(last)])
  // The bin can't be searched.
  let all = !archived && hubspot.endpoints.hasSearch(type)
  // HubSpot doesn't document whether it compares ids as numbers or as text. Ids of equal length have the same order in
  // both.
  for (let low = 0n; all && low <= last; low = low === 0n ? 10n : low * 10n) {
    const high = low === 0n ? 9n : low * 10n - 1n
    if (high < from) continue
    const hits = await search(hubspot, type, low > from ? low : from, high < last ? high : last)
    for (const id of hits ?? []) ids.add(id)
    all = hits !== undefined
  }
  return { ids: [...ids], all }
}

/** The ids of equal length in a range, from the search. Undefined if it has more than a page, or doesn't answer. */
async function search(
  hubspot: Hubspot,
  type: string,
  from: bigint,
  to: bigint,
): Promise<string[] | undefined> {
  const call = hubspot.endpoints.search({
    type,
    filters: [
      { propertyName: 'hs_object_id', operator: 'GTE', value: String(from) },
      { propertyName: 'hs_object_id', operator: 'LTE', value: String(to) },
    ],
    sortBy: 'hs_object_id',
    properties: [],
    limit: SEARCH_PAGE,
  })
  try {
    const { results, next } = parsePage((await hubspot.ask(call)).json, `search of ${type}`)
    const ids = results.flatMap((hit) => parseRecord(hit)?.id ?? [])
    const isWhole = next === undefined && ids.length === results.length
    // The list shows what is outside of the range.
    return isWhole ? ids.filter((id) => isBetween(id, from, to)) : undefined
  } catch (error) {
    if (mayBeOfOne(error)) return undefined
    throw error
  }
}

function isBetween(id: string, from: bigint, to: bigint): boolean {
  return /^\d+$/.test(id) && BigInt(id) >= from && BigInt(id) <= to
}
