import { type KnownToken, PRIVATE_APP } from '../access.js'
import { type Grant, LIFETIME } from '../oauth/apps.js'
import { badGrantType, badScope } from '../oauth/refusals.js'
import { expiredToken, json, noContent, notFound, Refusal, unauthenticated } from '../replies.js'
import { fieldsOf, textOf } from '../validation/bodies.js'
import type { Context, Route } from './route.js'

/** Calls about tokens: they need none, and count towards no limit. */
const open = { lane: 'burst', isOpen: true, scopes: () => [] } as const

const USER = 'ada@example.com'

/** The app that calls, by its credentials in the form. */
function appOf({ apps, form }: Context) {
  return apps.app(form.get('client_id'), form.get('client_secret'))
}

/** Gives tokens for a code, for a refresh token, or to the app itself. Source: HubSpot docs, "Manage OAuth tokens". */
export const token: Route = {
  ...open,
  operation: 'token',
  method: 'POST',
  paths: ['/oauth/v1/token', '/oauth/:version/token'],
  handle(context) {
    const { account, apps, form, now } = context
    const grantType = form.get('grant_type')
    const app = appOf(context)
    const shared = { token_type: 'bearer', expires_in: LIFETIME / 1_000, hub_id: account.portalId }
    if (grantType === 'client_credentials') {
      const wanted = (form.get('scope') ?? '').split(/\s+/).filter(Boolean)
      const wrong = wanted.filter((scope) => !scope.startsWith('developer.'))
      if (wrong.length > 0) throw badScope(wrong)
      const { token, scopes } = apps.ofApp(app, wanted, now)
      return json({ ...shared, access_token: token, scopes, token_use: 'client_credentials' })
    }
    if (grantType !== 'authorization_code' && grantType !== 'refresh_token') throw badGrantType()
    const { token, refreshToken, grant, scopes } =
      grantType === 'refresh_token'
        ? apps.refresh(app, form.get('refresh_token'), now)
        : apps.exchange(app, form.get('code'), form.get('redirect_uri'), now)
    return json({
      ...shared,
      access_token: token,
      refresh_token: refreshToken,
      scopes,
      user_id: grant.userId,
      token_use: 'access_token',
    })
  },
}

/** What a token stands for. */
function described({ account }: Context, { app, userId }: Grant, scopes: readonly string[]) {
  return {
    user: USER,
    hub_domain: `hub-${account.portalId}.example.com`,
    scopes,
    hub_id: account.portalId,
    user_id: userId,
    app,
  }
}

function accessInfo(context: Context, token: string, known: KnownToken<Grant> & { grant: Grant }) {
  const { app, ...about } = described(context, known.grant, known.granted)
  const expires_in = Math.floor((known.expiresAt - context.now) / 1_000)
  return { token, ...about, app_id: app.appId, expires_in, token_type: 'access' }
}

function refreshInfo(context: Context, token: string, grant: Grant) {
  const { app, ...about } = described(context, grant, context.access.scopesOf(grant.scopes))
  return { token, ...about, client_id: app.clientId, token_type: 'refresh' }
}

/** An access token by OAuth. Source: HubSpot API specification. What an unknown one gets isn't documented. */
export const accessToken: Route = {
  ...open,
  operation: 'access-token',
  method: 'GET',
  paths: ['/oauth/v1/access-tokens/:token'],
  handle(context) {
    const { access, now, params } = context
    const known = access.find(params.token!)
    if (!known?.grant) throw notFound()
    if (known.expiresAt <= now) throw expiredToken(known.expiresAt, now)
    return json(accessInfo(context, params.token!, { ...known, grant: known.grant }))
  },
}

export const refreshToken: Route = {
  ...open,
  operation: 'refresh-token',
  method: 'GET',
  paths: ['/oauth/v1/refresh-tokens/:token'],
  handle(context) {
    const grant = context.apps.granted(context.params.token!)
    if (!grant) throw notFound()
    return json(refreshInfo(context, context.params.token!, grant))
  },
}

export const archiveRefreshToken: Route = {
  ...open,
  operation: 'refresh-token-archive',
  method: 'DELETE',
  paths: ['/oauth/v1/refresh-tokens/:token'],
  handle({ apps, params }) {
    if (!apps.forget(params.token!)) throw notFound()
    return noContent
  },
}

/** Either kind of token. One that isn't of the app, has expired or is unknown is not active. Source: HubSpot docs. */
export const introspect: Route = {
  ...open,
  operation: 'token-introspect',
  method: 'POST',
  paths: ['/oauth/:version/token/introspect'],
  handle(context) {
    const { access, apps, form, now } = context
    const { clientId } = appOf(context)
    const asked = form.get('token') ?? ''
    const known = access.find(asked)
    if (known?.grant?.app.clientId === clientId && known.expiresAt > now) {
      const info = accessInfo(context, asked, { ...known, grant: known.grant })
      return json({ active: true, ...info, client_id: clientId, token_use: 'access_token' })
    }
    const grant = apps.granted(asked)
    if (grant?.app.clientId !== clientId) return json({ active: false })
    const info = refreshInfo(context, asked, grant)
    return json({ active: true, ...info, token_use: 'refresh_token' })
  },
}

/** Ends a refresh token. An unknown one is answered alike. Source: HubSpot docs, "Manage OAuth tokens". */
export const revoke: Route = {
  ...open,
  operation: 'token-revoke',
  method: 'POST',
  paths: ['/oauth/:version/token/revoke'],
  handle(context) {
    const { clientId } = appOf(context)
    const asked = context.form.get('token') ?? ''
    if (context.apps.granted(asked)?.app.clientId === clientId) context.apps.forget(asked)
    return json({})
  },
}

/** A token of a private app. Source: replies in public clients. */
export const privateAppToken: Route = {
  ...open,
  operation: 'private-app-token',
  method: 'POST',
  paths: ['/oauth/v2/private-apps/get/access-token-info'],
  handle({ access, account, body, now }) {
    const known = access.find(textOf(fieldsOf(body, 'tokenKey').tokenKey))
    if (!known || known.grant) throw unauthenticated()
    if (known.expiresAt <= now) throw expiredToken(known.expiresAt, now)
    return json({
      userId: 9_500_003,
      hubId: account.portalId,
      appId: PRIVATE_APP,
      scopes: known.granted,
      isUserToken: false,
    })
  },
}

/** The page where a user installs an app: here the user always does, and is led back at once. */
export const authorize: Route = {
  ...open,
  operation: 'authorize',
  method: 'GET',
  paths: ['/oauth/authorize'],
  handle({ apps, now, url: { searchParams } }) {
    const redirectUri = searchParams.get('redirect_uri') ?? ''
    const scopes = (searchParams.get('scope') ?? '').split(/\s+/).filter(Boolean)
    if (!URL.canParse(redirectUri)) throw refusedPage('Expected a redirect_uri.')
    const back = new URL(redirectUri)
    try {
      const granted = scopes.length > 0 ? { redirectUri, scopes } : { redirectUri }
      const code = apps.authorize(searchParams.get('client_id') ?? '', granted, now)
      back.searchParams.set('code', code)
    } catch (error) {
      throw refusedPage((error as Error).message)
    }
    const state = searchParams.get('state')
    if (state !== null) back.searchParams.set('state', state)
    return { status: 302, headers: { location: back.href }, body: '' }
  },
}

function refusedPage(message: string): Refusal {
  return new Refusal(400, { status: 'error', message, correlationId: '' })
}
