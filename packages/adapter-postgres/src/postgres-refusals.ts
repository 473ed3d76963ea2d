import { ConstraintError } from '@hubsync/core'

/** What an error of the server tells by its fields. */
interface ServerError {
  message?: string
  code?: unknown
  table?: string
  column?: string
  constraint?: string
  /** The place in the server's own source, which is the same in every language. */
  routine?: string
  /** What was at work, from the inside to the outside. */
  where?: string
  /** Where in the statement of ours the fault is, if it is one of the statement. */
  position?: string
}

/** What a constraint is by its SQLSTATE. */
const kinds: Record<string, string> = {
  '23502': 'NOT NULL',
  '23503': 'FOREIGN KEY',
  '23505': 'UNIQUE',
  '23514': 'CHECK',
  '23P01': 'EXCLUDE',
}

/** What PostgreSQL calls its states. Its messages are not told, which quote what they are about. */
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
 * States of the server and of what others do at the same time. Raised inside a function too they say nothing of the record: transactions that
 * were undone, resources, what an operator does, the system, files that are broken.
 */
const ofTheServer = /^(08|25|40|53|55P03|57|58|F0|XX(?!000))/

/** Texts that the database can't have: nothing but their encoding, which is the same for all. */
const ofTheEncoding = ['22021', '22P03', '22P05']

/** Whoever has written to these, by the server's source, found a value too large for an index, a text search or a row. */
const tooLarge = /^_?(bt|hash|gin|gist|spg|brin)|index|tsvector|^RelationGetBufferForTuple$/i

/**
 * The refusal where what the user has added to the tables doesn't take what a commit writes: a constraint, an index, a generated column, a
 * trigger. Values are for nobody to read in a log, so neither its words nor its cause have what the server says of them.
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

/** A name as the server tells it. RAISE tells anything as one, also a value. */
function nameOf(told: unknown): string | undefined {
  return typeof told === 'string' && /^[A-Za-z_][\w$]{0,62}$/.test(told) ? told : undefined
}

function conditionOf(state: string): string {
  return conditions[state] ?? `SQLSTATE ${state}`
}

/** States whose messages have nothing but names, settings and addresses. */
const ofNamesOnly = /^(08|25|26|28|3D|3F|40|42501|42P01|42P07|53|55P03|57|58)/

/**
 * What may be told of the server's message on a commit, which what the user has added to the tables may have put values into. Nothing where
 * all may be told.
 */
export function insteadOfWords(cause: unknown): string | undefined {
  const error = (cause ?? {}) as ServerError
  if (!(cause instanceof Error) || !('severity' in cause)) return undefined
  const state = String(error.code)
  // In a function anything is raised with any state. Waiting for a lock of a row is no function.
  const isOfAFunction = Boolean(error.where) && !/^while \w+ tuple [^\n]*$/.test(error.where ?? '')
  const isOfOurStatement = state.startsWith('42') && error.position !== undefined
  if (!isOfAFunction && (isOfOurStatement || ofNamesOnly.test(state))) return undefined
  const condition = conditions[state]
  return `SQLSTATE ${state}${condition ? `, ${condition}` : ''}; the server's own log has its words, which may hold values of a record`
}

function isRefusal(error: ServerError, state: string, raisedBy: string | undefined): boolean {
  // Of what the statement itself was given: no object of the user's has seen it.
  if (/parameter \$\d/.test(error.where ?? '')) return false
  if (raisedBy !== undefined) return !ofTheServer.test(state)
  if (state === '54000') return Boolean(error.constraint) || tooLarge.test(error.routine ?? '')
  // Also functions that read a text complain of its syntax, and some of them name no state: then nothing of the statement is pointed at.
  if (state === '42601' || state === 'XX000') return error.position === undefined
  return /^(09|22|23|27|38|39|44|P0)/.test(state) && !ofTheEncoding.includes(state)
}

/** The functions that were at work, the one that the table calls being the last: all that the server tells of a trigger. */
function functionsIn(where = ''): string[] {
  const lines = where.matchAll(/^(?:PL\/\w+|SQL) function (?:(.+?)\(|"(.+?)")/gm)
  return [...lines].map(([, signed, name]) => (signed ?? name ?? '').replaceAll('"', ''))
}

const tablesWritten = new WeakMap<object, string>()

/** Notes which table a statement was to write that failed: the server doesn't say it of triggers and generated columns. */
export function noteTable(error: unknown, statement: string): void {
  const [, name] =
    /^(?:INSERT INTO|UPDATE|DELETE FROM) "(?:[^"]|"")+"\."((?:[^"]|"")+)"/.exec(statement) ?? []
  if (name !== undefined && typeof error === 'object' && error !== null)
    tablesWritten.set(error, name.replaceAll('""', '"'))
}

/** Fields of an error of the server that hold no values. */
const plainFields = ['code', 'severity', 'routine']

/** Those that hold names, where they hold one. */
const nameFields = ['schema', 'table', 'column', 'constraint']

/** An error of the server as a cause, which whoever logs errors follows: without what may quote a record. Others stay as they are. */
export function withoutValues(cause: unknown, message?: string): unknown {
  const error = cause as Record<string, unknown> | null
  if (!(error instanceof Error) || !('severity' in error)) return cause
  const names = nameFields.filter((name) => nameOf(error[name]) !== undefined)
  const kept = [...plainFields, ...names].flatMap((name) =>
    error[name] === undefined ? [] : [[name, error[name]]],
  )
  const plain = Object.assign(new Error(message ?? error.message), Object.fromEntries(kept))
  // Its first line is the message.
  const at = error.stack?.indexOf('\n    at ') ?? -1
  if (at >= 0) plain.stack = `${plain.name}: ${plain.message}${error.stack?.slice(at)}`
  return plain
}
