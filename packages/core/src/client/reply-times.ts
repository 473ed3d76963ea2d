/**
 * Upper bound on a call's assumed delay to HubSpot. Only the part above the fastest quartile is added: one blocked
 * event loop delays most replies at once. In milliseconds, and at most this share of a short window.
 */
const ARRIVAL_SPREAD = { ms: 100, share: 0.04 }
/** The precision of the measured moments. Added once to every window. */
const CLOCK_SPREAD = { ms: 20, share: 0.01 }

/** How many of the latest replies of a lane show how long replies usually take. */
const REPLIES = 100
/** With fewer replies, even the fastest may have been delayed. */
const FEW_REPLIES = 20

/** The durations of the latest replies of a lane. */
export class ReplyTimes {
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

  /** How much longer than the fastest call one took that has this duration. */
  delay(took: number): number {
    return Math.max(0, took - this.#quickest)
  }

  /** How much later than the fastest calls one with this duration may have arrived. */
  lateness(took: number, perMs: number): number {
    const spread = partOf(perMs, ARRIVAL_SPREAD)
    return Math.min(this.delay(took) + clockSpread(perMs), spread + Math.max(0, took - this.#usual))
  }
}

function partOf(perMs: number, { ms, share }: { ms: number; share: number }): number {
  return Math.min(ms, perMs * share)
}

/** How far the measured moments may be off, in milliseconds. */
export function clockSpread(perMs: number): number {
  return partOf(perMs, CLOCK_SPREAD)
}
