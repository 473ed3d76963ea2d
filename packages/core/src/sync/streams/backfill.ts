import { fitsInUrl, LIST_PAGE } from '../../client/endpoints.js'
import { hintedExtent } from '../../extract/extent-reader.js'
import { wholeList } from '../../extract/list-range.js'
import { ListOrderError, walkList } from '../../extract/list-walk.js'
import { readRecords } from '../../extract/record-reader.js'
import type { HubspotRecord } from '../../model.js'
import type { ObjectDefinition } from '../../objects/define-object.js'
import { keepsHistory } from '../../objects/history-selection.js'
import type { Pair } from '../../objects/pairs.js'
import { PAGES_AHEAD, readAhead } from '../ahead.js'
import type { RecordState } from '../checkpoint-states.js'
import { Coverages } from '../coverage.js'
import { historyWanted } from '../history.js'
import { isBackfilled, type Job } from '../job.js'
import {
  GROUP_SIZE,
  groupSize,
  listed,
  type Page,
  type Position,
  pageOf,
  pairsFrom,
} from '../page.js'
import { toBeSearched } from './changes.js'
import { presentMapping } from './fill-columns.js'
import { withUnnamed } from './unnamed.js'

/** Reads every active record of an object once, by its list. */
export async function* backfill(
  job: Job,
  definition: ObjectDefinition,
  begun: Position<RecordState>,
): AsyncGenerator<Page<RecordState>> {
  let state = begun
  while (state.phase === 'backfill') {
    try {
      for await (const page of readList(job, definition, state)) {
        state = page.next
        yield page
      }
    } catch (error) {
      if (!(error instanceof ListOrderError) || !state.ordered) throw error
      // The list turned out not to be in order, so nothing may rely on that: read it again in one walk from end to end.
      state = { ...state, ranges: [wholeList], ordered: false, read: 0 }
    }
  }
}

/** The state at the beginning of a backfill. */
export async function beginBackfill(
  job: Job,
  definition: ObjectDefinition,
): Promise<Position<RecordState>> {
  // Before the first page: the first change window has to cover all changes while the list is read.
  const startedAt = job.hubspotNow()
  const startedFrom = await Coverages.standing(job)
  // Rows may already be here, from the recycle bin or a refresh, and with an earlier definition.
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
    mapping: here.length === 0 ? await presentMapping(job, definition) : [],
    ...(keepsHistory(definition) && here.length === 0
      ? { history: [...(await historyWanted(job, definition))] }
      : {}),
    filledFrom: startedFrom,
    filling: null,
  }
}

async function* readList(
  job: Job,
  definition: ObjectDefinition,
  begun: Position<RecordState>,
): AsyncGenerator<Page<RecordState>> {
  const { ordered, ranges } = begun
  const wanted = await job.wanted(definition)
  const inUrl = fitsInUrl(wanted.properties, wanted.history)
  const shown = inUrl ? wanted : { properties: [definition.modifiedProperty] }
  const extent = begun.extent
    ? Promise.resolve(begun.extent)
    : hintedExtent(job.hubspot, definition)
  // A failure is thrown with the first page, and must not be unhandled until then.
  extent.catch(() => {})
  const query = { type: definition.type, ...shown, extent }
  // Reading begins at once, with the calls that the far ends leave over. But a slice of a run spends no calls on pages
  // that it may end without committing.
  if (job.sliced) await job.turn()
  const list = walkList(job.hubspot, query, ranges, { ordered })
  const most = groupSize(definition)
  const ahead = most < GROUP_SIZE ? 2 : PAGES_AHEAD
  const pages = readAhead(list, job.sliced ? 1 : ahead)
  await job.turn()
  // A backfill that continues keeps the pairs that it began with.
  const along =
    begun.read > 0
      ? pairsFrom(job, definition).filter(({ name }) => begun.pairs.includes(name))
      : await pairsReadAlong(job, definition)
  let state: Position<RecordState> = { ...begun, pairs: along.map(({ name }) => name) }
  let group = new Map<string, HubspotRecord>()
  let readAt = ''
  let unanswered: string[] = []
  for await (const page of pages) {
    const { records, ranges: left } = page
    // Several pages count as of the first one's moment: no record is older than that.
    if (readAt === '' || page.readAt < readAt) readAt = page.readAt
    job.tally.counts.read += records.length
    job.tally.counts.unreadable += page.unnamed.length
    state = withUnnamed(state, page.unnamed)
    unanswered.push(...page.unanswered)
    if (inUrl) {
      for (const record of records) group.set(record.id, record)
    } else {
      // A list with all these properties wouldn't fit into a URL: the list gives the ids, a batch read the values.
      const ids = records.map(({ id }) => id)
      const query = { type: definition.type, ids, ...wanted }
      const answer = await readRecords(job.hubspot, query)
      for (const record of answer.records) group.set(record.id, record)
      unanswered.push(...answer.unanswered)
    }
    const done = left.length === 0
    const full = group.size + LIST_PAGE > most
    // Waiting pages show that the store is slower than HubSpot: it gets several as one. If values are read by id, the
    // pages may be waiting for that.
    const more = along.length > 0 || (inUrl && pages.waiting > 0)
    if (!done && more && !full && !job.stopReason()) continue
    const known = await extent
    state = { ...state, ranges: left, extent: known ?? null, read: state.read + group.size }
    if (done) state = backfilled(job, definition, state)
    const ids = [...group.keys()]
    const content = {
      ...listed(definition, { readAt, unanswered, records: [...group.values()] }),
      near: along.map((pair) => ({ pair, ids })),
    }
    yield pageOf(content, {
      phase: 'backfill',
      total: known && Math.max(known.total, state.read) - begun.read,
      feed: false,
      ...(done ? { endsBackfillOf: definition.name } : {}),
      next: state,
    })
    group = new Map()
    readAt = ''
    unanswered = []
  }
}

/** The pairs whose far ends are already here. */
async function pairsReadAlong(job: Job, definition: ObjectDefinition): Promise<Pair[]> {
  const found: Pair[] = []
  for (const pair of pairsFrom(job, definition))
    if (pair.to !== definition && (await isBackfilled(job, pair.to))) found.push(pair)
  return found
}

function backfilled(
  job: Job,
  { type }: ObjectDefinition,
  state: Position<RecordState>,
): Position<RecordState> {
  // If the list hasn't shown a record that is here, nothing reads its links until it changes. A sweep does.
  const isWhole = state.ordered && !state.unnamed
  const done: Position<RecordState> = {
    ...state,
    phase: 'changes',
    backfilledAt: new Date(job.clock.now()).toISOString(),
    completeUpTo: state.startedAt,
    pairs: isWhole ? state.pairs : [],
  }
  // A list that was out of order may get into order while it is read, and then show only the rest of the ids.
  const isShown = state.ordered || !job.hubspot.endpoints.hasSearch(type)
  return isShown ? done : toBeSearched(done)
}
