import type { ReportedError } from './errors.js'

/** What happens during a run, enough for a progress bar. */
export type SyncEvent =
  | {
      type: 'run-start'
      /** The run's id, as in `sync_runs`. */
      run: string
      portalId: string
      jobs: readonly string[]
      /** ISO-8601, by this machine's clock. */
      startedAt: string
    }
  | {
      /** The run waits for another that is at one of its jobs, as `wait` says. Told once for each that it waits for. */
      type: 'held'
      job: string
      /** The id of the other run. */
      run: string
      /** Since when that run has had the job: ISO-8601. */
      since: string
    }
  | {
      /** A run starts the job `associations` a second time if it has seen after the first that a label was renamed. */
      type: 'job-start'
      job: string
    }
  | {
      /** An attempt of a call has ended. */
      type: 'call'
      job: string
      method: string
      path: string
      /** The limit of HubSpot's that the call counts under. */
      lane: 'burst' | 'search' | 'associations'
      /** 1 for the first attempt. */
      attempt: number
      /** Absent if no reply came. */
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
       * What the job is doing: `backfill`, `changes`, `archived`, `associations`, `census`, `verify`, `columns` (it
       * fills new columns), or `unanswered` (it asks again for records that HubSpot left unanswered).
       */
      phase: string
      /** Records read by this job in this run. */
      done: number
      /** How many there are to read in this run, if that is known. */
      total?: number | undefined
      /** Requests that the whole run has sent so far. */
      calls: number
      /** The daily limit of the HubSpot account and what is left of it, as it last reported; absent if it doesn't. */
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
      /** The limit of HubSpot's that the call waited for. */
      lane: 'burst' | 'search' | 'associations'
      waitMs: number
    }
  | {
      type: 'job-end'
      job: string
      status: 'complete' | 'partial' | 'failed' | 'skipped'
      reason?: string | undefined
      /** Requests sent, repeated ones included. */
      calls: number
      durationMs: number
      error?: ReportedError | undefined
    }
  | {
      type: 'run-end'
      status: 'complete' | 'partial' | 'failed' | 'busy'
      calls: number
      durationMs: number
      /**
       * By object: the moment of HubSpot's clock up to which every change is in the mirror. Objects that still have to
       * be backfilled are absent.
       */
      completeUpTo: { [object: string]: string }
      warning?: string | undefined
      error?: ReportedError | undefined
    }

/**
 * Listens to the events of a run. An error that it throws ends the run at the next page boundary, and is logged. If it
 * is a `HubsyncError` with code `ABORTED`, its message is the reason in the report.
 */
export type SyncListener = (event: SyncEvent) => void
