import { HubspotError, HubsyncError, type HubsyncErrorCode, isHubsyncError } from '../errors.js'
import type { Pair } from '../objects/pairs.js'
import type { Page } from './page.js'

/** What HubSpot may answer to everything that it is asked about one pair. */
const ofOnePair: readonly HubsyncErrorCode[] = [
  'HUBSPOT_REJECTED',
  'HUBSPOT_UNAVAILABLE',
  'HUBSPOT_REPLY',
  'MISSING_SCOPE',
]

/**
 * The pairs whose associations a stream doesn't read: those that HubSpot doesn't give, for whichever records, and those whose far end is
 * still to be backfilled. The records are mirrored without them all the same, and the pairs are owed a sweep. No pair that HubSpot doesn't
 * give is asked for again while the stream goes on.
 */
export class UnreadPairs {
  readonly #failures = new Map<Pair, HubsyncError>()
  readonly #unread = new Set<string>()
  readonly #leftOut = new Set<Pair>()

  /** Those without which the stream writes. */
  get names(): ReadonlySet<string> {
    return new Set([...this.#failures.keys(), ...this.#leftOut].map(({ name }) => name))
  }

  /** Notes that records are written without a pair, since its far end isn't backfilled yet. By the time that they are, it may be. */
  leaveOut(pair: Pair): void {
    this.#leftOut.add(pair)
  }

  /**
   * Reads something of a pair.
   *
   * @param what - its near ends, its far ends or the other way round: where one can't be read, the others may be.
   * @param otherwise - what to go on with where HubSpot doesn't give it.
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

  /** @throws where a page holds nothing but associations that weren't read: its stream must not go on as if they were. */
  expectReadFor({ near, records }: Pick<Page<unknown>, 'near' | 'records'>): void {
    for (const { pair } of near)
      if (!records.some(({ definition }) => definition === pair.from)) this.#expectRead(pair)
  }

  /** @throws the failure of the first pair, named. */
  expectNone(): void {
    for (const pair of this.#failures.keys()) this.#expectRead(pair)
  }

  #expectRead(pair: Pair): void {
    const cause = this.#failures.get(pair)
    if (!cause) return
    const message = `The associations ${pair.name} could not be read, and are owed a sweep. ${cause.message}`
    throw cause instanceof HubspotError
      ? new HubspotError(cause.code, message, cause, { cause })
      : new HubsyncError(cause.code, message, { cause })
  }
}
