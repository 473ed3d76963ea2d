import { setMaxListeners } from 'node:events'
import type { Hubspot, HubspotClient } from '../client/hubspot-client.js'
import type { Account } from '../extract/account-reader.js'
import type { ResolvedOptions, RunOptions } from '../options.js'
import type { PortalRecord, RunRecord } from '../store/store.js'
import { beginFeed } from './change-feed.js'
import type { RecordState } from './checkpoint-states.js'
import { coverageOf, enter } from './coverage.js'
import { expectWritable } from './expect-writable.js'
import { type Job, propertyMemo } from './job.js'
import { failureOf } from './job-failure.js'
import { LinkOrder } from './link-order.js'
import { MirrorState } from './mirror-state.js'
import { openPortal } from './portal.js'
import { putTablesInPlace } from './put-tables-in-place.js'
import { type JobReport, JobTally, type RunReport } from './report.js'
import { forgetOld } from './retention.js'
import { RunBudget } from './run-budget.js'
import { writeBegin, writeEnd } from './run-record.js'
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
}

const atOnce: JobOrder = { priority: 0, after: Promise.resolve() }

/** What the jobs of one run share: the portal, the calls, the reports. */
export class RunContext {
  readonly #options: ResolvedOptions
  readonly #client: HubspotClient
  readonly #given: RunOptions
  readonly #budget: RunBudget
  readonly #tally = new RunTally()
  readonly #properties = propertyMemo()
  readonly #events: EventStream
  #account: Account | undefined
  #record: RunRecord | undefined
  /** The numbers of the coverages that this run has entered, by the pairs that each lacks. */
  readonly #entered = new Map<string, Promise<number>>()
  #linkOrder: LinkOrder | undefined
  /** Ends every call of this run. */
  readonly #asking = new AbortController()

  constructor(options: ResolvedOptions, client: HubspotClient, given: RunOptions) {
    this.#options = options
    this.#client = client
    this.#given = given
    this.#budget = new RunBudget(options, client, given, () => this.#tally.calls)
    setMaxListeners(0, this.#asking.signal)
    if (given.signal?.aborted) this.#asking.abort()
    given.signal?.addEventListener('abort', () => this.#asking.abort(), { once: true })
    this.#events = eventsOf(options, given, (reason) => this.#budget.halt(reason))
  }

  /** HubSpot for a job. Its calls are counted in the tally, and reported as events. */
  hubspotFor(job: string, tally: JobTally, priority = 0): Hubspot {
    this.#tally.add(tally)
    const observer = callEvents(job, tally, (event) => this.#events.emit(event))
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
  }

  /**
   * Asks HubSpot for the portal, makes the tables, and records the run and its portal in the store.
   *
   * @param otherwise - gives the account if HubSpot can't be asked. Default: throws the error.
   */
  async begin(
    jobs: readonly string[],
    otherwise: (error: unknown, pinned: readonly PortalRecord[]) => Account = (error) => {
      throw error
    },
  ): Promise<void> {
    const { store, portalId: expected } = this.#options
    const pinned = await store.portals()
    await expectWritable(this.#options, pinned)
    const hubspot = this.hubspotFor('account', new JobTally())
    const account = await openPortal(hubspot, pinned, expected).catch((error: unknown) =>
      otherwise(error, pinned),
    )
    await putTablesInPlace(this.#options, pinned, account)
    this.open(account)
    const isNew = !pinned.some(({ portalId }) => portalId === account.portalId)
    if (isNew) await beginFeed(this.place)
    const startedAt = new Date(this.#budget.startedAt).toISOString()
    const id = this.#given.runId ?? crypto.randomUUID()
    await this.#events.open()
    this.#events.emit({ type: 'run-start', run: id, portalId: account.portalId, jobs, startedAt })
    this.#record = await writeBegin(this.#options, account, { id, jobs: [...jobs], startedAt })
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
    ) => {
      const report = tally.report(status, clock.now() - startedAt, reason, error)
      this.#tally.close(name, { ...report, started })
      const { calls, durationMs, error: reported } = report
      const end = { status, reason, calls, durationMs, error: reported }
      this.#events.emit({ type: 'job-end', job: name, ...end })
    }
    // A job that ends before it waits must not leave a rejection unhandled.
    order.after.catch(() => {})
    const already = this.stopReason()
    if (already !== undefined) {
      close('partial', `Not started: ${already}`, undefined, false)
      return
    }
    this.#events.emit({ type: 'job-start', job: name })
    let reason: string | undefined
    try {
      await this.enter()
      reason = await this.#events.within(name, () => work(this.jobNamed(name, tally, order)))
    } catch (error) {
      const failure = this.#failureOf(error, this.#opened())
      if (failure.stopsRun) this.#budget.halt(failure.reason)
      return close(failure.status, failure.reason, failure.isReported ? error : undefined)
    }
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
    const run = this.#record
    if (run) await writeEnd(this.#options, run, report, failure?.message ?? null)
    const warning = run && (await this.#forgetOld(run.id))
    if (warning !== undefined) report.warning = warning
    // If these can't be read now, the next run reports them.
    const completeUpTo = await this.#completeUpTo().catch(() => ({}))
    const { status, calls } = report
    const durationMs = Date.parse(finishedAt) - Date.parse(startedAt)
    const end = { status, calls, durationMs, completeUpTo, warning, error: failure }
    this.#events.emit({ type: 'run-end', ...end })
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
      stopReason: () => this.stopReason(),
      spent: () => ({ calls: this.#tally.calls, daily: this.#client.daily }),
      emit: (event) => this.#events.emit(event),
      coverage: (refused) => this.enter(refused),
      linkOrder: this.#linkOrder,
      properties: (definition) => this.#properties(hubspot, definition),
    }
  }

  /** HubSpot's present moment, never later than HubSpot itself has shown. */
  hubspotNow(): string {
    return new Date(this.#client.time.shown).toISOString()
  }

  async #completeUpTo(): Promise<{ [object: string]: string }> {
    const mirror = await MirrorState.read(this.place)
    const moments = this.#options.objects.flatMap(({ name }) => {
      const moment = mirror.of<RecordState>(name)?.completeUpTo
      return moment ? [[name, moment] as const] : []
    })
    return Object.fromEntries(moments)
  }

  #failureOf(error: unknown, { timeZone }: Account) {
    return failureOf(error, this.#budget, this.#options.clock.now(), timeZone)
  }

  #opened(): Account {
    if (!this.#account) throw new Error('Expected the portal to be opened before its jobs.')
    return this.#account
  }
}
