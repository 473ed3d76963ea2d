import { type Access, ALL_SCOPES, PRIVATE_APP } from '../access.js'
import type { Random } from '../random.js'
import { authCodeExpired, badClient, badCode, badRedirect, badRefreshToken } from './refusals.js'

/** An app of the developer platform that can be installed in the portal. */
export interface NewApp {
  /** The client id. @defaultValue made from the seed */
  clientId?: string
  /** The client secret. @defaultValue made from the seed */
  clientSecret?: string
  /** The scopes that it asks for. @defaultValue all */
  scopes?: readonly string[]
  /** The addresses that it may lead back to. @defaultValue any */
  redirectUris?: readonly string[]
}

/** An app, installed in the portal. */
export interface HubspotApp {
  /** Its number, which introspection tells. */
  readonly appId: number
  /** The client id. */
  readonly clientId: string
  /** The client secret. */
  readonly clientSecret: string
  /** A refresh token, as if a user had installed the app and the code were exchanged. It never expires. */
  readonly refreshToken: string
}

/** What a user lets an app do. */
export interface Authorization {
  /** The address that the user is led back to, which the exchange of the code has to repeat. @defaultValue none asked for */
  redirectUri?: string
  /** The scopes that are granted. @defaultValue those of the app */
  scopes?: readonly string[]
}

/** The apps of a portal and what they were granted. */
export interface PortalApps {
  /** Adds an app of the developer platform that gets its tokens by OAuth, and installs it. */
  addApp(app?: NewApp): HubspotApp
  /** Lets a user install an app, and returns the code that it exchanges for tokens: once, within ten minutes. */
  authorize(clientId: string, authorization?: Authorization): string
}

/** HubSpot docs, "Manage OAuth tokens": access tokens live for 30 minutes. */
export const LIFETIME = 1_800_000
/** A "short window" in HubSpot's docs, which give no figure. */
const CODE_LIFETIME = 600_000

const FIRST_APP = PRIVATE_APP + 1
const USER = 9_500_003

/** The app, user and scopes of a token. */
export interface Grant {
  readonly app: HubspotApp
  readonly scopes: readonly string[] | undefined
  readonly userId: number
}

interface Code extends Grant {
  readonly redirectUri: string | undefined
  readonly expiresAt: number
}

type Known = HubspotApp & Pick<NewApp, 'scopes' | 'redirectUris'>

/** Gives apps their tokens. */
export class Apps {
  readonly #access: Access<Grant>
  readonly #random: Random
  readonly #apps = new Map<string, Known>()
  readonly #codes = new Map<string, Code>()
  readonly #refresh = new Map<string, Grant>()

  constructor(access: Access<Grant>, random: Random) {
    this.#access = access
    this.#random = random
  }

  add({ clientId = this.#uuid(), clientSecret = this.#uuid(), ...asked }: NewApp): HubspotApp {
    if (this.#apps.has(clientId))
      throw new Error(`Expected a new clientId, got ${clientId}. Another app has it already.`)
    const refreshToken = `eu1-${this.#uuid()}`
    const appId = FIRST_APP + this.#apps.size
    const app: Known = { appId, clientId, clientSecret, refreshToken, ...asked }
    this.#apps.set(clientId, app)
    this.#refresh.set(refreshToken, { app, scopes: asked.scopes, userId: USER })
    return { appId, clientId, clientSecret, refreshToken }
  }

  /** @throws if there is no such app, or it doesn't lead there. */
  authorize(clientId: string, given: Authorization, now: number): string {
    const app = this.#apps.get(clientId)
    if (!app)
      throw new Error(`Expected the clientId of an app, got ${clientId}. Use portal.addApp().`)
    const { redirectUri, scopes = app.scopes } = given
    if (redirectUri !== undefined && app.redirectUris && !app.redirectUris.includes(redirectUri))
      throw new Error(
        `Expected one of the app's addresses ${app.redirectUris.join(', ')}, got ${redirectUri}.`,
      )
    const surplus = (scopes ?? []).filter((scope) => app.scopes && !app.scopes.includes(scope))
    if (surplus.length > 0)
      throw new Error(`Expected scopes that the app asks for, got ${surplus.join(', ')} besides.`)
    const code = `eu1-${this.#uuid()}`
    this.#codes.set(code, {
      app,
      scopes,
      userId: USER,
      redirectUri,
      expiresAt: now + CODE_LIFETIME,
    })
    return code
  }

  /** The app with these credentials. @throws `Refusal` */
  app(clientId: string | null, clientSecret: string | null): HubspotApp {
    const app = this.#apps.get(clientId ?? '')
    if (!app) throw badClient('id')
    if (app.clientSecret !== clientSecret) throw badClient('secret')
    return app
  }

  /** Uses a code up. @throws `Refusal` */
  exchange(app: HubspotApp, code: string | null, redirectUri: string | null, now: number) {
    const found = this.#codes.get(code ?? '')
    if (found?.app.clientId !== app.clientId) throw badCode()
    if (found.redirectUri !== undefined && found.redirectUri !== redirectUri) throw badRedirect()
    this.#codes.delete(code!)
    if (found.expiresAt <= now) throw authCodeExpired()
    const refreshToken = `eu1-${this.#uuid()}`
    this.#refresh.set(refreshToken, found)
    return { refreshToken, ...this.#issue(found, now) }
  }

  /** Another access token for what was granted. @throws `Refusal` */
  refresh(app: HubspotApp, refreshToken: string | null, now: number) {
    const grant = this.#refresh.get(refreshToken ?? '')
    if (grant?.app.clientId !== app.clientId) throw badRefreshToken()
    return { refreshToken: refreshToken!, ...this.#issue(grant, now) }
  }

  /** A token of the app itself, which no record can be read with. Source: HubSpot docs, "Webhooks journal". */
  ofApp(app: HubspotApp, scopes: readonly string[], now: number) {
    return this.#issue({ app, scopes, userId: 0 }, now)
  }

  /** What a refresh token was granted for. */
  granted(refreshToken: string): Grant | undefined {
    return this.#refresh.get(refreshToken)
  }

  /** Ends a refresh token. Access tokens live on until they expire. Source: HubSpot docs, "Manage OAuth tokens". */
  forget(refreshToken: string): boolean {
    return this.#refresh.delete(refreshToken)
  }

  #issue(grant: Grant, now: number) {
    const token = `C${this.#random.hex(15).toUpperCase()}-${this.#random.hex(64)}`
    const expiresAt = now + LIFETIME
    this.#access.add(token, { scopes: grant.scopes, expiresAt, grant })
    return { token, grant, scopes: grant.scopes ?? ALL_SCOPES }
  }

  #uuid(): string {
    return [8, 4, 4, 4, 12].map((digits) => this.#random.hex(digits)).join('-')
  }
}
