import type { HubspotClient } from '../client/hubspot-client.js'
import { dayIn, nextMidnight } from '../client/limits.js'
import { moveCheckpoint, openCheckpoint, type Place } from './checkpoint.js'

// No object's name may begin like this.
const DAY = 'sync_day'

/** How many calls a process may make before it notes them. If it is killed, at most so many are forgotten. */
const UNNOTED_CALLS = 100

/** How many calls all processes on this mirror have made on a day of the portal: `2026-11-30`, in its time zone. */
type DayState = { day: string; calls: number }

/** The portal whose day it is, and the store that the calls are noted in. */
export interface CountedPortal extends Place {
  /** Its day begins at midnight there. */
  readonly timeZone: string
}

/**
 * What part of the portal's calls of the day this mirror may use, and what its processes have used of it. All work of a
 * process shares one: every call of the client counts, whatever it was made for.
 */
export class DayShare {
  readonly #share: number
  readonly #client: Pick<HubspotClient, 'daily' | 'time' | 'calls'>
  #stored: DayState | null = null
  /** How many calls of the client are noted. */
  #noted = 0
  /** How many are being noted. */
  #leaving = 0

  constructor(share: number, client: Pick<HubspotClient, 'daily' | 'time' | 'calls'>) {
    this.#share = share
    this.#client = client
  }

  /** Finds out what others have used. A store that fails is reported by the work itself. */
  async look(portal: CountedPortal): Promise<void> {
    const checkpoint = await openCheckpoint<DayState>(portal, DAY).catch(() => null)
    if (checkpoint) this.#learn(checkpoint.state)
  }

  /** Why the work has to end, or undefined to continue. An app without a daily limit has no share to use up. */
  stopReason({ timeZone }: CountedPortal): string | undefined {
    const { daily, time } = this.#client
    if (!daily || this.#usedIn(timeZone) < daily.limit * this.#share) return undefined
    const reset = new Date(nextMidnight(time.shown, timeZone)).toISOString()
    return `The mirror has used its share (${this.#share}) of the day's ${daily.limit} calls; they start afresh at ${reset}.`
  }

  /** Whether there are many calls that others don't know of. */
  get isToBeNoted(): boolean {
    return this.#unnoted >= UNNOTED_CALLS
  }

  /** Notes the calls, for others to see. If the store fails, the next note has these calls too. */
  async note(portal: CountedPortal): Promise<void> {
    const calls = this.#unnoted
    if (!this.#client.daily || calls === 0) return
    let next: DayState | null = null
    const add = (state: DayState | null) => {
      const { day, calls: before } = countOf(this.#todayIn(portal.timeZone), state)
      next = { day, calls: before + calls }
      return next
    }
    // Other work of this process must not note them as well.
    this.#leaving += calls
    try {
      await moveCheckpoint<DayState>(portal, DAY, add)
      this.#noted += calls
      this.#learn(next)
    } catch {
      // They stay unnoted.
    } finally {
      this.#leaving -= calls
    }
  }

  /** Counts come in any order. That of a later day is the later one, and of one day the higher. */
  #learn(state: DayState | null): void {
    const before = this.#stored
    const isOlder =
      before !== null &&
      (state === null ||
        state.day < before.day ||
        (state.day === before.day && state.calls < before.calls))
    if (!isOlder) this.#stored = state
  }

  get #unnoted(): number {
    return this.#client.calls - this.#noted - this.#leaving
  }

  #usedIn(timeZone: string): number {
    const { calls } = countOf(this.#todayIn(timeZone), this.#stored)
    return calls + this.#client.calls - this.#noted
  }

  #todayIn(timeZone: string): string {
    return dayIn(this.#client.time.shown, timeZone)
  }
}

/**
 * The count to which calls of this day are added. That may be of the next day already: a process that has heard nothing
 * of HubSpot since midnight must not take the count back. A later day was noted by a clock that was wrong.
 */
function countOf(day: string, state: DayState | null): DayState {
  const dayAfter = new Date(Date.parse(day) + 86_400_000).toISOString().slice(0, 10)
  return state?.day === day || state?.day === dayAfter ? state : { day, calls: 0 }
}
