import type { HubspotClient } from '../client/hubspot-client.js'
import { dayIn, nextMidnight } from '../client/limits.js'
import { moveCheckpoint, openCheckpoint, type Place } from './checkpoint.js'

// No object's name may begin like this.
const DAY = 'sync_day'

/** How many calls a process may make before it notes them. If it is killed, at most so many are forgotten. */
const UNNOTED_CALLS = 100

/** How many calls all processes on this mirror have made on a day of the portal: `2026-11-30`, in its time zone. */
type DayState = { day: string; calls: number }

/** What part of the portal's calls of the day this mirror may use, and what its processes have used of it. */
export class DayShare {
  readonly #place: Place
  readonly #timeZone: string
  readonly #share: number
  readonly #client: Pick<HubspotClient, 'daily' | 'time'>
  readonly #calls: () => number
  #stored: DayState | null = null
  #noted = 0
  #writing: Promise<void> | undefined

  /**
   * @param timeZone - of the portal: its day begins at midnight there.
   * @param calls - how many calls this work has made.
   */
  constructor(
    place: Place,
    timeZone: string,
    share: number,
    client: Pick<HubspotClient, 'daily' | 'time'>,
    calls: () => number,
  ) {
    this.#place = place
    this.#timeZone = timeZone
    this.#share = share
    this.#client = client
    this.#calls = calls
  }

  /** Finds out what others have used. A store that fails is reported by the work itself. */
  async look(): Promise<void> {
    const checkpoint = await openCheckpoint<DayState>(this.#place, DAY).catch(() => null)
    this.#stored = checkpoint?.state ?? null
  }

  /** Why the work has to end, or undefined to continue. An app without a daily limit has no share to use up. */
  stopReason(): string | undefined {
    const { daily, time } = this.#client
    if (!daily || this.#used < daily.limit * this.#share) return undefined
    const reset = new Date(nextMidnight(time.shown, this.#timeZone)).toISOString()
    return `The mirror has used its share (${this.#share}) of the day's ${daily.limit} calls; they start afresh at ${reset}.`
  }

  /** Notes the calls in the background once there are many. */
  keep(): void {
    if (this.#writing || this.#calls() - this.#noted < UNNOTED_CALLS) return
    this.#writing = this.#write().finally(() => {
      this.#writing = undefined
    })
  }

  /** Notes the calls, for others to see. */
  async note(): Promise<void> {
    await this.#writing
    await this.#write()
  }

  /** If the store fails, the next note has these calls too. */
  async #write(): Promise<void> {
    const calls = this.#calls()
    if (!this.#client.daily || calls === this.#noted) return
    let next: DayState | null = null
    const add = (state: DayState | null) => {
      const { day, calls: before } = countOf(this.#today, state)
      next = { day, calls: before + calls - this.#noted }
      return next
    }
    try {
      await moveCheckpoint<DayState>(this.#place, DAY, add)
    } catch {
      return
    }
    this.#stored = next
    this.#noted = calls
  }

  get #used(): number {
    return countOf(this.#today, this.#stored).calls + this.#calls() - this.#noted
  }

  get #today(): string {
    return dayIn(this.#client.time.shown, this.#timeZone)
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
