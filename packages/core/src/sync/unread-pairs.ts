import { HubspotError, HubsyncError, type HubsyncErrorCode, isHubsyncError } from '../errors.js'
import type { Pair } from '../objects/pairs.js'
import type { Page } from './page.js'

/** Errors that HubSpot may answer to every call about one pair. */
const ofOnePair: readonly HubsyncErrorCode[] = [
  'HUBSPOT_REJECTED',
  'HUBSPOT_UNAVAILABLE',
  'HUBSPOT_REPLY',
  'MISSING_SCOPE',
]

/**
 * The pairs whose associations a stream doesn't read: HubSpot refuses them, or their far ends are not backfilled yet.
 * The records are mirrored without them, and the pairs need a sweep later. The stream asks only once for a pair that
 * HubSpot refuses.
 */
export class UnreadPairs {
  readonly #failures = new Map<Pair, HubsyncError>()
  readonly #unread = new Set<string>()
  readonly #leftOut = new Set<Pair>()

  /** The names of the pairs that the stream writes without. */
  get names(): ReadonlySet<string> {
    return new Set([...this.#failures.keys(), ...this.#leftOut].map(({ name }) => name))
  }

  /**
   * Notes that records are written without a pair, because its far end isn't backfilled yet. It may be by the time that
   * they are written.
   */
  leaveOut(pair: Pair): void {
    this.#leftOut.add(pair)
  }

  /**
   * Reads something of a pair.
   *
   * @param what - its near ends, its far ends or the reverse: if HubSpot refuses one of them, it may still answer the
   * others.
   * @param otherwise - the result if HubSpot refuses.
   */
  async read<T>(pair: Pair, what: string, read: () => Promise<T>, otherwise: T): Promise<T> {
    const part = `${pair.name}: ${what}`
    if (this.#unread.has(part)) return otherwise
    try {
      return await read()
    } catch (error) {
      if (!isHubsyncError(error) || !ofOnePair.includes(error.code)) throw error
      this.#unread.add(part)
      if (!this.#failures.has(pair)) this.#failures.set(pair, error)
      return otherwise
    }
  }

  /** @throws if a page has nothing but associations that weren't read: its stream must not continue as if they were. */
  expectReadFor({ near, records }: Pick<Page<unknown>, 'near' | 'records'>): void {
    for (const { pair } of near)
      if (!records.some(({ definition }) => definition === pair.from)) this.#expectRead(pair)
  }

  /** @throws the failure of the first pair, with its name. */
  expectNone(): void {
    for (const pair of this.#failures.keys()) this.#expectRead(pair)
  }

  #expectRead(pair: Pair): void {
    const cause = this.#failures.get(pair)
    if (!cause) return
    const message = `The associations ${pair.name} could not be read, and need a sweep. ${cause.message}`
    throw cause instanceof HubspotError
      ? new HubspotError(cause.code, message, cause, { cause })
      : new HubsyncError(cause.code, message, { cause })
  }
}
