import * as shapes from '../shapes.js'
import type { Examples, World } from './case.js'

const notFound = { status: 404, shape: shapes.notFound } as const
const nothing = { status: 204, shape: undefined } as const

const appOf = ({ portal }: World) =>
  portal.addApp({ clientId: 'app', clientSecret: 'secret', scopes: ['crm.objects.deals.read'] })
const credentials = { client_id: 'app', client_secret: 'secret' }

const shared = { token_type: 'bearer', expires_in: 'number', hub_id: 'number' }
const tokens = {
  ...{ ...shared, access_token: 'string', refresh_token: 'string', scopes: 'strings' },
  ...{ user_id: 'number', token_use: 'access_token' },
}
const tokenOfApp = {
  ...{ ...shared, access_token: 'string', scopes: 'strings' },
  token_use: 'client_credentials',
}
const refusedToken = {
  ...{ error: 'string', error_description: 'string', status: 'string' },
  ...{ message: 'string', correlationId: 'uuid' },
}
const about = {
  ...{ token: 'string', user: 'string', hub_domain: 'string', scopes: 'strings' },
  ...{ hub_id: 'number', user_id: 'number' },
}
const accessToken = { ...about, app_id: 'number', expires_in: 'number', token_type: 'access' }
const refreshToken = { ...about, client_id: 'string', token_type: 'refresh' }

/** An access token that the app got for its refresh token. */
const refreshed = async (world: World): Promise<string> => {
  const { refreshToken } = appOf(world)
  const form = { ...credentials, grant_type: 'refresh_token', refresh_token: refreshToken }
  const body = new URLSearchParams(form)
  const request = new Request('https://api.hubapi.com/oauth/v1/token', { method: 'POST', body })
  const reply = (await (await world.portal.fetch(request)).json()) as { access_token: string }
  return reply.access_token
}

/** Calls about tokens. */
export const oauth: Examples = {
  'GET /oauth/authorize': [
    {
      ...{ status: 302, shape: undefined },
      call: (world) => {
        appOf(world)
        return { query: '?client_id=app&redirect_uri=https%3A%2F%2Fexample.com&state=1' }
      },
    },
    { status: 400, shape: shapes.withoutCategory },
  ],
  'POST /oauth/v1/token': [
    {
      ...{ status: 200, shape: tokens },
      call: (world) => {
        const refresh_token = appOf(world).refreshToken
        return { form: { ...credentials, grant_type: 'refresh_token', refresh_token } }
      },
    },
    {
      ...{ status: 200, shape: tokens },
      call: (world) => {
        appOf(world)
        const code = world.portal.authorize('app')
        return { form: { ...credentials, grant_type: 'authorization_code', code } }
      },
    },
    {
      ...{ status: 200, shape: tokenOfApp },
      call: (world) => {
        appOf(world)
        const scope = 'developer.webhooks_journal.read'
        return { form: { ...credentials, grant_type: 'client_credentials', scope } }
      },
    },
    {
      ...{ status: 400, shape: refusedToken },
      call: (world) => {
        appOf(world)
        return { form: { ...credentials, grant_type: 'refresh_token', refresh_token: 'x' } }
      },
    },
  ],
  'POST /oauth/:version/token/introspect': [
    {
      status: 200,
      shape: { active: 'boolean', ...accessToken, client_id: 'string', token_use: 'access_token' },
      call: async (world) => ({ form: { ...credentials, token: await refreshed(world) } }),
    },
    {
      status: 200,
      shape: { active: 'boolean', ...refreshToken, token_use: 'refresh_token' },
      call: (world) => ({ form: { ...credentials, token: appOf(world).refreshToken } }),
    },
    {
      ...{ status: 200, shape: { active: 'boolean' } },
      call: (world) => {
        appOf(world)
        return { form: { ...credentials, token: 'x' } }
      },
    },
    { status: 400, shape: refusedToken, call: () => ({ form: credentials }) },
  ],
  'POST /oauth/:version/token/revoke': [
    {
      ...{ status: 200, shape: {} },
      call: (world) => ({ form: { ...credentials, token: appOf(world).refreshToken } }),
    },
  ],
  'GET /oauth/v1/access-tokens/:token': [
    {
      ...{ status: 200, shape: accessToken },
      call: async (world) => ({ params: { token: await refreshed(world) } }),
    },
    { ...notFound, call: () => ({ params: { token: 'x' } }) },
  ],
  'GET /oauth/v1/refresh-tokens/:token': [
    {
      ...{ status: 200, shape: refreshToken },
      call: (world) => ({ params: { token: appOf(world).refreshToken } }),
    },
    { ...notFound, call: () => ({ params: { token: 'x' } }) },
  ],
  'DELETE /oauth/v1/refresh-tokens/:token': [
    { ...nothing, call: (world) => ({ params: { token: appOf(world).refreshToken } }) },
    { ...notFound, call: () => ({ params: { token: 'x' } }) },
  ],
  'POST /oauth/v2/private-apps/get/access-token-info': [
    {
      status: 200,
      shape: {
        ...{ userId: 'number', hubId: 'number', appId: 'number' },
        ...{ scopes: 'strings', isUserToken: 'boolean' },
      },
      call: ({ portal }) => ({ body: { tokenKey: portal.token } }),
    },
    { status: 401, shape: shapes.unknownToken, call: () => ({ body: { tokenKey: 'x' } }) },
  ],
}
