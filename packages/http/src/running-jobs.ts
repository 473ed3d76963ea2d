import { randomUUID } from 'node:crypto'
import {
  followProgress,
  type HubspotSync,
  isHubsyncError,
  type JobProgress,
  type RunReport,
} from '@hubsync/core'
import { Problem } from './problem.js'
import { type Run, runOfReport, toldError } from './runs.js'

/** How many ended runs are kept in memory. The store may not have them yet, or never, if they failed at once. */
const KEPT = 100

/** A run that this handler has started. */
export interface StartedRun {
  /** Its current state. */
  readonly now: Run
  /** Resolves when the run has ended. Never rejects. */
  readonly done: Promise<unknown>
  /** The error of a run that rejected, so that it has no report. */
  readonly error?: unknown
  /** Calls the listener at every change. Returns a function that removes it. */
  hear(listener: () => void): () => void
}

/** Starts jobs of a mirror and follows their runs. */
export class RunningJobs {
  readonly #sync: HubspotSync
  readonly #runs = new Map<string, LiveRun>()
  readonly #stop = new AbortController()

  constructor(sync: HubspotSync) {
    this.#sync = sync
  }

  /**
   * Starts a job.
   *
   * @param job - its name. Undefined: everything that is due.
   * @throws a problem with status 409 if runs of this process or others are at the job, or at all jobs, and 503 after
   * `close()`.
   */
  async start(job: string | undefined, signal?: AbortSignal): Promise<StartedRun> {
    this.#expectOpen()
    // A mirror of all that the portal has knows its jobs only after it has asked HubSpot.
    const jobs = () => (job === undefined ? [...this.#sync.jobs] : [job])
    const wanted = jobs()
    const other = runAtAll(wanted, [
      ...(await this.#elsewhere(signal)),
      // One that was started a moment ago may still have to ask for its jobs.
      ...this.#here().map(({ id, jobs }) => ({ id, holds: jobs })),
    ])
    if (other) throw alreadyRunning(other.id)
    this.#expectOpen()
    const named = job === undefined ? {} : { jobs: [job] }
    const run = new LiveRun(jobs, (runId, onEvent) =>
      this.#sync.run({ ...named, runId, onEvent, signal: this.#stop.signal }),
    )
    this.#runs.set(run.now.id, run)
    void run.done.then(() => this.#forget())
    return run
  }

  get(id: string): StartedRun | undefined {
    return this.#runs.get(id)
  }

  /** The runs of this handler, latest first. */
  list(): Run[] {
    return [...this.#runs.values()].map(({ now }) => now).reverse()
  }

  /** Ends the runs at their next page boundary. Resolves when they have ended. */
  async close(): Promise<void> {
    this.#stop.abort()
    await Promise.all([...this.#runs.values()].map(({ done }) => done))
  }

  #expectOpen(): void {
    if (this.#stop.signal.aborted)
      throw new Problem(503, 'CLOSED', 'The server is shutting down. Try again later.')
  }

  /** The running runs according to the store, of any process. */
  async #elsewhere(signal: AbortSignal | undefined) {
    try {
      return await this.#sync.running({ signal })
    } catch (error) {
      // Before the first run the store has no runs.
      if (isHubsyncError(error) && error.code === 'NOT_MIRRORED') return []
      throw error
    }
  }

  /** The running runs that this handler has started. */
  #here(): Run[] {
    return this.list().filter(({ status }) => status === 'running')
  }

  #forget(): void {
    const over = [...this.#runs].filter(([, { now }]) => now.status !== 'running')
    for (const [id] of over.slice(0, Math.max(0, over.length - KEPT))) this.#runs.delete(id)
  }
}

class LiveRun implements StartedRun {
  readonly done: Promise<unknown>
  error: unknown
  now: Run
  readonly #listeners = new Set<() => void>()
  readonly #progress: Record<string, JobProgress> = {}

  constructor(
    jobs: () => string[],
    begin: (
      id: string,
      onEvent: (event: Parameters<typeof followProgress>[1]) => void,
    ) => Promise<RunReport>,
  ) {
    const id = randomUUID()
    const startedAt = new Date().toISOString()
    this.now = {
      id,
      status: 'running',
      jobs: jobs(),
      startedAt,
      finishedAt: null,
      error: null,
      counts: null,
      progress: {},
    }
    const onEvent = (event: Parameters<typeof followProgress>[1]) => {
      followProgress(this.#progress, event)
      this.#become({ ...this.now, progress: { ...this.#progress } })
    }
    this.done = begin(id, onEvent).then(
      (report) => this.#become(runOfReport(id, jobs(), report)),
      (error: unknown) => {
        this.error = error
        const finishedAt = new Date().toISOString()
        const failed = { status: 'failed' as const, finishedAt, error: toldError(error) }
        this.#become({ ...this.now, ...failed, progress: null })
      },
    )
  }

  hear(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  #become(now: Run): void {
    this.now = now
    for (const listener of this.#listeners) listener()
  }
}

/**
 * The run that is at the first of these jobs, if runs are at all of them. While no job is known, any run may be at what
 * there is.
 */
function runAtAll<Held extends { holds: readonly string[] }>(
  jobs: readonly string[],
  runs: readonly Held[],
): Held | undefined {
  const holders = jobs.map((job) => runs.find(({ holds }) => holds.includes(job)))
  const [first = jobs.length === 0 ? runs[0] : undefined] = holders
  return holders.every((holder) => holder !== undefined) ? first : undefined
}

/** Another run is at the job, or runs are at all jobs. */
export function alreadyRunning(runId: string | undefined): Problem {
  return new Problem(
    409,
    'JOB_RUNNING',
    'The job is already running on this mirror. Wait for that run to finish.',
    runId === undefined ? {} : { runId },
  )
}
