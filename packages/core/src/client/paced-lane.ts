import type { Clock } from '../clock.js'
import { AbortedError } from '../errors.js'
import { inWholeCalls, type Lane, type LaneLimit } from './limits.js'
import { clockSpread, ReplyTimes } from './reply-times.js'
import { SharedPace } from './shared-pace.js'

/** A lane catches up at most this much of the time in which it sent nothing, with calls up to twice as close. */
const CATCH_UP_MS = 1_000

/** The turn of one call. */
export interface Turn {
  readonly lane: Lane
  /** How many milliseconds the call waited. */
  readonly waited: number
  /** The call was still in this process a moment ago. HubSpot counts it at the earliest from now. */
  leave(): void
  /** The call has its reply. Its duration is what others are compared with. */
  answered(): void
  /** HubSpot has said in the reply how many calls of a limit are left for all who use the token. */
  share(limit: LaneLimit, left: number): void
  /** Nothing more comes of the call. Before that, and before its reply, it may arrive at HubSpot at any moment. */
  end(): void
}

interface Waiting {
  priority: number
  since: number
  go(turn: Turn): void
  fail(error: unknown): void
}

/** A call that HubSpot may still count. */
interface Counted {
  /**
   * When its turn came, or, once that is known, when it left. It may have arrived later: a connection may have had to
   * be opened first.
   */
  at: number
  /** The milliseconds from then to its reply. */
  took: number | undefined
}

/** Lets the calls of one lane leave evenly spaced, and never more in a window than its limit allows. */
export class PacedLane {
  readonly #clock: Clock
  readonly #name: Lane
  readonly #queue: Waiting[] = []
  #limit: LaneLimit
  /** When the next call is due by even spacing. In the past if the lane is behind. */
  #next = 0
  #resumeAt = 0
  #counted: Counted[] = []
  /** How many calls HubSpot counts no more. */
  #past = 0
  readonly #shared = new SharedPace()
  readonly #replies = new ReplyTimes()
  #seen = 0
  #sleep: AbortController | undefined

  constructor(clock: Clock, name: Lane, limit: LaneLimit) {
    this.#clock = clock
    this.#name = name
    this.#limit = inWholeCalls(limit)
  }

  get spacing(): number {
    const { calls, perMs } = this.#limit
    const spacing = (perMs + clockSpread(perMs)) / calls
    return Math.max(spacing, this.#shared.spacingAt(this.#now()))
  }

  limitTo(limit: LaneLimit): void {
    this.#limit = inWholeCalls(limit)
  }

  pause(ms: number): void {
    this.#resumeAt = Math.max(this.#resumeAt, this.#now() + ms)
    // After a refusal there is nothing to catch up.
    this.#next = Math.max(this.#next, this.#resumeAt)
  }

  take(priority: number, signal?: AbortSignal): Promise<Turn> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(new AbortedError())
      const leave = () => {
        this.#queue.splice(this.#queue.indexOf(waiting), 1)
        // When nobody waits any more, no timer must stay.
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

  /** Serves the waiting calls one at a time. */
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
      // Aborted because the queue was empty: calls that came since then are served below. If the clock fails, all calls
      // fail.
      if (!this.#sleep.signal.aborted)
        for (const waiting of this.#queue.splice(0)) waiting.fail(error)
    }
    this.#sleep = undefined
    if (this.#queue.length > 0) this.#serve()
  }

  #begin(now: number, since: number): Turn {
    const call: Counted = { at: now, took: undefined }
    this.#counted.push(call)
    const pastBefore = this.#past
    return {
      lane: this.#name,
      waited: Math.max(0, now - since),
      leave: () => {
        if (call.took === undefined) call.at = this.#now()
      },
      answered: () => {
        call.took = Math.max(0, this.#now() - call.at)
        this.#replies.add(call.took)
      },
      share: ({ calls, perMs }, left) => {
        // Calls that HubSpot counts no more may have been counted then.
        const own = this.#past - pastBefore + this.#arrivedBefore(call)
        this.#shared.learn({ limit: calls, left, own }, perMs, this.#now())
      },
      end: () => {
        call.took ??= this.#onItsWay(call, this.#now())
      },
    }
  }

  /** When the next call may leave. */
  #turn(now: number): number {
    const all = this.#counted.length
    this.#counted = this.#counted.filter((call) => this.#countedUntil(call, now) > now)
    this.#past += all - this.#counted.length
    const latest = this.#counted.at(-1)
    return Math.max(
      this.#next,
      this.#resumeAt,
      this.#roomAt(now),
      latest === undefined ? 0 : latest.at + this.spacing / 2,
    )
  }

  /** When HubSpot will count one call less than its limit, or than this process's share of it. */
  #roomAt(now: number): number {
    const calls = Math.min(this.#limit.calls, Math.ceil(this.#shared.shareAt(now)))
    if (this.#counted.length < calls) return 0
    const untils = this.#counted.map((call) => this.#countedUntil(call, now))
    return untils.sort((a, b) => b - a)[calls - 1] ?? 0
  }

  /**
   * HubSpot counts a call when it arrives, and the reply shows when that was at the latest: a call that was delayed on
   * its way is answered later than others.
   */
  #countedUntil(call: Counted, now: number): number {
    const { perMs } = this.#limit
    const took = call.took ?? this.#onItsWay(call, now)
    return call.at + perMs + this.#replies.lateness(took, perMs)
  }

  /** How many of the calls that count HubSpot may have had when this one arrived, itself among them. */
  #arrivedBefore({ at, took = 0 }: Counted): number {
    const latest = at + this.#replies.delay(took) + clockSpread(this.#limit.perMs)
    return this.#counted.filter((other) => other.at <= latest).length
  }

  /** How long a call without a reply may have been on its way, at most as long as the window. */
  #onItsWay({ at }: Counted, now: number): number {
    return Math.min(Math.max(0, now - at), this.#limit.perMs)
  }

  /** If the clock is set back, nobody must wait for that much longer. */
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
