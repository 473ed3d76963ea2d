import type { HubspotError, HubsyncError } from '@hubsync/core'
import { type ExitCode, exitCodes } from './exit-codes.js'
import type { Session } from './session.js'
import { UsageError } from './usage-error.js'

/** An error that ended a command, as it is told to people and to machines. */
export interface Failure {
  exitCode: ExitCode
  text: string
  json: { error: { code: string; message: string; category?: string; correlationId?: string } }
}

/** What the user can put right by typing something else. */
const usageCodes = ['INVALID_OPTION', 'UNKNOWN_JOB']

/** What no later run gets over by itself: waiting for it is in vain. */
const lastingCodes = [
  ...usageCodes,
  'CURSOR_LOST',
  'UNAUTHORIZED',
  'PORTAL_MISMATCH',
  'SCHEMA_CONFLICT',
  'SCHEMA_TOO_NEW',
  'NOT_A_DATABASE',
  'DRIVER_MISSING',
  'ROWS_HIDDEN',
  'UNEXPECTED',
]

/** What the command line adds to an error of core, which knows neither flags nor where the store is. */
const hints: Readonly<Record<string, (session: Session) => string>> = {
  NOT_MIRRORED: ({ store }) => `The store is ${store}; \`hubsync sync\` makes the first run.`,
  CURSOR_LOST: () => '`hubsync changes --after now` gives the cursor of now.',
  PORTAL_MISMATCH: () => 'The store is named by `--store`, or HUBSYNC_STORE.',
}

export async function failureOf(session: Session, error: unknown): Promise<Failure> {
  if (error instanceof UsageError)
    return failure(exitCodes.usage, 'USAGE', error.message, error.message)
  const { isHubsyncError } = await import('@hubsync/core')
  if (!isHubsyncError(error)) {
    const { message = String(error), stack = message } = error as Partial<Error>
    return failure(exitCodes.failed, 'UNEXPECTED', message, `UNEXPECTED: ${stack}`)
  }
  const { code } = error as HubsyncError
  const message = [error.message, hints[code]?.(session)].filter(Boolean).join(' ')
  const exitCode = usageCodes.includes(code)
    ? exitCodes.usage
    : code === 'ABORTED'
      ? exitCodes.partial
      : exitCodes.failed
  const { json, ...rest } = failure(exitCode, code, message, `${code}: ${message}`)
  const { category, correlationId } = error as HubspotError
  const details = {
    ...(category === undefined ? {} : { category }),
    ...(correlationId === undefined ? {} : { correlationId }),
  }
  return { ...rest, json: { error: { ...json.error, ...details } } }
}

/** Whether the same command may do better later. */
export function isPassing({ json }: Failure): boolean {
  return json.error.code !== 'USAGE' && !lastingCodes.includes(json.error.code)
}

function failure(exitCode: ExitCode, code: string, message: string, text: string): Failure {
  return { exitCode, text, json: { error: { code, message } } }
}
