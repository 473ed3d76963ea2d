import { standardTypes } from './catalogue/standard-types.js'
import { expiredToken, missingScopes, unauthenticated } from './replies.js'

/** What a token may do. */
export interface TokenOptions {
  /** The scopes it has, such as `crm.objects.contacts.read`. @defaultValue all */
  scopes?: readonly string[]
  /** When it expires: milliseconds, ISO date or `Date`. @defaultValue never */
  expiresAt?: number | string | Date
}

/** The scopes that a token without a list of its own is said to have. */
export const ALL_SCOPES: readonly string[] = [
  'oauth',
  ...standardTypes.flatMap(({ name, scopes = [`crm.objects.${name}.read`] }) =>
    scopes.flatMap((scope) => [scope, scope.replace(/\.read$/, '.write')]),
  ),
  ...['contacts', 'companies', 'deals', 'custom'].flatMap((name) => [
    `crm.schemas.${name}.read`,
    `crm.schemas.${name}.write`,
  ]),
  ...['crm.objects.custom.read', 'crm.objects.custom.write', 'crm.objects.owners.read'],
  ...['crm.lists.read', 'crm.lists.write'],
].filter((scope, index, all) => all.indexOf(scope) === index)

/** The number of the private app that all tokens belong to which aren't by OAuth. */
export const PRIVATE_APP = 1_160_452

/** The app that a token belongs to, if it got it by OAuth. */
interface OfApp {
  readonly app: { readonly appId: number; readonly clientId: string }
}

/** What a portal knows of a token. */
export interface KnownToken<Grant = OfApp> {
  /** The scopes that it is said to have. */
  readonly granted: readonly string[]
  readonly expiresAt: number
  readonly grant: Grant | undefined
}

/** The bearer tokens that a portal accepts. */
export class Access<Grant extends OfApp = OfApp> {
  readonly #tokens = new Map<
    string,
    { scopes: ReadonlySet<string> | undefined; expiresAt: number; grant: Grant | undefined }
  >()

  add(
    token: string,
    options: {
      scopes?: readonly string[] | undefined
      expiresAt?: number | undefined
      grant?: Grant
    },
  ): void {
    this.#tokens.set(token, {
      scopes: options.scopes && new Set(options.scopes),
      expiresAt: options.expiresAt ?? Number.POSITIVE_INFINITY,
      grant: options.grant,
    })
  }

  /** What is known of a token, also of one that has expired. */
  find(token: string): KnownToken<Grant> | undefined {
    const known = this.#tokens.get(token)
    if (!known) return undefined
    const { expiresAt, grant, scopes } = known
    return { expiresAt, grant, granted: this.scopesOf(scopes && [...scopes]) }
  }

  /** The scopes that something is said to have. */
  scopesOf(scopes: readonly string[] | undefined): readonly string[] {
    return scopes ?? ALL_SCOPES
  }

  /** What counts as one app for its limits: all tokens of an app by OAuth, or one token. */
  appOf(token: string): string {
    return this.#tokens.get(token)?.grant?.app.clientId ?? token
  }

  /** The number of the app that a token belongs to. */
  appIdOf(token: string): number {
    return this.#tokens.get(token)?.grant?.app.appId ?? PRIVATE_APP
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
