import type { MirrorStatus, StatusError } from '@hubsync/core'
import { answerTo } from './problem.js'

/**
 * Codes whose messages are safe to show: they are hubsync's own texts, with at most HubSpot's message in them. Messages
 * about an unreachable HubSpot aren't safe: they name internal hosts and proxies.
 */
const tellable: readonly string[] = [
  'UNAUTHORIZED',
  'MISSING_SCOPE',
  'RATE_LIMITED',
  'DAILY_LIMIT',
  'PORTAL_MIGRATING',
  'HUBSPOT_REJECTED',
  'HUBSPOT_REPLY',
  'UNRECONCILED',
  'ABORTED',
  'REMOVAL_REFUSED',
  'PORTAL_MISMATCH',
  'CHECKPOINT_CONFLICT',
]

/**
 * The text about an error that clients may see: its own message only if that can't reveal anything about the server.
 */
export function tellOf(code: string, message: string): string {
  return tellable.includes(code) ? withoutAddresses(message) : answerTo(code)
}

/** A status with the texts of its errors as clients may see them. */
export function toldStatus<Status extends Pick<MirrorStatus, 'objects' | 'lastError'>>(
  status: Status,
): Status {
  const told = (error: StatusError | null) =>
    error && { ...error, message: tellOf(error.code, error.message) }
  const objects = Object.entries(status.objects).map(([name, object]) => [
    name,
    { ...object, lastError: told(object.lastError) },
  ])
  return { ...status, objects: Object.fromEntries(objects), lastError: told(status.lastError) }
}

/**
 * The last parts of HubSpot's scopes, which are shown although they look like hosts:
 * `crm.objects.contacts.sensitive.read.v2`.
 */
const SCOPE_ENDS =
  'read|write|read_write|create|delete|execute|export|import|publish|access|send|v\\d+'

/** Patterns of machine addresses, with their replacements. */
const addresses: readonly [looks: RegExp, told?: string][] = [
  [/\w+:\/\/[^\s,;)]+/g],
  [/\[[\da-f:.%]*:[\da-f:.%]*\](?::\d+)?/gi],
  [/(?<![\w:])(?:[\da-f]{0,4}:){2,7}(?<=::|(?::.*){4})[\da-f:.]*/gi],
  [/\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\b/g],
  // Node.js's network errors, which are followed by a host or file.
  [/\b(E(?:AI_|CONN|HOST|NET|NOT|TIMED|ACC|PIPE|NOENT|ADDR)[A-Z]*)\s+\S+/g, '$1 (an address)'],
  [/\b(host\w*|server|upstream)(\s*[=:]\s*)["']?[\w.:-]+/gi, '$1$2(an address)'],
  // Files and sockets in well-known directories. The path of a HubSpot call is shown.
  [/(?<!\w)\/(?:var|run|tmp|srv|opt|etc|usr|home|root|mnt|private|Users|app|data|dev|proc)\/\S+/g],
  [/\S+\.sock\b/g],
  // A host with a port, but not a timestamp, which also has a colon after a letter and digits.
  [/(?<![\w.-])(?!\d{4}-\d\d-\d\dT)(?=[\d.-]*[a-z])[\w.-]+:\d{2,5}\b/gi],
  [
    new RegExp(
      `(?<![\\w.-])(?:[\\w-]+\\.)+(?!(?:${SCOPE_ENDS})\\b)[a-z][\\w-]+\\b(?!\\.\\w)`,
      'gi',
    ),
  ],
  [/\b(?:[\w-]+\.)*(?:localhost|[\w-]+\.(?:internal|local|localdomain|lan|corp|svc|intranet))\b/gi],
]

/** Removes addresses of machines from a text. */
export function withoutAddresses(text: string): string {
  return addresses.reduce(
    (shown, [looks, told = '(an address)']) => shown.replaceAll(looks, told),
    text,
  )
}
