import type { Clock } from '../clock.js'
import { documentedLimits, type Lane, type LaneLimit, readLimitHeaders } from './limits.js'

/**
 * How much later than its turn a call may reach HubSpot, in milliseconds, before the window it is
 * counted in holds one call too many. Added once to every window.
 */
const ARRIVAL_SPREAD_MS = 40

/** What the user fixed; the rest is learned. */
export interface FixedLimits {
  burst?: number | undefined
  search?: number | undefined
  associations?: number | undefined
}

/**
 * One portal's share of HubSpot's limits. Calls of a lane leave evenly spaced, so that a 429 is an
 * exception and no other program of the customer is starved by a burst of ours.
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

  /** Resolves when it is this call's turn, to the milliseconds that it waited. */
  take(lane: Lane, signal?: AbortSignal): Promise<number> {
    return this.#lanes[lane].take(signal)
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

class PacedLane {
  readonly #clock: Clock
  #spacing: number
  #next = 0
  #resumeAt = 0
  #seen = 0

  constructor(clock: Clock, limit: LaneLimit) {
    this.#clock = clock
    this.#spacing = spacingOf(limit)
  }

  limitTo(limit: LaneLimit): void {
    this.#spacing = spacingOf(limit)
  }

  pause(ms: number): void {
    this.#resumeAt = Math.max(this.#resumeAt, this.#now() + ms)
  }

  async take(signal?: AbortSignal): Promise<number> {
    const asked = this.#now()
    let turn: number
    do {
      turn = Math.max(this.#now(), this.#next, this.#resumeAt)
      this.#next = turn + this.#spacing
      const wait = Math.ceil(turn - this.#now())
      if (wait > 0) await this.#clock.sleep(wait, signal)
      // A pause that came while this call waited moves it behind the pause, in order.
    } while (turn < this.#resumeAt)
    return Math.max(0, this.#now() - asked)
  }

  /** A clock that is set back must not make everyone wait for the time it was set back by. */
  #now(): number {
    const now = this.#clock.now()
    const setBack = this.#seen - now
    if (setBack > 0) {
      this.#next -= setBack
      this.#resumeAt -= setBack
    }
    this.#seen = now
    return now
  }
}

function spacingOf({ calls, perMs }: LaneLimit): number {
  return (perMs + ARRIVAL_SPREAD_MS) / Math.max(1, calls)
}
