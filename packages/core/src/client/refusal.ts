import type { HubspotFailure } from '../errors.js'
import { harmless } from '../harmless-text.js'
import type { ApiCall } from './endpoints.js'
import { type ThrottleKind, throttleKind } from './limits.js'
import type { Reply } from './transport.js'

/** What an unsuccessful reply says. */
export interface Refusal extends HubspotFailure {
  /** HubSpot's own sentence, or one that says that there is none. */
  message: string
  /** The limit that a 429 is about. */
  limit: ThrottleKind
}

/** Ids and categories are single words. A longer text is something else. */
const LONGEST_WORD = 200
/** HubSpot names a few. */
const MOST_SCOPES = 20

/** The fields that HubSpot's error bodies may have. All are optional (HubSpot docs, "Error handling"). */
interface ErrorBody {
  message?: unknown
  category?: unknown
  errorType?: unknown
  policyName?: unknown
  correlationId?: unknown
  context?: { requiredGranularScopes?: unknown[]; requiredScopes?: unknown[] }
  errors?: {
    message?: unknown
    context?: { requiredGranularScopes?: unknown[]; requiredScopes?: unknown[] }
  }[]
}

/**
 * Reads what HubSpot says about a call that it refuses. These words go into errors, logs, reports and tables. They may
 * repeat the token, or be a megabyte of a proxy's page. So they are made harmless here.
 */
export function readRefusal(reply: Reply, call: ApiCall): Refusal {
  const body = (reply.json ?? {}) as ErrorBody
  const contexts = [body.context, ...listOf(body.errors).map((each) => each?.context)]
  const scopes = contexts
    .flatMap((context) => [context?.requiredGranularScopes, context?.requiredScopes])
    .flatMap(listOf)
    .flatMap((value) => wordOf(value) ?? [])
  return {
    call: nameOf(call),
    status: reply.status,
    message:
      typeof body.message === 'string'
        ? harmless(body.message)
        : // An HTML page of the network in front of HubSpot says nothing that the status doesn't.
          `HubSpot answered ${reply.status} without a message.`,
    category: wordOf(body.category) ?? wordOf(body.errorType),
    correlationId: wordOf(body.correlationId) ?? correlationIdOf(reply),
    requiredScopes: [...new Set(scopes)].slice(0, MOST_SCOPES),
    retryAfterMs: retryAfter(reply.headers),
    limit: throttleKind(body),
  }
}

/** The id to give to HubSpot's support. Any reply may have it. */
export function correlationIdOf({ headers }: Pick<Reply, 'headers'>): string | undefined {
  return wordOf(headers.get('x-hubspot-correlation-id'))
}

/** `GET /crm/objects/…`, without query or token. */
export function nameOf(call: Pick<ApiCall, 'method' | 'path'>): string {
  return `${call.method} ${call.path}`
}

function wordOf(value: unknown): string | undefined {
  return typeof value === 'string' ? harmless(value, LONGEST_WORD) : undefined
}

/** The first entries of a list, which may have millions. */
function listOf<T>(value: readonly T[] | undefined): T[] {
  return Array.isArray(value) ? value.slice(0, MOST_SCOPES) : []
}

/** `Retry-After`, in seconds or as a moment. HubSpot documents it only for 477, but it is used wherever it comes. */
function retryAfter(headers: Reply['headers']): number | undefined {
  const value = headers.get('retry-after')?.trim() ?? ''
  if (value === '') return undefined
  const ms = /^[\d.]+$/.test(value)
    ? Number(value) * 1_000
    : Date.parse(value) - Date.parse(headers.get('date') ?? '')
  return ms >= 0 && Number.isFinite(ms) ? ms : undefined
}
