import { LIST_PAGE } from '../../client/endpoints.js'
import { wholeList } from '../../extract/list-range.js'
import { ListOrderError, walkList } from '../../extract/list-walk.js'
import type { ObjectDefinition } from '../../objects/define-object.js'
import { binInterval } from '../bin.js'
import type { RecordState } from '../checkpoint-states.js'
import { isDue } from '../due.js'
import type { Job } from '../job.js'
import { listed, type Page, type Position, pageOf, together } from '../page.js'
import { readChanged } from '../read-changed.js'
import { withUnnamed } from './unnamed.js'

type State = Position<RecordState>

/**
 * Reads what changed of a type that HubSpot can't search: lists all records, and reads those whose version differs from
 * the mirror's. A long list isn't listed at every run.
 *
 * @param isNamed - whether the job was named: then the list is read in any case.
 */
export async function* relist(
  job: Job,
  definition: ObjectDefinition,
  begun: State,
  isNamed: boolean,
): AsyncGenerator<Page<RecordState>> {
  let state = begun
  const goesOn = isUnderWay(state)
  const isOpen = state.window !== null || state.unnamed !== undefined
  if (isOpen || isNamed || isListDue(state, job.hubspotNow())) {
    // What changes while a list is read, in the part that was listed before, is still to be read after it.
    const isNext = goesOn && !job.sliced
    if (!goesOn) state = beginList(job, state)
    for await (const page of listAgain(job, definition, state)) {
      state = page.next
      yield isNext ? { ...page, last: false } : page
    }
    if (isNext) yield* listAgain(job, definition, beginList(job, state))
  }
  job.reachPresent()
}

/** Whether an earlier run began to list all records and didn't finish. A window without ranges is one of a search. */
function isUnderWay({ window, ranges }: Pick<RecordState, 'window' | 'ranges'>): boolean {
  return window !== null && ranges.length > 0
}

/** Whether the list of a type that HubSpot can't search is to be read again, by HubSpot's clock. */
export function isListDue(
  state: Pick<RecordState, 'read' | 'completeUpTo'>,
  hubspotNow: string,
): boolean {
  const clock = { now: () => Date.parse(hubspotNow) }
  return isDue(clock, binInterval(state.read / LIST_PAGE), state.completeUpTo)
}

function beginList(job: Job, { unnamed: _, ...state }: State): State {
  const to = job.hubspotNow()
  // Under a version with search, a run would read this part by a search.
  const from = Date.parse(state.completeUpTo ?? state.startedAt) - job.overlapMs
  const parts = [{ from: Math.max(1, from), before: Date.parse(to) + 1 }]
  return { ...state, ranges: [wholeList], read: 0, window: { to, parts } }
}

async function* listAgain(
  job: Job,
  definition: ObjectDefinition,
  begun: State,
): AsyncGenerator<Page<RecordState>> {
  try {
    yield* listFrom(job, definition, begun)
  } catch (error) {
    if (!(error instanceof ListOrderError)) throw error
    // The list turned out not to be in order, so nothing may rely on that: read it again from end to end.
    yield* listFrom(job, definition, { ...beginList(job, begun), ordered: false })
  }
}

async function* listFrom(
  job: Job,
  definition: ObjectDefinition,
  begun: State,
): AsyncGenerator<Page<RecordState>> {
  const { type, name, modifiedProperty } = definition
  const { ordered, ranges } = begun
  const query = { type, properties: [modifiedProperty] }
  const total = (await job.store.counts(job.origin.portalId))[name]?.active
  let state = begun
  for await (const page of walkList(job.hubspot, query, ranges, { ordered })) {
    job.tally.counts.read += page.records.length
    job.tally.counts.unreadable += page.unnamed.length
    const read = state.read + page.records.length
    state = withUnnamed({ ...state, ranges: page.ranges, read }, page.unnamed)
    const last = page.ranges.length === 0
    if (last) state = { ...state, window: null, completeUpTo: begun.window?.to ?? null }
    const changed = await readChanged(job, definition, page.records)
    const left = listed(definition, { ...page, records: [] })
    yield pageOf(together(changed, left), { phase: 'changes', total, next: state, last })
  }
}
