import { HubsyncError } from '@hubsync/core'

/** A file that couldn't be opened. */
export function openingError(file: string, cause: unknown): HubsyncError {
  if (resultOf(cause) === 'not a database')
    return new HubsyncError(
      'NOT_A_DATABASE',
      `Expected "${file}" to be a SQLite database, or not to exist yet, but it is another kind of file. It was left as it is.`,
      { cause },
    )
  return new HubsyncError(
    'STORE_FAILED',
    `Expected to open the SQLite database "${file}": ${messageOf(cause)}`,
    { cause },
  )
}

/** A transaction that failed. */
export function transactionError(cause: unknown): HubsyncError {
  const message = messageOf(cause)
  const what = isBusy(cause)
    ? 'Expected the write lock of the SQLite database within 5 s, but another connection holds it. Run again.'
    : message.includes('within a transaction')
      ? 'Expected the database that was lent to be in no transaction, but yours is open. End it first.'
      : `SQLite failed: ${message}.`
  return new HubsyncError('STORE_FAILED', `${what} Nothing of this commit was written.`, { cause })
}

/** Whether another connection has a lock that was wanted. */
export function isBusy(cause: unknown): boolean {
  return resultOf(cause) === 'busy'
}

/** What the drivers throw isn't always an `Error`. */
export function messageOf(cause: unknown): string {
  return String((cause as { message?: unknown } | undefined)?.message ?? cause)
}

/** SQLite's result, of which better-sqlite3 gives the name, node:sqlite the number, and sql.js the text. */
function resultOf(cause: unknown): 'busy' | 'not a database' | undefined {
  const { code, errcode } = (cause ?? {}) as { code?: unknown; errcode?: unknown }
  const primary = Number(errcode) & 0xff
  if (String(code).startsWith('SQLITE_BUSY') || primary === 5) return 'busy'
  if (code === 'SQLITE_NOTADB' || primary === 26) return 'not a database'
  return messageOf(cause) === 'file is not a database' ? 'not a database' : undefined
}
