import { fitsInUrl, LIST_PAGE, SEARCH_PAGE } from '../client/endpoints.js'
import { type Hit, walkChanges } from '../extract/change-windows.js'
import { hintedExtent } from '../extract/extent-reader.js'
import { ListOrderError, walkList, wholeList } from '../extract/list-walk.js'
import { readRecords } from '../extract/record-reader.js'
import type { HubspotRecord } from '../model.js'
import type { ObjectDefinition } from '../objects/define-object.js'
import { readAhead } from './ahead.js'
import { noteEndOfBackfill } from './change-feed.js'
import type { RecordState } from './checkpoint.js'
import { Coverages } from './coverage.js'
import { fillIn } from './fill-columns.js'
import { type Job, nothing, type Page, type Position, pairsFrom } from './job.js'
import { mappingOf } from './mapping.js'
import { readChanged } from './read-changed.js'
import type { Stream } from './run-stream.js'
import { listUnnamed, withUnnamed } from './unnamed.js'

/**
 * How many records are read, at most, before their associations are, and are written at once: the association calls take 1,000 ids,
 * and their limit is the tightest one.
 */
const GROUP = 1_000
/** Of more parts that could not be answered, all that lies behind the first is read anew. */
const MOST_FAILED = 20
/** How many pages of a list are kept while they wait for the far ends of their associations, or for the store. */
const PAGES_AHEAD = 20

/** All active records of an object: once by list, then by what changed. */
export function recordStream(definition: ObjectDefinition): Stream<RecordState> {
  return {
    name: definition.name,
    kind: 'of runs',
    count: (job, result) => job.tally.addRows(definition.name, result),
    async *pages(state, job) {
      let at: Position<RecordState> = state ?? (await beginBackfill(job, definition))
      while (at.phase === 'backfill') {
        try {
          for await (const page of backfill(job, definition, at)) {
            at = page.next
            yield page
          }
        } catch (error) {
          if (!(error instanceof ListOrderError) || !at.ordered) throw error
          // What the order was relied on for can't be trusted either: once more, from one end to the other.
          at = { ...at, ranges: [wholeList], ordered: false, read: 0 }
        }
      }
      for await (const page of fillIn(job, definition, at)) {
        at = page.next
        yield page
      }
      // Those that this run has met it has asked for as well as it could.
      if (state?.unnamed)
        for await (const page of listUnnamed(job, definition, at)) {
          at = page.next
          yield page
        }
      yield* changes(job, definition, at)
    },
  }
}

async function beginBackfill(
  job: Job,
  definition: ObjectDefinition,
): Promise<Position<RecordState>> {
  // Taken before the first page: whatever changes while the list is read belongs to the first change window.
  const startedAt = job.hubspotNow()
  const startedFrom = await Coverages.standing(job)
  // Rows may be here already, from the recycle bin or a refresh, and by whatever definition there was then.
  const here = await job.store.list(job.origin.portalId, definition.name, { limit: 1, raw: false })
  return {
    phase: 'backfill',
    startedAt,
    startedFrom,
    backfilledAt: null,
    ranges: [wholeList],
    extent: null,
    ordered: true,
    read: 0,
    pairs: [],
    completeUpTo: null,
    window: null,
    mapping: here.length === 0 ? mappingOf(definition) : [],
    filledFrom: startedFrom,
    filling: null,
  }
}

async function* backfill(
  job: Job,
  definition: ObjectDefinition,
  begun: Position<RecordState>,
): AsyncGenerator<Page<RecordState>> {
  const { ordered, ranges } = begun
  const wanted = await job.properties(definition)
  const inUrl = fitsInUrl(wanted)
  const properties = inUrl ? wanted : [definition.modifiedProperty]
  const extent = begun.extent
    ? Promise.resolve(begun.extent)
    : hintedExtent(job.hubspot, definition)
  // Its failure is met with the first page.
  extent.catch(() => {})
  const query = { type: definition.type, properties, extent }
  // Reading begins at once, and uses what the far ends leave of the limit; but a slice of a run spends nothing on pages
  // that it may not come to commit.
  if (job.sliced) await job.turn()
  const list = walkList(job.hubspot, query, ranges, { ordered })
  const pages = readAhead(list, job.sliced ? 1 : PAGES_AHEAD)
  await job.turn()
  // A backfill that is taken up again goes on with the pairs that it began with.
  const along =
    begun.read > 0
      ? job.pairs.filter(({ name, from }) => from === definition && begun.pairs.includes(name))
      : (await pairsFrom(job, definition)).filter(({ to }) => to !== definition)
  let state: Position<RecordState> = { ...begun, pairs: along.map(({ name }) => name) }
  let group = new Map<string, HubspotRecord>()
  let readAt = ''
  let unanswered: string[] = []
  for await (const page of pages) {
    const { records, ranges: left } = page
    // Of several pages the one that was asked for first: a record is at least as fresh as is said of it.
    if (readAt === '' || page.readAt < readAt) readAt = page.readAt
    job.tally.read += records.length
    job.tally.unreadable += page.unnamed.length
    state = withUnnamed(state, page.unnamed)
    unanswered.push(...page.unanswered)
    if (inUrl) {
      for (const record of records) group.set(record.id, record)
    } else {
      // A list of so many properties wouldn't fit into a URL: the list gives the ids, a batch read the values.
      const ids = records.map(({ id }) => id)
      const query = { type: definition.type, ids, properties: wanted }
      const answer = await readRecords(job.hubspot, query)
      for (const record of answer.records) group.set(record.id, record)
      unanswered.push(...answer.unanswered)
    }
    const done = left.length === 0
    const full = group.size + LIST_PAGE > GROUP
    // Pages that wait show that the store is behind: it takes them in one. Where values are read by id, they may wait for that instead.
    const more = along.length > 0 || (inUrl && pages.waiting > 0)
    if (!done && more && !full && !job.stopReason()) continue
    const known = await extent
    state = {
      ...state,
      extent: known ?? null,
      read: state.read + group.size,
      ...(done ? backfilled(job, state) : { ranges: left }),
    }
    const ids = [...group.keys()]
    yield {
      ...nothing,
      phase: 'backfill',
      total: known && Math.max(known.total, state.read) - begun.read,
      records: [{ definition, records: [...group.values()], readAt }],
      near: along.map((pair) => ({ pair, ids })),
      unanswered: { [definition.name]: unanswered },
      feed: false,
      ...(done ? { beforehand: () => noteEndOfBackfill(job, definition.name) } : {}),
      next: state,
      last: false,
    }
    group = new Map()
    readAt = ''
    unanswered = []
  }
}

function backfilled(
  job: Job,
  { startedAt }: Pick<RecordState, 'startedAt'>,
): Partial<Position<RecordState>> {
  return {
    phase: 'changes',
    ranges: [],
    backfilledAt: new Date(job.clock.now()).toISOString(),
    completeUpTo: startedAt,
  }
}

async function* changes(
  job: Job,
  definition: ObjectDefinition,
  begun: Position<RecordState>,
): AsyncGenerator<Page<RecordState>> {
  let state = begun
  const until = job.hubspotNow()
  job.reachPresent()
  const open = openWindow(job, state)
  let window = open && !open.failed ? open : nextWindow(job, state, until)
  for (;;) {
    for await (const page of changesWithin(job, definition, state, window, until)) {
      state = page.next
      yield page
    }
    // A window that an earlier run left open ends in the past: the present is another window's.
    if (window.to >= until) return
    window = nextWindow(job, state, until)
  }
}

type OpenWindow = NonNullable<RecordState['window']>

/**
 * What changed since a moment that lies `overlap` before the end of the last window: the search may show it late. Parts of that window
 * which HubSpot could not answer come along.
 */
function nextWindow(
  job: Job,
  { window, completeUpTo, startedAt }: Position<RecordState>,
  to: string,
): OpenWindow {
  const end = Date.parse(to)
  const begin = Date.parse(window?.to ?? completeUpTo ?? startedAt) - job.overlapMs
  const left = window?.parts ?? []
  const kept = left.length <= MOST_FAILED ? left : []
  const from = Math.min(begin, end, ...(kept.length > 0 ? [] : left.map((part) => part.from)))
  return { to, parts: [...kept, { from, before: end + 1 }] }
}

/** The window that an earlier run left open. One of an earlier form of checkpoint is read anew: how far it had come was concluded from dates. */
function openWindow(job: Job, state: Position<RecordState>): OpenWindow | undefined {
  const { window } = state
  if (!window) return undefined
  const isKnown = window.parts.every(({ before }) => typeof before === 'number')
  return isKnown ? window : nextWindow(job, { ...state, window: null }, window.to)
}

async function* changesWithin(
  job: Job,
  definition: ObjectDefinition,
  begun: Position<RecordState>,
  { to, parts }: OpenWindow,
  until: string,
): AsyncGenerator<Page<RecordState>> {
  const { type, modifiedProperty } = definition
  let state = begun
  let hits = new Map<string, Hit>()
  // Searching goes on while the records that it named are read.
  const pages = readAhead(
    walkChanges(job.hubspot, { type, modifiedProperty }, parts),
    job.sliced ? 1 : PAGES_AHEAD,
  )
  for await (const { hits: found, parts: left, failure } of pages) {
    for (const hit of found) hits.set(hit.id, later(hit, hits.get(hit.id)))
    const done = left.length === 0
    // Another page may not fit into the same association call.
    const isFull = hits.size + SEARCH_PAGE > GROUP
    if (!done && !failure && !isFull && !job.stopReason()) continue
    state = done
      ? { ...state, window: null, completeUpTo: to }
      : { ...state, window: { to, parts: left, ...(failure ? { failed: true } : {}) } }
    job.tally.read += hits.size
    const content = await readChanged(job, definition, [...hits.values()])
    yield { ...content, phase: 'changes', feed: true, next: state, last: done && to >= until }
    hits = new Map()
    if (failure) throw failure
  }
}

/** A record may be named several times, by other dates. */
function later(hit: Hit, known: Hit = hit): Hit {
  return hit.updatedAt < known.updatedAt ? known : hit
}
