import type { Json } from '../model.js'
import type { ObjectDefinition } from '../objects/define-object.js'
import type { Pair } from '../objects/pairs.js'
import type { MirrorOptions } from '../options.js'
import type { PortalRecord, RunRecord } from '../store/store.js'
import { binState } from '../sync/bin.js'
import { openCheckpoint } from '../sync/checkpoint.js'
import type { ComparisonState, RecordState, WalkState } from '../sync/checkpoint-states.js'
import { Coverages } from '../sync/coverage.js'
import { isOwed, lastCensus, lastSweep } from '../sync/due.js'
import type { Job } from '../sync/job.js'
import { countOpen, countPending } from '../sync/pending.js'
import { pinnedPortal } from '../sync/pinned-portal.js'
import { missingTables } from '../sync/put-tables-in-place.js'
import { leftInQueue, QUEUE } from '../sync/queue.js'
import type { JobReport } from '../sync/report.js'
import { adviceFor } from './advice.js'

/** How one object stands. */
export interface ObjectStatus {
  /** Rows here. */
  active: number
  archived: number
  /** `new`: never read; `backfill`: being read for the first time; `changes`: kept up with. */
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
export interface MirrorStatus {
  portal: PortalRecord
  objects: Record<string, ObjectStatus>
  /** By pair: when all its associations were last read; null while it is owed a sweep, since records were written without it. */
  associations: Record<string, { sweptAt: string | null; unanswered: number }>
  lastRun: RunRecord | null
  /** The latest error that no later run has got over, and what to do about it. */
  lastError: StatusError | null
}

/** An error, and what to do about it. */
export interface StatusError {
  job: string
  code: string
  message: string
  /** HubSpot's category, where HubSpot answered. */
  category: string | null
  correlationId: string | null
  at: string
  /** What to do, in a sentence. */
  advice: string
}

/** How many runs are looked through for the latest error. */
const RUNS = 50

/** How the mirror stands, from the store alone: HubSpot isn't asked. */
export async function readStatus(options: MirrorOptions): Promise<MirrorStatus> {
  const { store, clock, objects, pairs } = options
  const portal = await pinnedPortal(options)
  const missing = await missingTables(options)
  const place = { store, clock, origin: portal }
  const counts = await store.counts(portal.portalId)
  const status: MirrorStatus = {
    portal,
    objects: {},
    associations: {},
    ...(await readRuns(place, objects)),
  }
  for (const definition of objects)
    status.objects[definition.name] = missing.objects.includes(definition.name)
      ? unread
      : await objectStatus(place, definition, objects, counts[definition.name])
  const coverages = await Coverages.read(place)
  for (const pair of pairs)
    status.associations[pair.name] = missing.pairs.includes(pair.name)
      ? { sweptAt: null, unanswered: 0 }
      : await pairStatus(place, coverages, pair, objects)
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

type Place = Parameters<typeof openCheckpoint>[0]

async function objectStatus(
  place: Place,
  { name }: ObjectDefinition,
  objects: readonly ObjectDefinition[],
  counts: { active: number; archived: number } | undefined,
): Promise<ObjectStatus> {
  const { state } = await openCheckpoint<RecordState>(place, name)
  const bin = await binState(place, { name })
  const { state: census } = await openCheckpoint<ComparisonState>(place, `${name}:census`)
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
    unanswered: [state, bin, census].reduce((sum, each) => sum + countOpen(each, objects), 0),
  }
}

async function pairStatus(
  place: Place,
  coverages: Coverages,
  pair: Pair,
  objects: readonly ObjectDefinition[],
) {
  const { state: records } = await openCheckpoint<RecordState>(place, pair.from.name)
  const { state } = await openCheckpoint<WalkState>(place, `associations:${pair.name}`)
  const last = lastSweep(pair, records, state)
  const sweptAt = last && !(await isOwed(coverages, pair, last)) ? last.at : null
  return { sweptAt, unanswered: countPending(state, objects) }
}

async function readRuns(
  place: Pick<Job, 'store' | 'clock' | 'origin'>,
  objects: readonly ObjectDefinition[],
): Promise<Pick<MirrorStatus, 'lastRun' | 'lastError'>> {
  const runs = await place.store.runs(place.origin.portalId, { limit: RUNS })
  // The queue has no job in a run that finds it empty.
  const over = new Set((await leftInQueue({ ...place, objects })) === undefined ? [QUEUE] : [])
  let lastError: StatusError | null = null
  for (const run of runs) {
    for (const [job, report] of Object.entries(jobsOf(run.counts))) {
      if (report.error && !over.has(job)) lastError ??= statusError(job, report, run)
      // What a later run of the same job has been through with is no error to act upon.
      over.add(job)
    }
    if (lastError) break
  }
  return { lastRun: runs[0] ?? null, lastError }
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
