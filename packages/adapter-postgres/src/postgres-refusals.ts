import { ConstraintError } from '@hubsync/core'

/** The fields of an error of the server. */
interface ServerError {
  message?: string
  code?: unknown
  table?: string
  column?: string
  constraint?: string
  /** The function in the server's source code. Unlike the message, it isn't translated. */
  routine?: string
  /** The call stack of SQL functions, innermost first. */
  where?: string
  /** The position of the error in our statement, if the statement is at fault. */
  position?: string
}

/** The kind of a constraint by SQLSTATE. */
const kinds: Record<string, string> = {
  '23502': 'NOT NULL',
  '23503': 'FOREIGN KEY',
  '23505': 'UNIQUE',
  '23514': 'CHECK',
  '23P01': 'EXCLUDE',
}

/** PostgreSQL's names of its SQLSTATEs. They replace its messages, which may quote values. */
const conditions: Record<string, string> = {
  '22001': 'string data right truncation',
  '22003': 'numeric value out of range',
  '22007': 'invalid datetime format',
  '22008': 'datetime field overflow',
  '22012': 'division by zero',
  '22023': 'invalid parameter value',
  '22032': 'invalid JSON text',
  '22P02': 'invalid text representation',
  '42501': 'insufficient privilege',
  '42601': 'syntax error',
  '42703': 'undefined column',
  '42883': 'undefined function',
  '42P01': 'undefined table',
  '54000': 'program limit exceeded',
  P0001: 'raise exception',
  XX000: 'internal error',
}

/**
 * SQLSTATEs about the server or concurrent work: rolled back transactions, resources, an operator, the system, damaged
 * files. Even if raised inside a function, they say nothing about the record.
 */
const ofTheServer = /^(08|25|40|53|55P03|57|58|F0|XX(?!000))/

/** SQLSTATEs about a wrong encoding. They concern all records alike. */
const ofTheEncoding = ['22021', '22P03', '22P05']

/** Functions of the server that raise an error if a value is too large for an index, a text search or a row. */
const tooLarge = /^_?(bt|hash|gin|gist|spg|brin)|index|tsvector|^RelationGetBufferForTuple$/i

/**
 * The error for a commit that something in the user's schema refuses: a constraint, an index, a generated column, a
 * trigger. Neither it nor its cause contains the server's message, so that no value of a record gets into a log.
 */
export function refusalOf(cause: unknown): ConstraintError | undefined {
  const error = (cause ?? {}) as ServerError
  const state = String(error.code)
  const raisedBy = functionsIn(error.where).at(-1)
  if (!isRefusal(error, state, raisedBy)) return undefined
  const table = nameOf(error.table) ?? tablesWritten.get(error)
  const column = nameOf(error.column)
  const constraint = nameOf(error.constraint)
  return new ConstraintError(
    {
      tables: table ? [table] : [],
      constraint,
      columns: column ? [column] : [],
      kind: kinds[state] ?? (constraint && state === '54000' ? 'INDEX SIZE' : undefined),
      raisedBy,
      said: conditionOf(state),
    },
    { cause: withoutValues(cause, `PostgreSQL failed with SQLSTATE ${state}`) },
  )
}

/**
 * A name in a field of an error. RAISE can put anything into these fields, also a value, so it must look like a name.
 */
function nameOf(told: unknown): string | undefined {
  return typeof told === 'string' && /^[A-Za-z_][\w$]{0,62}$/.test(told) ? told : undefined
}

function conditionOf(state: string): string {
  return conditions[state] ?? `SQLSTATE ${state}`
}

/** SQLSTATEs whose messages contain only names, settings and addresses. */
const ofNamesOnly = /^(08|25|26|28|3D|3F|40|42501|42P01|42P07|53|55P03|57|58)/

/**
 * The text that replaces the server's message about a commit, because something in the user's schema may have put
 * values into it. Undefined if the message is safe.
 */
export function insteadOfWords(cause: unknown): string | undefined {
  const error = (cause ?? {}) as ServerError
  if (!(cause instanceof Error) || !('severity' in cause)) return undefined
  const state = String(error.code)
  // A function can raise any message with any SQLSTATE. `where` is also set while waiting for a row lock, outside of
  // functions.
  const isOfAFunction = Boolean(error.where) && !/^while \w+ tuple [^\n]*$/.test(error.where ?? '')
  const isOfOurStatement = state.startsWith('42') && error.position !== undefined
  if (!isOfAFunction && (isOfOurStatement || ofNamesOnly.test(state))) return undefined
  const condition = conditions[state]
  return `SQLSTATE ${state}${condition ? `, ${condition}` : ''}; see the server's log for its message, which may contain values of a record`
}

function isRefusal(error: ServerError, state: string, raisedBy: string | undefined): boolean {
  // About a parameter of our statement: nothing in the user's schema is involved.
  if (/parameter \$\d/.test(error.where ?? '')) return false
  if (raisedBy !== undefined) return !ofTheServer.test(state)
  if (state === '54000') return Boolean(error.constraint) || tooLarge.test(error.routine ?? '')
  // Functions that parse a text also raise these. Then there is no position in our statement.
  if (state === '42601' || state === 'XX000') return error.position === undefined
  return /^(09|22|23|27|38|39|44|P0)/.test(state) && !ofTheEncoding.includes(state)
}

/** The functions on the call stack. The last is the one that the table calls: the server names a trigger only by it. */
function functionsIn(where = ''): string[] {
  const lines = where.matchAll(/^(?:PL\/\w+|SQL) function (?:(.+?)\(|"(.+?)")/gm)
  return [...lines].map(([, signed, name]) => (signed ?? name ?? '').replaceAll('"', ''))
}

const tablesWritten = new WeakMap<object, string>()

/** Notes which table a failed statement writes. For triggers and generated columns the server doesn't say it. */
export function noteTable(error: unknown, statement: string): void {
  const [, name] =
    /^(?:INSERT INTO|UPDATE|DELETE FROM) "(?:[^"]|"")+"\."((?:[^"]|"")+)"/.exec(statement) ?? []
  if (name !== undefined && typeof error === 'object' && error !== null)
    tablesWritten.set(error, name.replaceAll('""', '"'))
}

/** Fields of the server's errors that never contain values. */
const plainFields = ['code', 'severity', 'routine']

/** Fields that contain a name. They are kept only if they look like one. */
const nameFields = ['schema', 'table', 'column', 'constraint']

/**
 * An error as a cause, without the fields that may quote a record, because loggers print causes too. Errors that aren't
 * the server's stay as they are.
 */
export function withoutValues(cause: unknown, message?: string): unknown {
  const error = cause as Record<string, unknown> | null
  if (!(error instanceof Error) || !('severity' in error)) return cause
  const names = nameFields.filter((name) => nameOf(error[name]) !== undefined)
  const kept = [...plainFields, ...names].flatMap((name) =>
    error[name] === undefined ? [] : [[name, error[name]]],
  )
  const plain = Object.assign(new Error(message ?? error.message), Object.fromEntries(kept))
  // The first line of a stack is the message.
  const at = error.stack?.indexOf('\n    at ') ?? -1
  if (at >= 0) plain.stack = `${plain.name}: ${plain.message}${error.stack?.slice(at)}`
  return plain
}
