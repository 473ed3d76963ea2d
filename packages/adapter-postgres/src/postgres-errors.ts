import { HubsyncError } from '@hubsync/core'
import { insteadOfWords, refusalOf, withoutValues } from './postgres-refusals.js'

/** Whether PostgreSQL rolled the transaction back because of concurrent ones, so that a retry may succeed. */
export function isPassing(error: unknown): boolean {
  return ['40001', '40P01'].includes(codeOf(error) ?? '')
}

/** Whether {@link isPassing}, or a lock timeout. */
export function isLocked(error: unknown): boolean {
  return isPassing(error) || codeOf(error) === '55P03'
}

/** Whether the connection is lost, so that nothing can be rolled back on it. */
export function isLost(error: unknown): boolean {
  const code = codeOf(error)
  // Errors of pg itself, such as "Connection terminated unexpectedly" and "Query read timeout", have no code.
  if (code === undefined) return error instanceof Error && /connect|timeout/i.test(error.message)
  return /^(08|57P0|25P0[34])/.test(code) || /^E[A-Z_]+$/.test(code)
}

/** Whether pg's `query_timeout` expired. */
function isSilent(error: unknown): boolean {
  return messageOf(error) === 'Query read timeout'
}

/**
 * Whether the connection ended for a reason that has nothing to do with the statement, such as a restart of the server,
 * so that another connection may succeed. False after a timeout, which would end the next connection too.
 */
export function hasEnded(error: unknown): boolean {
  return isLost(error) && !isSilent(error) && !/^(25P0[34]|08P01)$/.test(codeOf(error) ?? '')
}

/** The more informative of two errors of one connection: pg's own error about an ended connection gives no reason. */
export function tellingError(error: unknown, ended: Error | undefined): unknown {
  return codeOf(error) === undefined && isLost(error) && codeOf(ended) !== undefined ? ended : error
}

/** What to do about row-level security that hides rows. */
export const showRows =
  'Give the role a policy that shows it all rows (CREATE POLICY … USING (true)), or BYPASSRLS, or turn off row-level security for these tables.'

const readOnly =
  'Expected a writable PostgreSQL server, but this server or connection is read-only, as a replica is. That is enough for reads, but run(), verify(), enqueue() and the like write. Give them the primary server.'

const tablesGone = "The tables don't exist yet, or were dropped. Call run(): it creates them."

const rolledBackEachTime =
  'PostgreSQL rolled the transaction back at every attempt, because of others that ran at the same time. Run again.'

/** The meaning of an error and what to do about it, by SQLSTATE or by Node.js's error code. */
const explanations: Record<string, string> = {
  '08P01':
    'PostgreSQL, or the pooler in front of it, refused the connection’s settings. Check the address and the settings of the pool.',
  '25P03':
    'PostgreSQL ended the connection: its transaction waited for this process longer than idle_in_transaction_session_timeout, perhaps because the process was busy with something else. Run again, or raise idle_in_transaction_session_timeout of the role.',
  '25P04':
    'PostgreSQL ended the connection: the transaction took longer than transaction_timeout. Run again, or raise transaction_timeout of the role.',
  '25006': readOnly,
  '28000':
    'PostgreSQL refused the user. Check the user, the database and the server’s pg_hba.conf.',
  '28P01': 'PostgreSQL refused the user or the password. Check the connection string.',
  '3D000': 'Expected the database to exist. Create it, or correct the connection string.',
  '3F000': tablesGone,
  '40001': rolledBackEachTime,
  '40P01': rolledBackEachTime,
  '42P01': tablesGone,
  '42501':
    'Expected a role with USAGE and CREATE on the schema, and with all rights on the tables in it. To read only, USAGE on the schema and SELECT on the tables are enough.',
  '53100': 'The disk of the PostgreSQL server is full. Make room, then run again.',
  '53200': 'The PostgreSQL server is out of memory. Run again, or give it more memory.',
  '53300':
    'The PostgreSQL server has no connection left. Raise max_connections, or use a smaller pool.',
  '55P03':
    'A lock was not free in time: another transaction, such as a backup or a long query (see pg_stat_activity), has the table locked, or lock_timeout of the role is short. Run again when that transaction is over, or raise lock_timeout.',
  '57014':
    'The statement was cancelled, probably by statement_timeout. Run again, or raise statement_timeout of the role.',
  '57P01': 'The PostgreSQL server ended the connection. Run again when it is back.',
  '57P02': 'The PostgreSQL server ended the connection. Run again when it is back.',
  '57P03': 'The PostgreSQL server is starting or stopping. Run again when it is up.',
  '57P05':
    'PostgreSQL ended the connection: it was idle for longer than idle_session_timeout. Run again, or let the pool close idle connections earlier (idleTimeoutMillis of pg).',
  ECONNREFUSED: 'No PostgreSQL server answers at that address. Start it, or correct the address.',
  EAI_AGAIN:
    'The host of the PostgreSQL server could not be looked up. Correct the address, or the network.',
  ECONNRESET: 'The connection to PostgreSQL was lost. Run again when the server is back.',
  ENOTFOUND: 'The host of the PostgreSQL server was not found. Correct the address.',
  EPIPE: 'The connection to PostgreSQL was lost. Run again when the server is back.',
  ETIMEDOUT: 'The PostgreSQL server did not answer in time. Check the address and the network.',
}

/**
 * Converts an error of pg. `aftermath` says what happened to the data. `words` replaces the error's own message.
 *
 * The result contains neither the connection string nor a password: an error about the form of the string may quote it,
 * so that one isn't even kept as the cause.
 */
export function storeError(
  cause: unknown,
  aftermath = '',
  words: string | undefined = undefined,
): HubsyncError {
  const code = codeOf(cause)
  if (code === 'ERR_INVALID_URL')
    return new HubsyncError(
      'INVALID_OPTION',
      'Expected `connectionString` in a form that pg reads, such as postgres://user:password@host:5432/database. Characters such as @, / and # in a password have to be percent-encoded.',
    )
  if (code === '42P07')
    return new HubsyncError(
      'SCHEMA_CONFLICT',
      `Expected the tables and indexes in the schema to be hubsync's, but something else created one of them (${messageOf(cause)}). ${aftermath} Use another \`schema\`.`,
      { cause: withoutValues(cause) },
    )
  if (code === '42501' && /row-level security/.test(messageOf(cause)))
    return new HubsyncError(
      'ROWS_HIDDEN',
      `Expected a role that sees and writes all rows, but row-level security keeps it from some (${messageOf(cause)}). ${aftermath} ${showRows}`,
      { cause: withoutValues(cause) },
    )
  const what =
    explanations[code ?? ''] ??
    // A replica refuses some statements without a SQLSTATE of its own.
    (/during recovery$/.test(messageOf(cause)) ? readOnly : undefined) ??
    // pg itself throws this, without a code.
    (/client password must be a/.test(messageOf(cause))
      ? 'PostgreSQL asks for a password, but none is set. Put it into the connection string or into PGPASSWORD.'
      : undefined) ??
    (isSilent(cause)
      ? 'PostgreSQL did not answer a statement within query_timeout of pg. Check the server, and the network in front of it. Run again, or raise query_timeout in the connection string or of the pool.'
      : undefined) ??
    (isLost(cause)
      ? 'The connection to PostgreSQL was lost. Run again when the server is back.'
      : 'PostgreSQL failed.')
  const said = words ?? messageOf(cause)
  return new HubsyncError('STORE_FAILED', `${what} (${said}) ${aftermath}`.trim(), {
    cause: withoutValues(cause, words),
  })
}

/** The error for a commit that the server may or may not have received. */
export function unsure(cause: unknown): HubsyncError {
  return storeError(
    cause,
    'The connection was lost before the server confirmed the commit, so it may or may not be written. Run again: the run finds out and continues from there.',
    insteadOfWords(cause),
  )
}

/** The error for a commit, which something in the user's schema may refuse. */
export function commitError(cause: unknown): HubsyncError {
  return (
    refusalOf(cause) ??
    storeError(cause, 'Nothing of this commit was written.', insteadOfWords(cause))
  )
}

function codeOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code
  return typeof code === 'string' ? code : undefined
}

/**
 * The message of an error. A connection that was tried at several addresses fails with one error for each, without a
 * message.
 */
function messageOf(error: unknown): string {
  const { message, errors } = error as { message?: string; errors?: Error[] }
  return message || errors?.map((each) => each.message).join(', ') || String(codeOf(error))
}
