import { setMaxListeners } from 'node:events'
import type { Hubspot, HubspotClient } from '../client/hubspot-client.js'
import { nextMidnight } from '../client/limits.js'
import { NotSentError } from '../client/run-time.js'
import { HubspotError, type HubsyncErrorCode, isHubsyncError, STOPPED } from '../errors.js'
import type { Account } from '../extract/account-reader.js'
import type { ResolvedOptions, RunOptions } from '../options.js'
import type { RunRecord } from '../store/store.js'
import { beginFeed } from './change-feed.js'
import type { RecordState } from './checkpoint-states.js'
import { coverageOf, enter } from './coverage.js'
import { expectWritable } from './expect-writable.js'
import { type Job, propertyMemo } from './job.js'
import { LinkOrder } from './link-order.js'
import { MirrorState } from './mirror-state.js'
import { openPortal } from './portal.js'
import { putTablesInPlace } from './put-tables-in-place.js'
import { type JobReport, JobTally, type RunReport, reportError, worstStatus } from './report.js'
import { forgetOld } from './retention.js'
import { writeBegin, writeEnd } from './run-record.js'
import { callEvents } from './tell/call-events.js'
import type { EventStream } from './tell/event-stream.js'
import { eventsOf } from './tell/events-of.js'

/** Errors after which the state is whole and a later run simply goes on. */
const resumable: readonly HubsyncErrorCode[] = [
  'ABORTED',
  'DAILY_LIMIT',
  'RATE_LIMITED',
  'PORTAL_MIGRATING',
  'UNRECONCILED',
  'REMOVAL_REFUSED',
]

/** Errors that a later attempt may not meet any more. */
const mayPass: readonly HubsyncErrorCode[] = [
  'HUBSPOT_UNAVAILABLE',
  'HUBSPOT_REPLY',
  'RATE_LIMITED',
]

/** Errors that every other job would meet too. */
const stopsAll: readonly HubsyncErrorCode[] = [
  'ABORTED',
  'DAILY_LIMIT',
  'PORTAL_MIGRATING',
  'UNAUTHORIZED',
]

/** Where a job stands among the others. */
export interface JobOrder {
  /** The lower goes first where jobs wait for the same limit. */
  priority: number
  /** What the job waits for before it writes. It may read before that. */
  after: Promise<unknown>
  /** Called when the job has come to HubSpot's present moment. */
  atPresent?(): void
}

const atOnce: JobOrder = { priority: 0, after: Promise.resolve() }

/** What the jobs of one run share: its calls, its budget, its report. */
export class RunContext {
  readonly #options: ResolvedOptions
  readonly #client: HubspotClient
  readonly #given: RunOptions
  readonly #startedAt: number
  readonly #tallies: JobTally[] = []
  readonly #reports = new Map<string, JobReport>()
  readonly #properties = propertyMemo()
  readonly #events: EventStream
  #account: Account | undefined
  #record: RunRecord | undefined
  /** The numbers of coverages that were entered, by the pairs that they lack. */
  readonly #entered = new Map<string, Promise<number>>()
  #linkOrder: LinkOrder | undefined
  #halt: string | undefined
  /** Ends all that asks HubSpot on behalf of this run. */
  readonly #asking = new AbortController()

  constructor(options: ResolvedOptions, client: HubspotClient, given: RunOptions) {
    this.#options = options
    this.#client = client
    this.#given = given
    this.#startedAt = options.clock.now()
    setMaxListeners(0, this.#asking.signal)
    if (given.signal?.aborted) this.#asking.abort()
    given.signal?.addEventListener('abort', () => this.#asking.abort(), { once: true })
    this.#events = eventsOf(options, given, (reason) => {
      this.#halt ??= reason
    })
  }

  /** HubSpot for a job: its calls are counted in the tally and told to the listener. */
  hubspotFor(job: string, tally: JobTally, priority = 0): Hubspot {
    this.#tallies.push(tally)
    const observer = callEvents(job, tally, (event) => this.#events.emit(event))
    const { signal } = this.#asking
    const msLeft = () => this.#msLeft()
    const hubspot = this.#client.observedBy(observer, { signal, priority, msLeft })
    // Where calls are counted, none is spent on a page that the run may not come to commit.
    return this.#given.maxCalls === undefined ? hubspot : { ...hubspot, callsToFill: () => 1 }
  }

  /**
   * HubSpot can't be asked for the account now, but a later run simply goes on: where the store knows the portal, that is a run
   * whose jobs were not started, and no reason to throw.
   */
  async goOnWithout(error: unknown): Promise<Account> {
    const goesOn = isHubsyncError(error) && resumable.includes(error.code)
    if (!goesOn && !this.#isOutOfTime(error)) throw error
    const { store, portalId } = this.#options
    const pinned = (await store.portals()).filter(
      (portal) => portalId === undefined || portal.portalId === portalId,
    )
    const [portal, another] = pinned
    if (!portal || another) throw error
    this.open(portal)
    this.#halt = this.#reasonOf(error)
    return portal
  }

  /** Takes the portal that all is about. */
  open(account: Account): void {
    this.#account = account
  }

  /**
   * Asks HubSpot for the portal, makes the tables, notes the run in the store, and pins the portal there.
   *
   * @param otherwise - what to go on with where HubSpot can't be asked; by default that is thrown.
   */
  async begin(
    jobs: readonly string[],
    otherwise: (error: unknown) => Promise<Account> = (error) => Promise.reject(error),
  ): Promise<void> {
    const { store, portalId: expected } = this.#options
    await expectWritable(this.#options)
    const hubspot = this.hubspotFor('account', new JobTally())
    const account = await openPortal(hubspot, store, expected).catch(otherwise)
    await putTablesInPlace(this.#options)
    this.open(account)
    await beginFeed(this.place)
    const startedAt = new Date(this.#startedAt).toISOString()
    const id = this.#given.runId ?? crypto.randomUUID()
    await this.#events.open()
    this.#events.emit({ type: 'run-start', run: id, portalId: account.portalId, jobs, startedAt })
    this.#record = {
      id,
      jobs: [...jobs],
      status: 'running',
      startedAt,
      finishedAt: null,
      counts: null,
      error: null,
    }
    await writeBegin(this.#options, account, this.#record)
  }

  /** Whether the run ends after so many calls or milliseconds. */
  get sliced(): boolean {
    return this.#given.maxCalls !== undefined || this.#given.budgetMs !== undefined
  }

  /** Where this run's checkpoints are. */
  get place(): Pick<Job, 'store' | 'clock' | 'origin'> {
    const { store, clock } = this.#options
    return { store, clock, origin: this.#opened() }
  }

  /**
   * Runs one job and keeps its report. What it throws is the job's failure and not the run's: the others go on.
   *
   * @param work - resolves to why the job isn't complete, or to undefined.
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
      this.#reports.set(name, { ...report, started })
      const { calls, durationMs, error: reported } = report
      const end = { status, reason, calls, durationMs, error: reported }
      this.#events.emit({ type: 'job-end', job: name, ...end })
    }
    // A job that never waits for them must not leave their failure unheard.
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
      const code = isHubsyncError(error) ? error.code : 'UNEXPECTED'
      reason = this.#reasonOf(error)
      if (stopsAll.includes(code) && !(error instanceof NotSentError)) this.#halt ??= reason
      const isOver = this.#isOutOfTime(error)
      const status = isOver || resumable.includes(code) ? 'partial' : 'failed'
      return close(status, reason, isOver || code === 'ABORTED' ? undefined : error)
    }
    close(reason === undefined ? 'complete' : 'partial', reason)
  }

  /** Says with what this process writes, before it writes. Gives the number of that. */
  enter(refused: ReadonlySet<string> = new Set()): Promise<number> {
    const { objects, pairs } = this.#options
    const key = [...refused].sort().join()
    const read = pairs.filter(({ name }) => !refused.has(name))
    const entered = this.#entered.get(key) ?? enter(this.place, coverageOf(objects, read))
    this.#entered.set(key, entered)
    // A failure is not remembered: the next job tries again.
    entered.catch(() => this.#entered.delete(key))
    return entered
  }

  /** Why to stop at the next page boundary, or undefined to go on. */
  stopReason(): string | undefined {
    const { signal, maxCalls, budgetMs } = this.#given
    const { dailyShare } = this.#options
    if (this.#halt !== undefined) return this.#halt
    if (signal?.aborted) return STOPPED
    const calls = this.#calls
    if (maxCalls !== undefined && calls >= maxCalls) return `The run's ${maxCalls} calls are spent.`
    if ((this.#msLeft() ?? 1) <= 0) return `The run's ${budgetMs} ms are over.`
    const { daily } = this.#client
    if (daily && calls >= daily.limit * dailyShare)
      return `The run has spent its share (${dailyShare}) of the day's ${daily.limit} calls.`
    return undefined
  }

  /** What is left of the run's time, where it has a budget: fewer than 0 where that is over. */
  #msLeft(): number | undefined {
    const { budgetMs } = this.#given
    if (budgetMs === undefined) return undefined
    return budgetMs - (this.#options.clock.now() - this.#startedAt)
  }

  /** Closes the run in the store, and gives its report. */
  async end(error?: unknown): Promise<RunReport> {
    // What was read ahead, and nobody waits for: nothing of it is sent, told or counted any more.
    this.#asking.abort()
    await this.#events.close()
    const { clock } = this.#options
    const jobs = [...this.#reports.values()]
    const report: RunReport = {
      portalId: this.#opened().portalId,
      status: error === undefined ? worstStatus(jobs.map(({ status }) => status)) : 'failed',
      startedAt: new Date(this.#startedAt).toISOString(),
      finishedAt: new Date(clock.now()).toISOString(),
      calls: this.#calls,
      retries: this.#sum(({ counts }) => counts.retries),
      throttled: this.#sum(({ throttled }) => throttled),
      jobs: Object.fromEntries(this.#reports),
    }
    const failure = error === undefined ? jobs.find((job) => job.error)?.error : reportError(error)
    const run = this.#record
    if (run) await writeEnd(this.#options, run, report, failure?.message ?? null)
    const warning = run && (await this.#forgetOld(run.id))
    if (warning !== undefined) report.warning = warning
    // Moments that can't be looked up now are told by the next run.
    const completeUpTo = await this.#completeUpTo().catch(() => ({}))
    const { status, calls, startedAt, finishedAt } = report
    const durationMs = Date.parse(finishedAt) - Date.parse(startedAt)
    const end = { status, calls, durationMs, completeUpTo, warning, error: failure }
    this.#events.emit({ type: 'run-end', ...end })
    return report
  }

  #forgetOld(id: string): Promise<string | undefined> {
    const { signal } = this.#given
    const hubspotNow = this.#hubspotNow()
    const stopReason = () => this.stopReason()
    return forgetOld(this.place, this.#options, { id, hubspotNow, signal, stopReason })
  }

  /** A job of this run, or work outside of its jobs. */
  jobNamed(name: string, tally: JobTally, order: JobOrder = atOnce): Job {
    const { store, objects, pairs, overlapMs, removalShare } = this.#options
    const { portalId } = this.#opened()
    const hubspot = this.hubspotFor(name, tally, order.priority)
    this.#linkOrder ??= new LinkOrder(this.place, pairs)
    return {
      ...this.place,
      differing: (object, claims) => store.differing(portalId, object, claims),
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
      spent: () => ({ calls: this.#calls, daily: this.#client.daily }),
      emit: (event) => this.#events.emit(event),
      coverage: (refused) => this.enter(refused),
      linkOrder: this.#linkOrder,
      properties: (definition) => this.#properties(hubspot, definition),
    }
  }

  /** HubSpot's present moment. */
  hubspotNow(): string {
    return new Date(this.#hubspotNow()).toISOString()
  }

  async #completeUpTo(): Promise<{ [object: string]: string }> {
    const mirror = await MirrorState.read(this.place)
    const moments = this.#options.objects.flatMap(({ name }) => {
      const moment = mirror.of<RecordState>(name)?.completeUpTo
      return moment ? [[name, moment] as const] : []
    })
    return Object.fromEntries(moments)
  }

  /**
   * A clock that is set forward in the middle of a run must not make the mirror complete up to a moment that is still to come: changes
   * until then would never be asked for. So it is never later than what HubSpot itself has shown, which counts whole seconds.
   */
  #hubspotNow(): number {
    const { now, latestDate } = this.#client.time
    return latestDate === undefined ? now : Math.min(now, latestDate + 999)
  }

  #reasonOf(error: unknown): string {
    const isRateLimit = isHubsyncError(error) && error.code === 'RATE_LIMITED'
    if (this.#isOutOfTime(error) && !isRateLimit)
      return `The run's ${this.#given.budgetMs} ms are over. ${reportError(error).message}`
    if (!isHubsyncError(error) || error.code !== 'DAILY_LIMIT') return reportError(error).message
    const reset = nextMidnight(this.#options.clock.now(), this.#opened().timeZone)
    return `The day's calls of this HubSpot account are spent; they start afresh at ${new Date(reset).toISOString()}.`
  }

  /** Whether it is for want of time that HubSpot wasn't asked again. */
  #isOutOfTime(error: unknown): boolean {
    if (error instanceof NotSentError) return true
    const isOver = (this.#msLeft() ?? 1) <= 0
    return isOver && error instanceof HubspotError && mayPass.includes(error.code)
  }

  #opened(): Account {
    if (!this.#account) throw new Error('Expected the portal to be opened before its jobs.')
    return this.#account
  }

  #sum(of: (tally: JobTally) => number): number {
    return this.#tallies.reduce((total, tally) => total + of(tally), 0)
  }

  get #calls(): number {
    return this.#sum(({ counts }) => counts.calls)
  }
}
