import type { ObjectDefinition } from '../objects/define-object.js'
import { keepsHistory } from '../objects/history-selection.js'
import type { Pair } from '../objects/pairs.js'
import type { ReferencePart } from '../objects/reference-parts.js'
import type { MirrorOptions } from '../options.js'
import type { PortalRecord, RunRecord } from '../store/store.js'
import { binIn } from '../sync/bin.js'
import type {
  ComparisonState,
  HistoryState,
  RecordState,
  WalkState,
} from '../sync/checkpoint-states.js'
import { Coverages } from '../sync/coverage.js'
import { addedContent, type DefinitionChanges, staleParts } from '../sync/definition-changes.js'
import { isOwed, lastCensus, lastSweep } from '../sync/due.js'
import { isGone } from '../sync/gone-types.js'
import { historyOf } from '../sync/history.js'
import { readLeases } from '../sync/lease.js'
import { MirrorState } from '../sync/mirror-state.js'
import { countOpenOnce, countPending } from '../sync/pending.js'
import { pinnedPortal } from '../sync/pinned-portal.js'
import { tablesHere } from '../sync/put-tables-in-place.js'
import type { ReferenceState } from '../sync/reference/reference-state.js'
import type { LeftOut } from '../sync/report.js'
import { sweepOf } from '../sync/streams/association-stream.js'
import type { FiltersSeen } from './filters-seen.js'
import { type HistoryStatus, historyStatus } from './history-status.js'
import { lastRunOf, type ObjectRun, openErrors, type StatusError } from './last-error.js'

/** The state of one object. */
export interface ObjectStatus {
  /** Rows of active records. */
  active: number
  /** Rows of records in HubSpot's recycle bin. */
  archived: number
  /**
   * `new`: never read. `backfill`: being read for the first time. `changes`: up to date, except for changes since the
   * last run. `gone`: with `objects: 'all'`, a custom type that HubSpot no longer has. It isn't read any more, and its
   * rows stay.
   */
  phase: 'new' | 'backfill' | 'changes' | 'gone'
  /** Every change up to this moment of HubSpot's clock is in the mirror; null until the backfill is done. */
  completeUpTo: string | null
  /** The progress of the backfill while it is under way. */
  backfill: { read: number; total: number | null } | null
  /**
   * When the last complete reading of the recycle bin began, by HubSpot's clock. A large bin isn't read at every run.
   */
  archivedAt: string | null
  /** When all ids were last compared, by a census or by the backfill. */
  censusAt: string | null
  /** Parts of a change window that are still to be read. */
  openWindows: number
  /** Records that HubSpot left unanswered. The next run asks for them again. */
  unanswered: number
  /** The latest run that read the object's records; null if none of the latest 50 did. */
  lastRun: ObjectRun | null
  /** The latest error of the object's jobs that no later run has resolved, and what to do about it. */
  lastError: StatusError | null
  /** The history of properties. Absent if the definition keeps none. */
  history?: HistoryStatus | undefined
}

/** The state of an object apart from what its runs say. */
type ReadState = Omit<ObjectStatus, 'lastRun' | 'lastError'>

/** What `status()` returns. */
export interface MirrorStatus<Objects = { [object: string]: ObjectStatus }> {
  /** The portal that is mirrored. */
  portal: PortalRecord
  /** By the object's name. */
  objects: Objects
  /**
   * By pair: when all its associations were last read. Null if it needs a sweep, because records were written without
   * it.
   */
  associations: Record<string, { sweptAt: string | null; unanswered: number }>
  /** What lies around the records, by its parts. Those that the mirror is without are absent. */
  reference: { [Part in ReferencePart]?: ReferenceStatus }
  /** The latest run, which may be under way; null before the first. */
  lastRun: RunRecord | null
  /** The latest error that no later run has resolved, of the jobs that these definitions have, and what to do about it. */
  lastError: StatusError | null
  /** Who is at work, by the name of the job: runs of this process and of any other. */
  working: WorkingJob[]
  /**
   * Columns without an index by which lists were filtered since this mirror or reader was made: each such list reads
   * the rows of the whole object. `index: true` on the column helps, once a run has made the index.
   */
  unindexedFilters: UnindexedFilter[]
  /** How the tables differ from the definitions: what the next run adds, what is left stale, and what is refused. */
  definitions: DefinitionChanges
}

/** The state of a part of reference data. */
export interface ReferenceStatus {
  /** When the last complete reading began, by the clock of the machine that made it; null before the first. */
  readAt: string | null
  /** By table: how many rows HubSpot listed then. */
  rows: { [table: string]: number }
  /** What the token may not read, and the scopes that it lacks for that; null if nothing was left out. */
  leftOut: LeftOut | null
}

/** A job that somebody is at. */
export interface WorkingJob {
  /** The name of the job. */
  job: string
  /** The id of the run, or of other work such as `syncQueued()`. */
  run: string
  /** Since when: ISO-8601 in UTC with milliseconds. */
  since: string
  /** When the run last said that it lives, in the same form. */
  heardAt: string
  /** False where it has been silent for over two minutes, and is taken for dead: the next run takes the job. */
  isAlive: boolean
}

/** A column without an index by which a list was filtered. */
export interface UnindexedFilter {
  /** The object's name. */
  object: string
  /** The column, by its camelCase name. */
  column: string
  /** How many rows the object has, active and archived: the most that one such list reads. */
  rows: number
}

/** How many runs are searched for the latest error. */
const RUNS = 50

/** Reads the state of the mirror from the store. HubSpot isn't asked. */
export async function readStatus(
  options: MirrorOptions,
  filters: FiltersSeen,
): Promise<MirrorStatus> {
  const { store, clock, objects, pairs, reference } = options
  const pinned = await store.portals()
  const portal = pinnedPortal(pinned, options.portalId)
  const here = await tablesHere(options, pinned, portal.portalId)
  const { missing } = here
  const mirror = await MirrorState.read({ store, clock, origin: portal })
  const counts = await store.counts(portal.portalId)
  const runs = await store.runs(portal.portalId, { limit: RUNS })
  const errors = openErrors(runs, mirror, { objects, pairs })
  const status: MirrorStatus<Record<string, ReadState>> = {
    portal,
    objects: {},
    associations: {},
    reference: Object.fromEntries(reference.map((part) => [part, referenceStatus(mirror, part)])),
    lastRun: runs[0] ?? null,
    lastError: errors[0] ?? null,
    working: (await readLeases({ store, clock, origin: portal })).map(workingJob),
    unindexedFilters: filters.withoutIndex(objects, missing).map(({ object, column }) => {
      const { active = 0, archived = 0 } = counts[object] ?? {}
      return { object, column, rows: active + archived }
    }),
    definitions: {
      added: addedContent(options, mirror, missing, counts),
      stale: await staleParts(options, pinned, portal.portalId, mirror, here),
      refused: here.changed,
    },
  }
  for (const definition of objects) {
    const { name } = definition
    const isHere = !missing.objects.includes(name)
    const object = isHere ? objectStatus(mirror, definition, objects, counts[name]) : { ...unread }
    if (isHere && keepsHistory(definition))
      object.history = await historyStatus(store, portal.portalId, mirror, definition)
    status.objects[name] = object
  }
  const coverages = new Coverages(mirror)
  for (const pair of pairs)
    status.associations[pair.name] = missing.pairs.includes(pair.name)
      ? { sweptAt: null, unanswered: 0 }
      : pairStatus(mirror, coverages, pair, objects)
  const told = Object.entries(status.objects).map(([name, object]) => {
    const isOwn = ({ job }: StatusError) => job.split(':', 1)[0] === name
    const [lastRun, lastError] = [lastRunOf(runs, name), errors.find(isOwn) ?? null]
    return [name, { ...object, lastRun, lastError }] as const
  })
  return { ...status, objects: Object.fromEntries(told) }
}

function referenceStatus(mirror: MirrorState, part: ReferencePart): ReferenceStatus {
  const state = mirror.of<ReferenceState>(part)
  return {
    readAt: state?.completedAt ?? null,
    rows: state?.rows ?? {},
    // Earlier versions didn't note what it would have been of.
    leftOut: state?.leftOut
      ? { ...state.leftOut, of: state.leftOut.of ?? Object.keys(state.asked) }
      : null,
  }
}

function workingJob({
  job,
  holder,
  startedAt,
  renewedAt,
  isLive,
}: Awaited<ReturnType<typeof readLeases>>[number]): WorkingJob {
  return { job, run: holder, since: startedAt, heardAt: renewedAt, isAlive: isLive }
}

/** The state of an object without a table, whatever the checkpoints of a dropped one say. */
const unread: Readonly<ReadState> = {
  active: 0,
  archived: 0,
  phase: 'new',
  completeUpTo: null,
  backfill: null,
  archivedAt: null,
  censusAt: null,
  openWindows: 0,
  unanswered: 0,
}

function objectStatus(
  mirror: MirrorState,
  definition: ObjectDefinition,
  objects: readonly ObjectDefinition[],
  counts: { active: number; archived: number } | undefined,
): ReadState {
  const { name } = definition
  const state = mirror.of<RecordState>(name)
  const bin = binIn(mirror, definition)
  const census = mirror.of<ComparisonState>(`${name}:census`)
  const walk = keepsHistory(definition) ? mirror.of<HistoryState>(historyOf(definition)) : null
  return {
    active: counts?.active ?? 0,
    archived: counts?.archived ?? 0,
    phase: isGone(mirror, definition) ? 'gone' : (state?.phase ?? 'new'),
    completeUpTo: state?.completeUpTo ?? null,
    backfill:
      state?.phase === 'backfill' ? { read: state.read, total: state.extent?.total ?? null } : null,
    archivedAt: bin?.completedAt ?? null,
    censusAt: lastCensus(state, census),
    openWindows: state?.window?.parts.length ?? 0,
    unanswered: countOpenOnce([state, bin, census, walk], objects),
  }
}

function pairStatus(
  mirror: MirrorState,
  coverages: Coverages,
  pair: Pair,
  objects: readonly ObjectDefinition[],
) {
  const state = mirror.of<WalkState>(sweepOf(pair))
  const last = lastSweep(pair, mirror.of<RecordState>(pair.from.name), state)
  const sweptAt = last && !isOwed(coverages, pair, last) ? last.at : null
  return { sweptAt, unanswered: countPending(state, objects) }
}
