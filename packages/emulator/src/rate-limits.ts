import { type Account, nextMidnight } from './account.js'
import { burstLimit, dailyLimit, searchLimit } from './replies.js'

/** The limit that a call counts towards. Every call also counts towards the daily limit. */
export type Lane = 'burst' | 'search' | 'associations'

/**
 * HubSpot's rate limits. Source: HubSpot docs, "Usage guidelines" and "Associations", figures of the Professional plan.
 */
export interface Limits {
  /** Calls per 10 seconds and app. @defaultValue 190; 110 for an OAuth app */
  burst?: number
  /** Searches per second and account, whatever the app. @defaultValue 5 */
  search?: number
  /** Association batch calls per 10 seconds and app. @defaultValue 150 */
  associations?: number
  /** Calls per day and account; the day ends at the account's midnight. @defaultValue 625,000; none for OAuth */
  daily?: number
}

const INTERVALS: Readonly<Record<Lane, number>> = {
  burst: 10_000,
  search: 1_000,
  associations: 10_000,
}

/** A sliding window that counts calls. */
class Window {
  readonly #interval: number
  #times: number[] = []

  constructor(interval: number) {
    this.#interval = interval
  }

  count(now: number): number {
    const start = this.#times.findIndex((time) => time > now - this.#interval)
    this.#times = start === -1 ? [] : this.#times.slice(start)
    return this.#times.length
  }

  add(now: number): void {
    this.#times.push(now)
  }
}

/** The limits of a portal. Refused calls don't count. */
export class RateLimits {
  readonly #limits: Required<Limits> | undefined
  readonly #daily: boolean
  readonly #account: Account
  readonly #windows = new Map<string, Window>()
  #usedToday = 0
  #resetsAt = Number.NEGATIVE_INFINITY

  constructor(limits: Limits | false, app: 'private' | 'oauth', account: Account) {
    const standard = {
      burst: app === 'oauth' ? 110 : 190,
      search: 5,
      associations: 150,
      daily: 625_000,
    }
    this.#limits = limits === false ? undefined : { ...standard, ...limits }
    this.#daily = app === 'private'
    this.#account = account
  }

  /** The daily usage. */
  usage(now: number): { limit: number; used: number; resetsAt: number } {
    this.#turnDay(now)
    return {
      limit: this.#limits?.daily ?? 625_000,
      used: this.#usedToday,
      resetsAt: this.#resetsAt,
    }
  }

  /** Counts a call. @throws `Refusal` with status 429 if a limit is used up. */
  take(lane: Lane, app: string, now: number, requestId: string): void {
    this.#turnDay(now)
    const limits = this.#limits
    const window = this.#window(lane, app)
    if (limits) {
      if (this.#daily && this.#usedToday >= limits.daily) throw dailyLimit(requestId)
      if (window.count(now) >= limits[lane]) {
        if (lane === 'search') throw searchLimit()
        throw burstLimit(
          lane === 'burst'
            ? `publicapi:private_app-api-calls-ten-secondly:${this.#account.portalId}`
            : `publicapi:associations-ten-secondly:${this.#account.portalId}`,
        )
      }
    }
    window.add(now)
    this.#usedToday++
  }

  /**
   * The headers about limits. Search and association batches have no headers about the ten-second limit, which doesn't
   * apply to them. OAuth apps get none about the daily limit. Source: recorded replies; HubSpot API specification.
   *
   */
  headers(lane: Lane, app: string, now: number): Record<string, string> {
    const limits = this.#limits
    if (!limits) return {}
    this.#turnDay(now)
    const headers: Record<string, string> = {}
    if (this.#daily) {
      headers['x-hubspot-ratelimit-daily'] = String(limits.daily)
      headers['x-hubspot-ratelimit-daily-remaining'] = String(
        Math.max(0, limits.daily - this.#usedToday),
      )
    }
    if (lane !== 'burst') return headers
    const secondly = Math.floor(limits.burst / 10)
    const used = this.#window(lane, app).count(now)
    return {
      ...headers,
      'x-hubspot-ratelimit-interval-milliseconds': String(INTERVALS.burst),
      'x-hubspot-ratelimit-max': String(limits.burst),
      'x-hubspot-ratelimit-remaining': String(Math.max(0, limits.burst - used)),
      // Still sent, but no longer enforced. Source: HubSpot docs, "Usage guidelines".
      'x-hubspot-ratelimit-secondly': String(secondly),
      'x-hubspot-ratelimit-secondly-remaining': String(Math.max(0, secondly - 1)),
    }
  }

  #window(lane: Lane, app: string): Window {
    // Search is shared by all apps of the account.
    const key = lane === 'search' ? lane : `${lane} ${app}`
    let window = this.#windows.get(key)
    if (!window) {
      window = new Window(INTERVALS[lane])
      this.#windows.set(key, window)
    }
    return window
  }

  #turnDay(now: number): void {
    if (now < this.#resetsAt) return
    this.#usedToday = 0
    this.#resetsAt = nextMidnight(this.#account.timeZone, now)
  }
}
