import type { HubsyncErrorCode } from '../errors.js'

/** What to do about each kind of error, in a sentence. */
const advice: Record<HubsyncErrorCode, string> = {
  INVALID_OPTION: 'Correct the option that the message names.',
  UNKNOWN_JOB: 'Use one of the job names that the message lists.',
  CLOSED: 'Make a new mirror: this one was closed.',
  ABORTED: 'Nothing: run again to continue.',
  UNAUTHORIZED: 'Check that the access token is current and belongs to this portal.',
  MISSING_SCOPE:
    'Grant the token the scope that the message names, in the settings of the app in HubSpot, or leave the object out.',
  RATE_LIMITED: 'Check which other programs call HubSpot for this account, or set `limits` lower.',
  DAILY_LIMIT:
    "Run again after midnight of the account's time zone; set `limits.dailyShare` lower to leave more for others.",
  PORTAL_MIGRATING: 'Run again later: HubSpot is moving the portal, which may take a day.',
  HUBSPOT_UNAVAILABLE:
    "If the message names a wrong address, correct `baseUrl`. Otherwise run again later; if it lasts, look at HubSpot's status page.",
  HUBSPOT_REJECTED:
    'Report it with the correlation id: HubSpot refused a call that should be correct.',
  HUBSPOT_REPLY: 'Run again; if it lasts, report it with the correlation id.',
  UNRECONCILED: 'Run again: what could not be read reliably is read again.',
  REMOVAL_REFUSED:
    'Check whether so many records were really deleted. If so, set `removalShare` to 1 and run the census.',
  PORTAL_MISMATCH:
    'Use the token of the portal that the store holds, or give each portal its `portalId`.',
  CHECKPOINT_CONFLICT:
    'Nothing: another run did the same work. Make sure that only one runs at a time.',
  SCHEMA_CONFLICT:
    'Give the object another `name`, as in contacts.extend({ name }), or the mirror another database. If somebody has dropped some of the tables, drop those that the message names too.',
  SCHEMA_TOO_NEW: 'Update hubsync: a later version has written to this store.',
  NOT_A_DATABASE: 'Give another file name, or move the file away.',
  DRIVER_MISSING: 'Install the package that the message names.',
  STORE_FAILED:
    'The message says what the database reported and whether the last commit was written. Fix the cause (space, rights, connection), then run again.',
  ROW_REFUSED:
    'Change the constraint of your own that the message names, or the data that it checks, then run again.',
  ROWS_HIDDEN:
    'Give the database role a policy that shows it all rows of the tables that the message names, or BYPASSRLS.',
  NOT_MIRRORED: 'Run once: nothing has been mirrored into this store yet.',
  CURSOR_LOST:
    'Get the cursor of now, read the records for a new snapshot, then follow the feed from that cursor.',
  UNEXPECTED:
    'Read the message: the error came from your own code, or is a bug in hubsync that you should report.',
}

/** What to do about an error, by its code. */
export function adviceFor(code: string, scopes: readonly string[]): string {
  if (code === 'MISSING_SCOPE' && scopes.length > 0)
    return `Grant the token ${scopes.join(', ')}, in the settings of the app in HubSpot.`
  return advice[code as HubsyncErrorCode] ?? advice.UNEXPECTED
}
