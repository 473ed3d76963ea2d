import { setMaxListeners } from 'node:events'
import type { ResolvedRunOptions } from '../call-options.js'
import type { Hubspot, HubspotClient } from '../client/hubspot-client.js'
import { CheckpointConflictError } from '../errors.js'
import type { SyncEvent } from '../events.js'
import type { Account } from '../extract/account-reader.js'
import type { ResolvedOptions } from '../options.js'
import type { PortalRecord, RunRecord } from '../store/store.js'
import { momentsIn } from './complete-up-to.js'
import { coverageOf, enter } from './coverage.js'
import { DayShare } from './day-share.js'
import { type Job, propertyMemo } from './job.js'
import { failureOf } from './job-failure.js'
import { type JobLease, takeLease, type Wanted } from './lease.js'
import { LinkOrder } from './link-order.js'
import { beginPortal } from './portal.js'
import { NamedValues } from './reference/named-values.js'
import { type JobHolder, type JobReport, JobTally, type RunReport } from './report.js'
import { forgetOld } from './retention.js'
import { RunBudget } from './run-budget.js'
import { forgetRun, writeBegin, writeEnd } from './run-record.js'
import { RunTally } from './run-tally.js'
import { callEvents } from './tell/call-events.js'
import type { EventStream } from './tell/event-stream.js'
import { eventsOf } from './tell/events-of.js'

/** The order of a job among the others. */
export interface JobOrder {
  /** Jobs with lower numbers get their turn first when several wait for the same limit. */
  priority: number
  /** What the job waits for before it writes. It may read before that. */
  after: Promise<unknown>
  /** Called when the job has read up to HubSpot's present moment. */
  atPresent?(): void
  /** The job that the run holds for this one. Default: the job itself. */
  heldAs?: string
}

/** A job that waits for no other. */
export const atOnce: JobOrder = { priority: 0, after: Promise.resolve() }

/** The work of a job that is left to another run. */
const unheard = (): Promise<never> => Promise.reject(new Error('Expected the job to be skipped.'))

/** What the jobs of one run share: the portal, the calls, the reports. */
export class RunContext {
  readonly #options: ResolvedOptions
  readonly #client: HubspotClient
  readonly #given: ResolvedRunOptions
  readonly #budget: RunBudget
  readonly #tally = new RunTally()
  readonly #properties = propertyMemo()
  readonly #events: EventStream
  readonly #id: string
  #account: Account | undefined
  #day: DayShare | undefined
  #lease: JobLease | undefined
  #run: RunRecord | undefined
  /** The numbers of the coverages that this run has entered, by the pairs that each lacks. */
  readonly #entered = new Map<string, Promise<number>>()
  #linkOrder: LinkOrder | undefined
  /** What the records that are written name. */
  readonly named = new NamedValues()
  /** Ends every call of this run. */
  readonly #asking = new AbortController()

  constructor(options: ResolvedOptions, client: HubspotClient, given: ResolvedRunOptions) {
    this.#options = options
    this.#client = client
    this.#given = given
    this.#id = given.runId ?? crypto.randomUUID()
    this.#budget = new RunBudget(
      options,
      given,
      () => this.#tally.calls,
      () => this.#day?.stopReason(),
    )
    setMaxListeners(0, this.#asking.signal)
    if (given.signal?.aborted) this.#asking.abort()
    given.signal?.addEventListener('abort', () => this.#asking.abort(), { once: true })
    this.#events = eventsOf(options, given, (reason) => this.#budget.halt(reason))
  }

  /** HubSpot for a job. Its calls are counted in the tally, and reported as events. */
  hubspotFor(job: string, tally: JobTally, priority = 0): Hubspot {
    this.#tally.add(tally)
    const observer = callEvents(job, tally, (event) => this.#emit(event))
    const { signal } = this.#asking
    const msLeft = () => this.#budget.msLeft()
    const hubspot = this.#client.observedBy(observer, { signal, priority, msLeft })
    // If calls are limited, none is spent on a page that the run may end without committing.
    return this.#budget.countsCalls ? { ...hubspot, callsToFill: () => 1 } : hubspot
  }

  /**
   * Continues without the account's details, if HubSpot can't be asked now, a later run may succeed, and the store
   * knows the portal. Such a run is recorded, and its jobs are not started.
   *
   * @throws the error in all other cases.
   */
  goOnWithout(error: unknown, pinned: readonly PortalRecord[]): Account {
    const { portalId } = this.#options
    const [portal, another] = pinned.filter((each) => (portalId ?? each.portalId) === each.portalId)
    if (!portal || another) throw error
    const { status, reason } = this.#failureOf(error, portal)
    if (status === 'failed') throw error
    this.#budget.halt(reason)
    return portal
  }

  /** Sets the portal of this run. */
  open(account: Account): void {
    this.#account = account
    const { dailyShare } = this.#options
    const calls = () => this.#tally.calls
    this.#day = new DayShare(this.place, account.timeZone, dailyShare, this.#client, calls)
  }

  /** Does work whose calls count towards the portal's day. */
  async counting<T>(work: () => Promise<T>): Promise<T> {
    await this.#day?.look()
    try {
      return await work()
    } finally {
      await this.#day?.note()
    }
  }

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
      await beginPortal(this.#options, this.hubspotFor('account', new JobTally()), otherwise),
    )
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
    const { portalId } = this.#opened()
    const startedAt = new Date(this.#budget.startedAt).toISOString()
    await this.#events.open()
    this.#emit({ type: 'run-start', run: this.#id, portalId, jobs, startedAt })
    try {
      return await this.counting(async () => {
        try {
          const left = await this.#take(plan)
          if (left) for (const job of left.keys()) await this.runJob(job, unheard)
          else await this.#record(jobs, startedAt).then(work)
        } catch (error) {
          // A run that couldn't even be planned is recorded too.
          if (!this.#run) await this.#record(jobs, startedAt).catch(() => {})
          await this.end(error)
          throw error
        }
        return await this.end()
      })
    } finally {
      await this.#lease?.release()
    }
  }

  /**
   * Does work while its jobs are left to it.
   *
   * @param work - is told who has its jobs where others are at all of them, and it has none.
   */
  async holding<T>(
    plan: () => Promise<Wanted>,
    work: (left: ReadonlyMap<string, JobHolder> | undefined) => Promise<T>,
  ): Promise<T> {
    try {
      return await this.counting(async () => work(await this.#take(plan)))
    } finally {
      await this.#lease?.release()
    }
  }

  /** Takes the jobs that are free, and tells who has them where others have all that are due. */
  async #take(plan: () => Promise<Wanted>): Promise<ReadonlyMap<string, JobHolder> | undefined> {
    const { wait, signal } = this.#given
    const stopReason = () => this.stopReason()
    const onHeld = (job: string, by: JobHolder) => this.#emit({ type: 'held', job, ...by })
    const waiting = { waitMs: wait, signal, stopReason, onHeld }
    const lease = await takeLease(this.place, this.#id, plan, waiting)
    this.#lease = lease
    return lease.isKeptOut ? lease.left : undefined
  }

  /** Lets others have a job before the run is over. */
  async letGo(job: string): Promise<void> {
    await this.#lease?.release([job])
  }

  async #record(jobs: readonly string[], startedAt: string): Promise<void> {
    const begun = { id: this.#id, jobs: [...jobs], startedAt }
    this.#run = await writeBegin(this.#options, this.#opened(), begun)
  }

  #emit(event: SyncEvent): void {
    this.#lease?.keep()
    this.#day?.keep()
    this.#events.emit(event)
  }

  /** Whether the run ends after a number of calls or milliseconds. */
  get sliced(): boolean {
    return this.#budget.sliced
  }

  /** The place of this run's checkpoints. */
  get place(): Pick<Job, 'store' | 'clock' | 'origin'> {
    const { store, clock } = this.#options
    return { store, clock, origin: this.#opened() }
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
    const { clock } = this.#options
    const tally = new JobTally()
    const startedAt = clock.now()
    const close = (
      status: JobReport['status'],
      reason?: string,
      error?: unknown,
      started = true,
      heldBy?: JobHolder,
    ) => {
      const report = tally.report(status, clock.now() - startedAt, reason, error)
      this.#tally.close(name, { ...report, started, ...(heldBy && { heldBy }) })
      const { calls, durationMs, error: reported } = report
      const end = { status, reason, calls, durationMs, error: reported }
      this.#emit({ type: 'job-end', job: name, ...end })
    }
    // A job that ends before it waits must not leave a rejection unhandled.
    order.after.catch(() => {})
    const { heldAs = name } = order
    const other = this.#lease?.otherAt(heldAs)
    if (other) return close('skipped', other.reason, undefined, false, other.by)
    const already = this.stopReason()
    if (already !== undefined) {
      close('partial', `Not started: ${already}`, undefined, false)
      return
    }
    this.#emit({ type: 'job-start', job: name })
    let reason: string | undefined
    try {
      await this.enter()
      reason = await this.#events.within(name, () => work(this.jobNamed(name, tally, order)))
    } catch (error) {
      // What another has moved may be a job that it took over from this run, which learns of it here.
      if (error instanceof CheckpointConflictError) await this.#lease?.renew().catch(() => {})
      const other = this.#lease?.otherAt(heldAs)
      if (other) return close('skipped', other.reason, undefined, true, other.by)
      const failure = this.#failureOf(error, this.#opened())
      if (failure.stopsRun) this.#budget.halt(failure.reason)
      return close(failure.status, failure.reason, failure.isReported ? error : undefined)
    }
    const another = reason === undefined ? undefined : this.#lease?.otherAt(heldAs)
    if (another) return close('skipped', another.reason, undefined, true, another.by)
    close(reason === undefined ? 'complete' : 'partial', reason)
  }

  /**
   * Registers what this process reads of the records, before it writes any.
   *
   * @param refused - names of pairs that it doesn't read.
   * @returns the number of that coverage.
   */
  enter(refused: ReadonlySet<string> = new Set()): Promise<number> {
    const { objects, pairs } = this.#options
    const key = [...refused].sort().join()
    const read = pairs.filter(({ name }) => !refused.has(name))
    const entered = this.#entered.get(key) ?? enter(this.place, coverageOf(objects, read))
    this.#entered.set(key, entered)
    // The next job tries again.
    entered.catch(() => this.#entered.delete(key))
    return entered
  }

  /** Why to stop at the next page boundary, or undefined to continue. */
  stopReason(): string | undefined {
    return this.#budget.stopReason()
  }

  /** Records the end of the run in the store, and returns its report. */
  async end(error?: unknown): Promise<RunReport> {
    // Nobody waits for pages that are still being read ahead: their calls must not be sent, counted or reported any
    // more.
    this.#asking.abort()
    await this.#events.close()
    const { portalId } = this.#opened()
    const startedAt = new Date(this.#budget.startedAt).toISOString()
    const finishedAt = new Date(this.#options.clock.now()).toISOString()
    const { report, failure } = this.#tally.report({ portalId, startedAt, finishedAt }, error)
    const { status, calls } = report
    const run = this.#run
    if (run && status === 'busy') await forgetRun(this.#options, portalId, run.id)
    else if (run) await writeEnd(this.#options, run, report, failure?.message ?? null)
    const warning = run && (await this.#forgetOld(run.id))
    if (warning !== undefined) report.warning = warning
    // If these can't be read now, the next run reports them.
    const completeUpTo = await momentsIn(this.place, this.#options).catch(() => ({}))
    const durationMs = Date.parse(finishedAt) - Date.parse(startedAt)
    const end = { status, calls, durationMs, completeUpTo, warning, error: failure }
    this.#emit({ type: 'run-end', ...end })
    return report
  }

  #forgetOld(id: string): Promise<string | undefined> {
    const { signal } = this.#given
    const hubspotNow = this.#client.time.shown
    const stopReason = () => this.stopReason()
    return forgetOld(this.place, this.#options, { id, hubspotNow, signal, stopReason })
  }

  /** What a job of this run works with, or work outside of its jobs. */
  jobNamed(name: string, tally: JobTally, order: JobOrder = atOnce): Job {
    const { store, objects, pairs, overlapMs, removalShare } = this.#options
    const { portalId } = this.#opened()
    const hubspot = this.hubspotFor(name, tally, order.priority)
    this.#linkOrder ??= new LinkOrder(this.place, pairs)
    return {
      ...this.place,
      differing: async (object, claims) =>
        claims.length === 0 ? [] : store.differing(portalId, object, claims),
      sets: (pair, fromIds) => store.sets(portalId, pair, fromIds),
      name,
      objects,
      pairs,
      hubspot,
      tally,
      overlapMs,
      removalShare,
      turn: () => order.after,
      reachPresent: () => order.atPresent?.(),
      sliced: this.sliced,
      hubspotNow: () => this.hubspotNow(),
      stopReason: () => this.#lease?.otherAt(order.heldAs ?? name)?.reason ?? this.stopReason(),
      spent: () => ({ calls: this.#tally.calls, daily: this.#client.daily }),
      emit: (event) => this.#emit(event),
      coverage: (refused) => this.enter(refused),
      linkOrder: this.#linkOrder,
      named: this.named,
      properties: (definition) => this.#properties(hubspot, definition),
    }
  }

  /** HubSpot's present moment, never later than HubSpot itself has shown. */
  hubspotNow(): string {
    return new Date(this.#client.time.shown).toISOString()
  }

  #failureOf(error: unknown, { timeZone }: Account) {
    return failureOf(error, this.#budget, this.#options.clock.now(), timeZone)
  }

  #opened(): Account {
    if (!this.#account) throw new Error('Expected the portal to be opened before its jobs.')
    return this.#account
  }
}
