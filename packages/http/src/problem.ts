import { type HubsyncErrorCode, isHubsyncError } from '@hubsync/core'
import { securityHeaders } from './reply.js'

/** Optional fields of a problem. */
export interface ProblemExtra {
  /** The invalid inputs, each with what was expected. */
  errors?: { in: string; name: string; expected: string }[]
  /** The id of the record into which this one was merged. */
  mergedInto?: string
  /** The run of the job. */
  runId?: string
}

/** An error for the client in the form of RFC 9457. Its texts are fixed, so nothing of the request is reflected. */
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

const hubspotFailed: Answer = [
  502,
  'HubSpot refused the call. The report of the run has the details.',
]
const comeBack = (why: string): Answer => [503, `${why} Try again later.`]
const hostFailed: Answer = [500, 'The mirror failed. The log of the server says why.']

/**
 * Status and text for an error of the mirror. Its own message isn't used, because it may name hosts, files or tables.
 */
const answers: Record<HubsyncErrorCode, Answer> = {
  INVALID_OPTION: hostFailed,
  UNKNOWN_JOB: hostFailed,
  CLOSED: comeBack('The server is shutting down.'),
  ABORTED: comeBack('The server ended the run.'),
  UNAUTHORIZED: [502, "HubSpot refused the mirror's access token."],
  MISSING_SCOPE: [502, "The mirror's access token lacks a scope in HubSpot."],
  RATE_LIMITED: comeBack("HubSpot's rate limit is used up."),
  DAILY_LIMIT: comeBack("The HubSpot account's daily limit of calls is used up."),
  PORTAL_MIGRATING: comeBack('HubSpot is moving the account to another data centre.'),
  HUBSPOT_UNAVAILABLE: comeBack("HubSpot can't be reached or doesn't answer."),
  HUBSPOT_REJECTED: hubspotFailed,
  HUBSPOT_REPLY: hubspotFailed,
  UNRECONCILED: comeBack('The replies of HubSpot contradict each other.'),
  REMOVAL_REFUSED: [409, 'More records are gone in HubSpot than a run may remove.'],
  PORTAL_MISMATCH: hostFailed,
  CHECKPOINT_CONFLICT: [
    409,
    'Another process is writing the same records or associations and has overtaken this run, which has written nothing since.',
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
    'Changes after this cursor may have been missed: they were forgotten, or the mirror was recreated, restored from a backup or updated. Start again: get the cursor of now with `after=now`, read the records, then follow the feed from that cursor.',
  ],
  UNEXPECTED: hostFailed,
}

/** The problem of a name that no object has. Before the first run there may be no objects yet: then it says that. */
export function noSuchObject(objects: readonly unknown[], detail: string): Problem {
  if (objects.length > 0) return new Problem(404, 'NOT_FOUND', detail)
  return new Problem(
    503,
    'NOT_MIRRORED',
    'Nothing has been mirrored yet, so it is not known which objects there are. Try again after the first run.',
    {},
    { 'retry-after': '5' },
  )
}

/** Converts an error to a problem for the client. */
export function problemOf(error: unknown, extra: ProblemExtra = {}): Problem {
  if (error instanceof Problem) return error
  if (!isHubsyncError(error)) {
    const { status } = error as { status?: unknown }
    // An error of the router itself.
    if (error instanceof Error && typeof status === 'number' && status in titles && status < 500)
      return new Problem(status, 'REFUSED', `The request was refused: ${titles[status]}.`)
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

/** The text for an error code that every client may see. */
export function answerTo(code: string): string {
  return (answers[code as HubsyncErrorCode] ?? hostFailed)[1]
}
