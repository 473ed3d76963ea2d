import { pageSize } from '../client/endpoints.js'
import type { Hubspot } from '../client/hubspot-client.js'
import type { PieceSize } from '../client/piece-size.js'
import { isRefusal, mayBeOfOne } from './in-pieces.js'
import { type ParsedPage, parsePage } from './parse-page.js'

/** No record has so large an id, so the list is empty from there on. */
export const BEYOND_ALL = String(Number.MAX_SAFE_INTEGER)

/** The records to list, and their properties. */
export interface ListedRecords {
  type: string
  properties: readonly string[]
  /** Properties whose earlier values come too. Default: none. */
  history?: readonly string[]
  archived?: boolean
}

/** A page of a list, or the reason why not even its first record can be listed. */
export type ReadPage = ParsedPage | { failure: unknown }

/** The state of reading after a page that could not be listed as a whole: one of its records can't be listed. */
interface Trouble {
  left: number
  /** The largest page that could be listed since then. */
  largest: number
}

/**
 * Reads pages of a list. A page that HubSpot can't answer is asked for again with half the records. So are the
 * following ones, until all records of the first page but one, or all of them, have been shown.
 */
export class PageReader {
  readonly #hubspot: Hubspot
  readonly #query: ListedRecords
  readonly #size: PieceSize
  /** By the place in the list where the trouble is expected. */
  readonly #troubles = new Map<string | null, Trouble>()

  constructor(hubspot: Hubspot, query: ListedRecords) {
    this.#hubspot = hubspot
    this.#query = query
    const { type, archived, properties, history } = query
    const most = pageSize(history)
    const kind = `list of ${type}${archived ? ' in the bin' : ''} with ${properties.length} properties`
    this.#size = hubspot.pieceSize(`${kind}, ${most} at once`, most)
  }

  async read(after: string | null): Promise<ReadPage> {
    let trouble = this.#troubles.get(after)
    this.#troubles.delete(after)
    let limit = trouble ? halfOf(trouble.left) : this.#size.current
    for (;;) {
      try {
        const page = await this.#ask(after, limit)
        if (!trouble && limit === this.#size.current) this.#size.answered()
        if (trouble) this.#goOn(trouble, page, limit)
        return page
      } catch (failure) {
        if (!mayBeOfOne(failure)) throw failure
        if (!trouble || limit === 1) await this.#expectAnswer(failure)
        if (limit === 1) return { failure }
        trouble = { left: limit, largest: trouble?.largest ?? 0 }
        limit = halfOf(limit)
      }
    }
  }

  /**
   * Whether the first record from an id on can be listed.
   *
   * @throws if HubSpot lists nothing at all: then no record is the reason.
   */
  async lists(from: string): Promise<boolean> {
    try {
      await this.#ask(from, 1)
      return true
    } catch (failure) {
      if (!mayBeOfOne(failure)) throw failure
      await this.#expectAnswer(failure)
      return false
    }
  }

  #goOn(trouble: Trouble, { results, next }: ParsedPage, limit: number): void {
    const left = trouble.left - results.length
    const largest = Math.max(trouble.largest, limit)
    if (left > 0 && next !== undefined) this.#troubles.set(next, { left, largest })
    // All of it could be listed in smaller pages: no record was the reason, but the size.
    else this.#size.tooMuch(largest)
  }

  async #ask(after: string | null, limit: number): Promise<ParsedPage> {
    const { type } = this.#query
    const call = this.#hubspot.endpoints.list({ ...this.#query, after: after ?? undefined, limit })
    // A single record that can't be listed is later asked for by other calls.
    const divisible = after !== BEYOND_ALL
    return parsePage((await this.#hubspot.ask({ ...call, divisible })).json, `list of ${type}`)
  }

  /** Makes sure that HubSpot lists anything at all: from beyond all records, an empty page. */
  async #expectAnswer(failure: unknown): Promise<void> {
    try {
      await this.#ask(BEYOND_ALL, 1)
    } catch (error) {
      if (isRefusal(error) && !isRefusal(failure)) return
      throw isRefusal(error) ? failure : error
    }
  }
}

function halfOf(count: number): number {
  return Math.ceil(count / 2)
}
