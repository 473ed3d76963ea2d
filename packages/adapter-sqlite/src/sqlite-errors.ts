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
    ? 'another connection has it locked. Try again when that one is done.'
    : `${messageOf(cause)}.${isBarred(cause) ? ` ${barred}` : ''}`
  return new HubsyncError(
    'STORE_FAILED',
    `Expected to open the SQLite database "${file}": ${why}`,
    { cause },
  )
}

const barred =
  'In WAL mode SQLite creates a file beside the database even to read it. Let this user write into the folder, end WAL mode first (PRAGMA journal_mode = DELETE), or use the driver sql.js, which creates no such file.'

const restore =
  'Another program has damaged the file. Restore it from a backup, or move it away together with its -wal and -shm files: the next run then reads everything again.'

/** Whether a file that SQLite needs even for reading couldn't be opened or created. */
function isBarred(cause: unknown): boolean {
  const result = resultOf(cause)
  return result === 'no opening' || result === 'read-only'
}

const readOnly =
  'Expected a writable SQLite database, but this file or connection is read-only. That is enough for reads, but run(), verify(), enqueue() and the like write. Let this user write the file and its folder.'

/** A file that can't be opened for writing. */
export function readOnlyError(cause: unknown): HubsyncError {
  return new HubsyncError('STORE_FAILED', readOnly, { cause })
}

/** What was being done when something failed. */
interface Doing {
  /** How long it waited for other connections. */
  waitedMs(): number
  /** Whether it was a write transaction. */
  isWriting: boolean
  /** For a commit: the parts of the user's schema that may have refused it. */
  refusing?: Refusing | undefined
}

/** What to do about each result of SQLite. */
const explanations: Partial<Record<Result, string>> = {
  full: 'The disk is full, or the database has reached its max_page_count. Make room, then run again.',
  io: 'The disk or its file system failed. Check it and its free space, then run again.',
  corrupt: restore,
  'not a database': restore,
  'no table': "The tables don't exist yet, or were dropped. Call run(): it creates them.",
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
    what = `Expected no open ${/transaction/.test(messageOf(cause)) ? 'transaction' : 'iteration over a query'} on the database that you lent${within(waitedMs())}, but there is one. End it first.`
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

/**
 * Whether another connection holds the lock, or the owner of a lent database has a transaction or an iteration open.
 */
export function isBusy(cause: unknown): boolean {
  const result = resultOf(cause)
  return result === 'busy' || result === 'in use'
}

/** Messages of SQLite about our own statements, the file or SQLite itself, not about a value in a row. */
const notOfARow =
  /^(no such (?!table: main\.)|near ".*": syntax error|incomplete input|table .* has |too many |cannot |out of memory|interrupted|SQL logic error|access permission denied|query aborted|database |locking protocol|string or blob too big|bad parameter|large file support|authorization denied|column index out of range|unable to )/

/**
 * Whether something that the user added to the tables failed on a row: a generated column, an index on an expression, a
 * statement in a trigger. SQLite has no error code for these, and sql.js has no codes at all, so messages that are
 * known to mean something else are ruled out. Only triggers and views name tables as "main".
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

/** The message of what a driver has thrown, which isn't always an `Error`. */
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

/**
 * SQLite's results by name, number and message. Some errors have no code of their own and are recognised by their
 * message.
 */
const results: { is: Result; code?: string; errcode?: number; text: string | RegExp }[] = [
  // First, because a trigger of the user's can raise any message.
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

/**
 * The kind of an error. better-sqlite3 gives SQLite's result by name, node:sqlite by number, and sql.js only its
 * message.
 */
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
