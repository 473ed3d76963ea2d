import { HubsyncError } from '@hubsync/core'
import { insteadOfWords, refusalOf, withoutValues } from './postgres-refusals.js'

/** Whether the transaction was undone for what others did at the same time, and may go through the next time. */
export function isPassing(error: unknown): boolean {
  return ['40001', '40P01'].includes(codeOf(error) ?? '')
}

/** The same, and whether a lock was not free in time. */
export function isLocked(error: unknown): boolean {
  return isPassing(error) || codeOf(error) === '55P03'
}

/** Whether the connection is gone, so that there is nothing left to roll back. */
export function isLost(error: unknown): boolean {
  const code = codeOf(error)
  // Errors of pg itself, such as "Connection terminated unexpectedly" and "Query read timeout", have no code.
  if (code === undefined) return error instanceof Error && /connect|timeout/i.test(error.message)
  return /^(08|57P0|25P0[34])/.test(code) || /^E[A-Z_]+$/.test(code)
}

/** Whether there was no answer for as long as pg's option `query_timeout` says. */
function isSilent(error: unknown): boolean {
  return messageOf(error) === 'Query read timeout'
}

/**
 * Whether the connection had come to its end by itself, as one that lay in a pool while the server was restarted or this process frozen:
 * another may do what was asked of it. Not so where a time-out ended it, which would end the next one too.
 */
export function hasEnded(error: unknown): boolean {
  return isLost(error) && !isSilent(error) && !/^(25P0[34]|08P01)$/.test(codeOf(error) ?? '')
}

/** Of two errors of one connection the one that says more: pg tells of a connection that has ended without saying why. */
export function tellingError(error: unknown, ended: Error | undefined): unknown {
  return codeOf(error) === undefined && isLost(error) && codeOf(ended) !== undefined ? ended : error
}

/** What gives a role the rows back that row-level security hides. */
export const showRows =
  'Give the role a policy that shows it all rows (CREATE POLICY … USING (true)), or BYPASSRLS, or turn row-level security of these tables off.'

const readOnly =
  'Expected a PostgreSQL server that may be written, but this one, or this connection, is for reading alone, as a replica is. Reads need no more; run(), verify(), enqueue() and the like write. Give them the primary server.'

const tablesGone = "The tables aren't there yet, or were dropped. Call run(): it makes them."

/** What goes into the message of an error: what to do about it. Keys are SQLSTATEs, and error codes of Node. */
const explanations: Record<string, string> = {
  '08P01':
    'PostgreSQL, or the pooler before it, refused the connection’s settings. Check the address and the settings of the pool.',
  '25P03':
    'PostgreSQL ended the connection: its transaction waited for this process longer than idle_in_transaction_session_timeout, as where the process is busy with something else. Run again, or raise idle_in_transaction_session_timeout of the role.',
  '25P04':
    'PostgreSQL ended the connection: the transaction took longer than transaction_timeout. Run again, or raise transaction_timeout of the role.',
  '25006': readOnly,
  '28000':
    'PostgreSQL refused the user. Check the user, the database and the server’s pg_hba.conf.',
  '28P01': 'PostgreSQL refused the user or the password. Check the connection string.',
  '3D000': 'Expected the database to exist. Create it, or correct the connection string.',
  '3F000': tablesGone,
  '40001': 'PostgreSQL undid the transaction each time for others that ran at once. Run again.',
  '40P01': 'PostgreSQL undid the transaction each time for others that ran at once. Run again.',
  '42P01': tablesGone,
  '42501':
    'Expected a role with the rights USAGE and CREATE on the schema, and with all rights on the tables in it; for reads alone USAGE on the schema and SELECT on the tables are enough.',
  '53100': 'The disk of the PostgreSQL server is full. Make room, then run again.',
  '53200': 'The PostgreSQL server is out of memory. Run again, or give it more.',
  '53300':
    'The PostgreSQL server has no connection left. Raise max_connections, or use a smaller pool.',
  '55P03':
    'A lock was not free in time: another transaction has the table, such as a backup or a long query (see pg_stat_activity), or lock_timeout of the role is short. Run again when it is over, or raise lock_timeout.',
  '57014':
    'The statement was cancelled, as after statement_timeout. Run again, or raise statement_timeout of the role.',
  '57P01': 'The PostgreSQL server ended the connection. Run again when it is back.',
  '57P02': 'The PostgreSQL server ended the connection. Run again when it is back.',
  '57P03': 'The PostgreSQL server is starting or stopping. Run again when it is up.',
  '57P05':
    'PostgreSQL ended the connection: it lay idle for longer than idle_session_timeout. Run again, or have the pool end idle connections before (idleTimeoutMillis of pg).',
  ECONNREFUSED: 'No PostgreSQL server answers at that address. Start it, or correct the address.',
  EAI_AGAIN:
    'The host of the PostgreSQL server could not be looked up. Correct the address, or the network.',
  ECONNRESET: 'The connection to PostgreSQL was lost. Run again when the server is back.',
  ENOTFOUND: 'The host of the PostgreSQL server was not found. Correct the address.',
  EPIPE: 'The connection to PostgreSQL was lost. Run again when the server is back.',
  ETIMEDOUT: 'The PostgreSQL server did not answer in time. Check the address and the network.',
}

/**
 * An error of pg as one of ours. `aftermath` says what became of the data, `words` what is told in place of the error's message.
 *
 * Neither the connection string nor a password gets into it: an error about the form of the string, which may quote it, is not
 * even kept as the cause.
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
      `Expected the tables and indexes in the schema to be hubsync's: ${messageOf(cause)}, and somebody else made it. ${aftermath} Use another \`schema\`.`,
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
    // A replica has no code of its own for it.
    (/during recovery$/.test(messageOf(cause)) ? readOnly : undefined) ??
    // pg itself notices this, and says it of its own arguments.
    (/client password must be a/.test(messageOf(cause))
      ? 'PostgreSQL asks for a password, and there is none. Put it into the connection string, or into PGPASSWORD.'
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

/** Of a commit that the server may have heard of, or not. */
export function unsure(cause: unknown): HubsyncError {
  return storeError(
    cause,
    'The connection was lost before the server confirmed the commit, so it may or may not be written. Run again: hubsync goes on from whatever was written.',
    insteadOfWords(cause),
  )
}

/** Of a commit, which what the user has added to the tables may refuse. */
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

/** A connection tried at several addresses fails with one error for each, and no message of its own. */
function messageOf(error: unknown): string {
  const { message, errors } = error as { message?: string; errors?: Error[] }
  return message || errors?.map((each) => each.message).join(', ') || String(codeOf(error))
}
