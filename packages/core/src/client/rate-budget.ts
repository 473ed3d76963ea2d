import type { Clock } from '../clock.js'
import { AbortedError } from '../errors.js'
import { documentedLimits, type Lane, type LaneLimit, readLimitHeaders } from './limits.js'

/**
 * How much longer one call may be on its way to HubSpot than another, in milliseconds, before the window that both are
 * counted in holds one call too many. Added once to every window.
 */
const ARRIVAL_SPREAD_MS = 100
/** Of a short window it would be too much: it is never more than this share of one. */
const ARRIVAL_SPREAD_SHARE = 0.04

/** So much of the time in which a lane sent nothing it makes up for, by calls that are up to twice as close. */
const CATCH_UP_MS = 1_000

/** What the user fixed; the rest is learned. */
export interface FixedLimits {
  burst?: number | undefined
  search?: number | undefined
  associations?: number | undefined
}

/**
 * One portal's share of HubSpot's limits. Calls of a lane leave evenly spaced, and never more in a window than HubSpot lets
 * through, so that a 429 is an exception and no other program of the customer is starved by a burst of ours.
 */
export class RateBudget {
  readonly #lanes: Record<Lane, PacedLane>
  readonly #fixed: FixedLimits
  #daily: { limit: number; remaining: number } | undefined

  constructor(clock: Clock, fixed: FixedLimits = {}) {
    this.#fixed = fixed
    const lane = (name: Lane) => {
      const documented = documentedLimits[name]
      return new PacedLane(clock, { ...documented, calls: fixed[name] ?? documented.calls })
    }
    this.#lanes = {
      burst: lane('burst'),
      search: lane('search'),
      associations: lane('associations'),
    }
  }

  /** The day's quota as last reported, or undefined for an app that has none. */
  get daily(): { limit: number; remaining: number } | undefined {
    return this.#daily
  }

  /**
   * Resolves when it is this call's turn, to the milliseconds that it waited. Of those that wait, the lowest `priority`
   * goes first, and the first come among equals.
   */
  take(lane: Lane, priority: number, signal?: AbortSignal): Promise<number> {
    return this.#lanes[lane].take(priority, signal)
  }

  /** The milliseconds from one call of a lane to the next. */
  spacing(lane: Lane): number {
    return this.#lanes[lane].spacing
  }

  /** Nothing leaves on this lane for so long: HubSpot has just refused a call. */
  pause(lane: Lane, ms: number): void {
    this.#lanes[lane].pause(ms)
  }

  /** Takes over what a reply's headers say. Figures that the user fixed stay. */
  learn(headers: { get(name: string): string | null }): void {
    const { burst, daily } = readLimitHeaders(headers)
    if (daily) this.#daily = daily
    if (!burst) return
    if (this.#fixed.burst === undefined) this.#lanes.burst.limitTo(burst)
    // The association limit has no header of its own; the plans with a burst of 100 have 100 here too.
    if (this.#fixed.associations === undefined && burst.calls === 100)
      this.#lanes.associations.limitTo(burst)
  }
}

interface Waiting {
  priority: number
  since: number
  go(waited: number): void
  fail(error: unknown): void
}

class PacedLane {
  readonly #clock: Clock
  readonly #queue: Waiting[] = []
  #limit: LaneLimit
  /** When the next call is due by even spacing: in the past where the lane is behind. */
  #next = 0
  #resumeAt = 0
  /** When the calls left that HubSpot may still count. */
  readonly #sent: number[] = []
  #seen = 0
  #sleep: AbortController | undefined

  constructor(clock: Clock, limit: LaneLimit) {
    this.#clock = clock
    this.#limit = limit
  }

  get spacing(): number {
    return this.#window / Math.max(1, this.#limit.calls)
  }

  /** In which so many calls may leave. */
  get #window(): number {
    const { perMs } = this.#limit
    return perMs + Math.min(ARRIVAL_SPREAD_MS, perMs * ARRIVAL_SPREAD_SHARE)
  }

  limitTo(limit: LaneLimit): void {
    this.#limit = limit
  }

  pause(ms: number): void {
    this.#resumeAt = Math.max(this.#resumeAt, this.#now() + ms)
    // After a refusal there is nothing to make up for.
    this.#next = Math.max(this.#next, this.#resumeAt)
  }

  take(priority: number, signal?: AbortSignal): Promise<number> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(new AbortedError())
      const leave = () => {
        this.#queue.splice(this.#queue.indexOf(waiting), 1)
        // With nobody left to wait, no timer is left either.
        if (this.#queue.length === 0) this.#sleep?.abort()
        reject(new AbortedError())
      }
      const waiting: Waiting = {
        priority,
        since: this.#now(),
        go: (waited) => {
          signal?.removeEventListener('abort', leave)
          resolve(waited)
        },
        fail: reject,
      }
      signal?.addEventListener('abort', leave, { once: true })
      const behind = this.#queue.findIndex((other) => other.priority > priority)
      this.#queue.splice(behind < 0 ? this.#queue.length : behind, 0, waiting)
      if (!this.#sleep) this.#serve()
    })
  }

  /** Lets the waiting go, one at a time, until none is left. */
  async #serve(): Promise<void> {
    this.#sleep = new AbortController()
    try {
      while (this.#queue.length > 0) {
        const now = this.#now()
        const turn = this.#turn(now)
        if (turn > now) {
          await this.#clock.sleep(Math.ceil(turn - now), this.#sleep.signal)
          continue
        }
        this.#next = Math.max(this.#next, now - CATCH_UP_MS) + this.spacing
        this.#sent.push(now)
        const first = this.#queue.shift()
        first?.go(Math.max(0, now - first.since))
      }
    } catch (error) {
      // Ended because nobody was left; whoever has come since is served anew below. A clock that fails fails them all.
      if (!this.#sleep.signal.aborted)
        for (const waiting of this.#queue.splice(0)) waiting.fail(error)
    }
    this.#sleep = undefined
    if (this.#queue.length > 0) this.#serve()
  }

  /** When the next call may leave. */
  #turn(now: number): number {
    const { calls } = this.#limit
    const window = this.#window
    const counted = this.#sent.findIndex((at) => at > now - window)
    this.#sent.splice(0, counted < 0 ? this.#sent.length : counted)
    const first = this.#sent.at(-Math.max(1, calls))
    const latest = this.#sent.at(-1)
    return Math.max(
      this.#next,
      this.#resumeAt,
      first === undefined ? 0 : first + window,
      latest === undefined ? 0 : latest + this.spacing / 2,
    )
  }

  /** A clock that is set back must not make everyone wait for the time it was set back by. */
  #now(): number {
    const now = this.#clock.now()
    const setBack = this.#seen - now
    if (setBack > 0) {
      this.#next -= setBack
      this.#resumeAt -= setBack
      for (const [index, at] of this.#sent.entries()) this.#sent[index] = at - setBack
    }
    this.#seen = now
    return now
  }
}
