import { HubspotError, type HubspotFailure, HubsyncError } from '../errors.js'
import { causeOf, harmlessCause } from '../harmless-text.js'
import type { ApiCall } from './endpoints.js'
import { nameOf, type Refusal, readRefusal } from './refusal.js'
import { type MsLeft, NotSentError } from './run-time.js'
import { isSuccess, type Reply, TooLong } from './transport.js'
import { TooLate } from './within.js'

/** How often a call is sent in all, without those that a rate limit refused. */
const ATTEMPTS = 6
/** The same for a call that can be divided: HubSpot may never be able to answer it as it is. */
const DIVISIBLE_ATTEMPTS = 2
/** How often a call is sent that a rate limit refuses. It is more often: HubSpot says that waiting helps. */
const THROTTLED_ATTEMPTS = 12

/** No call waits longer than this. The run ends, and a later one continues. */
const LONGEST_WAIT_MS = 5 * 60_000

/**
 * Waiting doesn't help against these if the address has never answered: no such host, a port that `fetch` never opens, or
 * somebody else's certificate. Once it has answered, a host that isn't found may come back.
 */
const WRONG_ADDRESS = /\b(ENOTFOUND|bad port)\b|CERT|ERR_SSL|ERR_TLS|UNABLE_TO_VERIFY/

/** What to do with the outcome of one attempt. */
export type Verdict =
  | { kind: 'ok' }
  | { kind: 'renew-token'; error: HubspotError }
  | { kind: 'retry'; waitMs: number; throttled: boolean; why: string }
  | { kind: 'fail'; error: HubsyncError; pauseMs?: number | undefined }

/** What is known about the call when its outcome is judged. */
export interface Attempt {
  call: ApiCall
  /** Counted from 1. */
  number: number
  /** A figure from 0 to 1, for the jitter. */
  chance: number
  /** When the outcome came, in milliseconds since 1970. */
  now: number
  /** Whether any call has been answered at this address yet. */
  reached: boolean
  /** The time that the run has left. A call that would be sent again after that isn't. */
  msLeft?: MsLeft
}

/** Judges a reply. */
export function judgeReply(reply: Reply, attempt: Attempt): Verdict {
  const { status } = reply
  const succeeds = isSuccess(reply)
  if (succeeds && typeof reply.json === 'object' && reply.json !== null) return { kind: 'ok' }
  const refusal = readRefusal(reply, attempt.call)
  if (succeeds)
    return again(attempt, 'HUBSPOT_REPLY', refusal, backoff(attempt), 'its body is no JSON object')
  if (status === 401) return { kind: 'renew-token', error: unauthorized(refusal) }
  if (status === 403) return { kind: 'fail', error: forbidden(refusal) }
  if (status === 429) return throttled(attempt, refusal)
  if (status === 477)
    return fail(
      'PORTAL_MIGRATING',
      refusal,
      'HubSpot is moving this portal to another data centre. Run again later; nothing is lost.',
    )
  if (status === 423)
    return again(
      attempt,
      'HUBSPOT_UNAVAILABLE',
      refusal,
      Math.max(2_000, backoff(attempt)),
      'the records are locked',
    )
  if (status === 408 || status >= 500)
    return again(
      attempt,
      'HUBSPOT_UNAVAILABLE',
      refusal,
      refusal.retryAfterMs ?? backoff(attempt),
      `HubSpot answered ${status}`,
      { attempts: attempt.call.divisible ? DIVISIBLE_ATTEMPTS : ATTEMPTS },
    )
  return fail('HUBSPOT_REJECTED', refusal, refusal.message)
}

/** Judges an attempt that brought no reply. */
export function judgeThrown(thrown: unknown, attempt: Attempt): Verdict {
  if (thrown instanceof HubsyncError) return { kind: 'fail', error: thrown }
  const failure: HubspotFailure = { call: nameOf(attempt.call), status: 0 }
  if (thrown instanceof TooLong)
    return again(attempt, 'HUBSPOT_REPLY', failure, backoff(attempt), thrown.message, {
      attempts: attempt.call.divisible ? 1 : 2,
    })
  const cause = causeOf(thrown)
  if (!attempt.reached && WRONG_ADDRESS.test(`${codeOf(thrown)} ${cause}`))
    return fail(
      'HUBSPOT_UNAVAILABLE',
      failure,
      `HubSpot can't be reached at this address: ${cause.replace(/\.$/, '')}. Correct \`baseUrl\` or HUBSPOT_BASE_URL, or look whether the network is up.`,
      harmlessCause(thrown),
    )
  const isLate = thrown instanceof TooLate
  const why = isLate ? thrown.message : `no reply (${cause})`
  return again(attempt, 'HUBSPOT_UNAVAILABLE', failure, backoff(attempt), why, {
    // Each timeout takes a minute.
    attempts: isLate && attempt.call.divisible ? 1 : ATTEMPTS,
    cause: harmlessCause(thrown),
  })
}

function throttled(attempt: Attempt, refusal: Refusal): Verdict {
  const { limit, message, retryAfterMs } = refusal
  if (limit === 'daily')
    return fail(
      'DAILY_LIMIT',
      refusal,
      "The day's calls of this HubSpot account are spent. Run again after midnight of the account's time zone.",
    )
  const waitMs =
    retryAfterMs ?? (limit === 'secondly' ? 1_000 : 2_000 * Math.min(5, attempt.number))
  if (attempt.number < THROTTLED_ATTEMPTS && waitMs <= LONGEST_WAIT_MS)
    return inTime(attempt, refusal, { kind: 'retry', waitMs, throttled: true, why: message })
  const times = attempt.number === 1 ? '' : ` ${attempt.number} times`
  return fail(
    'RATE_LIMITED',
    refusal,
    `HubSpot's rate limit refused this call${times}. The next attempt is possible at ${momentAfter(attempt, waitMs)}. Another program may be using up the account's limit. Run again then; nothing is lost.`,
  )
}

function momentAfter({ now }: Attempt, ms: number): string {
  return new Date(now + ms).toISOString()
}

function again(
  attempt: Attempt,
  code: 'HUBSPOT_UNAVAILABLE' | 'HUBSPOT_REPLY',
  failure: HubspotFailure,
  waitMs: number,
  why: string,
  { attempts = ATTEMPTS, cause }: { attempts?: number; cause?: unknown } = {},
): Verdict {
  if (attempt.number < attempts && waitMs <= LONGEST_WAIT_MS)
    return inTime(attempt, failure, { kind: 'retry', waitMs, throttled: false, why })
  return fail(
    code,
    failure,
    `Gave up after ${attempt.number === 1 ? 'one attempt' : `${attempt.number} attempts`}: ${why}. Run again later; nothing is lost.`,
    cause,
  )
}

/** Sends a call again, unless the run's time is over by then. */
function inTime(
  attempt: Attempt,
  failure: HubspotFailure,
  retry: Extract<Verdict, { kind: 'retry' }>,
): Verdict {
  const { waitMs, throttled, why } = retry
  if (waitMs < (attempt.msLeft?.() ?? Number.POSITIVE_INFINITY)) return retry
  const what = throttled
    ? `HubSpot's rate limit refused this call. The next attempt is possible at ${momentAfter(attempt, waitMs)}, after the end of this run (\`budgetMs\`). Run again then; nothing is lost.`
    : `${why.replace(/\.$/, '')}. The run's time (\`budgetMs\`) is too short to ask again. Run again later; nothing is lost.`
  const code = throttled ? 'RATE_LIMITED' : 'HUBSPOT_UNAVAILABLE'
  const pauseMs = throttled ? waitMs : undefined
  const error = new NotSentError(code, explain(failure, what), failure)
  return { kind: 'fail', error, pauseMs }
}

function fail(
  code: HubspotError['code'],
  failure: HubspotFailure,
  what: string,
  cause?: unknown,
): Verdict {
  return { kind: 'fail', error: new HubspotError(code, explain(failure, what), failure, { cause }) }
}

function unauthorized(refusal: Refusal): HubspotError {
  const what = `${refusal.message.replace(/[^.!?]$/, '$&.')} Expected a valid access token: check \`accessToken\` or HUBSPOT_ACCESS_TOKEN.`
  return new HubspotError('UNAUTHORIZED', explain(refusal, what), refusal)
}

function forbidden(refusal: Refusal): HubspotError {
  const scopes = refusal.requiredScopes ?? []
  if (scopes.length === 0 && refusal.category !== 'MISSING_SCOPES')
    return new HubspotError('HUBSPOT_REJECTED', explain(refusal, refusal.message), refusal)
  const named = scopes.length > 0 ? scopes.join(', ') : 'one that HubSpot does not name'
  return new HubspotError(
    'MISSING_SCOPE',
    explain(
      refusal,
      `The access token lacks a scope: ${named}. Grant it in HubSpot and run again.`,
    ),
    refusal,
  )
}

function codeOf(thrown: unknown): string {
  return String((thrown as { cause?: { code?: unknown } } | null)?.cause?.code)
}

/** Doubles from half a second up to half a minute. Up to half of it is random. */
function backoff({ number, chance }: Attempt): number {
  const full = Math.min(30_000, 500 * 2 ** (number - 1))
  return Math.round(full * (0.5 + chance / 2))
}

function explain({ call, status, correlationId }: HubspotFailure, what: string): string {
  const reference = correlationId ? ` [HubSpot correlation id ${correlationId}]` : ''
  return `${call}${status ? ` (${status})` : ''}: ${what}${reference}`
}
