import type { Clock } from '../clock.js'
import { documentedLimits, type Lane, readLimitHeaders } from './limits.js'
import { PacedLane, type Turn } from './paced-lane.js'

/** The limits that the user has set. The others are learned. */
export interface FixedLimits {
  burst?: number | undefined
  search?: number | undefined
  associations?: number | undefined
}

/**
 * Keeps one portal's calls under HubSpot's limits. The calls of a lane leave evenly spaced, and never more in a window
 * than HubSpot allows. So a 429 is an exception, and no burst of ours takes the limit from the customer's other
 * programs.
 */
export class RateBudget {
  readonly #lanes: Record<Lane, PacedLane>
  readonly #fixed: FixedLimits
  #daily: { limit: number; remaining: number } | undefined

  constructor(clock: Clock, fixed: FixedLimits = {}) {
    this.#fixed = fixed
    const lane = (name: Lane) => {
      const documented = documentedLimits[name]
      return new PacedLane(clock, name, { ...documented, calls: fixed[name] ?? documented.calls })
    }
    this.#lanes = {
      burst: lane('burst'),
      search: lane('search'),
      associations: lane('associations'),
    }
  }

  /** The daily limit and what is left of it, as last reported. Undefined for an app that has none. */
  get daily(): { limit: number; remaining: number } | undefined {
    return this.#daily
  }

  /** Resolves when it is this call's turn. The lowest `priority` goes first, and among equals the first come. */
  take(lane: Lane, priority: number, signal?: AbortSignal): Promise<Turn> {
    return this.#lanes[lane].take(priority, signal)
  }

  /** The milliseconds from one call of a lane to the next. */
  spacing(lane: Lane): number {
    return this.#lanes[lane].spacing
  }

  /** Stops this lane for some milliseconds, after HubSpot has refused a call. */
  pause(lane: Lane, ms: number): void {
    this.#lanes[lane].pause(ms)
  }

  /**
   * Takes over the limits from a reply's headers. Those that the user has set stay.
   *
   * @param turn - the turn of the call that was answered. With it, what is left shows whether others use the token too.
   */
  learn(headers: { get(name: string): string | null }, turn?: Turn): void {
    const { burst, left, daily } = readLimitHeaders(headers)
    if (daily) this.#daily = daily
    if (!burst) return
    // The headers are about this lane alone, whatever reply they come with.
    if (left !== undefined && turn?.lane === 'burst') turn.share(burst, left)
    if (this.#fixed.burst === undefined) this.#lanes.burst.limitTo(burst)
    // The limit on association calls has no header of its own. Plans with a burst of 100 have 100 here too, and no plan
    // has less here than its burst.
    if (this.#fixed.associations === undefined && burst.calls <= 100)
      this.#lanes.associations.limitTo(burst)
  }
}
