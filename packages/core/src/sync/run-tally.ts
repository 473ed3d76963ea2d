import type { ReportedError } from '../errors.js'
import {
  type JobReport,
  type JobTally,
  type RunReport,
  reportError,
  statusOfRun,
} from './report.js'

/** Adds up what the jobs of a run do, and keeps their reports. */
export class RunTally {
  readonly #tallies: JobTally[] = []
  readonly #reports = new Map<string, JobReport>()

  add(tally: JobTally): void {
    this.#tallies.push(tally)
  }

  close(job: string, report: JobReport): void {
    this.#reports.set(job, report)
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
