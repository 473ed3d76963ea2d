import { SEARCH_PAGE, SEARCH_RESULTS, type SearchFilter } from '../client/endpoints.js'
import type { Hubspot } from '../client/hubspot-client.js'
import { HubsyncError } from '../errors.js'
import type { ChangePart, PartReply } from './change-part.js'
import { ALL_IDS, cutsByIds } from './id-cuts.js'
import { parsePage } from './parse-page.js'
import { parseRecord } from './parse-record.js'

/** A record that a search found, and its modification date there. */
export interface Hit {
  id: string
  updatedAt: string
}

/** The object and the property to search. */
export interface ChangeQuery {
  type: string
  modifiedProperty: string
}

/** The result of the search of a part. */
export type FoundHits = Omit<PartReply, 'hits'> & { hits: (PartReply['hits'][number] & Hit)[] }

/** The first page of a part. Further pages are read only if it is too little to cut a part of one millisecond by. */
export async function searchPart(
  hubspot: Hubspot,
  query: ChangeQuery,
  part: ChangePart,
): Promise<FoundHits> {
  const first = await searchPage(hubspot, query, part, undefined)
  if (first.next === undefined) return { ...first, more: false }
  if (part.before - part.from > 1) return { ...first, more: true }
  const hits = [...first.hits]
  let next: string | undefined = first.next
  for (let pages = 1; !isCuttable(hits, part); pages++) {
    if (next === undefined || pages * SEARCH_PAGE >= SEARCH_RESULTS) throw unreconciled(query)
    const page = await searchPage(hubspot, query, part, next)
    hits.push(...page.hits)
    next = page.next
  }
  return { hits, total: first.total, more: true }
}

function isCuttable(hits: readonly Hit[], { ids = ALL_IDS }: ChangePart): boolean {
  const seen = hits.map(({ id }) => id)
  return cutsByIds(seen, seen.length, ids).length > 0
}

/** One page of the search of a part. */
export async function searchPage(
  hubspot: Hubspot,
  { type, modifiedProperty }: ChangeQuery,
  { from, before, ids }: ChangePart,
  after: string | undefined,
): Promise<{ hits: FoundHits['hits']; next: string | undefined; total: number }> {
  const isOneMoment = before - from <= 1
  const call = hubspot.endpoints.search({
    type,
    filters: [
      ...between(modifiedProperty, searchable(from), searchable(before)),
      ...between('hs_object_id', ids?.from ?? null, ids?.before ?? null),
    ],
    sortBy: isOneMoment ? 'hs_object_id' : modifiedProperty,
    properties: [modifiedProperty],
    after,
  })
  const { json } = await hubspot.ask({ ...call, divisible: !isOneMoment })
  const { total, results, next } = parsePage(json, `search of ${type}`)
  const hits = results
    .map((result) => parseRecord(result))
    .filter((record) => record !== undefined)
    .map(({ id, updatedAt }) => ({ id, updatedAt, date: Date.parse(updatedAt) }))
  // A change would be lost without an error.
  if (hits.length < results.length)
    throw new HubsyncError(
      'HUBSPOT_REPLY',
      `Expected every hit of a search of ${type} to have an id, but ${results.length - hits.length} have none. That part of the window stays open. Run again later; nothing is lost.`,
    )
  return { hits, next, total }
}

function between(propertyName: string, from: string | null, before: string | null): SearchFilter[] {
  return [
    ...(from === null ? [] : [{ propertyName, operator: 'GTE' as const, value: from }]),
    ...(before === null ? [] : [{ propertyName, operator: 'LT' as const, value: before }]),
  ]
}

/** Epoch milliseconds. HubSpot answers a search from 0 with a 500. */
function searchable(moment: number): string {
  return String(Math.max(1, moment))
}

function unreconciled({ type }: ChangeQuery): HubsyncError {
  return new HubsyncError(
    'UNRECONCILED',
    `Expected the search of ${type} to return the records that changed in one millisecond, but it counts more than a page of them and returns almost none. Its index may be behind. That part of the window stays open. Run again later; nothing is lost.`,
  )
}
