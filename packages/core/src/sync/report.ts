import { HubspotError, isHubsyncError, type ReportedError } from '../errors.js'
import { harmless } from '../harmless-text.js'
import type { UnsettledHistory } from '../map/map-history.js'
import type { Misfit } from '../map/map-record.js'
import type { HistoryGap } from '../model.js'
import type { SpelledOut } from '../objects/define-object.js'
import type { ReferencePart } from '../objects/reference-parts.js'

/** How a job ended. Only `complete` means that everything was read. `skipped`: it was left to a run that is at it. */
export type JobStatus = 'complete' | 'partial' | 'failed' | 'skipped'

/**
 * How a run ended. Only `complete` means that everything was read. `busy`: everything that was due was left to other
 * runs.
 */
export type RunStatus = 'complete' | 'partial' | 'failed' | 'busy'

/** Who is at a job. */
export interface JobHolder {
  /** The id of the run. */
  run: string
  /** Since when: ISO-8601 in UTC with milliseconds. */
  since: string
}

/** What was left out of reference data because the token may not read it. */
export type LeftOut = {
  /** The names of what it would have been of: objects, pairs, `owners` or `object_types`. */
  of: string[]
  /** The scopes that the token lacks for that. */
  scopes: string[]
  /** The first refusal, and what to do about it. */
  message: string
}

/** What a job did. */
export interface JobReport {
  /** How it ended: `complete`, `partial` (the next run continues), `failed`, or `skipped` (another run is at it). */
  status: JobStatus
  /** Whether the run started the job. */
  started: boolean
  /** Why the job isn't complete. */
  reason?: string | undefined
  /** Records that HubSpot returned; for `associations`, records whose associations were read. */
  read: number
  /** Rows written for the first time; for `associations`, associations. */
  created: number
  /** Existing rows that have changed. */
  updated: number
  /** Records whose rows were the same as in HubSpot, or newer. */
  unchanged: number
  /** Rows whose records were put into HubSpot's recycle bin. */
  archived: number
  /** Archived rows that became active again. */
  restored: number
  /** Rows that were deleted because their records were merged or purged; for `associations`, associations. */
  removed: number
  /** Values that didn't fit their columns: the column is null, and `raw` has the value. */
  misfits: number
  /** The first of these misfits. */
  misfitExamples: Misfit[]
  /** Associations left out because HubSpot doesn't return the record at one end. */
  unlinked: number
  /** Entries of HubSpot's lists whose ids are unknown. */
  unreadable: number
  /** What was read of the history of properties. Absent if no history was. */
  history?: HistoryReport | undefined
  /** Requests sent, repeated ones included. */
  calls: number
  /** Requests sent again. */
  retries: number
  /** How long it took, in milliseconds. */
  durationMs: number
  /** The error that it failed with. Absent if it didn't fail. */
  error?: ReportedError | undefined
  /**
   * What was left out because the token lacks scopes, where nobody asked for it by name. It doesn't make the job less
   * than complete. Absent if nothing was.
   */
  leftOut?: LeftOut | undefined
  /** Whom it was left to, where it was skipped. Absent where that run has ended by now. */
  heldBy?: JobHolder | undefined
}

/** A stretch of time in which a property of a record may have had other values. */
export interface FoundGap extends Pick<HistoryGap, 'property' | 'after' | 'before'> {
  /** The object's name. */
  object: string
  /** HubSpot's id of the record. */
  id: string
}

/** What a job read of the history of properties. */
export interface HistoryReport {
  /** Values that were not here yet. */
  added: number
  /**
   * Stretches of time in which a property may have had other values: HubSpot had dropped them before they were read. The
   * tables `<object>_history_gaps` have all of them.
   */
  gaps: number
  /** The first of these stretches. */
  gapExamples: FoundGap[]
  /** Stretches whose values were read after all. */
  filled: number
  /** Of the values that were added: those that share record, property and moment with another. None is lost. */
  tied: number
  /** Entries without a moment. Nothing is known about when they were set, so they are left out. */
  undated: number
  /**
   * Histories whose newest entry isn't the value of their property, though the record was read three times. They are
   * stored as they came.
   */
  unsettled: number
  /** The first of these histories. */
  unsettledExamples: UnsettledHistory[]
}

/** The reports of jobs, by their names. */
export type JobReports = { [job: string]: JobReport }

/**
 * The reports of the jobs that were named; without names, of all jobs. Jobs that aren't the reading of an object's
 * records are there if they were due.
 */
export type ReportsOf<
  Name extends string,
  Named extends string = never,
  Historied extends string = Name,
> = SpelledOut<
  [Named] extends [never]
    ? { [Job in Name]: JobReport } & {
        [Job in `${Historied}:history${string}`]: JobReport
      } & {
        [job: `${string}:archived` | `${string}:census` | `associations${string}`]: JobReport
        [job: `queue${string}` | `${ReferencePart}${string}`]: JobReport
      }
    : { [Job in Named]: JobReport }
>

/** What a run did. */
export interface RunReport<Jobs = JobReports> {
  /** The number of the portal. */
  portalId: string
  /** The worst of its jobs: with some of them skipped `partial` at best, and `busy` with all of them skipped. */
  status: RunStatus
  /** When it began: ISO-8601 in UTC with milliseconds. */
  startedAt: string
  /** When it ended, in the same form. */
  finishedAt: string
  /** Requests sent, repeated ones included. */
  calls: number
  /** Requests sent again. */
  retries: number
  /** Requests that HubSpot's rate limit refused. */
  throttled: number
  /** The reports of the jobs that were due, or named, by name. */
  jobs: Jobs
  /** A problem after the jobs were done, which doesn't affect them: older runs or changes could not be deleted. */
  warning?: string | undefined
}

/** Most examples of misfits, and of histories that don't match. */
export const EXAMPLES = 5
/** Enough for a sentence of HubSpot's, which is already shortened, and ours around it. */
const LONGEST_MESSAGE = 2_000

/** What is added up if a run does a job twice. */
const sums = [
  ...(['read', 'created', 'updated', 'unchanged', 'archived', 'restored', 'removed'] as const),
  ...(['misfits', 'unlinked', 'unreadable', 'calls', 'retries', 'durationMs'] as const),
]

/** The report of a job that a run has done twice: what both did, and how the worse one ended. */
export function reportOfBoth(first: JobReport, second: JobReport): JobReport {
  const both = { ...(first.status === 'complete' ? second : first) }
  for (const name of sums) both[name] = first[name] + second[name]
  const misfits = [...first.misfitExamples, ...second.misfitExamples]
  return {
    ...both,
    started: first.started || second.started,
    misfitExamples: misfits.slice(0, EXAMPLES),
    ...historyOfBoth(first.history, second.history),
  }
}

function historyOfBoth(
  first: HistoryReport | undefined,
  second: HistoryReport | undefined,
): Pick<JobReport, 'history'> {
  const [one, other] = [first ?? second, first && second]
  if (!one || !other) return one ? { history: one } : {}
  const sum = { ...one }
  for (const name of ['added', 'gaps', 'filled', 'tied', 'undated', 'unsettled'] as const)
    sum[name] += other[name]
  sum.gapExamples = [...one.gapExamples, ...other.gapExamples].slice(0, EXAMPLES)
  const unsettled = [...one.unsettledExamples, ...other.unsettledExamples]
  return { history: { ...sum, unsettledExamples: unsettled.slice(0, EXAMPLES) } }
}

/**
 * The status of a run with these jobs. A run whose jobs were taken over after it had begun them isn't busy: it did
 * something.
 */
export function statusOfRun(jobs: readonly Pick<JobReport, 'status' | 'started'>[]): RunStatus {
  if (jobs.some(({ status }) => status === 'failed')) return 'failed'
  const isLeft = jobs.every(({ status, started }) => status === 'skipped' && !started)
  if (isLeft && jobs.length > 0) return 'busy'
  return jobs.every(({ status }) => status === 'complete') ? 'complete' : 'partial'
}

export function reportError(error: unknown): ReportedError {
  const message = harmless(error instanceof Error ? error.message : String(error), LONGEST_MESSAGE)
  if (!isHubsyncError(error)) return { code: 'UNEXPECTED', message }
  if (!(error instanceof HubspotError)) return { code: error.code, message }
  const { code, category, correlationId, requiredScopes } = error
  return {
    code,
    message,
    ...(category === undefined ? {} : { category }),
    ...(correlationId === undefined ? {} : { correlationId }),
    ...(requiredScopes.length === 0 ? {} : { requiredScopes }),
  }
}
