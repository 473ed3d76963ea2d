import type { HubspotError, HubsyncError } from '@hubsync/core'
import { type ExitCode, exitCodes } from './exit-codes.js'
import type { Session } from './session.js'
import { UsageError } from './usage-error.js'

/** An error that ended a command, as text and as JSON. */
export interface Failure {
  exitCode: ExitCode
  text: string
  json: { error: { code: string; message: string; category?: string; correlationId?: string } }
}

/** Errors that the user corrects on the command line. */
const usageCodes = ['INVALID_OPTION', 'UNKNOWN_JOB']

/** What the command line adds to an error of core: core doesn't know flags and addresses of stores. */
const hints: Readonly<Record<string, (session: Session) => string>> = {
  NOT_MIRRORED: ({ store, command }) =>
    `The store is ${store}; \`${command} sync\` makes the first run.`,
  CURSOR_LOST: ({ command }) => `\`${command} changes --after now\` prints the present cursor.`,
  PORTAL_MISMATCH: () => 'Name another store with `--store` or HUBSYNC_STORE.',
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

function failure(exitCode: ExitCode, code: string, message: string, text: string): Failure {
  return { exitCode, text, json: { error: { code, message } } }
}
