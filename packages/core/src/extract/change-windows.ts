import { SEARCH_PAGE, SEARCH_RESULTS, type SearchFilter } from '../client/endpoints.js'
import type { Hubspot } from '../client/hubspot-client.js'
import { HubsyncError, type HubsyncErrorCode, isHubsyncError } from '../errors.js'
import { type ChangePart, ChangePlan, type PartReply } from './change-plan.js'
import { ALL_IDS, cutsByIds } from './id-cuts.js'
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
  /** Set on the last page where parts are left that HubSpot could not answer: the first of its failures. */
  failure?: unknown
}

/** What is searched. */
export interface ChangeQuery {
  type: string
  modifiedProperty: string
}

/** How many parts are searched at once. With more, searches are spent on parts that an answer under way would have cut elsewhere. */
const AT_ONCE = 3

/** No record was modified then, so that no record is the matter where this part can't be answered. */
const NOTHING: ChangePart = { from: 1, before: 2 }

/** A part that HubSpot can't answer is cut in halves, until what is left of it is one millisecond. Unless HubSpot answers none at all. */
const ofOnePart: readonly HubsyncErrorCode[] = [
  'UNRECONCILED',
  'HUBSPOT_UNAVAILABLE',
  'HUBSPOT_REJECTED',
  'HUBSPOT_REPLY',
]

/**
 * Reads parts of a window to their ends, by pages of ids and dates. A part counts as read only where the first page of its search has
 * no further one: see {@link ChangePlan}.
 */
export async function* walkChanges(
  hubspot: Hubspot,
  query: ChangeQuery,
  parts: readonly ChangePart[],
): AsyncGenerator<ChangePage> {
  const plan = new ChangePlan(parts.filter(({ failed }) => !failed))
  // In slices some may have failed before this one.
  const failed = parts.filter(({ failed }) => failed)
  let failuresInARow = 0
  let failure: unknown
  const underWay = new Map<ChangePart, Promise<Outcome>>()
  while (plan.parts.length > 0) {
    while (underWay.size < Math.min(AT_ONCE, hubspot.callsToFill('search'))) {
      const part = plan.take()
      if (!part) break
      underWay.set(part, searchPart(hubspot, query, part).then(found(part), missed(part)))
    }
    const outcome = await Promise.race(underWay.values())
    const { part } = outcome
    underWay.delete(part)
    if ('failure' in outcome) {
      if (!mayBeOfPart(outcome.failure)) throw outcome.failure
      failure ??= outcome.failure
      failuresInARow++
      if (!plan.halve(part)) failed.push({ ...part, failed: true })
    } else {
      failuresInARow = 0
      plan.learn(part, outcome)
    }
    const isInDoubt = failuresInARow >= AT_ONCE
    if (isInDoubt) failuresInARow = 0
    const isOutage = isInDoubt && !(await answersAnything(hubspot, query))
    const left = plan.parts
    const isLast = left.length === 0 || isOutage
    yield {
      hits: 'hits' in outcome ? outcome.hits : [],
      parts: [...failed, ...left],
      ...(isLast && failed.length + left.length > 0
        ? { failure: failure ?? failedBefore(query) }
        : {}),
    }
    if (isLast) return
  }
}

function mayBeOfPart(error: unknown): boolean {
  return isHubsyncError(error) && ofOnePart.includes(error.code)
}

/** Whether HubSpot answers a search at all: where it doesn't, no part is the matter. */
async function answersAnything(hubspot: Hubspot, query: ChangeQuery): Promise<boolean> {
  try {
    await searchPage(hubspot, query, NOTHING, undefined)
    return true
  } catch (error) {
    if (mayBeOfPart(error)) return false
    throw error
  }
}

type FoundHits = Omit<PartReply, 'hits'> & { hits: (PartReply['hits'][number] & Hit)[] }
type Outcome = { part: ChangePart } & (FoundHits | { failure: unknown })

const found =
  (part: ChangePart) =>
  (reply: FoundHits): Outcome => ({ part, ...reply })
const missed =
  (part: ChangePart) =>
  (failure: unknown): Outcome => ({ part, failure })

/** The first page of a part. Further ones only where that is too little to cut a part of one millisecond by. */
async function searchPart(
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

function failedBefore({ type }: ChangeQuery): HubsyncError {
  return new HubsyncError(
    'HUBSPOT_UNAVAILABLE',
    `Expected HubSpot to search all of a window of changes of ${type}, but an earlier slice got no answer to parts of it. They stay open. Run again later; nothing is lost.`,
  )
}

function unreconciled({ type }: ChangeQuery): HubsyncError {
  return new HubsyncError(
    'UNRECONCILED',
    `Expected the search of ${type} to name the records that changed in one millisecond, but it counts more than a page of them and names hardly any. Its index may be behind. That part of the window stays open. Run again later; nothing is lost.`,
  )
}

async function searchPage(
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
  // A change would be lost without a word.
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

/** Epoch milliseconds. HubSpot answers a search from the epoch itself with a 500. */
function searchable(moment: number): string {
  return String(Math.max(1, moment))
}
