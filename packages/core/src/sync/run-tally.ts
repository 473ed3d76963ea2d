import type { ReportedError } from '../errors.js'
import type { JobTally } from './job-tally.js'
import { type JobReport, type RunReport, reportError, reportOfBoth, statusOfRun } from './report.js'

/** Adds up what the jobs of a run do, and keeps their reports. */
export class RunTally {
  readonly #tallies: JobTally[] = []
  readonly #reports = new Map<string, JobReport>()

  add(tally: JobTally): void {
    this.#tallies.push(tally)
  }

  /** Keeps the report of a job. A job that was done before gets one report of both. */
  close(job: string, report: JobReport): void {
    const before = this.#reports.get(job)
    this.#reports.set(job, before ? reportOfBoth(before, report) : report)
  }

  /** Whether a job was done completely. */
  hasDone(job: string): boolean {
    return this.#reports.get(job)?.status === 'complete'
  }

  /** How many calls the run has made, those outside of its jobs included. */
  get calls(): number {
    return this.#sum(({ counts }) => counts.calls)
  }

  /**
   * The report of the run, and the first error in it.
   *
   * @param error - what ended the run itself, if anything did.
   */
  report(
    { portalId, startedAt, finishedAt }: Pick<RunReport, 'portalId' | 'startedAt' | 'finishedAt'>,
    error: unknown,
  ): { report: RunReport; failure: ReportedError | undefined } {
    const jobs = [...this.#reports.values()]
    const report: RunReport = {
      portalId,
      status: error === undefined ? statusOfRun(jobs) : 'failed',
      startedAt,
      finishedAt,
      calls: this.calls,
      retries: this.#sum(({ counts }) => counts.retries),
      throttled: this.#sum(({ throttled }) => throttled),
      jobs: Object.fromEntries(this.#reports),
    }
    const failure = error === undefined ? jobs.find((job) => job.error)?.error : reportError(error)
    return { report, failure }
  }

  #sum(of: (tally: JobTally) => number): number {
    return this.#tallies.reduce((total, tally) => total + of(tally), 0)
  }
}
