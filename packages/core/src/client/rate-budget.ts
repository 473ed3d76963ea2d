import type { Clock } from '../clock.js'
import { AbortedError } from '../errors.js'
import {
  documentedLimits,
  inWholeCalls,
  type Lane,
  type LaneLimit,
  readLimitHeaders,
} from './limits.js'

/**
 * Upper bound on a call's assumed delay to HubSpot. Only the part above the fastest quartile is added: one blocked event loop delays most
 * replies at once. In milliseconds, and of a short window no more than this share.
 */
const ARRIVAL_SPREAD = { ms: 100, share: 0.04 }
/** How exactly moments are told. Added once to every window. */
const CLOCK_SPREAD = { ms: 20, share: 0.01 }

/** What replies usually take is known by the latest so many of a lane. */
const REPLIES = 100
/** Of fewer the quickest may have been held up too. */
const FEW_REPLIES = 20

/** So much of the time in which a lane sent nothing it makes up for, by calls that are up to twice as close. */
const CATCH_UP_MS = 1_000

/** What the user fixed; the rest is learned. */
export interface FixedLimits {
  burst?: number | undefined
  search?: number | undefined
  associations?: number | undefined
}

/** The turn of one call. */
export interface Turn {
  /** For so many milliseconds the call waited. */
  readonly waited: number
  /** Says that the call was still here a moment ago. It is counted from now. */
  leave(): void
  /** Says that the call has its reply. How long it took is what others are measured by. */
  answered(): void
  /** Says that nothing more comes of the call. Until then, or its reply, it may be anywhere on its way. */
  end(): void
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
   * Resolves when it is this call's turn. Of those that wait, the lowest `priority` goes first, and the first come among
   * equals.
   */
  take(lane: Lane, priority: number, signal?: AbortSignal): Promise<Turn> {
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
    // The association limit has no header of its own; the plans with a burst of 100 have 100 here too, and none has less than that burst.
    if (this.#fixed.associations === undefined && burst.calls <= 100)
      this.#lanes.associations.limitTo(burst)
  }
}

interface Waiting {
  priority: number
  since: number
  go(turn: Turn): void
  fail(error: unknown): void
}

/** A call that HubSpot may still count. */
interface Counted {
  /** When its turn came, or when it left, once that is known. It may have arrived later: a connection may have had to be made. */
  at: number
  /** How long it took from then to its reply. */
  took: number | undefined
}

class PacedLane {
  readonly #clock: Clock
  readonly #queue: Waiting[] = []
  #limit: LaneLimit
  /** When the next call is due by even spacing: in the past where the lane is behind. */
  #next = 0
  #resumeAt = 0
  #counted: Counted[] = []
  readonly #replies = new ReplyTimes()
  #seen = 0
  #sleep: AbortController | undefined

  constructor(clock: Clock, limit: LaneLimit) {
    this.#clock = clock
    this.#limit = inWholeCalls(limit)
  }

  get spacing(): number {
    const { calls, perMs } = this.#limit
    return (perMs + partOf(perMs, CLOCK_SPREAD)) / calls
  }

  limitTo(limit: LaneLimit): void {
    this.#limit = inWholeCalls(limit)
  }

  pause(ms: number): void {
    this.#resumeAt = Math.max(this.#resumeAt, this.#now() + ms)
    // After a refusal there is nothing to make up for.
    this.#next = Math.max(this.#next, this.#resumeAt)
  }

  take(priority: number, signal?: AbortSignal): Promise<Turn> {
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
        go: (turn) => {
          signal?.removeEventListener('abort', leave)
          resolve(turn)
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
        const first = this.#queue.shift()
        first?.go(this.#begin(now, first.since))
      }
    } catch (error) {
      // Ended because nobody was left; whoever has come since is served anew below. A clock that fails fails them all.
      if (!this.#sleep.signal.aborted)
        for (const waiting of this.#queue.splice(0)) waiting.fail(error)
    }
    this.#sleep = undefined
    if (this.#queue.length > 0) this.#serve()
  }

  #begin(now: number, since: number): Turn {
    const call: Counted = { at: now, took: undefined }
    this.#counted.push(call)
    return {
      waited: Math.max(0, now - since),
      leave: () => {
        if (call.took === undefined) call.at = this.#now()
      },
      answered: () => {
        call.took = Math.max(0, this.#now() - call.at)
        this.#replies.add(call.took)
      },
      end: () => {
        call.took ??= this.#onItsWay(call, this.#now())
      },
    }
  }

  /** When the next call may leave. */
  #turn(now: number): number {
    this.#counted = this.#counted.filter((call) => this.#countedUntil(call, now) > now)
    const latest = this.#counted.at(-1)
    return Math.max(
      this.#next,
      this.#resumeAt,
      this.#roomAt(now),
      latest === undefined ? 0 : latest.at + this.spacing / 2,
    )
  }

  /** When HubSpot will count one call less than it lets through. */
  #roomAt(now: number): number {
    const { calls } = this.#limit
    if (this.#counted.length < calls) return 0
    const untils = this.#counted.map((call) => this.#countedUntil(call, now))
    return untils.sort((a, b) => b - a)[calls - 1] ?? 0
  }

  /**
   * HubSpot counts a call from when it arrives, and its reply tells when that was at the latest: one that was held up on its way is
   * answered later than others are.
   */
  #countedUntil(call: Counted, now: number): number {
    const { perMs } = this.#limit
    const took = call.took ?? this.#onItsWay(call, now)
    return call.at + perMs + this.#replies.lateness(took, perMs)
  }

  /** How long a call without a reply is taken to have been on its way: no longer than the window lasts. */
  #onItsWay({ at }: Counted, now: number): number {
    return Math.min(Math.max(0, now - at), this.#limit.perMs)
  }

  /** A clock that is set back must not make everyone wait for the time it was set back by. */
  #now(): number {
    const now = this.#clock.now()
    const setBack = this.#seen - now
    if (setBack > 0) {
      this.#next -= setBack
      this.#resumeAt -= setBack
      for (const call of this.#counted) call.at -= setBack
    }
    this.#seen = now
    return now
  }
}

/** How long the latest replies of a lane took. */
class ReplyTimes {
  readonly #latest: number[] = []
  #quickest = 0
  #usual = Number.POSITIVE_INFINITY

  add(took: number): void {
    this.#latest.push(took)
    if (this.#latest.length > REPLIES) this.#latest.shift()
    const sorted = this.#latest.toSorted((a, b) => a - b)
    if (sorted.length >= FEW_REPLIES) this.#quickest = sorted[0] ?? 0
    this.#usual = sorted[sorted.length >> 2] ?? took
  }

  /** How much later than the quickest a call may have arrived that took so long to its reply. */
  lateness(took: number, perMs: number): number {
    const spread = partOf(perMs, ARRIVAL_SPREAD)
    return Math.min(
      Math.max(0, took - this.#quickest) + partOf(perMs, CLOCK_SPREAD),
      spread + Math.max(0, took - this.#usual),
    )
  }
}

function partOf(perMs: number, { ms, share }: { ms: number; share: number }): number {
  return Math.min(ms, perMs * share)
}
