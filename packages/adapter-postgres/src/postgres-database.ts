import { setTimeout as sleep } from 'node:timers/promises'
import { type HubsyncError, isHubsyncError } from '@hubsync/core'
import { Connections } from './postgres-connections.js'
import { hasEnded, isLost, isPassing, storeError, tellingError } from './postgres-errors.js'
import { asText, linesOf, type PostgresClient, type PostgresPool } from './postgres-query.js'
import type { Statement } from './postgres-statement.js'
import {
  NOT_FOR_EVER,
  type Run,
  rolledBack,
  runTransaction,
  type Transaction,
} from './postgres-transaction.js'

/** Converts an error of pg. */
type ErrorOf = (cause: unknown) => HubsyncError

/** The database behind a store. */
export interface PostgresDatabase {
  /** Runs one statement in a read-only transaction of its own. */
  read: Run
  /** Runs several read-only statements on one snapshot. */
  readTogether<T>(work: (run: Run) => Promise<T>): Promise<T>
  /**
   * Runs a transaction from BEGIN to COMMIT. It is retried after errors for which `passes` is true: by default,
   * serialization failures and deadlocks.
   *
   * @param opening - SQL without parameters, sent together with BEGIN.
   * @param errorOf - converts the error of the last attempt.
   */
  transaction<T>(
    opening: string,
    work: (transaction: Transaction) => Promise<T>,
    errorOf: ErrorOf,
    passes?: (error: unknown) => boolean,
  ): Promise<T>
  /** Returns all connections to the pool. Open transactions get {@link GRACE_MS} to end. */
  close(): Promise<void>
}

/** How many attempts a transaction gets. Each time that one is rolled back, another transaction has succeeded. */
const ATTEMPTS = 10

/**
 * Makes the implicit transaction of a single statement read-only before it reads its first line: PostgreSQL evaluates a
 * condition without columns first. So functions that it calls, for example in a view, can't write either. A BEGIN
 * before it would take most of the time of a read.
 */
function readOnly(statement: Statement): Statement {
  const text = `SELECT read.* FROM (${statement.text}) AS read WHERE (SELECT pg_catalog.set_config('transaction_read_only', 'on', true)) = 'on'`
  return { ...statement, text }
}

/** Begins a read-only transaction whose statements all see one snapshot. */
const BEGIN_READING = ['BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY', NOT_FOR_EVER].join(';')

/** A database behind a pool. */
export function postgresDatabase(open: () => Promise<PostgresPool>): PostgresDatabase {
  const connections = new Connections(open)

  return {
    read(statement) {
      const query = asText(readOnly(statement))
      const ask = async (client: PostgresClient) => linesOf(await client.query(query))
      return persist(() => readOn(connections, ask, undoneByItself), storeError)
    },
    readTogether: (work) =>
      persist(
        () => readOn(connections, (client) => together(client, work), rolledBack),
        storeError,
      ),
    transaction: (opening, work, errorOf, passes) =>
      persist(() => runTransaction(connections, opening, work), errorOf, passes),
    close: () => connections.close(),
  }
}

/** Retries work that PostgreSQL rolled back because of others, after a random pause. */
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

/** Runs a read. If its connection has ended, it retries on another one, which is safe for reads. */
async function readOn<T>(
  connections: Connections,
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
    return readOn(connections, ask, undo, tries - 1)
  }
}

const undoneByItself = async () => true

async function together<T>(client: PostgresClient, work: (run: Run) => Promise<T>): Promise<T> {
  await client.query(asText({ text: BEGIN_READING }))
  const result = await work(async (statement) => linesOf(await client.query(asText(statement))))
  await client.query(asText({ text: 'COMMIT' }))
  return result
}
