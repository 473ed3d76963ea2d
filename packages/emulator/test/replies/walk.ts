import { DATED_VERSIONS } from '../../src/api-versions.js'
import type { Route } from '../../src/routes/route.js'
import { setUp } from '../harness.js'
import type { Shape } from '../shapes.js'
import { associationTypes } from './association-types.js'
import { associations } from './associations.js'
import { type CallParts, type Example, furnish, inVersion, type World } from './case.js'
import { lists } from './lists.js'
import { pipelines } from './pipelines.js'
import { aroundRecords } from './portal.js'
import { properties } from './properties.js'
import { records } from './records.js'
import { oauth } from './tokens.js'

/** Every operation that the portal answers, with examples of its replies. */
export const EXAMPLES = {
  ...records,
  ...associations,
  ...associationTypes,
  ...properties,
  ...pipelines,
  ...lists,
  ...aroundRecords,
  ...oauth,
}

/** The name of a route in the examples. */
export const keyOf = ({ method, paths }: Route): string => `${method} ${paths[0]}`

/** A path of a route in one version. */
export interface VersionedPath {
  readonly version: string
  readonly path: string
}

/** All paths of a route: where a date stands, the last number stands too. */
export function versionsOf({ paths }: Route): VersionedPath[] {
  return paths.flatMap((path) => {
    if (!path.includes(':version')) return [{ path, version: path.includes('/v4/') ? 'v4' : 'v3' }]
    const undated = path.startsWith('/crm/associations/') ? 'v4' : 'v3'
    return [undated, ...DATED_VERSIONS].map((version) => ({
      version,
      path: path.replace(':version', version),
    }))
  })
}

/** The path with values for its parameters. */
function filled(path: string, params: CallParts['params'] = {}): string {
  return path.replaceAll(/:(\w+)/g, (_, name: string) => {
    const value = params[name]
    if (value === undefined) throw new Error(`Expected a value of ${name} in ${path}, got none.`)
    return encodeURIComponent(value)
  })
}

/** Calls a portal as an example says. */
export function request(
  method: string,
  path: string,
  { params, query = '', body, form }: CallParts,
  token: string,
): Request {
  const headers: Record<string, string> = { authorization: `Bearer ${token}` }
  const init: RequestInit = { method, headers, redirect: 'manual' }
  if (form) init.body = new URLSearchParams(form)
  else if (body !== undefined && method !== 'GET') {
    headers['content-type'] = 'application/json'
    init.body = JSON.stringify(body)
  }
  return new Request(`https://api.hubapi.com${filled(path, params)}${query}`, init)
}

/** What an example was answered with, and what was expected. */
export interface Exchange {
  readonly route: Route
  readonly version: string
  readonly path: string
  readonly status: number
  readonly expected: number
  readonly shape: Shape | undefined
  /** The body as it was sent. */
  readonly text: string
  readonly headers: Record<string, string>
}

/** Calls a portal that has everything as one example says, in one version. */
async function exchange(
  route: Route,
  { version, path }: VersionedPath,
  example: Example,
): Promise<Exchange> {
  const world: World = furnish(setUp())
  const parts = (await example.call?.(world)) ?? {}
  const reply = await world.portal.fetch(request(route.method, path, parts, world.portal.token))
  return {
    ...{ route, version, path, status: reply.status, text: await reply.text() },
    expected: inVersion(example.status, version),
    shape: inVersion(example.shape, version),
    headers: Object.fromEntries(reply.headers),
  }
}

const known = new Map<Route, Promise<Exchange[]>>()

async function callAll(route: Route): Promise<Exchange[]> {
  const exchanges: Exchange[] = []
  for (const place of versionsOf(route))
    for (const example of EXAMPLES[keyOf(route)] ?? [])
      exchanges.push(await exchange(route, place, example))
  return exchanges
}

/** What the examples of a route are answered with in each version. They are called once. */
export function exchangesOf(route: Route): Promise<Exchange[]> {
  const exchanges = known.get(route) ?? callAll(route)
  known.set(route, exchanges)
  return exchanges
}
