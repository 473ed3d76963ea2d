import type { ResolvedRunOptions } from '../call-options.js'
import type { Hubspot } from '../client/hubspot-client.js'
import type { SyncEvent } from '../events.js'
import type { Account } from '../extract/account-reader.js'
import type { ResolvedOptions } from '../options.js'
import { coverageOf, enter } from './coverage.js'
import { type Job, wantedMemo } from './job.js'
import { atOnce, type JobOrder } from './job-order.js'
import type { JobTally } from './job-tally.js'
import { type JobLease, takeLease, type Wanted } from './lease.js'
import { LinkOrder } from './link-order.js'
import { NamedValues } from './reference/named-values.js'
import type { JobHolder } from './report.js'
import { RunCalls } from './run-calls.js'
import type { SharedWork } from './shared-work.js'
import type { EventStream } from './tell/event-stream.js'
import { eventsOf } from './tell/events-of.js'

/** What work on a portal shares, in a run or outside of runs: its calls, its events, and the jobs that it holds. */
export class RunContext {
  protected readonly options: ResolvedOptions
  protected readonly given: ResolvedRunOptions
  protected readonly calls: RunCalls
  protected readonly events: EventStream
  protected readonly id: string
  protected lease: JobLease | undefined
  readonly #wanted = wantedMemo()
  #account: Account | undefined
  /** The numbers of the coverages that were entered, by the pairs that each lacks. */
  readonly #entered = new Map<string, Promise<number>>()
  #linkOrder: LinkOrder | undefined
  /** What the records that are written name. */
  readonly named = new NamedValues()

  constructor(options: ResolvedOptions, shared: SharedWork, given: ResolvedRunOptions) {
    this.options = options
    this.given = given
    this.id = given.runId ?? crypto.randomUUID()
    this.calls = new RunCalls(options, shared, given, (event) => this.emit(event))
    this.events = eventsOf(options, given, (reason) => this.calls.budget.halt(reason))
  }

  /** HubSpot for a job. Its calls are counted in the tally, and reported as events. */
  hubspotFor(job: string, tally: JobTally, priority = 0): Hubspot {
    return this.calls.hubspotFor(job, tally, priority)
  }

  /** Sets the portal of this work. */
  open(account: Account): void {
    this.#account = account
    this.calls.open({ ...this.place, timeZone: account.timeZone })
  }

  /** Does work whose calls count towards the portal's day. */
  counting<T>(work: () => Promise<T>): Promise<T> {
    return this.calls.counting(work)
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
      return await this.counting(async () => work(await this.take(plan)))
    } finally {
      await this.lease?.release()
    }
  }

  /** Takes the jobs that are free, and tells who has them where others have all that are due. */
  protected async take(
    plan: () => Promise<Wanted>,
  ): Promise<ReadonlyMap<string, JobHolder> | undefined> {
    const { wait, signal } = this.given
    const stopReason = () => this.stopReason()
    const onHeld = (job: string, by: JobHolder) => this.emit({ type: 'held', job, ...by })
    const waiting = { waitMs: wait, signal, stopReason, onHeld }
    const lease = await takeLease(this.place, this.id, plan, waiting)
    this.lease = lease
    return lease.isKeptOut ? lease.left : undefined
  }

  protected emit(event: SyncEvent): void {
    this.lease?.keep()
    this.calls.keep()
    this.events.emit(event)
  }

  /** Whether the run ends after a number of calls or milliseconds. */
  get sliced(): boolean {
    return this.calls.budget.sliced
  }

  /** The place of the portal's checkpoints. */
  get place(): Pick<Job, 'store' | 'clock' | 'origin'> {
    const { store, clock } = this.options
    return { store, clock, origin: this.opened() }
  }

  /**
   * Registers what this process reads of the records, before it writes any.
   *
   * @param refused - names of pairs that it doesn't read.
   * @returns the number of that coverage.
   */
  enter(refused: ReadonlySet<string> = new Set()): Promise<number> {
    const { objects, pairs } = this.options
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
    return this.calls.budget.stopReason()
  }

  /** What a job of this run works with, or work outside of its jobs. */
  jobNamed(name: string, tally: JobTally, order: JobOrder = atOnce): Job {
    const { store, objects, pairs, overlapMs, removalShare } = this.options
    const { portalId } = this.opened()
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
      stopReason: () => this.lease?.otherAt(order.heldAs ?? name)?.reason ?? this.stopReason(),
      spent: () => this.calls.spent,
      emit: (event) => this.emit(event),
      coverage: (refused) => this.enter(refused),
      linkOrder: this.#linkOrder,
      named: this.named,
      wanted: (definition) => this.#wanted(hubspot, definition),
    }
  }

  /** HubSpot's present moment, never later than HubSpot itself has shown. */
  hubspotNow(): string {
    return new Date(this.calls.hubspotNow).toISOString()
  }

  protected opened(): Account {
    if (!this.#account) throw new Error('Expected the portal to be opened before its jobs.')
    return this.#account
  }
}
