import type { Access } from './access.js'
import type { Account } from './account.js'
import type { Bin } from './bin.js'
import type { Clock } from './clock.js'
import type { Crm } from './crm.js'
import { type FaultContext, misdated, replyOfFault, withoutIds } from './fault-replies.js'
import type { Fault, Faults } from './faults.js'
import { type Call, openCall } from './journal.js'
import type { Apps, Grant } from './oauth/apps.js'
import type { Operation } from './operations.js'
import type { IdOrder, LifecyclePipelines, ListOrder } from './portal-variants.js'
import type { Random } from './random.js'
import type { RateLimits } from './rate-limits.js'
import { htmlPage, invalid, Refusal, type Reply, unsupportedMediaType } from './replies.js'
import type { Context, Route } from './routes/route.js'
import { type Match, matchRoute } from './routes/router.js'

/** A request, from `fetch` or a socket. */
export interface IncomingRequest {
  readonly method: string
  readonly url: URL
  readonly authorization: string | undefined
  readonly contentType: string | undefined
  readonly body: string
  readonly signal: AbortSignal | undefined
}

/** What to do with a request: reply, reply with half a body, break the connection or never reply. */
export type Outcome =
  | { kind: 'reply' | 'truncated'; status: number; headers: Record<string, string>; text: string }
  | { kind: 'reset' }
  | { kind: 'hang' }

/** The parts that handle a request. */
interface HandlerParts {
  readonly crm: Crm
  readonly bin: Bin
  readonly account: Account
  readonly clock: Clock
  readonly access: Access<Grant>
  readonly apps: Apps
  readonly limits: RateLimits
  readonly faults: Faults
  readonly random: Random
  readonly idOrder: { readonly sort: IdOrder; readonly filter: IdOrder }
  readonly listOrder: ListOrder
  readonly lifecyclePipelines: LifecyclePipelines
  readonly associationPageSize: number
  readonly latency: (operation: Operation) => number
  /** Called with every call when it arrives. */
  readonly journal: (call: Call) => void
}

/** The maximum length of a URL. Source: several connectors; the documentation only has the status. */
const LONGEST_URL = 8_000

const TAKE_BODIES = ['POST', 'PUT', 'PATCH']

/** Answers requests: token, limits, faults, then the route. */
export class RequestHandler {
  readonly #parts: HandlerParts
  #calls = 0

  constructor(parts: HandlerParts) {
    this.#parts = parts
  }

  async handle(request: IncomingRequest): Promise<Outcome> {
    const { clock, bin, random, journal } = this.#parts
    const at = clock.now()
    bin.purgeOverdue()
    const body = parseBody(request.body)
    const call = openCall(++this.#calls, at, request.method, request.url, body.json ?? body.text)
    journal(call)
    const correlationId = `${random.hex(8)}-${random.hex(4)}-7${random.hex(3)}-8${random.hex(3)}-${random.hex(12)}`
    const headers: Record<string, string> = {}
    let outcome: Reply | { kind: 'reset' | 'hang' } | { kind: 'truncated'; reply: Reply }
    try {
      outcome = await this.#answer(request, body.json, call, headers, correlationId)
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      outcome = error.reply
    }
    call.answeredAt = clock.now()
    if ('kind' in outcome && outcome.kind !== 'truncated') return { kind: outcome.kind }
    const reply = 'kind' in outcome ? outcome.reply : outcome
    call.status = reply.status
    call.results = (reply.body as { results?: unknown[] } | undefined)?.results?.length
    return {
      kind: 'kind' in outcome ? 'truncated' : 'reply',
      status: reply.status,
      headers: {
        date: new Date(call.answeredAt).toUTCString(),
        ...(reply.status === 204 ? {} : { 'content-type': 'application/json;charset=utf-8' }),
        'cf-cache-status': 'DYNAMIC',
        vary: 'origin, accept-encoding',
        'access-control-allow-credentials': 'false',
        'x-hubspot-correlation-id': correlationId,
        server: 'cloudflare',
        ...headers,
        ...reply.headers,
      },
      text: textOf(reply.body, correlationId),
    }
  }

  async #answer(
    request: IncomingRequest,
    body: unknown,
    call: Call,
    headers: Record<string, string>,
    requestId: string,
  ): Promise<Reply | { kind: 'reset' | 'hang' } | { kind: 'truncated'; reply: Reply }> {
    const { access, account, clock, faults, latency, limits } = this.#parts
    const { url } = request
    if (url.href.length - url.origin.length > LONGEST_URL)
      throw htmlPage(414, '414 Request-URI Too Large')
    const match = matchRoute(request.method, url.pathname)
    const { route, version } = match
    Object.assign(call, {
      operation: route.operation,
      lane: route.isOpen ? undefined : route.lane,
      objectType: objectTypeOf(match),
    })

    const token = route.isOpen ? '' : access.token(request.authorization, call.at)
    if (!route.isOpen) {
      const app = access.appOf(token)
      try {
        limits.take(route.lane, app, call.at, requestId)
      } finally {
        Object.assign(headers, limits.headers(route.lane, app, call.at))
      }
    }

    const delay = latency(route.operation)
    if (delay > 0) await clock.sleep(delay, request.signal)

    const context: Context = {
      ...this.#parts,
      limits,
      version,
      params: match.params,
      holds: (scopes) => access.holds(token, scopes),
      url,
      body,
      form: new URLSearchParams(request.body),
      now: clock.now(),
    }
    const fault = faults.meet(call, () => recordsOf(context, route))
    call.fault = fault && (fault.kind ?? String(fault.status))
    const faulty: FaultContext = {
      now: context.now,
      version,
      portalId: account.portalId,
      requestId,
      scopes: () => route.scopes(context),
    }
    if (fault?.kind === 'reset' || fault?.kind === 'hang') return { kind: fault.kind }
    const instead = fault && replyOfFault(fault, faulty)
    if (instead) return instead
    if (fault?.kind === 'slow') await clock.sleep(fault.milliseconds ?? 60_000, request.signal)

    if (request.body !== '' && !route.isOpen && TAKE_BODIES.includes(route.method)) {
      if (!/^application\/json\b/i.test(request.contentType ?? '')) throw unsupportedMediaType()
      if (body === undefined) throw invalid('Invalid input JSON')
    }
    if (route.anyScope) access.requireAny(token, route.scopes(context))
    else access.require(token, route.scopes(context))
    const reply = route.writes
      ? context.crm.asApp(access.appIdOf(token), () => route.handle(context))
      : route.handle(context)
    return fault ? changed(reply, fault, faulty) : reply
  }
}

/** The ids in a call, and in the reply of one that only reads; none if it is refused. */
function recordsOf(context: Context, route: Route): ReadonlySet<string> {
  const { body, params } = context
  const { inputs } = (body ?? {}) as { inputs?: unknown }
  const named = (Array.isArray(inputs) ? inputs : []) as ({ id?: unknown } | null)[]
  const shown = route.writes ? [] : shownBy(() => route.handle(context))
  return new Set([params, ...named, ...shown].map((record) => String(record?.id)))
}

function shownBy(answer: () => Reply): { id?: unknown }[] {
  try {
    const { results } = answer().body as { results?: { id?: unknown }[] }
    return results ?? []
  } catch (error) {
    if (error instanceof Refusal) return []
    throw error
  }
}

function changed(reply: Reply, fault: Fault, context: FaultContext) {
  if (fault.kind === 'truncated') return { kind: fault.kind, reply }
  const change = fault.kind === 'misdated' ? misdated : withoutIds
  return change(reply, fault, context)
}

function objectTypeOf({ params }: Match): string | undefined {
  return params.from && params.to ? `${params.from}>${params.to}` : params.type
}

function parseBody(text: string): { json?: unknown; text?: string } {
  if (text === '') return {}
  try {
    return { json: JSON.parse(text) }
  } catch {
    return { text }
  }
}

/** The body as JSON, with the correlation id if it has that field. */
function textOf(body: unknown, correlationId: string): string {
  if (typeof body === 'string') return body
  const placed = (body as { correlationId?: string }).correlationId === ''
  return JSON.stringify(placed ? { ...(body as object), correlationId } : body)
}
