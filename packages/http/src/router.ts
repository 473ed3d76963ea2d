import type { IncomingMessage } from 'node:http'
import {
  createRoute,
  OpenAPIHono,
  type RouteConfig,
  type RouteHandler,
  type z,
} from '@hono/zod-openapi'
import type { Context, MiddlewareHandler } from 'hono'
import { isSafe } from './auth.js'
import type { HandlerContext } from './context.js'
import { inTime, PATIENCE_MS } from './in-time.js'
import { refusalPage, wantsPage } from './pages/refusal-page.js'
import { type Access, addPath } from './paths.js'
import { noSuchObject, Problem, problemOf, problemReply } from './problem.js'
import { problemSchema } from './schemas.js'

/** The maximum length of a URL, in characters. */
const MAX_URL = 8_192
/**
 * The maximum size of a body, in bytes. Only the route of webhooks reads a body, and it does so before it knows the
 * sender. A delivery of HubSpot has at most 100 events of about 400 bytes and one value each, so values of 10,000
 * characters fit.
 */
export const MAX_BODY = 1024 * 1024

const descriptions = {
  400: 'An input is invalid.',
  401: 'There is no valid token.',
  403: 'The token lacks the right for this route.',
  404: 'Not found.',
  408: 'The body arrives too slowly.',
  409: 'Another run is at it already.',
  410: 'Changes after this cursor may have been missed.',
  413: 'The body is too large.',
  500: 'The server failed.',
  502: 'HubSpot refused.',
  503: 'Nothing is mirrored yet, or the server is temporarily unavailable.',
}

/** The `responses` of a route for these statuses. */
export function problems<Status extends keyof typeof descriptions>(...statuses: Status[]) {
  const content = { 'application/problem+json': { schema: problemSchema } }
  return Object.fromEntries(
    statuses.map((status) => [status, { description: descriptions[status], content }]),
  ) as Record<string, { description: string; content: typeof content }>
}

/** A route whose inputs are only in its path and query. */
type DefinedRoute = RouteConfig & {
  middleware: MiddlewareHandler[]
  request?: {
    params?: z.ZodObject
    query?: z.ZodObject
    headers?: never
    cookies?: never
    body?: never
  }
  hide?: never
}

/** Defines a route that needs a right, with the problems that are common to all routes. */
export function defineRoute<
  const Path extends string,
  Route extends Omit<RouteConfig, 'path' | 'middleware'> & { path: Path },
>({ guard, paths }: Pick<HandlerContext, 'guard' | 'paths'>, access: Access, route: Route) {
  addPath(paths, access, route.method, route.path)
  const open = access === 'open'
  const defined = createRoute({
    ...route,
    security: open ? [] : [{ token: [] }, { session: [] }],
    middleware: open ? [] : [guard.requires(access)],
  })
  const common = problems(...(open ? [] : ([401, 403] as const)), 500, 503)
  Object.assign(defined, { responses: { ...common, ...route.responses } })
  return defined
}

/**
 * Adds a route to the router and to the OpenAPI document, as `app.openapi` does. The inputs are checked synchronously
 * in one handler: each validator of `app.openapi` awaits several promises, which takes longer than the check.
 *
 * @param answer - gets a signal for its reads, which aborts if the client leaves or the time is over.
 * @param patienceMs - how long the answer may take. Default: as long as the database may.
 */
export function serve<Route extends DefinedRoute>(
  app: OpenAPIHono,
  route: Route,
  answer: (
    c: Parameters<RouteHandler<Route>>[0],
    signal: AbortSignal,
  ) => ReturnType<RouteHandler<Route>>,
  patienceMs = PATIENCE_MS,
): void {
  const { middleware, ...described }: DefinedRoute = route
  app.openAPIRegistry.registerPath(described)
  const { params, query } = described.request ?? {}
  const check = (c: Context): Promise<Response> => {
    if (query) checkInput(c, 'query', query, queryOf(c))
    if (params) checkInput(c, 'param', params, c.req.param())
    const answered = async (signal: AbortSignal) => (await answer(c, signal)) as Response
    return inTime(patienceMs, c.req.raw.signal, answered)
  }
  app.on([route.method], [honoPath(route.path)], ...middleware, check)
}

/** The parameters of the query. A repeated parameter becomes a list. */
function queryOf({ req }: Context): Record<string, unknown> {
  const given = Object.entries(req.queries())
  return Object.fromEntries(
    given.map(([name, values]) => [name, values.length === 1 ? values[0] : values]),
  )
}

function checkInput(
  { req }: Context,
  target: keyof typeof places,
  schema: z.ZodObject,
  given: unknown,
): void {
  const { success, data, error } = schema.safeParse(given)
  if (!success) throw invalidInput(target, error.issues)
  req.addValidatedData(target, data)
}

/** `/contacts/{id}` as `/contacts/:id`. */
export function honoPath(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, ':$1')
}

/** Creates a router that answers errors and unknown paths with problems. */
export function createRouter({
  basePath,
  guard,
  logger,
  reader,
}: Pick<HandlerContext, 'basePath' | 'guard' | 'logger' | 'reader'>): OpenAPIHono {
  const place = { basePath, guard, logger }
  const app = new OpenAPIHono({
    getPath: (request, options) => pathOf(request, options?.env as Bindings | undefined, basePath),
  })
  app.onError((error, { req }) => {
    // A form has no page to return to.
    if (!isSafe(req.raw)) return failureReply(error, place, req.raw)
    const { search } = new URL(req.url)
    return failureReply(error, place, req.raw, `${basePath}${req.path}${search}`)
  })
  app.notFound(async ({ req }) => {
    // A client without the right to read must not learn which paths exist.
    await guard.expect('read', req.raw)
    throw noSuchObject(reader.objects, 'Expected the path of a route. /api/docs-json lists them.')
  })
  return app
}

/** Answers other methods of known paths with 405. Call it after all routes are added. */
export function refuseOtherMethods(app: OpenAPIHono, { guard, paths }: HandlerContext): void {
  for (const [path, { methods, access }] of paths) {
    const allow = methods.includes('GET') ? [...methods, 'HEAD'] : methods
    app.all(honoPath(path), async ({ req }: Context) => {
      if (access !== 'open') await guard.expect(access, req.raw)
      const detail = `Expected one of the methods ${allow.join(', ')}.`
      throw new Problem(405, 'METHOD_NOT_ALLOWED', detail, {}, { allow: allow.join(', ') })
    })
  }
}

/**
 * The reply to an error: a problem, or a page for a browser. The details that the client doesn't get are logged.
 *
 * @param path - to return to after signing in.
 */
export async function failureReply(
  error: unknown,
  context: Pick<HandlerContext, 'basePath' | 'guard' | 'logger'>,
  request: Request,
  path = `${context.basePath}/`,
): Promise<Response> {
  const problem = problemOf(error)
  if (problem.status >= 500)
    context.logger?.error({ code: problem.code, error }, `request failed: ${String(error)}`)
  return wantsPage(request)
    ? await refusalPage(context, request, problem, path)
    : problemReply(problem)
}

/** @throws a problem if the URL or the body is larger than any route accepts. */
export function expectBounded({ url, headers }: Request): void {
  if (url.length > MAX_URL)
    throw new Problem(414, 'URI_TOO_LONG', `Expected a URL of at most ${MAX_URL} characters.`)
  if (Number(headers.get('content-length') ?? 0) > MAX_BODY)
    throw new Problem(
      413,
      'BODY_TOO_LARGE',
      `Expected a body of at most ${MAX_BODY} bytes.`,
      {},
      { connection: 'close' },
    )
}

/** What `@hono/node-server` gives besides the request. */
export interface Bindings {
  incoming?: IncomingMessage & { originalUrl?: unknown }
}

/**
 * The path below the base path. Express and similar frameworks remove the mount path from `url` and keep the whole in
 * `originalUrl`.
 */
function pathOf(request: Request, env: Bindings | undefined, basePath: string): string {
  const { pathname } = new URL(request.url)
  if (basePath === '') return pathname
  const original = env?.incoming?.originalUrl
  const whole = typeof original === 'string' ? (original.split('?')[0] ?? '') : pathname
  if (whole === basePath) return '/'
  return whole.startsWith(`${basePath}/`) ? whole.slice(basePath.length) : NOWHERE
}

/** A path without a route. */
const NOWHERE = '/-'

interface Issue {
  code?: string | undefined
  path: PropertyKey[]
  message: string
}

const places = { query: 'query', param: 'path' }

/** Says what was expected of each input, in the texts of the schemas. It doesn't repeat the input. */
function invalidInput(target: keyof typeof places, issues: readonly Issue[]): Problem {
  // Only the first issue of each input is reported.
  const found = new Map<string, string>()
  for (const { code, path, message } of issues) {
    const name = code === 'unrecognized_keys' ? '' : String(path[0] ?? '')
    if (!found.has(name)) found.set(name, message)
  }
  const errors = [...found].map(([name, expected]) => ({
    in: places[target],
    name,
    expected,
  }))
  const detail = errors
    .map(({ name, expected }) => (name ? `Expected \`${name}\` to be ${expected}.` : expected))
    .join(' ')
  return new Problem(400, 'INVALID_INPUT', detail, { errors })
}
