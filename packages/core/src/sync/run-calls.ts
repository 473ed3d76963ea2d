import { setMaxListeners } from 'node:events'
import type { ResolvedRunOptions } from '../call-options.js'
import type { Hubspot, HubspotClient } from '../client/hubspot-client.js'
import type { SyncEvent } from '../events.js'
import type { ResolvedOptions } from '../options.js'
import type { CountedPortal } from './day-share.js'
import type { JobTally } from './job-tally.js'
import { RunBudget } from './run-budget.js'
import { RunTally } from './run-tally.js'
import type { SharedWork } from './shared-work.js'
import { callEvents } from './tell/call-events.js'

/** HubSpot for a run, or for work outside of runs: the calls that it has made, and whether it may make more. */
export class RunCalls {
  readonly #shared: SharedWork
  readonly #emit: (event: SyncEvent) => void
  readonly tally = new RunTally()
  readonly budget: RunBudget
  #portal: CountedPortal | undefined
  #noting: Promise<void> | undefined
  readonly #asking = new AbortController()

  constructor(
    options: ResolvedOptions,
    shared: SharedWork,
    given: ResolvedRunOptions,
    emit: (event: SyncEvent) => void,
  ) {
    this.#shared = shared
    this.#emit = emit
    this.budget = new RunBudget(
      options,
      given,
      () => this.tally.calls,
      () => this.#portal && shared.day.stopReason(this.#portal),
    )
    setMaxListeners(0, this.#asking.signal)
    if (given.signal?.aborted) this.end()
    given.signal?.addEventListener('abort', () => this.end(), { once: true })
  }

  /** HubSpot for a job. Its calls are counted in the tally, and reported as events. */
  hubspotFor(job: string, tally: JobTally, priority = 0): Hubspot {
    this.tally.add(tally)
    const observer = callEvents(job, tally, this.#emit)
    const { signal } = this.#asking
    const msLeft = () => this.budget.msLeft()
    const hubspot = this.#shared.client.observedBy(observer, { signal, priority, msLeft })
    // If calls are limited, none is spent on a page that the run may end without committing.
    return this.budget.countsCalls ? { ...hubspot, callsToFill: () => 1 } : hubspot
  }

  /** Counts the calls towards the day of this portal from now on, with those that found its objects and pairs. */
  open(portal: CountedPortal): void {
    this.#portal = portal
    for (const tally of this.#shared.finding.splice(0)) this.tally.add(tally)
  }

  /** Does work whose calls count towards the portal's day. */
  async counting<T>(work: () => Promise<T>): Promise<T> {
    const { day } = this.#shared
    if (this.#portal) await day.look(this.#portal)
    try {
      return await work()
    } finally {
      await this.#noting
      if (this.#portal) await day.note(this.#portal)
    }
  }

  /** Notes the calls in the background once there are many. */
  keep(): void {
    const { day } = this.#shared
    if (!this.#portal || this.#noting || !day.isToBeNoted) return
    this.#noting = day.note(this.#portal).finally(() => {
      this.#noting = undefined
    })
  }

  /** What was used of HubSpot's limits so far. */
  get spent(): { calls: number; daily: HubspotClient['daily'] } {
    return { calls: this.tally.calls, daily: this.#shared.client.daily }
  }

  /** HubSpot's present moment in milliseconds, never later than HubSpot itself has shown. */
  get hubspotNow(): number {
    return this.#shared.client.time.shown
  }

  /** Ends all calls that are under way. */
  end(): void {
    this.#asking.abort()
  }
}
