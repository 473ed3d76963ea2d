import { answerTo } from './problem.js'

/**
 * Codes whose messages were written for whoever runs the mirror, with HubSpot's words in them at most. Not where HubSpot couldn't be
 * reached: those name proxies and hosts within.
 */
const tellable: readonly string[] = [
  ...['UNAUTHORIZED', 'MISSING_SCOPE', 'RATE_LIMITED', 'DAILY_LIMIT', 'PORTAL_MIGRATING'],
  ...['HUBSPOT_REJECTED', 'HUBSPOT_REPLY', 'UNRECONCILED', 'ABORTED'],
  ...['REMOVAL_REFUSED', 'PORTAL_MISMATCH', 'CHECKPOINT_CONFLICT', 'JOB_RUNNING'],
]

/** What a reader of runs is told of an error: its own words only where they can hold nothing of the server. */
export function tellOf(code: string, message: string): string {
  return tellable.includes(code) ? withoutAddresses(message) : answerTo(code)
}

/** What ends the names of HubSpot's scopes, which are told: `crm.objects.contacts.sensitive.read.v2`. */
const SCOPE_ENDS =
  'read|write|read_write|create|delete|execute|export|import|publish|access|send|v\\d+'

/** What looks like the address of a machine, and what of it is told. */
const addresses: readonly [looks: RegExp, told?: string][] = [
  [/\w+:\/\/[^\s,;)]+/g],
  [/\[[\da-f:.%]*:[\da-f:.%]*\](?::\d+)?/gi],
  [/(?<![\w:])(?:[\da-f]{0,4}:){2,7}(?<=::|(?::.*){4})[\da-f:.]*/gi],
  [/\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\b/g],
  // What Node says of a network or a socket, with the host or file behind it.
  [/\b(E(?:AI_|CONN|HOST|NET|NOT|TIMED|ACC|PIPE|NOENT|ADDR)[A-Z]*)\s+\S+/g, '$1 (an address)'],
  [/\b(host\w*|server|upstream)(\s*[=:]\s*)["']?[\w.:-]+/gi, '$1$2(an address)'],
  // Files and sockets, by where they are: the path of a call is told.
  [/(?<!\w)\/(?:var|run|tmp|srv|opt|etc|usr|home|root|mnt|private|Users|app|data|dev|proc)\/\S+/g],
  [/\S+\.sock\b/g],
  // Not a moment, which has a letter before its hours.
  [/(?<![\w.-])(?!\d{4}-\d\d-\d\dT)(?=[\d.-]*[a-z])[\w.-]+:\d{2,5}\b/gi],
  [
    new RegExp(
      `(?<![\\w.-])(?:[\\w-]+\\.)+(?!(?:${SCOPE_ENDS})\\b)[a-z][\\w-]+\\b(?!\\.\\w)`,
      'gi',
    ),
  ],
  [/\b(?:[\w-]+\.)*(?:localhost|[\w-]+\.(?:internal|local|localdomain|lan|corp|svc|intranet))\b/gi],
]

/** A text of a report without addresses of machines. */
export function withoutAddresses(text: string): string {
  return addresses.reduce(
    (shown, [looks, told = '(an address)']) => shown.replaceAll(looks, told),
    text,
  )
}
