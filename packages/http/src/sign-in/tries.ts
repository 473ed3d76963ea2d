import { isIP } from 'node:net'

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
 * that waits holds up no other.
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

  /** The client has sent a token that is known. */
  succeeded(client: string): void {
    this.#clients.delete(client)
  }

  #tried(client: string): Tried | undefined {
    const tried = this.#clients.get(client)
    return tried && this.#now() - tried.at < FORGET_MS ? tried : undefined
  }
}

/** Addresses of private networks, where a proxy of the host may be. */
const isPrivate =
  /^(127\.|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|169\.254\.|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|::1$|f[cd]|fe80:)/i

/**
 * Names the client of a request: by its address, or by the address that a proxy in a private network has seen. A client
 * elsewhere can't choose its name.
 *
 * @param address - of the other end of the connection, if it is known.
 */
export function clientOf(request: Request, address: string | undefined): string {
  const near = networkOf(address ?? '')
  if (address !== undefined && !isPrivate.test(near)) return near
  // Each proxy appends the address that it sees, so that only the last is certain.
  const last = request.headers.get('x-forwarded-for')?.split(',').at(-1)?.trim() ?? ''
  return isIP(last) === 0 ? near : networkOf(last)
}

/** An address without its part that a client can choose: one client has all addresses of an IPv6 network. */
function networkOf(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '')
  if (isIP(plain) !== 6 || plain === '::1') return plain
  return plain.split('::', 1)[0]?.split(':').slice(0, 4).join(':') || plain
}
