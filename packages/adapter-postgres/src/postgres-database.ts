import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'
import { type HubsyncError, isHubsyncError } from '@hubsync/core'
import { connectionsOf } from './postgres-connections.js'
import { hasEnded, isLost, isPassing, storeError, tellingError, unsure } from './postgres-errors.js'
import {
  asText,
  type Line,
  linesOf,
  type PostgresClient,
  type PostgresPool,
} from './postgres-query.js'
import { noteTable } from './postgres-refusals.js'
import type { Statement } from './postgres-statement.js'

/** Runs a statement and gives its lines. */
export type Run = (statement: Statement) => Promise<Line[]>

/**
 * The statements of a transaction: all of them take effect or none, in the order in which they are asked for, those that are `early`
 * before the others.
 */
export interface Transaction {
  run: Run
  /** For a statement that writes nothing unless {@link hasBegun}: it goes out right behind BEGIN. */
  early: Run
  /** For a statement whose lines nobody needs: it isn't waited for, and the transaction fails if it does. */
  send(statement: Statement): void
}

/** One of our errors for one of pg's. */
type ErrorOf = (cause: unknown) => HubsyncError

/** What a store needs of a database. */
export interface PostgresDatabase {
  /** One statement by itself, which the server keeps from writing. */
  read: Run
  /** Statements that only read, and that all see the database as it was at the first of them. */
  readTogether<T>(work: (run: Run) => Promise<T>): Promise<T>
  /**
   * A transaction, from its first statement to COMMIT, tried again where others got in its way, or after what `passes` says of. `opening`
   * is SQL without parameters that goes out with BEGIN; `errorOf` makes what it fails with.
   */
  transaction<T>(
    opening: string,
    work: (transaction: Transaction) => Promise<T>,
    errorOf: ErrorOf,
    passes?: (error: unknown) => boolean,
  ): Promise<T>
  /** Gives all connections back. Transactions that are under way have a while to come to their end. */
  close(): Promise<void>
}

/** How often a transaction is tried: each time that it is undone, another one went through. */
const ATTEMPTS = 10

/**
 * At READ COMMITTED a statement that waited for a lock sees what the one before it wrote, which is what the commits build on;
 * whatever the role's own default is.
 */
const BEGIN = 'BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE'

/**
 * A condition that holds within a transaction of ours alone: not where BEGIN has failed, and a statement behind it is a transaction of
 * its own. Whoever may set nothing else may set a name with a dot in it.
 */
export const hasBegun = "pg_catalog.current_setting('hubsync.begun', true) = 'yes'"
const BEGUN = "SET LOCAL hubsync.begun = 'yes'"

/**
 * A process that is gone without a word, as with its machine or its network, would leave its locks behind for hours, and all others
 * waiting for them. Where a time-out is set, that one is kept to.
 */
const NOT_FOR_EVER = `SELECT pg_catalog.set_config('idle_in_transaction_session_timeout', '1min', true)
WHERE pg_catalog.current_setting('idle_in_transaction_session_timeout') = '0'`

/**
 * Statements of transactions name types and functions without their schema. PostgreSQL looks into its own first, unless the
 * `search_path` names that one behind others, as that of orafce does. Left as it is otherwise: triggers of the user's go by it.
 */
const OWN_NAMES_FIRST = `SELECT pg_catalog.set_config('search_path', 'pg_catalog,' || path, true)
FROM pg_catalog.current_setting('search_path') AS path WHERE path LIKE '%pg_catalog%'`

/**
 * The statement, with the transaction that it is by itself made to be read-only before its first line is looked for: a condition without
 * columns is checked first. What it calls, as by a view, can't write then either. It waits for no BEGIN, which would be most of what it takes.
 */
function readOnly(statement: Statement): Statement {
  const text = `SELECT read.* FROM (${statement.text}) AS read WHERE (SELECT pg_catalog.set_config('transaction_read_only', 'on', true)) = 'on'`
  return { ...statement, text }
}

/** What goes out before statements that only read, and that belong together. */
const BEGIN_READING = ['BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY', NOT_FOR_EVER].join(';')

/** A database behind a pool. */
export function postgresDatabase(open: () => Promise<PostgresPool>): PostgresDatabase {
  const connections = connectionsOf(open)

  /** Tries again what was undone for the sake of others, after a while that differs from theirs. */
  async function persist<T>(
    work: () => Promise<T>,
    errorOf: ErrorOf,
    passes = isPassing,
  ): Promise<T> {
    for (let attempt = 1; ; attempt++)
      try {
        return await work()
      } catch (error) {
        if (isHubsyncError(error)) throw error
        if (!passes(error) || attempt === ATTEMPTS) throw errorOf(error)
        await sleep(Math.random() * Math.min(10 * 2 ** attempt, 1000))
      }
  }

  async function attempt<T>(
    opening: string,
    work: (transaction: Transaction) => Promise<T>,
    tries = 3,
  ): Promise<T> {
    const { client, leave, ended } = await connections.take()
    const { begun, done, hasFailed, ...transaction } = begin(client, opening)
    let committing = false
    try {
      const result = await work(transaction)
      // On a pipelined connection COMMIT follows those that are on their way. One that never left is one the server knows nothing of.
      if ((await begun) && client.pipeline) await nextTurn()
      if (!client.pipeline || hasFailed()) await done()
      committing = true
      transaction.send({ text: 'COMMIT' })
      await done()
      leave()
      return result
    } catch (error) {
      // What failed besides failed for coming after the first.
      const first = await done().then(
        () => error,
        (failure: unknown) => failure,
      )
      const cause = isHubsyncError(error) ? error : tellingError(first, ended())
      const lost = isLost(cause)
      const clean = !lost && (await rolledBack(client))
      leave(!clean)
      // The server had closed it while it lay in the pool: nothing was asked of it but to begin.
      if (hasEnded(cause) && !(await begun) && tries > 1) return attempt(opening, work, tries - 1)
      if (committing && !clean && (await begun)) throw unsure(cause)
      throw cause
    }
  }

  /** Asks what only reads, again on another connection where that one has ended: to ask twice does no harm. */
  async function attemptRead<T>(
    ask: (client: PostgresClient) => Promise<T>,
    undo: (client: PostgresClient) => Promise<boolean>,
    tries = 3,
  ): Promise<T> {
    const { client, leave, ended } = await connections.take()
    try {
      const result = await ask(client)
      leave()
      return result
    } catch (error) {
      const cause = tellingError(error, ended())
      leave(isLost(cause) || !(await undo(client)))
      if (!hasEnded(cause) || tries === 1) throw cause
      return attemptRead(ask, undo, tries - 1)
    }
  }

  return {
    read(statement) {
      const query = asText(readOnly(statement))
      const ask = async (client: PostgresClient) => linesOf(await client.query(query))
      return persist(() => attemptRead(ask, undoneByItself), storeError)
    },
    readTogether: (work) =>
      persist(() => attemptRead((client) => together(client, work), rolledBack), storeError),
    transaction: (opening, work, errorOf, passes) =>
      persist(() => attempt(opening, work), errorOf, passes),
    close: connections.close,
  }
}

/**
 * Begins a transaction. On a pipelined connection each statement is sent when it is asked for, else after the answer to the one
 * before. But what would write in any case doesn't go out before BEGIN has gone well: without it each statement would be a
 * transaction of its own.
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
  // Fails as the first of them that does.
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
  // Fails as BEGIN does: what the statement says without it isn't true.
  const atOnce: Run = (statement) =>
    watch(Promise.all([ask(statement), begun]).then(([lines]) => lines))
  return {
    run,
    early: client.pipeline ? atOnce : run,
    send: (statement: Statement) => void run(statement),
    /** Whether BEGIN went well. */
    begun: begun.then(
      () => true,
      () => false,
    ),
    done: () => all,
    hasFailed: () => failed,
  }
}

const undoneByItself = async () => true

/** Reads in one transaction. */
async function together<T>(client: PostgresClient, work: (run: Run) => Promise<T>): Promise<T> {
  await client.query(asText({ text: BEGIN_READING }))
  const result = await work(async (statement) => linesOf(await client.query(asText(statement))))
  await client.query(asText({ text: 'COMMIT' }))
  return result
}

/** Whether the server has said that nothing is left of the transaction. */
async function rolledBack(client: PostgresClient): Promise<boolean> {
  try {
    await client.query(asText({ text: 'ROLLBACK' }))
    return true
  } catch {
    return false
  }
}
