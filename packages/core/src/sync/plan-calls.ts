import {
  ASSOCIATION_INPUTS,
  batchSize,
  fitsInUrl,
  LIST_PAGE,
  pageSize,
} from '../client/endpoints.js'
import type { ObjectDefinition } from '../objects/define-object.js'
import type { Pair } from '../objects/pairs.js'
import type { ReferencePart } from '../objects/reference-parts.js'
import type { ResolvedOptions } from '../options.js'
import type { PortalRecord, Store } from '../store/store.js'
import { binIn, binOf, hasBin } from './bin.js'
import type { HistoryState, RecordState } from './checkpoint-states.js'
import { historyLacking, historyOf } from './history.js'
import type { Wanted } from './job.js'
import { MirrorState } from './mirror-state.js'
import { planRun } from './plan-run.js'
import { tablesHere } from './put-tables-in-place.js'
import { callsToRead } from './reference/parts.js'
import type { ReferenceState } from './reference/reference-state.js'
import type { RunContext } from './run-context.js'
import { isListDue } from './streams/relisting.js'
import { sweepsToMake } from './sweeps.js'

/** Asking how many records there are, before a backfill and a census. */
const EXTENT_CALLS = 1
/** Asking what has changed, where not much has. */
const CHANGE_CALLS = 1

/** What the next run without names does to a mirror that is there. */
export interface Due {
  mirror: MirrorState
  /** The number of rows by object. */
  counts: Awaited<ReturnType<Store['counts']>>
  /** The names of its jobs. */
  jobs: ReadonlySet<string>
  /** The names of the objects whose list is due, in case HubSpot can't search them. */
  lists: ReadonlySet<string>
  /** The pairs that it sweeps. */
  sweeps: readonly Pair[]
}

/** What is due now, by the mirror. */
export async function dueNow(
  context: RunContext,
  options: ResolvedOptions,
  pinned: readonly PortalRecord[],
): Promise<Due> {
  const { store, origin } = context.place
  const mirror = await MirrorState.read(context.place)
  const [lastRun] = await store.runs(origin.portalId, { limit: 1 })
  // Without rows: an object that is new in the definitions has no table to count yet.
  const known = { mirror, counts: {}, lastRun, hubspotNow: context.hubspotNow() }
  const phases = planRun(known, options, { jobs: undefined, sliced: false })
  const jobs = phases.flatMap((phase) => [...phase.jobs, ...phase.aside])
  const isList = ({ name }: ObjectDefinition) => {
    const state = mirror.of<RecordState>(name)
    return state !== null && isListDue(state, known.hubspotNow)
  }
  await tablesHere(options, pinned, origin.portalId)
  return {
    mirror,
    counts: await store.counts(origin.portalId),
    jobs: new Set(jobs.map(({ name }) => name)),
    lists: new Set(options.objects.filter(isList).map(({ name }) => name)),
    sweeps: sweepsToMake(mirror, options, false, false).map(({ pair }) => pair),
  }
}

/**
 * The calls that the next run makes for one object.
 *
 * @param due - left out before the first run.
 */
export function callsOf(
  definition: ObjectDefinition,
  rows: number,
  { properties, history }: Wanted,
  options: ResolvedOptions,
  due: Due | undefined,
  isSearched: boolean,
) {
  const records = due?.mirror.of<RecordState>(definition.name)
  const isBackfilled = records?.phase === 'changes'
  const inUrl = fitsInUrl(properties, history)
  const rowsLeft = isBackfilled ? 0 : Math.max(0, rows - (records?.read ?? 0))
  const pairsToRead = isBackfilled ? due?.sweeps : options.pairs
  const pairs = pairsToRead?.filter(({ from }) => from === definition) ?? []
  const ends = isBackfilled ? rows : rowsLeft
  const binCalls = (due && binIn(due.mirror, definition)?.calls) ?? null
  const isBinDue = due ? due.jobs.has(binOf(definition)) : hasBin(definition)
  const isCensusDue = due?.jobs.has(`${definition.name}:census`)
  const extentCalls = isSearched ? EXTENT_CALLS : 0
  // A backfill that isn't over has no list of changes to read after it.
  const isListed = isBackfilled && (due?.lists.has(definition.name) ?? false)
  const changeCalls = isSearched ? CHANGE_CALLS : isListed ? pagesOf(rows) : 0
  return {
    rowsLeft,
    listCalls: isBackfilled ? 0 : pagesOf(rowsLeft, inUrl ? pageSize(history) : LIST_PAGE),
    batchReadCalls: inUrl ? 0 : Math.ceil(rowsLeft / batchSize(history)),
    historyCalls: historyCallsOf(definition, { properties, history }, due),
    associationCalls: pairs.length * Math.ceil(ends / ASSOCIATION_INPUTS),
    otherCalls:
      changeCalls +
      (isBackfilled ? 0 : extentCalls) +
      (isBinDue ? (binCalls ?? 1) : 0) +
      (isCensusDue ? extentCalls + pagesOf(rows) : 0),
    binCalls,
  }
}

/**
 * The calls that the next run makes for what lies around the records.
 *
 * @param due - left out before the first run.
 */
export function referenceCallsOf(options: ResolvedOptions, due: Due | undefined): number {
  const parts = options.reference.filter((part) => !due || due.jobs.has(part))
  const callsOf = (part: ReferencePart) =>
    due?.mirror.of<ReferenceState>(part)?.calls ?? callsToRead(part, options)
  return parts.reduce((sum, part) => sum + callsOf(part), 0)
}

/** The calls that read the history of records that are here, active or archived, as far as it is lacking. */
function historyCallsOf(
  definition: ObjectDefinition,
  { history }: Wanted,
  due: Due | undefined,
): number {
  if (!due || history.length === 0) return 0
  const { mirror, counts } = due
  const walk = mirror.of<HistoryState>(historyOf(definition))
  const asked = definition.history === 'all' ? history : definition.history
  const isLacking = historyLacking(mirror, definition, asked).length > 0
  if (!isLacking || mirror.of<RecordState>(definition.name)?.phase !== 'changes') return 0
  const { active = 0, archived = 0 } = counts[definition.name] ?? {}
  // A walk that goes on is priced as a new one: how many rows it has met isn't noted.
  const size = batchSize(history)
  return Math.ceil((walk?.inBin ? 0 : active) / size) + Math.ceil(archived / size)
}

/** A list without records is a page too. */
function pagesOf(rows: number, size = LIST_PAGE): number {
  return Math.max(1, Math.ceil(rows / size))
}
