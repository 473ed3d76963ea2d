import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

/** How long a session lasts, in milliseconds. */
const LASTS_MS = 12 * 3_600_000
/** The name of the cookie. */
export const SESSION_COOKIE = 'hubsync_session'

/** A token that can sign in. */
export interface Holder {
  /** The hash of the token. */
  digest: Buffer
  /** Its rights. A session ends if they change. */
  rights: readonly string[]
}

/** What a valid cookie says. */
export interface Session {
  /** The hash of the token that has signed in. */
  digest: Buffer
  /** Proves that a form comes from a page of this session. */
  formToken: string
}

/**
 * Sessions of browsers. Nothing is stored: a cookie holds a moment of expiry and a random number, signed with the hash
 * of the token. So each process that knows the token accepts it, and none does once the token is replaced or has other
 * rights.
 */
export class Sessions {
  readonly #holders: readonly Holder[]
  readonly #now: () => number

  constructor(holders: readonly Holder[], now: () => number = () => Date.now()) {
    this.#holders = holders
    this.#now = now
  }

  /** The value of a new cookie. It is another one at each sign-in, so that nobody can know it beforehand. */
  open(holder: Holder): string {
    const content = `${this.#now() + LASTS_MS}.${randomBytes(16).toString('base64url')}`
    return `${content}.${sign(holder, 'session', content).toString('base64url')}`
  }

  /** The session of a request, if one of its cookies is valid. */
  of(request: Request): Session | undefined {
    const cookies = request.headers.get('cookie')
    if (cookies === null) return undefined
    for (const cookie of cookies.split(';')) {
      const [name, value = ''] = cookie.trim().split('=', 2)
      const session = name === SESSION_COOKIE ? this.#read(value) : undefined
      if (session) return session
    }
    return undefined
  }

  #read(value: string): Session | undefined {
    const [, content, expiry, signature] = /^((\d{13})\.[\w-]{22})\.([\w-]{43})$/.exec(value) ?? []
    if (!content || !signature || Number(expiry) <= this.#now()) return undefined
    const given = Buffer.from(signature, 'base64url')
    const holder = this.#holders.find((each) =>
      timingSafeEqual(sign(each, 'session', content), given),
    )
    if (!holder) return undefined
    const formToken = sign(holder, 'form', content).toString('base64url')
    return { digest: holder.digest, formToken }
  }
}

function sign({ digest, rights }: Holder, purpose: 'session' | 'form', content: string): Buffer {
  return createHmac('sha256', digest)
    .update(`hubsync ${purpose} ${rights.join()} ${content}`)
    .digest()
}

/** The `Set-Cookie` that begins a session, or ends it if the value is empty. */
export function sessionCookie(value: string, basePath: string, isSecure: boolean): string {
  const parts = [
    `${SESSION_COOKIE}=${value}`,
    `Path=${basePath || '/'}`,
    'HttpOnly',
    'SameSite=Strict',
  ]
  if (isSecure) parts.push('Secure')
  if (value === '') parts.push('Max-Age=0')
  return parts.join('; ')
}

/** Whether a request came over HTTPS, to this server or to a proxy in front of it. */
export function isSecure(request: Request): boolean {
  const forwarded = request.headers.get('x-forwarded-proto')?.split(',')[0]?.trim()
  return (forwarded ?? new URL(request.url).protocol.replace(':', '')) === 'https'
}
