import type { ReportedError } from './errors.js'

/** What a run tells while it goes on, enough for a progress bar. */
export type SyncEvent =
  | {
      type: 'run-start'
      /** The run's id, under which it is in `sync_runs`. */
      run: string
      portalId: string
      jobs: readonly string[]
      /** ISO-8601, by this machine's clock. */
      startedAt: string
    }
  | { type: 'job-start'; job: string }
  | {
      /** An attempt of a call has ended. */
      type: 'call'
      job: string
      method: string
      path: string
      /** Which of HubSpot's limits the call is counted under. */
      lane: 'burst' | 'search' | 'associations'
      /** 1 for the first attempt. */
      attempt: number
      /** Left out where no reply came. */
      status?: number | undefined
      /** The id to give to HubSpot's support. */
      correlationId?: string | undefined
      /** Moments in milliseconds since 1970. */
      sentAt: number
      endedAt: number
    }
  | {
      type: 'page'
      job: string
      /**
       * What the job is doing: `backfill`, `changes`, `archived`, `associations`, `census`, `verify`, `columns` while it fills those
       * that the definition has got, or `unanswered` while it asks again for what HubSpot left unanswered.
       */
      phase: string
      /** Records read by this job in this run. */
      done: number
      /** How many there are to read in this run, where that is known. */
      total?: number | undefined
      /** Requests that the whole run has sent so far. */
      calls: number
      /** The day's calls of the HubSpot account as it last reported them; left out where it doesn't. */
      daily?: { limit: number; remaining: number } | undefined
    }
  | {
      type: 'commit'
      job: string
      created: number
      updated: number
      unchanged: number
      archived: number
      removed: number
      /** Associations added and removed. */
      associations: { added: number; removed: number }
    }
  | { type: 'retry'; job: string; call: string; attempt: number; waitMs: number; reason: string }
  | {
      type: 'wait'
      job: string
      /** Which of HubSpot's limits the call waited for. */
      lane: 'burst' | 'search' | 'associations'
      waitMs: number
    }
  | {
      type: 'job-end'
      job: string
      status: 'complete' | 'partial' | 'failed'
      reason?: string | undefined
      /** Requests sent, repeated ones included. */
      calls: number
      durationMs: number
      error?: ReportedError | undefined
    }
  | {
      type: 'run-end'
      status: 'complete' | 'partial' | 'failed'
      calls: number
      durationMs: number
      /** By object: the moment of HubSpot's clock up to which every change is here. Those that are still to be backfilled are left out. */
      completeUpTo: { [object: string]: string }
      warning?: string | undefined
      error?: ReportedError | undefined
    }

/**
 * Hears the events of a run. What it throws ends the run at the next page boundary, and goes to the log; the message of a `HubsyncError`
 * with code `ABORTED` is the reason in the report.
 */
export type SyncListener = (event: SyncEvent) => void
