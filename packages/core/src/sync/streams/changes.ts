import { SEARCH_PAGE } from '../../client/endpoints.js'
import type { ChangePart } from '../../extract/change-part.js'
import type { Hit } from '../../extract/change-search.js'
import { walkChanges } from '../../extract/change-windows.js'
import type { ObjectDefinition } from '../../objects/define-object.js'
import { PAGES_AHEAD, readAhead } from '../ahead.js'
import type { RecordState } from '../checkpoint-states.js'
import type { Job } from '../job.js'
import { groupSize, type Page, type Position, pageOf } from '../page.js'
import { readChanged } from '../read-changed.js'

/** If more parts than this could not be answered, everything after the beginning of the first is read again. */
const MOST_FAILED = 20

/** Reads what changed, window by window, up to now. */
export async function* changes(
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
    // A window that an earlier run left open ends in the past. Another window leads up to the present.
    if (window.to >= until) return
    window = nextWindow(job, state, until)
  }
}

type OpenWindow = NonNullable<RecordState['window']>

/**
 * The next window begins `overlap` before the end of the last one, because the search may show changes late. It takes
 * over the parts of the last window that are still to be read.
 */
function nextWindow(
  job: Job,
  { window, completeUpTo, startedAt }: Position<RecordState>,
  to: string,
): OpenWindow {
  const end = Date.parse(to)
  const begin = Date.parse(window?.to ?? completeUpTo ?? startedAt) - job.overlapMs
  const left = window?.parts ?? []
  const kept = left.length <= MOST_FAILED ? left.map(toBeAsked) : []
  const from = Math.min(begin, end, ...(kept.length > 0 ? [] : left.map((part) => part.from)))
  return { to, parts: [...kept, ...around(kept, { from, before: end + 1 })] }
}

/**
 * The parts of a range that other parts don't cover, so that nothing that HubSpot can't answer is asked for twice. The
 * latest comes first.
 */
function around(others: readonly ChangePart[], { from, before }: ChangePart): ChangePart[] {
  const left: ChangePart[] = []
  let begin = from
  const whole = others.filter(({ ids }) => !ids).toSorted((one, other) => one.from - other.from)
  for (const other of [...whole, { from: before, before }]) {
    const end = Math.min(other.from, before)
    if (begin < end) left.unshift({ from: begin, before: end })
    begin = Math.max(begin, other.before)
  }
  return left
}

/** Makes the next change window read all records: a list out of order could not show them all, but a search can. */
export function toBeSearched({
  unnamed: _,
  ...state
}: Position<RecordState>): Position<RecordState> {
  const to = state.window?.to ?? state.completeUpTo ?? state.startedAt
  const parts = [...(state.window?.parts ?? []), { from: 1, before: Date.parse(to) + 1 }]
  return { ...state, completeUpTo: null, window: { to, parts, failed: true } }
}

/**
 * The window that an earlier run left open. A window of an earlier version is read again: its progress was derived from
 * dates.
 */
function openWindow(job: Job, state: Position<RecordState>): OpenWindow | undefined {
  const { window } = state
  if (!window) return undefined
  const isKnown = window.parts.every(({ before }) => typeof before === 'number')
  if (!isKnown) return nextWindow(job, { ...state, window: null }, window.to)
  // A slice may have no calls for what failed in the previous one. A whole run asks again.
  return job.sliced ? window : { ...window, parts: window.parts.map(toBeAsked) }
}

/** Clears the failure of a part, so that HubSpot is asked for it again. */
function toBeAsked({ failed: _, ...part }: ChangePart): ChangePart {
  return part
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
  // The search continues while the records that it found are read.
  const pages = readAhead(
    walkChanges(job.hubspot, { type, modifiedProperty }, parts),
    job.sliced ? 1 : PAGES_AHEAD,
  )
  for await (const { hits: found, parts: left, failure } of pages) {
    for (const hit of found) hits.set(hit.id, later(hit, hits.get(hit.id)))
    const done = left.length === 0
    // One more page may not fit into the same association call.
    const isFull = hits.size + SEARCH_PAGE > groupSize(definition)
    if (!done && !failure && !isFull && !job.stopReason()) continue
    state = done
      ? { ...state, window: null, completeUpTo: to }
      : { ...state, window: { to, parts: left, ...(failure ? { failed: true } : {}) } }
    job.tally.counts.read += hits.size
    const content = await readChanged(job, definition, [...hits.values()])
    yield pageOf(content, { phase: 'changes', next: state, last: done && to >= until })
    hits = new Map()
    if (failure) throw failure
  }
}

/** A search may find a record several times, with different dates. */
function later(hit: Hit, known: Hit = hit): Hit {
  return hit.updatedAt < known.updatedAt ? known : hit
}
