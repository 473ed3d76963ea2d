import type { Route } from '../../src/routes/route.js'
import { setUp } from '../harness.js'
import * as shapes from '../shapes.js'
import { furnish, type World } from './case.js'
import { EXAMPLES, keyOf, request, versionsOf } from './walk.js'

/** What any call can be answered with, whatever it asks. */
interface Refusal {
  readonly status: number
  readonly shape: shapes.Shape
  /** Whether a route can be answered so. @defaultValue each of them */
  readonly concerns?: (route: Route) => boolean
  /** Prepares the portal. Returns what differs in the call. */
  readonly given?: (world: World) => {
    token?: string
    params?: Record<string, string>
    method?: string
  }
}

/** Calls about tokens have none of their own, and no limit. */
const isClosed = ({ isOpen }: Route) => isOpen !== true
const hasScopes = (route: Route) => isClosed(route) && !route.paths[0]!.startsWith('/account-info/')
const namesType = ({ paths }: Route) => paths[0]!.includes('/:type') || paths[0]!.includes('/:from')
const fault = (kind: 'burst' | 'daily' | 'error' | 'secondly' | 'locked' | 'migrating') => ({
  concerns: isClosed,
  given: ({ portal }: World) => {
    portal.fault({ kind })
    return {}
  },
})

export const REFUSALS: Readonly<Record<string, Refusal>> = {
  'an unknown token': {
    ...{ status: 401, shape: shapes.unknownToken, concerns: isClosed },
    given: () => ({ token: 'nobody' }),
  },
  'an expired token': {
    ...{ status: 401, shape: shapes.expiredToken, concerns: isClosed },
    given: ({ portal }) => {
      portal.addToken('old', { expiresAt: 0 })
      return { token: 'old' }
    },
  },
  'a token without scopes': {
    ...{ status: 403, shape: shapes.missingScopes, concerns: hasScopes },
    given: ({ portal }) => {
      portal.addToken('narrow', { scopes: [] })
      return { token: 'narrow' }
    },
  },
  'an unknown object type': {
    ...{ status: 400, shape: shapes.unknownObjectType, concerns: namesType },
    given: () => ({ params: { type: 'butterflies', from: 'butterflies' } }),
  },
  'another method': {
    ...{ status: 405, shape: shapes.methodNotAllowed },
    given: () => ({ method: 'OPTIONS' }),
  },
  'the ten-second limit': { status: 429, shape: shapes.burstLimit, ...fault('burst') },
  'the daily limit': { status: 429, shape: shapes.dailyLimit, ...fault('daily') },
  'the limit of search': { status: 429, shape: shapes.searchLimit, ...fault('secondly') },
  'an error of HubSpot’s': { status: 500, shape: shapes.internalError, ...fault('error') },
  'a portal that is locked': { status: 423, shape: shapes.waiting, ...fault('locked') },
  'a portal that moves': { status: 477, shape: shapes.waiting, ...fault('migrating') },
}

/** What a route is answered with in each version if it is called as its first example is, but for what is refused. */
export async function refusedOf(
  route: Route,
  { given }: Refusal,
): Promise<{ path: string; status: number; body: unknown }[]> {
  const world = furnish(setUp())
  const parts = (await EXAMPLES[keyOf(route)]![0]!.call?.(world)) ?? {}
  const replies: { path: string; status: number; body: unknown }[] = []
  for (const { path } of versionsOf(route)) {
    const { token = world.portal.token, params, method = route.method } = given?.(world) ?? {}
    const all = { ...parts.params, ...params }
    const called = method === route.method ? { ...parts, params: all } : { params: all }
    const reply = await world.portal.fetch(request(method, path, called, token))
    replies.push({ path, status: reply.status, body: await reply.json() })
  }
  return replies
}
