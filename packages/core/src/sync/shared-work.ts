import { setMaxListeners } from 'node:events'
import { clientOf } from '../client/client-of.js'
import type { HubspotClient } from '../client/hubspot-client.js'
import { within } from '../client/within.js'
import type { ResolvedOptions, RunOptions } from '../options.js'
import { DayShare } from './day-share.js'
import { heedingStore } from './heeding-store.js'
import type { JobTally } from './job-tally.js'

/** How long `close()` waits for work to end. The store of work that hasn't by then may have fallen silent. */
const CLOSING_MS = 1_000

/** Work of a mirror, with what its call was given. */
export type Work<Given, T> = (
  options: ResolvedOptions,
  shared: SharedWork,
  given: Given,
) => Promise<T>

/** What all work of a mirror shares from its first call to `close()`, and the work that is under way. */
export class SharedWork {
  readonly client: HubspotClient
  /** What all its work uses of the portal's day. */
  readonly day: DayShare
  /** The calls that found objects and pairs, until the report of a run has them. */
  readonly finding: JobTally[] = []
  readonly #closing = new AbortController()
  readonly #underWay = new Set<Promise<unknown>>()

  constructor(options: ResolvedOptions) {
    this.client = clientOf(options, this.#closing.signal)
    this.day = new DayShare(options.dailyShare, this.client)
  }

  /** Aborts when the mirror is closed. */
  get closing(): AbortSignal {
    return this.#closing.signal
  }

  /**
   * Does work that ends when its signal aborts, its time is over, or the mirror is closed, with a store that it doesn't
   * wait for any longer than that.
   */
  async working<Given extends Pick<RunOptions, 'signal' | 'budgetMs'>, T>(
    options: ResolvedOptions,
    given: Given,
    work: Work<Given, T>,
  ): Promise<T> {
    const ending = new AbortController()
    // Each call that is under way adds a listener.
    setMaxListeners(0, ending.signal)
    const end = () => ending.abort()
    const signals = given.signal ? [given.signal, this.closing] : [this.closing]
    for (const signal of signals) {
      if (signal.aborted) end()
      signal.addEventListener('abort', end)
    }
    const heard = { ...given, signal: ending.signal }
    const store = heedingStore(options.store, options.clock, heard)
    const done = work({ ...options, store }, this, heard)
    this.#underWay.add(done)
    try {
      return await done
    } finally {
      this.#underWay.delete(done)
      // Failed work may leave calls under way that nobody waits for.
      end()
      for (const signal of signals) signal.removeEventListener('abort', end)
    }
  }

  /** Ends all work. Runs release their jobs, so that the next process needn't wait for two minutes of silence. */
  async end(): Promise<void> {
    this.#closing.abort()
    await within({ ms: CLOSING_MS }, () => Promise.allSettled(this.#underWay)).catch(() => {})
  }
}
