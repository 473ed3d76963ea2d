/** How many wrong tokens a client may send before it has to wait. */
const FREE = 10
/** The longest wait. */
const MOST_WAIT_MS = 30_000
/** After so long without a wrong token, a client starts anew. */
const FORGET_MS = 15 * 60_000
/** How many clients are remembered. */
const MOST_CLIENTS = 10_000

interface Tried {
  wrong: number
  at: number
}

/**
 * Counts wrong tokens for each client, and says how long it must wait: 1, 2, 4, ... seconds from the eleventh on. A client
 * that waits holds up no other. A right token begins no new count: whoever has one could else guess another between.
 */
export class Tries {
  readonly #clients = new Map<string, Tried>()
  readonly #now: () => number

  constructor(now: () => number = () => Date.now()) {
    this.#now = now
  }

  /** How many milliseconds the client still has to wait. 0: it may try. */
  wait(client: string): number {
    const tried = this.#tried(client)
    if (!tried || tried.wrong < FREE) return 0
    const wait = Math.min(MOST_WAIT_MS, 1_000 * 2 ** Math.min(tried.wrong - FREE, 10))
    return Math.max(0, tried.at + wait - this.#now())
  }

  /** The client has sent a wrong token. */
  failed(client: string): void {
    const wrong = (this.#tried(client)?.wrong ?? 0) + 1
    // Deleted first, so that the map stays in the order of the tries.
    this.#clients.delete(client)
    this.#clients.set(client, { wrong, at: this.#now() })
    const [oldest] = this.#clients.keys()
    if (this.#clients.size > MOST_CLIENTS && oldest !== undefined) this.#clients.delete(oldest)
  }

  #tried(client: string): Tried | undefined {
    const tried = this.#clients.get(client)
    return tried && this.#now() - tried.at < FORGET_MS ? tried : undefined
  }
}
