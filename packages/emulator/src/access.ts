import { expiredToken, missingScopes, unauthenticated } from './replies.js'

/** What a token may do. */
export interface TokenOptions {
  /** The scopes it has, such as `crm.objects.contacts.read`. @defaultValue all */
  scopes?: readonly string[]
  /** When it expires: milliseconds, ISO date or `Date`. @defaultValue never */
  expiresAt?: number | string | Date
}

/** The bearer tokens that a portal accepts. */
export class Access {
  readonly #tokens = new Map<
    string,
    { scopes: ReadonlySet<string> | undefined; expiresAt: number }
  >()

  add(
    token: string,
    options: { scopes?: readonly string[] | undefined; expiresAt?: number | undefined },
  ): void {
    this.#tokens.set(token, {
      scopes: options.scopes && new Set(options.scopes),
      expiresAt: options.expiresAt ?? Number.POSITIVE_INFINITY,
    })
  }

  revoke(token: string): void {
    if (!this.#tokens.delete(token))
      throw new Error(
        'Expected a token of the portal, got an unknown one. Add it with portal.addToken().',
      )
  }

  /** Returns the token of a request. @throws `Refusal` if it isn't accepted. */
  token(authorization: string | undefined, now: number): string {
    const token = /^Bearer\s+(.+)$/i.exec(authorization ?? '')?.[1]
    const known = token === undefined ? undefined : this.#tokens.get(token)
    if (token === undefined || !known) throw unauthenticated()
    if (known.expiresAt <= now) throw expiredToken(known.expiresAt, now)
    return token
  }

  /** Throws unless the token has all these scopes. */
  require(token: string, scopes: readonly string[]): void {
    const missing = scopes.filter((scope) => !this.holds(token, [scope]))
    if (missing.length > 0) throw missingScopes(missing)
  }

  /** Throws unless the token has one of these scopes. */
  requireAny(token: string, scopes: readonly string[]): void {
    if (!this.holds(token, scopes)) throw missingScopes(scopes)
  }

  /** Whether the token has one of these scopes. */
  holds(token: string, scopes: readonly string[]): boolean {
    const granted = this.#tokens.get(token)?.scopes
    return granted === undefined || scopes.some((scope) => granted.has(scope))
  }
}
