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

/** What looks like the address of a machine. HubSpot's names (`crm.objects.contacts.read`) have dots too, and stay. */
const addresses: readonly RegExp[] = [
  /\w+:\/\/[^\s,;)]+/g,
  /\[[\da-f:.%]*:[\da-f:.%]*\](?::\d+)?/gi,
  /(?<![\w:])(?:[\da-f]{0,4}:){2,7}(?<=::|(?::.*){4})[\da-f:.]*/gi,
  /\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\b/g,
  // Not a moment, which has a letter before its hours.
  /(?<![\w.-])(?!\d{4}-\d\d-\d\dT)(?=[\d.-]*[a-z])[\w.-]+:\d{2,5}\b/gi,
  /\b(?:[\w-]+\.)*(?:localhost|[\w-]+\.(?:internal|local|localdomain|lan|corp|svc|intranet))\b/gi,
]

/** A text of a report without addresses of machines. */
export function withoutAddresses(text: string): string {
  return addresses.reduce((shown, address) => shown.replaceAll(address, '(an address)'), text)
}
