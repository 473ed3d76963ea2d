import type { Json } from '../model.js'
import type { ObjectDefinition } from '../objects/define-object.js'
import type { Pair } from '../objects/pairs.js'
import type { MirrorOptions } from '../options.js'
import type { PortalRecord, RunRecord } from '../store/store.js'
import { binIn } from '../sync/bin.js'
import type { ComparisonState, RecordState, WalkState } from '../sync/checkpoint-states.js'
import { Coverages } from '../sync/coverage.js'
import { isOwed, lastCensus, lastSweep } from '../sync/due.js'
import { MirrorState } from '../sync/mirror-state.js'
import { countOpenOnce, countPending } from '../sync/pending.js'
import { pinnedPortal } from '../sync/pinned-portal.js'
import { missingTables } from '../sync/put-tables-in-place.js'
import { leftInQueue, QUEUE } from '../sync/queue.js'
import type { JobReport } from '../sync/report.js'
import { sweepOf } from '../sync/streams/association-stream.js'
import { adviceFor } from './advice.js'

/** How one object stands. */
export interface ObjectStatus {
  /** Rows here. */
  active: number
  /** Rows here of records in HubSpot's recycle bin. */
  archived: number
  /** `new`: never read; `backfill`: being read for the first time; `changes`: up to date, but for what has changed since the last run. */
  phase: 'new' | 'backfill' | 'changes'
  /** Every change up to this moment of HubSpot's clock is here; null until the backfill is done. */
  completeUpTo: string | null
  /** How far the backfill has come, while it goes on. */
  backfill: { read: number; total: number | null } | null
  /** As of when the recycle bin was last read whole, by HubSpot's clock. A large one isn't read at every run. */
  archivedAt: string | null
  /** When all ids were last compared: by a census, or by the backfill. */
  censusAt: string | null
  /** Parts of a change window that are still to be read. */
  openWindows: number
  /** Records that HubSpot left unanswered, and that are asked for again. */
  unanswered: number
}

/** What `status()` tells. */
export interface MirrorStatus<Objects = { [object: string]: ObjectStatus }> {
  /** The portal that is mirrored. */
  portal: PortalRecord
  /** By the object's name. */
  objects: Objects
  /** By pair: when all its associations were last read; null while it is owed a sweep, since records were written without it. */
  associations: Record<string, { sweptAt: string | null; unanswered: number }>
  /** The latest run, be it under way; null before the first. */
  lastRun: RunRecord | null
  /** The latest error that no later run has got over, and what to do about it. */
  lastError: StatusError | null
}

/** An error, and what to do about it. */
export interface StatusError {
  /** The job that failed, by its name. */
  job: string
  /** What went wrong, as a word to decide by. */
  code: string
  /** What went wrong, in sentences without credentials. */
  message: string
  /** HubSpot's category, where HubSpot answered. */
  category: string | null
  /** The id to give to HubSpot's support, or null. */
  correlationId: string | null
  /** When the run with it ended: ISO-8601 in UTC with milliseconds. */
  at: string
  /** What to do, in a sentence. */
  advice: string
}

/** How many runs are looked through for the latest error. */
const RUNS = 50

/** How the mirror stands, from the store alone: HubSpot isn't asked. */
export async function readStatus(options: MirrorOptions): Promise<MirrorStatus> {
  const { store, clock, objects, pairs } = options
  const pinned = await store.portals()
  const portal = pinnedPortal(pinned, options.portalId)
  const missing = await missingTables(options, pinned)
  const mirror = await MirrorState.read({ store, clock, origin: portal })
  const counts = await store.counts(portal.portalId)
  const runs = await store.runs(portal.portalId, { limit: RUNS })
  const status: MirrorStatus = {
    portal,
    objects: {},
    associations: {},
    lastRun: runs[0] ?? null,
    lastError: lastErrorOf(runs, mirror, objects),
  }
  for (const definition of objects)
    status.objects[definition.name] = missing.objects.includes(definition.name)
      ? unread
      : objectStatus(mirror, definition, objects, counts[definition.name])
  const coverages = new Coverages(mirror)
  for (const pair of pairs)
    status.associations[pair.name] = missing.pairs.includes(pair.name)
      ? { sweptAt: null, unanswered: 0 }
      : pairStatus(mirror, coverages, pair, objects)
  return status
}

/** How an object stands whose table isn't there, whatever its checkpoints say of one that was dropped. */
const unread: Readonly<ObjectStatus> = {
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
  { name }: ObjectDefinition,
  objects: readonly ObjectDefinition[],
  counts: { active: number; archived: number } | undefined,
): ObjectStatus {
  const state = mirror.of<RecordState>(name)
  const bin = binIn(mirror, { name })
  const census = mirror.of<ComparisonState>(`${name}:census`)
  return {
    active: counts?.active ?? 0,
    archived: counts?.archived ?? 0,
    phase: state?.phase ?? 'new',
    completeUpTo: state?.completeUpTo ?? null,
    backfill:
      state?.phase === 'backfill' ? { read: state.read, total: state.extent?.total ?? null } : null,
    archivedAt: bin?.completedAt ?? null,
    censusAt: lastCensus(state, census),
    openWindows: state?.window?.parts.length ?? 0,
    unanswered: countOpenOnce([state, bin, census], objects),
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

/** The latest error that no later run has got over. */
function lastErrorOf(
  runs: readonly RunRecord[],
  mirror: MirrorState,
  objects: readonly ObjectDefinition[],
): StatusError | null {
  // The queue has no job in a run that finds it empty.
  const over = new Set(leftInQueue(mirror, objects) === undefined ? [QUEUE] : [])
  for (const run of runs)
    for (const [job, report] of Object.entries(jobsOf(run.counts))) {
      if (report.error && !over.has(job)) return statusError(job, report, run)
      // What a later run of the same job has been through with is no error to act upon.
      over.add(job)
    }
  return null
}

function jobsOf(counts: Json): Record<string, JobReport> {
  return (counts ?? {}) as unknown as Record<string, JobReport>
}

function statusError(job: string, { error }: JobReport, run: RunRecord): StatusError {
  const { code = 'UNEXPECTED', message = '', category, correlationId, requiredScopes } = error ?? {}
  return {
    job,
    code,
    message,
    category: category ?? null,
    correlationId: correlationId ?? null,
    at: run.finishedAt ?? run.startedAt,
    advice: adviceFor(code, requiredScopes ?? []),
  }
}
