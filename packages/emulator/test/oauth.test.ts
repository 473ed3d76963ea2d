import { Client } from '@hubspot/api-client'
import { expect, onTestFinished, test } from 'vitest'
import { createPortal } from '../src/index.js'
import { setUp } from './harness.js'

const LIST = '/crm/v3/objects/contacts'
const DATED = '/oauth/2026-03/token'

/** A portal with an app, and a function that posts forms. */
const install = (scopes?: readonly string[]) => {
  const harness = setUp()
  const app = harness.portal.addApp(scopes ? { scopes } : {})
  const post = async (path: string, form: Record<string, string>) => {
    const response = await harness.portal.fetch(
      new Request(`https://api.hubapi.com${path}`, {
        method: 'POST',
        body: new URLSearchParams(form),
      }),
    )
    return { status: response.status, body: JSON.parse(await response.text()) }
  }
  const credentials = { client_id: app.clientId, client_secret: app.clientSecret }
  const refresh = (path = DATED) =>
    post(path, {
      ...credentials,
      grant_type: 'refresh_token',
      refresh_token: app.refreshToken,
    })
  return { ...harness, app, postForm: post, credentials, refresh }
}

test.each(['/oauth/v1/token', '/oauth/v3/token', DATED, '/oauth/2026-09/token'])(
  '%s gives a token for half an hour, and the same refresh token',
  async (path) => {
    const { app, clock, get, portal, refresh } = install()
    const { status, body } = await refresh(path)
    expect(status).toBe(200)
    expect(body).toMatchObject({
      token_type: 'bearer',
      expires_in: 1_800,
      refresh_token: app.refreshToken,
      hub_id: portal.portalId,
    })
    expect((await get(LIST, body.access_token)).status).toBe(200)
    await clock.advance(1_800_000)
    const late = await get(LIST, body.access_token)
    expect([late.status, late.body.category]).toEqual([401, 'EXPIRED_AUTHENTICATION'])
    expect((await get(LIST, (await refresh(path)).body.access_token)).status).toBe(200)
  },
)

test('a code is exchanged once, with the address that it was led to', async () => {
  const { app, credentials, get, portal, postForm } = install()
  const redirectUri = 'https://example.com/back'
  const code = portal.authorize(app.clientId, { redirectUri })
  const exchange = (redirect_uri: string) =>
    postForm(DATED, { ...credentials, grant_type: 'authorization_code', code, redirect_uri })
  expect((await exchange('https://other.example')).body.status).toBe('BAD_REDIRECT_URI')
  const { body } = await exchange(redirectUri)
  expect((await get(LIST, body.access_token)).status).toBe(200)
  expect(body.refresh_token).not.toBe(app.refreshToken)
  expect((await exchange(redirectUri)).body.status).toBe('BAD_AUTH_CODE')
})

test('a code that is exchanged too late has expired', async () => {
  const { app, clock, credentials, portal, postForm } = install()
  const code = portal.authorize(app.clientId)
  await clock.advance(600_000)
  const { body } = await postForm(DATED, {
    ...credentials,
    grant_type: 'authorization_code',
    code,
  })
  expect(body.status).toBe('EXPIRED_AUTH_CODE')
})

test.each([
  [{ client_id: 'x' }, 'BAD_CLIENT_ID', 'invalid_client'],
  [{ client_secret: 'x' }, 'BAD_CLIENT_SECRET', 'invalid_client'],
  [{ grant_type: 'password' }, 'BAD_GRANT_TYPE', 'unsupported_grant_type'],
  [{ refresh_token: 'x' }, 'BAD_REFRESH_TOKEN', 'invalid_grant'],
])('a form with %j is refused as %s', async (wrong, status, error) => {
  const { app, credentials, postForm } = install()
  const refused = await postForm('/oauth/v1/token', {
    ...credentials,
    grant_type: 'refresh_token',
    refresh_token: app.refreshToken,
    ...wrong,
  })
  expect(refused.status).toBe(400)
  expect(refused.body).toMatchObject({ status, error })
  expect(refused.body.correlationId).not.toBe('')
})

test('scopes are those that were granted, of those that the app asks for', async () => {
  const scopes = ['crm.objects.contacts.read', 'crm.objects.deals.read']
  const { app, credentials, get, portal, postForm, refresh } = install(scopes)
  expect((await refresh()).body.scopes).toEqual(scopes)
  const code = portal.authorize(app.clientId, { scopes: scopes.slice(0, 1) })
  const { body } = await postForm(DATED, {
    ...credentials,
    grant_type: 'authorization_code',
    code,
  })
  expect((await get(LIST, body.access_token)).status).toBe(200)
  const refused = await get('/crm/v3/objects/deals', body.access_token)
  expect([refused.status, refused.body.category]).toEqual([403, 'MISSING_SCOPES'])
  expect(() => portal.authorize(app.clientId, { scopes: ['tickets'] })).toThrow(/got tickets/)
})

test('a token of the app itself reads no records, and has no refresh token', async () => {
  const { credentials, get, postForm } = install()
  const form = { ...credentials, grant_type: 'client_credentials' }
  const scope = 'developer.webhooks_journal.read'
  const { body } = await postForm(DATED, { ...form, scope })
  expect(body).toMatchObject({ expires_in: 1_800, scopes: [scope] })
  expect(body.refresh_token).toBeUndefined()
  expect((await get(LIST, body.access_token)).status).toBe(403)
  const crm = await postForm(DATED, { ...form, scope: 'crm.objects.contacts.read' })
  expect([crm.status, crm.body.error]).toEqual([400, 'invalid_scope'])
})

test('introspection tells of both kinds of token, and of others that they are not active', async () => {
  const { app, clock, credentials, portal, postForm, refresh } = install()
  const { access_token } = (await refresh()).body
  const ask = async (token: string) =>
    (await postForm(`${DATED}/introspect`, { ...credentials, token })).body
  expect(await ask(access_token)).toMatchObject({
    active: true,
    hub_id: portal.portalId,
    token_type: 'access',
    app_id: app.appId,
  })
  expect(await ask(app.refreshToken)).toMatchObject({ active: true, token_type: 'refresh' })
  expect(await ask('none')).toEqual({ active: false })
  await clock.advance(1_800_000)
  expect(await ask(access_token)).toEqual({ active: false })
  expect(await ask(portal.addApp().refreshToken)).toEqual({ active: false })
})

test('a revoked refresh token gives no more tokens', async () => {
  const { app, credentials, postForm, refresh } = install()
  await postForm(`${DATED}/revoke`, { ...credentials, token: app.refreshToken })
  expect((await refresh()).body.status).toBe('BAD_REFRESH_TOKEN')
})

test('a token of a private app is told with its scopes, without a bearer token', async () => {
  const { get, portal, post } = setUp({ scopes: ['crm.objects.contacts.read'] })
  const path = '/oauth/v2/private-apps/get/access-token-info'
  const { body } = await post(path, { tokenKey: portal.token }, '')
  expect(body).toMatchObject({
    hubId: portal.portalId,
    scopes: ['crm.objects.contacts.read'],
    isUserToken: false,
  })
  expect((await post(path, { tokenKey: 'none' })).status).toBe(401)
  expect((await post(path, {})).status).toBe(400)
  expect((await get(path)).status).toBe(405)
})

test('a token without a list of scopes is told to have those of every type', async () => {
  const { portal, post } = setUp()
  const path = '/oauth/v2/private-apps/get/access-token-info'
  const { body } = await post(path, { tokenKey: portal.token })
  expect(body.scopes).toEqual(
    expect.arrayContaining(['crm.objects.contacts.write', 'crm.objects.owners.read']),
  )
})

test('the page that installs an app leads back with a code and the state', async () => {
  const { app, get } = install()
  const query = new URLSearchParams({
    client_id: app.clientId,
    redirect_uri: 'https://example.com/back?a=1',
    scope: 'crm.objects.contacts.read',
    state: 's',
  })
  const led = await get(`/oauth/authorize?${query}`)
  expect(led.status).toBe(302)
  const back = new URL(led.headers.get('location') ?? '')
  expect(back.searchParams.get('a')).toBe('1')
  expect(back.searchParams.get('state')).toBe('s')
  expect(back.searchParams.get('code')).toMatch(/^eu1-/)
  expect((await get('/oauth/authorize?client_id=x&redirect_uri=https://x.example')).status).toBe(
    400,
  )
})

test('all tokens of an app share its limit, and calls about tokens count towards none', async () => {
  const limited = setUp({ limits: { burst: 2 } })
  const app = limited.portal.addApp()
  const token = async () => {
    const form = {
      grant_type: 'refresh_token',
      client_id: app.clientId,
      client_secret: app.clientSecret,
      refresh_token: app.refreshToken,
    }
    const request = new Request(`https://api.hubapi.com${DATED}`, {
      method: 'POST',
      body: new URLSearchParams(form),
    })
    return JSON.parse(await (await limited.portal.fetch(request)).text()).access_token
  }
  const [one, other] = [await token(), await token()]
  expect((await limited.get(LIST, one)).status).toBe(200)
  expect((await limited.get(LIST, other)).status).toBe(200)
  expect((await limited.get(LIST, one)).status).toBe(429)
  expect((await limited.get(LIST)).status).toBe(200)
})

test('HubSpot’s own client gets, reads and deletes tokens', async () => {
  const portal = createPortal()
  const { clientId, clientSecret, refreshToken } = portal.addApp()
  const server = await portal.listen()
  onTestFinished(() => server.close())
  const client = new Client({ basePath: server.url })
  const { accessTokensApi, refreshTokensApi, tokensApi } = client.oauth
  const given = await tokensApi.create(
    'refresh_token',
    undefined,
    undefined,
    clientId,
    clientSecret,
    refreshToken,
  )
  const told = await accessTokensApi.get(given.accessToken)
  expect(told).toMatchObject({ hubId: portal.portalId, tokenType: 'access' })
  expect(told.expiresIn).toBeGreaterThan(1_700)
  expect(await refreshTokensApi.get(refreshToken)).toMatchObject({ clientId, tokenType: 'refresh' })
  await refreshTokensApi.archive(refreshToken)
  await expect(refreshTokensApi.get(refreshToken)).rejects.toMatchObject({ code: 404 })
  await expect(accessTokensApi.get('none')).rejects.toMatchObject({ code: 404 })
})
