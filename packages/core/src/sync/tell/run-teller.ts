import type { CallObserver } from '../../client/hubspot-client.js'
import { correlationIdOf } from '../../client/refusal.js'
import { isHubsyncError } from '../../errors.js'
import type { SyncEvent, SyncListener } from '../../events.js'
import { harmless } from '../../harmless-text.js'
import type { Logger } from '../../options.js'
import type { JobReport, JobTally, ReportedError, RunReport } from '../report.js'
import { loadTelemetry, type RunTelemetry, silentRun } from './telemetry.js'

/** Tells what a run does: to its listener, to the logger, and to OpenTelemetry where the host has it. */
export class RunTeller {
  readonly #logger: Logger | undefined
  readonly #listener: SyncListener | undefined
  #telemetry: RunTelemetry = silentRun
  #run: { run?: string; portal?: string } = {}
  #complaint: string | undefined

  constructor(logger: Logger | undefined, listener: SyncListener | undefined) {
    this.#logger = logger
    this.#listener = listener
  }

  /** What the listener threw: the run ends at the next page boundary, and what is committed stays. */
  get complaint(): string | undefined {
    return this.#complaint
  }

  async begin(run: string, portal: string, jobs: readonly string[]): Promise<void> {
    this.#run = { run, portal }
    this.#telemetry = (await loadTelemetry()).run({
      'hubsync.run_id': run,
      'hubsync.portal_id': portal,
      'hubsync.jobs': [...jobs],
    })
    this.#logger?.info({ ...this.#run, jobs }, 'run started')
  }

  /** Whether anybody wants to know figures that have to be looked up. */
  get measures(): boolean {
    return this.#telemetry !== silentRun
  }

  /** How far an object is behind HubSpot, in milliseconds. */
  lag(object: string, ms: number): void {
    this.#telemetry.lag(object, ms)
  }

  /** Counts the calls of a job in its tally, and tells of them. */
  observer(job: string, tally: JobTally): CallObserver {
    return {
      call: () => {
        tally.counts.calls++
      },
      answered: ({ method, path, lane }, { attempt, reply, sentAt, endedAt }) => {
        const status = reply?.status
        const ms = endedAt - sentAt
        this.#telemetry.call(job, { method, path, lane, attempt, status, sentAt, endedAt })
        const correlationId = reply && correlationIdOf(reply)
        const call = `${method} ${path}`
        this.#logger?.debug(
          { ...this.#run, job, call, attempt, status, ms, correlationId },
          'call answered',
        )
      },
      retry: ({ method, path }, { attempt, waitMs, throttled, why }) => {
        tally.counts.retries++
        if (throttled) tally.throttled++
        const call = `${method} ${path}`
        this.emit({ type: 'retry', job, call, attempt, waitMs, reason: why })
        this.#logger?.warn({ ...this.#run, job, call, attempt, waitMs }, `call repeated: ${why}`)
      },
      wait: ({ lane }, waitMs) => this.emit({ type: 'wait', job, lane, waitMs }),
    }
  }

  /** Does the work of a job, as a span of the run. */
  job<T>(name: string, work: () => Promise<T>): Promise<T> {
    return this.#telemetry.job(name, work)
  }

  emit(event: SyncEvent): void {
    this.#telemetry.event(event)
    try {
      this.#listener?.(event)
    } catch (error) {
      if (this.#complaint !== undefined) return
      const message = harmless(error instanceof Error ? error.message : String(error))
      if (isHubsyncError(error) && error.code === 'ABORTED') {
        this.#complaint = message
        return
      }
      // Reports are read by people who are not to see what the host's own code says.
      this.#complaint = '`onEvent` threw an error, which ended the run. The log has the error.'
      this.#logger?.error(this.#run, `\`onEvent\` threw an error: ${message}`)
    }
  }

  jobEnds(job: string, { status, reason, calls, durationMs, error }: JobReport): void {
    const { code, category, correlationId } = error ?? {}
    this.#logger?.[status === 'failed' ? 'error' : 'info'](
      {
        ...this.#run,
        job,
        status,
        reason,
        calls,
        ms: durationMs,
        code,
        category,
        correlationId,
      },
      `${job}: ${status}`,
    )
    this.emit({ type: 'job-end', job, status, reason })
  }

  end({ status, calls, startedAt, finishedAt, warning }: RunReport, error?: ReportedError): void {
    if (warning !== undefined) this.#logger?.warn(this.#run, warning)
    const durationMs = Date.parse(finishedAt) - Date.parse(startedAt)
    this.#telemetry.end({ status, calls, durationMs, message: error?.message })
    this.#logger?.[status === 'failed' ? 'error' : 'info'](
      { ...this.#run, status, calls, ms: durationMs },
      `run ${status}`,
    )
  }
}
