import { HubsyncError, isHubsyncError } from '@hubsync/core'
import { constraint, type Refusing, refusalError } from './sqlite-refusals.js'

export function closedError(): HubsyncError {
  return new HubsyncError('CLOSED', 'Expected an open store, but `close()` was called on this one.')
}

/** A file that couldn't be opened. */
export function openingError(file: string, cause: unknown): HubsyncError {
  if (isHubsyncError(cause)) return cause
  if (resultOf(cause) === 'not a database')
    return new HubsyncError(
      'NOT_A_DATABASE',
      `Expected "${file}" to be a SQLite database, or not to exist yet, but it is another kind of file. It was left as it is.`,
      { cause },
    )
  const why = isBusy(cause)
    ? 'another connection has had it for itself all the while. Try again.'
    : `${messageOf(cause)}.${isBarred(cause) ? ` ${barred}` : ''}`
  return new HubsyncError(
    'STORE_FAILED',
    `Expected to open the SQLite database "${file}": ${why}`,
    { cause },
  )
}

const barred =
  'Where the file may only be read, SQLite still has to make one beside it if it is in WAL mode: let this user write into the folder, end WAL mode before (PRAGMA journal_mode = DELETE), or name the driver sql.js, which makes none.'

const restore =
  'Something else has written into its file. Restore it from a backup, or move it away with the -wal and -shm beside it: all is read anew then.'

/** Whether a file couldn't be opened or made that is needed even for reading. */
function isBarred(cause: unknown): boolean {
  const result = resultOf(cause)
  return result === 'no opening' || result === 'read-only'
}

const readOnly =
  'Expected a SQLite database that may be written, but this file or connection is for reading alone. Reads need no more; run(), verify(), enqueue() and the like write. Give them a file, and a folder around it, that this user may write.'

/** A file that can't be opened for writing. */
export function readOnlyError(cause: unknown): HubsyncError {
  return new HubsyncError('STORE_FAILED', readOnly, { cause })
}

/** What was being done when something failed. */
interface Doing {
  /** How long other connections were waited for. */
  waitedMs(): number
  /** Whether it was a transaction that writes. */
  isWriting: boolean
  /** Where it was a commit: what may have refused it. */
  refusing?: Refusing | undefined
}

/** What to do about a result of SQLite's. */
const explanations: Partial<Record<Result, string>> = {
  full: 'The disk is full, or the database may grow no further (max_page_count). Make room, then run again.',
  io: 'The disk or its file system failed. Check it, and the room that is left on it, then run again.',
  corrupt: restore,
  'not a database': restore,
  'no table': "The tables aren't there yet, or were dropped. Call run(): it makes them.",
  'no opening': barred,
  'read-only': barred,
}

/** A read or a transaction that failed. */
export function storeError(cause: unknown, { waitedMs, isWriting, refusing }: Doing): HubsyncError {
  if (isHubsyncError(cause)) return cause
  const result = resultOf(cause)
  if (refusing && (result === 'constraint' || isRefusal(cause)))
    return refusalError(cause, messageOf(cause), refusing)
  let what: string
  if (result === 'busy')
    what = `Expected the ${isWriting ? 'write ' : ''}lock of the SQLite database${within(waitedMs())}, but another connection holds it. Run again, or raise the busy_timeout of a database that you lent.`
  else if (result === 'in use')
    what = `Expected the database that was lent to be ${/transaction/.test(messageOf(cause)) ? 'in no transaction' : 'in no query that is iterated over'}${within(waitedMs())}, but yours is open. End it first.`
  else if (isWriting && result === 'read-only') what = readOnly
  else what = `SQLite failed: ${messageOf(cause)}. ${(result && explanations[result]) ?? ''}`.trim()
  return new HubsyncError(
    result === 'not a database' ? 'NOT_A_DATABASE' : 'STORE_FAILED',
    isWriting ? `${what} Nothing of this commit was written.` : what,
    { cause },
  )
}

function within(waitedMs: number): string {
  return waitedMs > 0 ? ` within ${waitedMs / 1_000} s` : ''
}

/** Whether another connection has a lock that was wanted, or the owner of what was lent is at something that has to end first. */
export function isBusy(cause: unknown): boolean {
  const result = resultOf(cause)
  return result === 'busy' || result === 'in use'
}

/** What SQLite says of statements of ours, of the file and of itself. */
const notOfARow =
  /^(no such (?!table: main\.)|near ".*": syntax error|incomplete input|table .* has |too many |cannot |out of memory|interrupted|SQL logic error|access permission denied|query aborted|database |locking protocol|string or blob too big|bad parameter|large file support|authorization denied|column index out of range|unable to )/

/**
 * Whether what the user has added to the tables failed at a row: a generated column, an index on an expression, what a trigger does. SQLite has
 * no number of its own for these, and sql.js none for anything. Only triggers and views ask for tables as "main".
 */
function isRefusal(cause: unknown): boolean {
  const { name, code, errcode } = (cause ?? {}) as {
    name?: string
    code?: unknown
    errcode?: unknown
  }
  const number = Number(errcode) & 0xff
  const isOfSqlJs = code === undefined && name === 'Error'
  const isGeneral = number === 1 || number === 20 || /^SQLITE_(ERROR|MISMATCH)$/.test(String(code))
  return (
    (isOfSqlJs || isGeneral) && resultOf(cause) === undefined && !notOfARow.test(messageOf(cause))
  )
}

/** What the drivers throw isn't always an `Error`. */
export function messageOf(cause: unknown): string {
  return String((cause as { message?: unknown } | undefined)?.message ?? cause)
}

type Result =
  | 'no table'
  | 'busy'
  | 'in use'
  | 'read-only'
  | 'io'
  | 'corrupt'
  | 'full'
  | 'no opening'
  | 'constraint'
  | 'not a database'

/** SQLite's results by their names, numbers and texts. An error without a number of its own is known by its text alone. */
const results: { is: Result; code?: string; errcode?: number; text: string | RegExp }[] = [
  // First, since a trigger of the user's may say anything.
  { is: 'constraint', code: 'SQLITE_CONSTRAINT', errcode: 19, text: constraint },
  { is: 'no table', text: /^no such table: (?!main\.)/ },
  {
    is: 'in use',
    text: /^(cannot start|Safety level).* a transaction$|is busy executing a query$/,
  },
  { is: 'busy', code: 'SQLITE_BUSY', errcode: 5, text: 'database is locked' },
  {
    is: 'read-only',
    code: 'SQLITE_READONLY',
    errcode: 8,
    text: 'attempt to write a readonly database',
  },
  { is: 'io', code: 'SQLITE_IOERR', errcode: 10, text: 'disk I/O error' },
  { is: 'corrupt', code: 'SQLITE_CORRUPT', errcode: 11, text: 'database disk image is malformed' },
  { is: 'full', code: 'SQLITE_FULL', errcode: 13, text: 'database or disk is full' },
  { is: 'no opening', code: 'SQLITE_CANTOPEN', errcode: 14, text: 'unable to open database file' },
  { is: 'not a database', code: 'SQLITE_NOTADB', errcode: 26, text: 'file is not a database' },
]

/** SQLite's result, of which better-sqlite3 gives the name, node:sqlite the number, and sql.js the text. */
function resultOf(cause: unknown): Result | undefined {
  const { code, errcode } = (cause ?? {}) as { code?: unknown; errcode?: unknown }
  const message = messageOf(cause)
  return results.find(
    (result) =>
      (result.code !== undefined && String(code).startsWith(result.code)) ||
      (Number(errcode) & 0xff) === result.errcode ||
      (typeof result.text === 'string' ? result.text === message : result.text.test(message)),
  )?.is
}
