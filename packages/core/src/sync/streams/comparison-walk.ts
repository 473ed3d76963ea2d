import { walkChanges } from '../../extract/change-windows.js'
import { hintedExtent } from '../../extract/extent-reader.js'
import { wholeList } from '../../extract/list-range.js'
import { type ListPage, walkList } from '../../extract/list-walk.js'
import { readRecords } from '../../extract/record-reader.js'
import type { HubspotRecord, RecordStatus } from '../../model.js'
import type { ObjectDefinition } from '../../objects/define-object.js'
import type { Claim } from '../../store/store.js'
import type { ComparisonState } from '../checkpoint-states.js'
import type { Job } from '../job.js'
import { nothing, type Position, pageOf } from '../page.js'
import { claimOf } from '../versions.js'
import { addDifferences, isLate } from './differences.js'
import { walkIds } from './id-walk.js'
import { lookInto, type Terms, withoutRemovals } from './look-into.js'
import type { ComparisonPage } from './suspects.js'
import { withUnnamed } from './unnamed.js'

/** Ids of the store that are compared at a time. */
const IDS = 1_000

type State = Position<ComparisonState>

/**
 * Compares a list that shows each id once, in order: each page then shows all ids of its range.
 *
 * @throws `ListOrderError` if a page is out of order.
 */
export async function* compareInOrder(
  job: Job,
  definition: ObjectDefinition,
  begun: State,
  terms: Terms,
): AsyncGenerator<ComparisonPage> {
  const query = listOf(definition, begun)
  const status = statusOf(begun)
  const extent = query.archived ? undefined : hintedExtent(job.hubspot, definition)
  // A failure is thrown with the first page, and must not be unhandled until then.
  extent?.catch(() => {})
  let state = begun
  const ranges = begun.ranges ?? [wholeList]
  for await (const list of walkList(job.hubspot, { ...query, extent }, ranges, { ordered: true })) {
    const { records, covered, unnamed } = list
    job.tally.counts.read += records.length
    job.tally.counts.unreadable += unnamed.length
    state = withUnnamed(state, unnamed)
    const missed = await notMet(job, definition, { records, covered, status })
    const moved = list.ranges.length === 0 ? phaseDone(state) : { ...state, ranges: list.ranges }
    const shown = { records, missed: [...missed, ...list.unanswered], status }
    const page = await comparePage(job, definition, shown, moved, terms)
    state = page.next
    yield { ...page, total: (await extent)?.total }
  }
}

/**
 * Compares a list in which an id may come twice or in any place, so that no page shows all ids of a range. From the
 * list, and from a search for all active records, it takes only records that aren't here. HubSpot is asked by id for
 * those that are here. So each record is compared once, the ids that were met need not be stored, and the comparison
 * can continue at any time.
 */
export async function* compareAsSets(
  job: Job,
  definition: ObjectDefinition,
  begun: State,
  terms: Terms,
): AsyncGenerator<ComparisonPage> {
  const query = listOf(definition, begun)
  const status = statusOf(begun)
  let state = begun
  const ranges = begun.ranges ?? [wholeList]
  for await (const list of walkList(job.hubspot, query, ranges, { ordered: false })) {
    job.tally.counts.unreadable += list.unnamed.length
    const moved = withUnnamed({ ...state, ranges: list.ranges }, list.unnamed)
    state = await withStrangers(job, definition, list.records.map(claimOf), moved)
    yield pageOf(nothing, { phase: terms.phase, next: state })
  }
  if (!query.archived && job.hubspot.endpoints.hasSearch(definition.type))
    for await (const searched of searchAll(job, definition, state)) {
      state = searched
      yield pageOf(nothing, { phase: terms.phase, next: state })
    }
  for await (const { ids, after, last } of walkIds(job, definition, state.after, IDS, status)) {
    const { records } = await readRecords(job.hubspot, { ...query, ids })
    const asked = new Set(ids)
    const own = records.filter(({ id }) => asked.has(id))
    for (const { id } of own) asked.delete(id)
    const moved = last ? phaseDone(state) : { ...state, after }
    const shown = { records: own, missed: [...asked], status }
    const page = await comparePage(job, definition, shown, moved, terms)
    state = page.next
    yield page
  }
}

/** A search for all records finds those that a list out of order has not shown. */
async function* searchAll(
  job: Job,
  definition: ObjectDefinition,
  { unnamed: _, ...begun }: State,
): AsyncGenerator<State> {
  const { parts = [{ from: 1, before: Date.parse(job.hubspotNow()) + 1 }] } = begun
  const { type, modifiedProperty } = definition
  let state: State = begun
  for await (const found of walkChanges(job.hubspot, { type, modifiedProperty }, parts)) {
    const isOver = found.failure !== undefined
    const moved = { ...state, parts: isOver ? [] : found.parts }
    state = await withStrangers(job, definition, found.hits, moved)
    yield isOver ? withUnnamed(state, [wholeList]) : state
  }
}

function listOf({ type, modifiedProperty }: ObjectDefinition, { phase }: State) {
  return { type, properties: [modifiedProperty], archived: phase === 'bin' }
}

function statusOf({ phase }: State): RecordStatus {
  return phase === 'bin' ? 'ARCHIVED' : 'ACTIVE'
}

function phaseDone({ parts: _, ...state }: State): State {
  return {
    ...state,
    ranges: null,
    after: null,
    phase: state.phase === 'bin' ? 'confirm' : 'bin',
  }
}

/**
 * Makes suspects of listed or found records that aren't here in any state. Each is asked for once, however often it is
 * shown.
 */
async function withStrangers(
  job: Job,
  { name }: ObjectDefinition,
  claims: readonly Claim[],
  state: State,
): Promise<State> {
  const differing = await job.differing(name, claims)
  const suspects = new Set(state.suspects)
  for (const { id, stored } of differing) if (!stored) suspects.add(id)
  const compared = state.found.compared + suspects.size - state.suspects.length
  return { ...state, suspects: [...suspects], found: { ...state.found, compared } }
}

/** Records that HubSpot shows, active or in the bin, and ids that are here and that HubSpot doesn't show there. */
interface Shown {
  records: readonly HubspotRecord[]
  missed: readonly string[]
  status: RecordStatus
}

/**
 * Compares what HubSpot shows with the mirror. Records that are here in another state than shown become suspects, as
 * those that weren't met do: so HubSpot is asked for each of them once.
 */
async function comparePage(
  job: Job,
  definition: ObjectDefinition,
  { records, missed, status }: Shown,
  begun: State,
  terms: Terms,
): Promise<ComparisonPage> {
  const differing = await job.differing(definition.name, records.map(claimOf))
  if (terms.repair) job.tally.counts.unchanged += records.length - differing.length
  const elsewhere = differing.filter(({ stored }) => stored && stored.status !== status)
  const suspects = [...begun.suspects, ...elsewhere.map(({ id }) => id), ...missed]
  const { found } = begun
  const compared = { ...found, compared: found.compared + records.length }
  const state: State = { ...begun, suspects: [...new Set(suspects)], found: compared }
  const byId = new Map(records.map((record) => [record.id, record]))
  const here = differing
    .filter((difference) => !elsewhere.includes(difference))
    .map(({ id, stored }) => ({ record: byId.get(id) as HubspotRecord, stored }))
  const now = job.hubspotNow()
  // A record that has changed since the last run is no difference, whatever else HubSpot says about it. It is read only
  // to repair it.
  const late = terms.repair ? [] : here.filter((each) => isLate(each, terms.reach, now))
  const open = here.filter((each) => !late.includes(each)).map(({ record }) => record.id)
  const counted = addDifferences(state, late, terms.reach, { now, next: 0 })
  const next = { ...state, ...counted }
  if (open.length === 0) return pageOf(nothing, { phase: terms.phase, next })
  const look = await lookInto(job, definition, open, next, terms)
  const { unanswered } = look.content
  const content = terms.repair ? withoutRemovals(look.content) : { ...nothing, unanswered }
  return pageOf(content, { phase: terms.phase, next: look.state })
}

/** The ids in the mirror that are in the range of a page and not on the page. */
async function notMet(
  job: Job,
  definition: ObjectDefinition,
  { records, covered, status }: Pick<ListPage, 'records' | 'covered'> & { status: RecordStatus },
): Promise<string[]> {
  const met = new Set(records.map(({ id }) => id))
  const missed: string[] = []
  let after = covered.after === null ? undefined : theOneBefore(covered.after)
  for (;;) {
    const ids = await job.store.ids(job.origin.portalId, definition.name, {
      after,
      upTo: covered.until === null ? undefined : theOneBefore(covered.until),
      limit: IDS,
      status,
    })
    missed.push(...ids.filter((id) => !met.has(id)))
    if (ids.length < IDS) return missed
    after = ids.at(-1)
  }
}

/** A list begins with an id, a range of the store after one. */
function theOneBefore(id: string): string {
  return String(BigInt(id) - 1n)
}
