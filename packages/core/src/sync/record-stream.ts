import { fitsInUrl } from '../client/endpoints.js'
import { type Hit, walkChanges } from '../extract/change-windows.js'
import { readCount } from '../extract/count-reader.js'
import { walkList } from '../extract/list-walk.js'
import { readRecords } from '../extract/record-reader.js'
import type { HubspotRecord } from '../model.js'
import type { ObjectDefinition } from '../objects/define-object.js'
import type { RecordState } from './checkpoint.js'
import { type Job, type Page, pairsFrom } from './job.js'
import { addPending, readPending } from './pending.js'
import { readChanged } from './read-changed.js'
import type { Stream } from './run-stream.js'

/**
 * How many records are read before their associations are: the association calls take 1,000 ids, and their limit is
 * the tightest one.
 */
const GROUP = 1_000

/** All active records of an object: once by list, then by what changed. */
export function recordStream(definition: ObjectDefinition): Stream<RecordState> {
  return {
    name: definition.name,
    count: (job, result) => job.tally.addRows(definition.name, result),
    async *pages(state, job) {
      let at = state ?? (await beginBackfill(job, definition))
      if (at.phase === 'backfill')
        for await (const page of backfill(job, definition, at)) {
          at = page.next
          yield page
        }
      if (at.phase === 'changes') yield* changes(job, definition, at)
    },
  }
}

async function beginBackfill(job: Job, definition: ObjectDefinition): Promise<RecordState> {
  // Taken before the first page: whatever changes while the list is read belongs to the first change window.
  const startedAt = job.hubspotNow()
  const total = await readCount(job.hubspot, definition)
  const along = (await pairsFrom(job, definition)).filter(({ to }) => to !== definition)
  return {
    phase: 'backfill',
    startedAt,
    backfilledAt: null,
    ranges: [{ after: null }],
    total: total ?? null,
    read: 0,
    pairs: along.map(({ name }) => name),
    completeUpTo: null,
    window: null,
    pending: {},
  }
}

async function* backfill(
  job: Job,
  definition: ObjectDefinition,
  begun: RecordState,
): AsyncGenerator<Page<RecordState>> {
  const along = job.pairs.filter(
    ({ name, from }) => from === definition && begun.pairs.includes(name),
  )
  const wanted = await job.properties(definition)
  const inUrl = fitsInUrl(wanted)
  let state = begun
  let group: HubspotRecord[] = []
  let unanswered: string[] = []
  const after = begun.ranges[0]?.after ?? undefined
  const list = {
    type: definition.type,
    after,
    properties: inUrl ? wanted : [definition.modifiedProperty],
  }
  for await (const { records, unreadable, next } of walkList(job.hubspot, list)) {
    job.tally.read += records.length
    job.tally.unreadable += unreadable
    if (inUrl) {
      group.push(...records)
    } else {
      // A list of so many properties wouldn't fit into a URL: the list gives the ids, a batch read the values.
      const ids = records.map(({ id }) => id)
      const answer = await readRecords(job.hubspot, {
        type: definition.type,
        ids,
        properties: wanted,
      })
      group.push(...answer.records)
      unanswered.push(...answer.unanswered)
    }
    if (next !== undefined && along.length > 0 && group.length < GROUP && !job.stopReason())
      continue
    state = addPending(
      {
        ...state,
        read: state.read + group.length,
        ...(next === undefined ? backfilled(job, state) : { ranges: [{ after: next }] }),
      },
      new Map([[definition.name, unanswered]]),
    )
    const ids = group.map(({ id }) => id)
    yield {
      phase: 'backfill',
      total: begun.total === null ? undefined : Math.max(begun.total, state.read),
      records: [{ definition, records: group }],
      near: along.map((pair) => ({ pair, ids })),
      newcomers: [],
      tombstones: [],
      feed: false,
      next: state,
      last: false,
    }
    group = []
    unanswered = []
  }
}

function backfilled(job: Job, { startedAt }: RecordState): Partial<RecordState> {
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
  begun: RecordState,
): AsyncGenerator<Page<RecordState>> {
  let state = begun
  if (Object.keys(state.pending).length > 0) {
    const page = await readPending(job, state)
    yield { ...page, phase: 'changes', last: false }
    state = page.next
  }
  const until = job.hubspotNow()
  let window = state.window ?? nextWindow(job, state, until)
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

function nextWindow(job: Job, { completeUpTo, startedAt }: RecordState, to: string) {
  const from = new Date(Date.parse(completeUpTo ?? startedAt) - job.overlapMs).toISOString()
  return { from: from < to ? from : to, to }
}

async function* changesWithin(
  job: Job,
  definition: ObjectDefinition,
  begun: RecordState,
  window: NonNullable<RecordState['window']>,
  until: string,
): AsyncGenerator<Page<RecordState>> {
  const { type, modifiedProperty } = definition
  const query = { type, modifiedProperty, overlapMs: job.overlapMs }
  let state = begun
  let hits = new Map<string, Hit>()
  for await (const { hits: found, outside, next } of walkChanges(job.hubspot, query, window)) {
    job.tally.outside += outside
    for (const hit of found) hits.set(hit.id, hit)
    if (next !== undefined && hits.size < GROUP && !job.stopReason()) continue
    const moved: RecordState = next
      ? { ...state, window: next }
      : { ...state, window: null, completeUpTo: window.to }
    job.tally.read += hits.size
    const page = await readChanged(job, definition, [...hits.values()], moved)
    state = page.next
    yield { ...page, phase: 'changes', last: next === undefined && window.to >= until }
    hits = new Map()
  }
}
