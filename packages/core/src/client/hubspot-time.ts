import type { Clock } from '../clock.js'

/** HubSpot's clock, as the `Date` headers of its replies show it. All moments are in milliseconds since 1970. */
export class HubspotTime {
  readonly #clock: Pick<Clock, 'now'>
  /** How far HubSpot's clock is ahead of this machine's. */
  #offset = 0
  #latestDate: number | undefined

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock
  }

  /** The present moment. */
  get now(): number {
    return this.#clock.now() + this.#offset
  }

  /**
   * The present moment, but never later than the latest `Date` of a reply, which counts whole seconds. If this
   * machine's clock is set forward during a run, the mirror must not be complete up to a moment in the future: changes
   * until then would never be asked for.
   */
  get shown(): number {
    const latest = this.#latestDate
    return latest === undefined ? this.now : Math.min(this.now, latest + 999)
  }

  /**
   * The present moment. Call the function after a reply has come: only then is it known how far off this machine's
   * clock is.
   */
  mark(): () => string {
    const moment = this.#clock.now()
    return () => new Date(moment + this.#offset).toISOString()
  }

  /**
   * HubSpot's clock showed `Date` at some moment of the call, in whole seconds. This machine's clock is more precise,
   * so it is only corrected if it is outside of what that allows.
   *
   * @param sentAt - when the call was sent, by this machine's clock.
   * @param endedAt - when its reply had come.
   */
  learn(headers: Pick<Headers, 'get'>, sentAt: number, endedAt: number): void {
    const date = Date.parse(headers.get('date') ?? '')
    if (Number.isNaN(date)) return
    this.#latestDate = Math.max(date, this.#latestDate ?? 0)
    const [least, most] = [date - endedAt, date + 999 - sentAt]
    this.#offset = Math.min(Math.max(this.#offset, least), most)
  }
}
