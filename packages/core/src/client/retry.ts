import { HubspotError, type HubspotFailure, HubsyncError } from '../errors.js'
import type { ApiCall } from './endpoints.js'
import { throttleKind } from './limits.js'
import { CallTimeout, type Reply } from './transport.js'

/** How often a call is sent in all, refusals for speed apart. */
const ATTEMPTS = 6
/** How often a call that is refused for speed is sent: HubSpot promises that waiting helps. */
const THROTTLED_ATTEMPTS = 12

/** Longer than this no call is waited for: the run ends, and a later one goes on. */
const LONGEST_WAIT_MS = 5 * 60_000

/** What to do with the outcome of one attempt. */
export type Verdict =
  | { kind: 'ok' }
  | { kind: 'renew-token'; error: HubspotError }
  | { kind: 'retry'; waitMs: number; throttled: boolean; why: string }
  | { kind: 'fail'; error: HubsyncError }

/** What is known about the call when its outcome is judged. */
export interface Attempt {
  call: ApiCall
  /** Counted from 1. */
  number: number
  /** A figure from 0 to 1, for the jitter. */
  chance: number
}

/** The fields that HubSpot's error bodies may have: every one of them is optional (HubSpot docs, "Error handling"). */
interface ErrorBody {
  message?: unknown
  category?: unknown
  errorType?: unknown
  policyName?: unknown
  correlationId?: unknown
  context?: { requiredGranularScopes?: unknown; requiredScopes?: unknown }
  errors?: {
    message?: unknown
    context?: { requiredGranularScopes?: unknown; requiredScopes?: unknown }
  }[]
}

/** Judges a reply. */
export function judgeReply(reply: Reply, attempt: Attempt): Verdict {
  const { status } = reply
  if (status >= 200 && status < 300) {
    if (typeof reply.json === 'object' && reply.json !== null) return { kind: 'ok' }
    return again(
      attempt,
      'HUBSPOT_REPLY',
      describe(reply, attempt),
      backoff(attempt),
      'its body is no JSON object',
    )
  }
  const failure = describe(reply, attempt)
  if (status === 401) return { kind: 'renew-token', error: unauthorized(failure, reply) }
  if (status === 403) return { kind: 'fail', error: forbidden(failure, reply) }
  if (status === 429) return throttled(attempt, failure, reply)
  if (status === 477)
    return fail(
      'PORTAL_MIGRATING',
      failure,
      'HubSpot is moving this portal to another data centre. Run again later; nothing is lost.',
    )
  if (status === 423)
    return again(
      attempt,
      'HUBSPOT_UNAVAILABLE',
      failure,
      Math.max(2_000, backoff(attempt)),
      'the records are locked',
    )
  if (status === 408 || status >= 500)
    return again(
      attempt,
      'HUBSPOT_UNAVAILABLE',
      failure,
      failure.retryAfterMs ?? backoff(attempt),
      `HubSpot answered ${status}`,
    )
  return fail('HUBSPOT_REJECTED', failure, `${messageOf(reply)}`)
}

/** Judges an attempt that brought no reply. */
export function judgeThrown(thrown: unknown, attempt: Attempt): Verdict {
  if (thrown instanceof HubsyncError) return { kind: 'fail', error: thrown }
  const failure: HubspotFailure = { call: nameOf(attempt.call), status: 0 }
  const why = thrown instanceof CallTimeout ? thrown.message : `no reply (${causeOf(thrown)})`
  return again(attempt, 'HUBSPOT_UNAVAILABLE', failure, backoff(attempt), why, thrown)
}

function throttled(attempt: Attempt, failure: HubspotFailure, reply: Reply): Verdict {
  const kind = throttleKind((reply.json ?? {}) as ErrorBody)
  if (kind === 'daily')
    return fail(
      'DAILY_LIMIT',
      failure,
      "The day's calls of this HubSpot account are spent. Run again after midnight of the account's time zone.",
    )
  const waitMs =
    failure.retryAfterMs ?? (kind === 'secondly' ? 1_000 : 2_000 * Math.min(5, attempt.number))
  if (attempt.number < THROTTLED_ATTEMPTS && waitMs <= LONGEST_WAIT_MS)
    return { kind: 'retry', waitMs, throttled: true, why: messageOf(reply) }
  return fail(
    'RATE_LIMITED',
    failure,
    `HubSpot refused this call for speed, ${attempt.number} times, and says to wait ${Math.round(waitMs / 1_000)} s. Another program may be using up the account's limit. Run again later; nothing is lost.`,
  )
}

function again(
  attempt: Attempt,
  code: 'HUBSPOT_UNAVAILABLE' | 'HUBSPOT_REPLY',
  failure: HubspotFailure,
  waitMs: number,
  why: string,
  cause?: unknown,
): Verdict {
  if (attempt.number < ATTEMPTS && waitMs <= LONGEST_WAIT_MS)
    return { kind: 'retry', waitMs, throttled: false, why }
  return fail(
    code,
    failure,
    `Gave up after ${attempt.number} attempts: ${why}. Run again later; nothing is lost.`,
    cause,
  )
}

function fail(
  code: HubspotError['code'],
  failure: HubspotFailure,
  what: string,
  cause?: unknown,
): Verdict {
  return { kind: 'fail', error: new HubspotError(code, explain(failure, what), failure, { cause }) }
}

function unauthorized(failure: HubspotFailure, reply: Reply): HubspotError {
  const what = `${messageOf(reply).replace(/[^.!?]$/, '$&.')} Expected a valid access token: check \`accessToken\` or HUBSPOT_ACCESS_TOKEN.`
  return new HubspotError('UNAUTHORIZED', explain(failure, what), failure)
}

function forbidden(failure: HubspotFailure, reply: Reply): HubspotError {
  const scopes = failure.requiredScopes ?? []
  if (scopes.length === 0 && failure.category !== 'MISSING_SCOPES')
    return new HubspotError('HUBSPOT_REJECTED', explain(failure, messageOf(reply)), failure)
  const named = scopes.length > 0 ? scopes.join(', ') : 'one that HubSpot does not name'
  return new HubspotError(
    'MISSING_SCOPE',
    explain(
      failure,
      `The access token lacks a scope: ${named}. Grant it in HubSpot and run again.`,
    ),
    failure,
  )
}

function describe(reply: Reply, attempt: Attempt): HubspotFailure {
  const body = (reply.json ?? {}) as ErrorBody
  const text = (value: unknown) => (typeof value === 'string' ? value : undefined)
  const contexts = [
    body.context,
    ...(Array.isArray(body.errors) ? body.errors : []).map((each) => each?.context),
  ]
  const scopes = contexts
    .flatMap((context) => [context?.requiredGranularScopes, context?.requiredScopes])
    .flatMap((value) => (Array.isArray(value) ? value : []))
    .filter((value): value is string => typeof value === 'string')
  return {
    call: nameOf(attempt.call),
    status: reply.status,
    category: text(body.category) ?? text(body.errorType),
    correlationId:
      text(body.correlationId) ?? reply.headers.get('x-hubspot-correlation-id') ?? undefined,
    requiredScopes: [...new Set(scopes)],
    retryAfterMs: retryAfter(reply.headers),
  }
}

/** `Retry-After`, in seconds or as a moment; HubSpot documents it for 477 only, so it is used where it comes. */
function retryAfter(headers: Reply['headers']): number | undefined {
  const value = headers.get('retry-after')?.trim() ?? ''
  if (value === '') return undefined
  const ms = /^[\d.]+$/.test(value)
    ? Number(value) * 1_000
    : Date.parse(value) - Date.parse(headers.get('date') ?? '')
  return ms >= 0 && Number.isFinite(ms) ? ms : undefined
}

/** Doubles from half a second, at most half a minute, with up to half of it left to chance. */
function backoff({ number, chance }: Attempt): number {
  const full = Math.min(30_000, 500 * 2 ** (number - 1))
  return Math.round(full * (0.5 + chance / 2))
}

function messageOf(reply: Reply): string {
  const { message } = (reply.json ?? {}) as ErrorBody
  // An HTML page of the network in front of HubSpot says nothing that the status doesn't.
  return typeof message === 'string'
    ? message
    : `HubSpot answered ${reply.status} without a message.`
}

function explain({ call, status, correlationId }: HubspotFailure, what: string): string {
  const reference = correlationId ? ` [HubSpot correlation id ${correlationId}]` : ''
  return `${call}${status ? ` (${status})` : ''}: ${what}${reference}`
}

function nameOf(call: ApiCall): string {
  return `${call.method} ${call.path}`
}

/** The message of a network's failure names the address, its code doesn't. Of several addresses that a name has, each fails by itself. */
function causeOf(thrown: unknown): string {
  type Failure = { message?: string; code?: string; cause?: Failure; errors?: Failure[] }
  const { cause, message } = (thrown ?? {}) as Failure
  return cause?.message || cause?.errors?.[0]?.message || cause?.code || message || String(thrown)
}
