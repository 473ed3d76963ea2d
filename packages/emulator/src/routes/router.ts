import { type ApiVersion, DATED_VERSIONS } from '../api-versions.js'
import { methodNotAllowed, notFound } from '../replies.js'
import type { Route } from './route.js'
import { ROUTES } from './route-table.js'

/** What a parameter can be, if it can't be any text. Beside the ids of lists there are names, such as `folders`. */
const FORMS: Readonly<Record<string, string>> = {
  version: 'v\\d|\\d{4}-\\d{2}(?:-beta)?',
  list: '\\d+',
}

function compile(path: string): RegExp {
  const pattern = path.replaceAll(
    /:(\w+)/g,
    (_, name: string) => `(?<${name}>${FORMS[name] ?? '[^/]+'})`,
  )
  return new RegExp(`^${pattern}$`)
}

const segmentsOf = (path: string) => path.split('/').length

/** By the number of segments, which leaves a few to try for each call. */
const COMPILED = Map.groupBy(
  ROUTES.flatMap((route) => route.paths.map((path) => ({ route, path, pattern: compile(path) }))),
  ({ path }) => segmentsOf(path),
)

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw notFound()
  }
}

/** Where a date stands, the last undated version can stand too. Source: the paths of HubSpot's clients. */
function hasVersion(path: string, version: ApiVersion): boolean {
  const undated = path.startsWith('/crm/associations/') ? 'v4' : 'v3'
  return version === undated || DATED_VERSIONS.includes(version)
}

/** A route with the parameters of its path. */
export interface Match {
  readonly route: Route
  readonly version: ApiVersion
  readonly params: Readonly<Record<string, string>>
}

/** The route of a request. A slash at the end of the path changes nothing. @throws `Refusal` if there is none. */
export function matchRoute(method: string, pathname: string): Match {
  const allowed: string[] = []
  const called = pathname.replace(/(?<=.)\/$/, '')
  for (const { route, path, pattern } of COMPILED.get(segmentsOf(called)) ?? []) {
    const found = pattern.exec(called)
    if (!found) continue
    const params: Record<string, string> = {}
    for (const [name, value] of Object.entries(found.groups ?? {})) params[name] = decode(value)
    const version = params.version ?? (path.includes('/v4/') ? 'v4' : 'v3')
    if (params.version !== undefined && !hasVersion(path, version)) continue
    if (route.method === method) return { route, version, params }
    allowed.push(route.method)
  }
  throw allowed.length > 0 ? methodNotAllowed([...new Set(allowed)]) : notFound()
}
