import { setImmediate as nextTurn } from 'node:timers/promises'
import { isHubsyncError } from '@hubsync/core'
import type { Connections } from './postgres-connections.js'
import { hasEnded, isLost, tellingError, unsure } from './postgres-errors.js'
import { asText, type Line, linesOf, type PostgresClient } from './postgres-query.js'
import { noteTable } from './postgres-refusals.js'
import type { Statement } from './postgres-statement.js'

/** Runs a statement and returns its lines. */
export type Run = (statement: Statement) => Promise<Line[]>

/**
 * The statements of a transaction. They run in the order of the calls, except that `early` ones run before the others.
 */
export interface Transaction {
  run: Run
  /** For a statement that writes nothing unless {@link hasBegun} holds: it is pipelined right behind BEGIN. */
  early: Run
  /** For a statement without a result: the caller doesn't wait for it. If it fails, the transaction fails. */
  send(statement: Statement): void
}

/**
 * Commits need READ COMMITTED, whatever the role's default is: a statement that waited for a lock then sees what the
 * holder of the lock has written.
 */
const BEGIN = 'BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE'

/**
 * A condition that is only true inside a transaction of ours. If BEGIN fails, each statement pipelined behind it runs
 * in its own implicit transaction, and this condition keeps it from writing. Any role may set a custom setting, which
 * is one with a dot in its name.
 */
export const hasBegun = "pg_catalog.current_setting('hubsync.begun', true) = 'yes'"
const BEGUN = "SET LOCAL hubsync.begun = 'yes'"

/**
 * If a process disappears with its machine or network, the server would keep its transaction and locks for hours, and
 * all other writers would wait. A timeout that is already set is kept.
 */
export const NOT_FOR_EVER = `SELECT pg_catalog.set_config('idle_in_transaction_session_timeout', '1min', true)
WHERE pg_catalog.current_setting('idle_in_transaction_session_timeout') = '0'`

/**
 * Statements of transactions name types and functions without a schema. PostgreSQL searches `pg_catalog` first, unless
 * the `search_path` lists it after other schemas, as the one for orafce does. The rest of the path is kept, because
 * triggers of the user's may depend on it.
 */
const OWN_NAMES_FIRST = `SELECT pg_catalog.set_config('search_path', 'pg_catalog,' || path, true)
FROM pg_catalog.current_setting('search_path') AS path WHERE path LIKE '%pg_catalog%'`

/** Runs a transaction from BEGIN to COMMIT, once. If its connection has ended before BEGIN, it takes another one. */
export async function runTransaction<T>(
  connections: Connections,
  opening: string,
  work: (transaction: Transaction) => Promise<T>,
  tries = 3,
): Promise<T> {
  const { client, leave, ended } = await connections.take()
  const { begun, done, hasFailed, ...transaction } = begin(client, opening)
  let committing = false
  try {
    const result = await work(transaction)
    // On a pipelined connection COMMIT is sent right behind the other statements. First check that all of them were
    // sent: if pg failed to send one, the server would commit without it.
    if ((await begun) && client.pipeline) await nextTurn()
    if (!client.pipeline || hasFailed()) await done()
    committing = true
    transaction.send({ text: 'COMMIT' })
    await done()
    leave()
    return result
  } catch (error) {
    // The first failure is the cause. The statements behind it failed because of it.
    const first = await done().then(
      () => error,
      (failure: unknown) => failure,
    )
    const cause = isHubsyncError(error) ? error : tellingError(first, ended())
    const lost = isLost(cause)
    const clean = !lost && (await rolledBack(client))
    leave(!clean)
    // The server closed the connection while it was idle in the pool. BEGIN didn't succeed, so it is safe to retry.
    if (hasEnded(cause) && !(await begun) && tries > 1)
      return runTransaction(connections, opening, work, tries - 1)
    if (committing && !clean && (await begun)) throw unsure(cause)
    throw cause
  }
}

/**
 * Begins a transaction. On a pipelined connection each statement is sent at once, otherwise after the answer to the one
 * before it. But a statement that writes unconditionally is not sent before BEGIN has succeeded: if BEGIN failed, it
 * would run in its own implicit transaction.
 */
function begin(client: PostgresClient, opening: string) {
  const ask: Run = async (statement) => {
    try {
      return linesOf(await client.query(asText(statement)))
    } catch (error) {
      noteTable(error, statement.text)
      throw error
    }
  }
  const begun = ask({ text: [BEGIN, BEGUN, NOT_FOR_EVER, OWN_NAMES_FIRST, opening].join(';') })
  // Rejects with the error of the first statement that fails.
  let all: Promise<unknown> = begun
  let failed = false
  function watch(lines: Promise<Line[]>): Promise<Line[]> {
    all = all.then(() => lines)
    for (const answer of [all, lines])
      answer.catch(() => {
        failed = true
      })
    return lines
  }
  const run: Run = (statement) => watch((client.pipeline ? begun : all).then(() => ask(statement)))
  // Rejects if BEGIN fails: without a transaction, the statement's result can't be trusted.
  const atOnce: Run = (statement) =>
    watch(Promise.all([ask(statement), begun]).then(([lines]) => lines))
  return {
    run,
    early: client.pipeline ? atOnce : run,
    send: (statement: Statement) => void run(statement),
    /** Whether BEGIN succeeded. */
    begun: begun.then(
      () => true,
      () => false,
    ),
    done: () => all,
    hasFailed: () => failed,
  }
}

/** Rolls back. Returns whether the server has confirmed it. */
export async function rolledBack(client: PostgresClient): Promise<boolean> {
  try {
    await client.query(asText({ text: 'ROLLBACK' }))
    return true
  } catch {
    return false
  }
}
