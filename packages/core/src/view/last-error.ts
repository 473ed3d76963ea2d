import type { Json } from '../model.js'
import { keepsHistory } from '../objects/history-selection.js'
import type { MirrorOptions } from '../options.js'
import type { RunRecord } from '../store/store.js'
import { Coverages, coverageOf, ownStreamsOf, unionOf } from '../sync/coverage.js'
import { isGone } from '../sync/gone-types.js'
import { historyOf, isHistoryOpen } from '../sync/history.js'
import type { MirrorState } from '../sync/mirror-state.js'
import { leftInQueue, QUEUE } from '../sync/queue.js'
import type { JobReport, JobStatus } from '../sync/report.js'
import { adviceFor } from './advice.js'

type Defined = Pick<MirrorOptions, 'objects' | 'pairs'>

/** An error, and what to do about it. */
export interface StatusError {
  /** The job that failed, by its name. */
  job: string
  /** What went wrong, as a code to decide by. */
  code: string
  /** What went wrong, in sentences without credentials. */
  message: string
  /** HubSpot's category, if HubSpot answered. */
  category: string | null
  /** The id to give to HubSpot's support, or null. */
  correlationId: string | null
  /** When the run with it ended: ISO-8601 in UTC with milliseconds. */
  at: string
  /** What to do, in a sentence. */
  advice: string
}

/** How a run ended for an object. */
export interface ObjectRun {
  /** The id of the run. */
  id: string
  /** How its job ended that reads the object's records. */
  status: JobStatus
  /** When the run ended: ISO-8601 in UTC with milliseconds. */
  at: string
}

/** The errors that no later run has resolved, of the jobs that these definitions have: the latest of each job, newest first. */
export function openErrors(
  runs: readonly RunRecord[],
  mirror: MirrorState,
  defined: Defined,
): StatusError[] {
  const { objects } = defined
  // A run that finds the queue empty has no job for it, and none for a history that has come with the records.
  const over = new Set(leftInQueue(mirror, objects) === undefined ? [QUEUE] : [])
  for (const object of objects) if (!isHistoryOpen(mirror, object)) over.add(historyOf(object))
  for (const job of jobsElsewhere(mirror, defined)) over.add(job)
  // Nor has any later run a job of a type that is gone.
  const gone = objects.filter((object) => isGone(mirror, object)).map(({ name }) => name)
  const errors: StatusError[] = []
  for (const run of runs)
    for (const [job, report] of Object.entries(jobsOf(run.counts))) {
      if (gone.includes(job.split(':', 1)[0] as string)) continue
      if (report.error && !over.has(job)) errors.push(statusError(job, report, run))
      // The run that it was left to has a report of its own.
      if (report.status === 'skipped') continue
      // If a later run has completed the same job, its error is no longer of interest.
      over.add(job)
    }
  return errors
}

/** The latest of these runs that has read the records of an object, and ended. */
export function lastRunOf(runs: readonly RunRecord[], object: string): ObjectRun | null {
  for (const { id, counts, finishedAt } of runs) {
    const report = jobsOf(counts)[object]
    if (report?.started && finishedAt !== null) return { id, status: report.status, at: finishedAt }
  }
  return null
}

/** The jobs that only other definitions of this mirror have, or had. No run with these definitions can resolve their errors. */
function jobsElsewhere(mirror: MirrorState, { objects, pairs }: Defined): Set<string> {
  const jobs = new Set(ownStreamsOf(unionOf(new Coverages(mirror).known)))
  for (const job of ownStreamsOf(coverageOf(objects, pairs))) jobs.delete(job)
  for (const object of objects) if (!keepsHistory(object)) jobs.add(`${historyOf(object)}:verify`)
  return jobs
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
