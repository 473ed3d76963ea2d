import { setImmediate } from 'node:timers/promises'
import { CheckpointConflictError } from '../errors.js'
import type { Account } from '../extract/account-reader.js'
import type { PortalRecord, RunRecord } from '../store/store.js'
import { momentsIn } from './complete-up-to.js'
import type { Job } from './job.js'
import { failureOf } from './job-failure.js'
import { atOnce, type JobOrder } from './job-order.js'
import { JobTally } from './job-tally.js'
import type { Wanted } from './lease.js'
import { beginPortal } from './portal.js'
import type { JobHolder, JobReport, RunReport } from './report.js'
import { forgetOld } from './retention.js'
import { RunContext } from './run-context.js'
import { forgetRun, writeBegin, writeEnd } from './run-record.js'

/** The work of a job that is left to another run. */
const unheard = (): Promise<never> => Promise.reject(new Error('Expected the job to be skipped.'))

/** Why a job ended as it did. Nothing is known of one that is complete. */
interface Ending {
  reason?: string | undefined
  error?: unknown
  /** Default: true. */
  started?: boolean
  /** Whom the job was left to. */
  heldBy?: JobHolder | undefined
}

/** A run: it does its jobs, reports on each, and is recorded in the store. */
export class RecordedRun extends RunContext {
  #record: RunRecord | undefined

  /**
   * Asks HubSpot for the portal, and makes the tables.
   *
   * @param otherwise - gives the account if HubSpot can't be asked. Default: throws the error.
   */
  async begin(
    otherwise: (error: unknown, pinned: readonly PortalRecord[]) => Account = (error) => {
      throw error
    },
  ): Promise<void> {
    this.open(
      await beginPortal(this.options, this.hubspotFor('account', new JobTally()), otherwise),
    )
  }

  /**
   * Continues without the account's details, if HubSpot can't be asked now, a later run may succeed, and the store
   * knows the portal. Such a run is recorded, and its jobs are not started.
   *
   * @throws the error in all other cases.
   */
  goOnWithout(error: unknown, pinned: readonly PortalRecord[]): Account {
    const { portalId } = this.options
    const [portal, another] = pinned.filter((each) => (portalId ?? each.portalId) === each.portalId)
    if (!portal || another) throw error
    const { status, reason } = this.#failureOf(error, portal)
    if (status === 'failed') throw error
    this.calls.budget.halt(reason)
    return portal
  }

  /**
   * Does the jobs of the run that no other run is at, and records the run. If others are at all of them, nothing is
   * done or recorded.
   *
   * @param jobs - the names that the run was asked for.
   * @param plan - what there is to do now.
   */
  async during(
    jobs: readonly string[],
    plan: () => Promise<Wanted>,
    work: () => Promise<void>,
  ): Promise<RunReport> {
    const { portalId } = this.opened()
    const startedAt = this.#startedAt
    await this.events.open()
    this.emit({ type: 'run-start', run: this.id, portalId, jobs, startedAt })
    try {
      return await this.counting(async () => {
        try {
          const left = await this.take(plan)
          // What a process does for its first run takes longer than later on. A host application gets a turn between.
          await setImmediate()
          if (left) for (const job of left.keys()) await this.runJob(job, unheard)
          else await this.#writeBegin(jobs).then(work)
        } catch (error) {
          // A run that couldn't even be planned is recorded too.
          if (!this.#record) await this.#writeBegin(jobs).catch(() => {})
          await this.#end(error)
          throw error
        }
        return await this.#end()
      })
    } finally {
      await this.lease?.release()
    }
  }

  /** Whether a job of this run was done completely. */
  hasDone(job: string): boolean {
    return this.calls.tally.hasDone(job)
  }

  /** Lets others have a job before the run is over. */
  async letGo(job: string): Promise<void> {
    await this.lease?.release([job])
  }

  /**
   * Runs one job and keeps its report. An error fails this job only: the others continue.
   *
   * @param work - resolves to the reason why the job isn't complete, or to undefined.
   */
  async runJob(
    name: string,
    work: (job: Job) => Promise<string | undefined>,
    order: JobOrder = atOnce,
  ): Promise<void> {
    const { clock } = this.options
    const tally = new JobTally()
    const startedAt = clock.now()
    const close = (
      status: JobReport['status'],
      { reason, error, started = true, heldBy }: Ending,
    ) => {
      const report = tally.report(status, clock.now() - startedAt, reason, error)
      this.calls.tally.close(name, { ...report, started, ...(heldBy && { heldBy }) })
      const { calls, durationMs, error: reported } = report
      const end = { status, reason, calls, durationMs, error: reported }
      this.emit({ type: 'job-end', job: name, ...end })
    }
    // A job that ends before it waits must not leave a rejection unhandled.
    order.after.catch(() => {})
    const { heldAs = name } = order
    const other = this.lease?.otherAt(heldAs)
    if (other) return close('skipped', { reason: other.reason, heldBy: other.by, started: false })
    const already = this.stopReason()
    if (already !== undefined)
      return close('partial', { reason: `Not started: ${already}`, started: false })
    this.emit({ type: 'job-start', job: name })
    let reason: string | undefined
    try {
      await this.enter()
      reason = await this.events.within(name, () => work(this.jobNamed(name, tally, order)))
    } catch (error) {
      // What another has moved may be a job that it took over from this run, which learns of it here.
      if (error instanceof CheckpointConflictError) await this.lease?.renew().catch(() => {})
      const other = this.lease?.otherAt(heldAs)
      if (other) return close('skipped', { reason: other.reason, heldBy: other.by })
      const failure = this.#failureOf(error, this.opened())
      if (failure.stopsRun) this.calls.budget.halt(failure.reason)
      const { status, reason, isReported } = failure
      return close(status, { reason, error: isReported ? error : undefined })
    }
    const another = reason === undefined ? undefined : this.lease?.otherAt(heldAs)
    if (another) return close('skipped', { reason: another.reason, heldBy: another.by })
    close(reason === undefined ? 'complete' : 'partial', { reason })
  }

  get #startedAt(): string {
    return new Date(this.calls.budget.startedAt).toISOString()
  }

  async #writeBegin(jobs: readonly string[]): Promise<void> {
    const begun = { id: this.id, jobs: [...jobs], startedAt: this.#startedAt }
    this.#record = await writeBegin(this.options, this.opened(), begun)
  }

  /** Records the end of the run in the store, and returns its report. */
  async #end(error?: unknown): Promise<RunReport> {
    // Nobody waits for pages that are still being read ahead: their calls must not be sent, counted or reported any
    // more.
    this.calls.end()
    await this.events.close()
    const { portalId } = this.opened()
    const startedAt = this.#startedAt
    const finishedAt = new Date(this.options.clock.now()).toISOString()
    const { report, failure } = this.calls.tally.report({ portalId, startedAt, finishedAt }, error)
    const { status, calls } = report
    const run = this.#record
    if (run && status === 'busy') await forgetRun(this.options, portalId, run.id)
    else if (run) await writeEnd(this.options, run, report, failure?.message ?? null)
    const warning = run && (await this.#forgetOld(run.id))
    if (warning !== undefined) report.warning = warning
    // If these can't be read now, the next run reports them.
    const completeUpTo = await momentsIn(this.place, this.options).catch(() => ({}))
    const durationMs = Date.parse(finishedAt) - Date.parse(startedAt)
    const end = { status, calls, durationMs, completeUpTo, warning, error: failure }
    this.emit({ type: 'run-end', ...end })
    return report
  }

  #forgetOld(id: string): Promise<string | undefined> {
    const { signal } = this.given
    const { hubspotNow } = this.calls
    const stopReason = () => this.stopReason()
    return forgetOld(this.place, this.options, { id, hubspotNow, signal, stopReason })
  }

  #failureOf(error: unknown, { timeZone }: Account) {
    return failureOf(error, this.calls.budget, this.options.clock.now(), timeZone)
  }
}
