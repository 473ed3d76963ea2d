import { SEARCH_PAGE, SEARCH_RESULTS, type SearchFilter } from '../client/endpoints.js'
import type { Hubspot } from '../client/hubspot-client.js'
import { HubsyncError } from '../errors.js'
import { type ChangePart, ChangePlan, type PartReply } from './change-plan.js'
import { cutsByIds } from './id-cuts.js'
import { parsePage } from './parse-page.js'
import { parseRecord } from './parse-record.js'

/** A record that a search names, and the modification date that it shows. */
export interface Hit {
  id: string
  updatedAt: string
}

/** What one search of a part found. */
export interface ChangePage {
  /** All that it named, whatever dates they show: a record that is named has to be read. */
  hits: Hit[]
  /** What is still to be read once these are. None at the end. */
  parts: ChangePart[]
}

/** What is searched. */
export interface ChangeQuery {
  type: string
  modifiedProperty: string
}

/** How many parts are searched at once. With more, searches are spent on parts that an answer under way would have cut elsewhere. */
const AT_ONCE = 3

/**
 * Reads parts of a window to their ends, by pages of ids and dates. Each part is searched from its beginning, and counts as read only
 * where its first page has no further one: see {@link ChangePlan}.
 */
export async function* walkChanges(
  hubspot: Hubspot,
  query: ChangeQuery,
  parts: readonly ChangePart[],
): AsyncGenerator<ChangePage> {
  const plan = new ChangePlan(parts)
  const underWay = new Map<ChangePart, Promise<[ChangePart, FoundHits]>>()
  while (plan.parts.length > 0) {
    while (underWay.size < Math.min(AT_ONCE, hubspot.callsToFill('search'))) {
      const part = plan.take()
      if (!part) break
      const search = searchPart(hubspot, query, part).then((found): [ChangePart, FoundHits] => [
        part,
        found,
      ])
      // It may fail while another page is being taken. The failure is met when its turn comes.
      search.catch(() => {})
      underWay.set(part, search)
    }
    const [part, found] = await Promise.race(underWay.values())
    underWay.delete(part)
    plan.learn(part, replyOf(found))
    yield { hits: found.hits, parts: plan.parts }
  }
}

interface FoundHits {
  hits: Hit[]
  more: boolean
  total: number
}

function replyOf({ hits, more, total }: FoundHits): PartReply {
  return {
    hits: hits.map(({ id, updatedAt }) => ({ id, date: Date.parse(updatedAt) })),
    more,
    total,
  }
}

/** The first page of a part. Further ones only where that is too little to cut a part of one millisecond by. */
async function searchPart(
  hubspot: Hubspot,
  query: ChangeQuery,
  part: ChangePart,
): Promise<FoundHits> {
  const isMillisecond = part.before - part.from <= 1
  const found: FoundHits = { hits: [], more: false, total: 0 }
  for (let offset: string | undefined; ; ) {
    const { hits, next, total } = await searchPage(hubspot, query, part, offset)
    found.hits.push(...hits)
    found.more = offset !== undefined || next !== undefined
    found.total = total
    if (!found.more || !isMillisecond || isCuttable(found)) return found
    if (next === undefined || Number(next) + SEARCH_PAGE > SEARCH_RESULTS) throw unreconciled(query)
    offset = next
  }
}

function isCuttable({ hits, total }: FoundHits): boolean {
  return (
    cutsByIds(
      hits.map(({ id }) => id),
      total,
    ).length > 0
  )
}

function unreconciled({ type }: ChangeQuery): HubsyncError {
  return new HubsyncError(
    'UNRECONCILED',
    `Expected the search of ${type} to name the records that changed in one millisecond, but it counts more than a page of them and names hardly any. Its index may be behind. The window stays open. Run again later; nothing is lost.`,
  )
}

async function searchPage(
  hubspot: Hubspot,
  { type, modifiedProperty }: ChangeQuery,
  { from, before, ids }: ChangePart,
  after: string | undefined,
): Promise<{ hits: Hit[]; next: string | undefined; total: number }> {
  const { json } = await hubspot.ask(
    hubspot.endpoints.search({
      type,
      filters: [
        ...between(modifiedProperty, searchable(from), searchable(before)),
        ...between('hs_object_id', ids?.from ?? null, ids?.before ?? null),
      ],
      sortBy: before - from > 1 ? modifiedProperty : 'hs_object_id',
      properties: [modifiedProperty],
      after,
    }),
  )
  const { total, results, next } = parsePage(json, `search of ${type}`)
  const hits = results.map(parseRecord).filter((record) => record !== undefined)
  return { hits, next, total }
}

function between(propertyName: string, from: string | null, before: string | null): SearchFilter[] {
  return [
    ...(from === null ? [] : [{ propertyName, operator: 'GTE' as const, value: from }]),
    ...(before === null ? [] : [{ propertyName, operator: 'LT' as const, value: before }]),
  ]
}

/** Epoch milliseconds. HubSpot answers a search from the epoch itself with a 500. */
function searchable(moment: number): string {
  return String(Math.max(1, moment))
}
