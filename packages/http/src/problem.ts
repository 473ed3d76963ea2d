import { type HubsyncErrorCode, isHubsyncError } from '@hubsync/core'
import { securityHeaders } from './reply.js'

/** What a problem may say besides its code and its sentence. */
export interface ProblemExtra {
  /** Each input that was wrong, and what was expected there. */
  errors?: { in: string; name: string; expected: string }[]
  /** The id that a merged record lives under. */
  mergedInto?: string
  /** The run that is at the job. */
  runId?: string
}

/** Something to tell the client, as RFC 9457 has it. Its words are fixed: nothing of the request comes back in them. */
export class Problem extends Error {
  override readonly name = 'Problem'

  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string,
    readonly extra: ProblemExtra = {},
    readonly headers: Record<string, string> = {},
  ) {
    super(detail)
  }
}

const titles: Record<number, string> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  408: 'Request Timeout',
  409: 'Conflict',
  410: 'Gone',
  413: 'Content Too Large',
  414: 'URI Too Long',
  415: 'Unsupported Media Type',
  499: 'Client Closed Request',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
}

/** Sends a problem. */
export function problemReply({ status, code, detail, extra, headers }: Problem): Response {
  const title = titles[status] ?? 'Error'
  const body = JSON.stringify({ type: 'about:blank', title, status, code, detail, ...extra })
  return new Response(body, {
    status,
    headers: {
      ...securityHeaders,
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      ...headers,
    },
  })
}

type Answer = [status: number, detail: string]

const hubspotFailed: Answer = [502, 'HubSpot refused the call. The report of the run says more.']
const comeBack = (why: string): Answer => [503, `${why} Try again later.`]
const hostFailed: Answer = [500, 'The mirror failed. The log of the server says why.']

/** What the client is told of an error of the mirror: never its own words, which may name hosts, files or tables. */
const answers: Record<HubsyncErrorCode, Answer> = {
  INVALID_OPTION: hostFailed,
  UNKNOWN_JOB: hostFailed,
  JOB_RUNNING: [409, 'The job is already running on this mirror. Wait for that run to finish.'],
  CLOSED: comeBack('The server is shutting down.'),
  ABORTED: comeBack('The run was ended by the server.'),
  UNAUTHORIZED: [502, "HubSpot refused the mirror's access token."],
  MISSING_SCOPE: [502, "The mirror's access token lacks a scope in HubSpot."],
  RATE_LIMITED: comeBack("HubSpot's rate limit is used up."),
  DAILY_LIMIT: comeBack("The day's calls of the HubSpot account are spent."),
  PORTAL_MIGRATING: comeBack('HubSpot is moving the account to another data centre.'),
  HUBSPOT_UNAVAILABLE: comeBack("HubSpot can't be reached, or fails to answer."),
  HUBSPOT_REJECTED: hubspotFailed,
  HUBSPOT_REPLY: hubspotFailed,
  UNRECONCILED: comeBack('What was read could not be reconciled.'),
  REMOVAL_REFUSED: [409, 'More records are gone in HubSpot than may be removed at once.'],
  PORTAL_MISMATCH: hostFailed,
  CHECKPOINT_CONFLICT: [
    409,
    'Another process is at the same records or associations, and has gone on with them. This run wrote nothing since.',
  ],
  SCHEMA_CONFLICT: hostFailed,
  SCHEMA_TOO_NEW: hostFailed,
  NOT_A_DATABASE: hostFailed,
  DRIVER_MISSING: hostFailed,
  STORE_FAILED: comeBack('The database failed.'),
  ROW_REFUSED: hostFailed,
  ROWS_HIDDEN: hostFailed,
  NOT_MIRRORED: comeBack('This has not been mirrored yet.'),
  CURSOR_LOST: [
    410,
    'Changes after this cursor may have been missed: they are forgotten, or the mirror was made anew, restored from a backup or updated. Start again: get the cursor of now with `after=now`, read the records, then follow the feed from that cursor.',
  ],
  UNEXPECTED: hostFailed,
}

/** The problem that an error is to the client. */
export function problemOf(error: unknown, extra: ProblemExtra = {}): Problem {
  if (error instanceof Problem) return error
  if (!isHubsyncError(error)) {
    const { status } = error as { status?: unknown }
    // What the router refuses by itself.
    if (error instanceof Error && typeof status === 'number' && status in titles && status < 500)
      return new Problem(status, 'REFUSED', `Expected another request: ${titles[status]}.`)
    return new Problem(500, 'INTERNAL', 'The server failed. Its log says why.')
  }
  const [status, detail] = answers[error.code] ?? hostFailed
  return new Problem(
    status,
    error.code,
    detail,
    extra,
    status === 503 ? { 'retry-after': '5' } : {},
  )
}

/** What is said of an error of this code, whoever asks. */
export function answerTo(code: string): string {
  return (answers[code as HubsyncErrorCode] ?? hostFailed)[1]
}
