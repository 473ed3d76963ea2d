import type { Clock } from '../clock.js'

/** HubSpot's clock, as far as the `Date` of its replies tells. All moments are in milliseconds since 1970. */
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
   * The present moment, but never later than the latest `Date` of a reply, which counts whole seconds. If this machine's clock is set
   * forward during a run, the mirror must not be complete up to a moment in the future: changes until then would never be asked for.
   */
  get shown(): number {
    const latest = this.#latestDate
    return latest === undefined ? this.now : Math.min(this.now, latest + 999)
  }

  /** This moment, told once a reply has come: until then nobody may know how far off this machine's clock is. */
  mark(): () => string {
    const moment = this.#clock.now()
    return () => new Date(moment + this.#offset).toISOString()
  }

  /**
   * HubSpot's clock showed this date at some moment of a call, and counts whole seconds. Within these limits this machine's clock is right
   * enough, and finer.
   *
   * @param sentAt - when the call was sent by this machine's clock, as `endedAt` is when its reply was here.
   */
  learn(headers: Pick<Headers, 'get'>, sentAt: number, endedAt: number): void {
    const date = Date.parse(headers.get('date') ?? '')
    if (Number.isNaN(date)) return
    this.#latestDate = Math.max(date, this.#latestDate ?? 0)
    const [least, most] = [date - endedAt, date + 999 - sentAt]
    this.#offset = Math.min(Math.max(this.#offset, least), most)
  }
}
