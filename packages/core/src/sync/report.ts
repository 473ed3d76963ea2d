import { HubspotError, isHubsyncError, type ReportedError } from '../errors.js'
import { harmless } from '../harmless-text.js'
import type { Misfit } from '../map/map-record.js'
import type { SpelledOut } from '../objects/define-object.js'
import type { CommitResult } from '../store/store.js'
import type { Refused } from './checkpoint-states.js'

/** How a job, or a run, ended. Only `complete` means that everything was read. */
export type RunStatus = 'complete' | 'partial' | 'failed'

/** What a job did. */
export interface JobReport {
  /** How it ended: `complete`, `partial` (the next run goes on from there) or `failed`. */
  status: RunStatus
  /** Whether the run came to it at all. */
  started: boolean
  /** Why the job isn't complete. */
  reason?: string | undefined
  /** Records that HubSpot gave; for `associations`, records whose associations were read. */
  read: number
  /** Rows written for the first time; for `associations`, associations. */
  created: number
  /** Rows that were there and have changed. */
  updated: number
  /** Records whose rows were as HubSpot has them, or newer. */
  unchanged: number
  /** Rows whose records were put into HubSpot's recycle bin. */
  archived: number
  /** Archived rows that became active again. */
  restored: number
  /** Rows that left the tables, merged or purged; for `associations`, associations. */
  removed: number
  /** Values that didn't fit their column: null there, whole in `raw`. */
  misfits: number
  /** The first of them, to look at. */
  misfitExamples: Misfit[]
  /** Associations left out because HubSpot doesn't give the record at an end. */
  unlinked: number
  /** Entries of HubSpot's lists whose ids nothing tells. */
  unreadable: number
  /** Requests that it sent, repeated ones included. */
  calls: number
  /** Requests that it sent again. */
  retries: number
  /** How long it took, in milliseconds. */
  durationMs: number
  /** What it failed with. Absent where it didn't fail. */
  error?: ReportedError | undefined
}

/** The reports of jobs, by their names. */
export type JobReports = { [job: string]: JobReport }

/** The reports of the jobs that were named; without names, of all. What isn't about records is in it where it was due. */
export type ReportsOf<Name extends string, Named extends string = never> = SpelledOut<
  [Named] extends [never]
    ? { [Job in Name]: JobReport } & {
        [job: `${string}:archived` | `${string}:census` | `associations${string}`]: JobReport
        [job: `queue${string}`]: JobReport
      }
    : { [Job in Named]: JobReport }
>

/** What a run did. */
export interface RunReport<Jobs = JobReports> {
  /** The number of the portal. */
  portalId: string
  /** The worst of its jobs. */
  status: RunStatus
  /** When it began: ISO-8601 in UTC with milliseconds. */
  startedAt: string
  /** When it ended, in the same form. */
  finishedAt: string
  /** Requests sent, repeated ones included. */
  calls: number
  /** Requests sent again. */
  retries: number
  /** Requests that HubSpot refused for speed. */
  throttled: number
  /** By name: those that were due, or named. */
  jobs: Jobs
  /** What went wrong after the jobs were done, and changes nothing of what they did: older runs or changes that could not be forgotten. */
  warning?: string | undefined
}

const MISFIT_EXAMPLES = 5
/** Room for a sentence of HubSpot's, which was cut before, with ours around it. */
const LONGEST_MESSAGE = 2_000

/** What a job's report counts. */
type JobCounts = Omit<JobReport, 'status' | 'started' | 'reason' | 'durationMs' | 'error'>

/** Counts what a job does, while it does it. */
export class JobTally {
  readonly counts: JobCounts = {
    read: 0,
    created: 0,
    updated: 0,
    unchanged: 0,
    archived: 0,
    restored: 0,
    removed: 0,
    misfits: 0,
    misfitExamples: [],
    unlinked: 0,
    unreadable: 0,
    calls: 0,
    retries: 0,
  }
  /** Requests that HubSpot refused for speed. The report of the run has their sum. */
  throttled = 0
  /** Records that constraints of the user's database refused, with the reason. Work outside of streams is partial because of them. */
  refused: Refused = {}

  addRefused(refused: Refused): void {
    for (const [object, ids] of Object.entries(refused))
      this.refused[object] = { ...this.refused[object], ...ids }
  }

  addMisfits(misfits: readonly Misfit[]): void {
    const { counts } = this
    counts.misfits += misfits.length
    const room = Math.max(0, MISFIT_EXAMPLES - counts.misfitExamples.length)
    for (const misfit of misfits.slice(0, room))
      counts.misfitExamples.push({ ...misfit, value: harmless(misfit.value) })
  }

  /** Rows of `object`; records of other objects that came along as ends of associations aren't this job's. */
  addRows(object: string, { rows, associations }: CommitResult): void {
    const { counts } = this
    const written = rows[object]
    if (written) {
      counts.created += written.created
      counts.updated += written.updated
      counts.unchanged += written.unchanged + written.stale
      counts.archived += written.archived
      counts.restored += written.restored
      counts.removed += written.removed
    }
    counts.unlinked += associations.unlinked
  }

  addAssociations({ associations }: CommitResult): void {
    const { counts } = this
    counts.created += associations.added
    counts.removed += associations.removed
    counts.unlinked += associations.unlinked
  }

  report(
    status: RunStatus,
    durationMs: number,
    reason?: string,
    error?: unknown,
  ): Omit<JobReport, 'started'> {
    const report: Omit<JobReport, 'started'> = { status, ...this.counts, durationMs }
    if (reason !== undefined) report.reason = reason
    if (error !== undefined) report.error = reportError(error)
    return report
  }
}

/** The worst of several. */
export function worstStatus(statuses: readonly RunStatus[]): RunStatus {
  if (statuses.includes('failed')) return 'failed'
  return statuses.includes('partial') ? 'partial' : 'complete'
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
