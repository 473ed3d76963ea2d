import type { SyncEvent } from '@hubsync/core'
import { durationText } from './durations.js'
import { countText, numberText } from './whole-numbers.js'

/** The progress of a job in its phase. */
export interface JobProgress {
  job: string
  /** The phase, as core's events name it. */
  phase: string
  done: number
  /** Undefined if it isn't known. */
  total: number | undefined
  /** Records a second, on average. */
  rate: number | undefined
  /** How many milliseconds are left at that rate. */
  remainingMs: number | undefined
}

interface Tracked {
  phase: string
  done: number
  total: number | undefined
  /** When its last page came. */
  at: number
  /** When the phase began, and what was done before it. */
  since: { at: number; done: number }
}

/** Follows the events of a run: the progress of each job, and the calls that were used. */
export class ProgressBoard {
  calls = 0
  daily: { limit: number; remaining: number } | undefined
  readonly #now: () => number
  readonly #jobs = new Map<string, Tracked>()

  constructor(now: () => number) {
    this.#now = now
  }

  hear(event: SyncEvent): void {
    if (event.type === 'job-start') {
      const at = this.#now()
      this.#jobs.set(event.job, {
        phase: '',
        done: 0,
        total: undefined,
        at,
        since: { at, done: 0 },
      })
    } else if (event.type === 'page') {
      this.calls = event.calls
      this.daily = event.daily
      const job = this.#jobs.get(event.job)
      if (!job) return
      if (job.phase !== '' && job.phase !== event.phase) job.since = { at: job.at, done: job.done }
      const { phase, done, total } = event
      Object.assign(job, { phase, done, total, at: this.#now() })
    }
  }

  progressOf(job: string): JobProgress | undefined {
    const tracked = this.#jobs.get(job)
    if (!tracked) return undefined
    const { phase, at, since } = tracked
    const done = tracked.done - since.done
    // HubSpot's count isn't exact: there may be more records.
    const total =
      tracked.total !== undefined && tracked.total >= done && tracked.total > 0
        ? tracked.total
        : undefined
    const seconds = (at - since.at) / 1_000
    const rate = seconds > 0 && done > 0 ? done / seconds : undefined
    const remainingMs =
      total === undefined || rate === undefined ? undefined : ((total - done) / rate) * 1_000
    return { job, phase, done, total, rate, remainingMs }
  }

  /** How many records the job has read, in all its phases. */
  readBy(job: string): number {
    return this.#jobs.get(job)?.done ?? 0
  }

  /** `158 calls, 249,842 left today`. */
  get spent(): string {
    const left = this.daily ? `, ${numberText(this.daily.remaining)} left today` : ''
    return `${countText(this.calls, 'call')}${left}`
  }
}

/** `contacts backfill`. A job whose name says the phase has no second word. */
export function nameOf({ job, phase }: JobProgress): string {
  return phase === '' || job.includes(':') || job === phase ? job : `${job} ${phase}`
}

/** `6,000 of 10,000, 812/s, 4.9 s to go`. */
export function figuresOf(progress: JobProgress): string {
  return figuresListOf(progress).join(', ')
}

/** The same, the most important first. */
export function figuresListOf({ done, total, rate, remainingMs }: JobProgress): string[] {
  const figures = [
    total === undefined
      ? `${numberText(done)} read`
      : `${numberText(done)} of ${numberText(total)}`,
  ]
  if (rate !== undefined) figures.push(`${numberText(Math.round(rate))}/s`)
  if (remainingMs !== undefined && done !== total)
    figures.push(`${durationText(remainingMs)} to go`)
  return figures
}
