import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'
import { HubsyncError, isHubsyncError } from '@hubsync/core'
import { isLost, isPassing, storeError } from './postgres-errors.js'

/** A statement as pg takes it. */
export interface PostgresQuery {
  /** Left out where a pooler may give the next statement another connection. */
  name?: string
  text: string
  /** A buffer is a parameter in PostgreSQL's binary format. */
  values?: (string | null | string[] | Buffer)[]
  types?: { getTypeParser(): (value: string) => string }
}

/** What is used of the result of pg. */
export interface PostgresResult {
  // biome-ignore lint/suspicious/noExplicitAny: pg says nothing of its rows either.
  rows: any[]
  rowCount: number | null
}

/** A connection out of a pool: what is used of pg's `PoolClient`. */
export interface PostgresClient {
  query(query: PostgresQuery): Promise<PostgresResult>
  release(destroy?: boolean): void
  /** The process that serves it, as the server, or the pooler before it, said in its greeting. */
  processID?: number | null
  /** Whether it sends a statement without waiting for the answer to the one before it: pg's option of that name. */
  pipeline?: boolean
  on(event: 'error', listener: (error: Error) => void): unknown
  off(event: 'error', listener: (error: Error) => void): unknown
}

/**
 * A pool of connections: what is used of pg's `Pool`. Its own type isn't used, so that nobody needs the package who brings
 * another.
 */
export interface PostgresPool {
  connect(): Promise<PostgresClient>
  query(query: PostgresQuery): Promise<PostgresResult>
}

/** A line of a result: texts as PostgreSQL writes them. */
export type Line = Record<string, string | null>

/** Runs a statement and gives its lines. */
export type Run = (text: string, values?: PostgresQuery['values']) => Promise<Line[]>

/**
 * The statements of a transaction: all of them take effect or none, in the order in which they are asked for, those that are `early`
 * before the others.
 */
export interface Transaction {
  run: Run
  /** For a statement that writes nothing unless {@link hasBegun}: it goes out right behind BEGIN. */
  early: Run
  /** For a statement whose lines nobody needs: it isn't waited for, and the transaction fails if it does. */
  send(text: string, values?: PostgresQuery['values']): void
}

/** What a store needs of a database. */
export interface PostgresDatabase {
  /** One statement by itself. */
  read: Run
  /**
   * A transaction, from its first statement to COMMIT, tried again where others got in its way. `opening` is SQL without
   * parameters that goes out with BEGIN; `aftermath` is for the error message.
   */
  transaction<T>(
    opening: string,
    work: (transaction: Transaction) => Promise<T>,
    aftermath: string,
  ): Promise<T>
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
export const hasBegun = "current_setting('hubsync.begun', true) = 'yes'"
const BEGUN = "SET LOCAL hubsync.begun = 'yes'"

/** A database behind a pool. */
export function postgresDatabase(open: () => Promise<PostgresPool>): PostgresDatabase {
  /** Tries again what was undone for the sake of others, after a while that differs from theirs. */
  async function persist<T>(work: (attempt: number) => Promise<T>, aftermath: string): Promise<T> {
    for (let attempt = 1; ; attempt++)
      try {
        return await work(attempt)
      } catch (error) {
        if (isHubsyncError(error)) throw error
        if (!isPassing(error) || attempt === ATTEMPTS) throw storeError(error, aftermath)
        await sleep(Math.random() * Math.min(10 * 2 ** attempt, 1000))
      }
  }

  async function attempt<T>(
    opening: string,
    work: (transaction: Transaction) => Promise<T>,
    tries = 3,
  ): Promise<T> {
    const { client, leave } = await connected(await open())
    const { begun, done, hasFailed, ...transaction } = begin(client, opening)
    let committing = false
    try {
      const result = await work(transaction)
      // On a pipelined connection COMMIT follows those that are on their way. One that never left is one the server knows nothing of.
      if ((await begun) && client.pipeline) await nextTurn()
      if (!client.pipeline || hasFailed()) await done()
      committing = true
      transaction.send('COMMIT')
      await done()
      leave()
      return result
    } catch (error) {
      // What failed besides failed for coming after the first.
      const first = await done().then(
        () => error,
        (failure: unknown) => failure,
      )
      const cause = isHubsyncError(error) ? error : first
      const lost = isLost(cause)
      const clean = !lost && (await rolledBack(client))
      leave(!clean)
      // The server had closed it while it lay in the pool: nothing was asked of it but to begin.
      if (lost && !(await begun) && tries > 1) return attempt(opening, work, tries - 1)
      if (committing && !clean && (await begun))
        throw storeError(
          cause,
          'It is not known whether the server still wrote it: the connection was lost before it answered. Run again: what is there is recognised.',
        )
      throw cause
    }
  }

  return {
    read: (text, values) =>
      persist(async () => linesOf(await (await open()).query(asText(text, values))), ''),
    transaction: (opening, work, aftermath) => persist(() => attempt(opening, work), aftermath),
  }
}

/** A connection out of the pool, and how to give it back. */
async function connected(pool: PostgresPool) {
  const client = await pool.connect()
  // Without a listener, a connection that ends between two statements would end the process.
  const ignore = () => {}
  client.on('error', ignore)
  return {
    client,
    leave(destroy = false) {
      client.off('error', ignore)
      client.release(destroy)
    },
  }
}

/**
 * Begins a transaction. On a pipelined connection each statement is sent when it is asked for, else after the answer to the one
 * before. But what would write in any case doesn't go out before BEGIN has gone well: without it each statement would be a
 * transaction of its own.
 */
function begin(client: PostgresClient, opening: string) {
  const ask: Run = async (text, values) => linesOf(await client.query(asText(text, values)))
  const begun = ask(`${BEGIN};${BEGUN};${opening}`)
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
  const run: Run = (text, values) =>
    watch((client.pipeline ? begun : all).then(() => ask(text, values)))
  // Fails as BEGIN does: what the statement says without it isn't true.
  const atOnce: Run = (text, values) =>
    watch(Promise.all([ask(text, values), begun]).then(([lines]) => lines))
  return {
    run,
    early: client.pipeline ? atOnce : run,
    send: (...statement: Parameters<Run>) => void run(...statement),
    /** Whether BEGIN went well. */
    begun: begun.then(
      () => true,
      () => false,
    ),
    done: () => all,
    hasFailed: () => failed,
  }
}

/** Whether the server has said that nothing is left of the transaction. */
async function rolledBack(client: PostgresClient): Promise<boolean> {
  try {
    await client.query(asText('ROLLBACK'))
    return true
  } catch {
    return false
  }
}

/** Every value as PostgreSQL writes it: the parsers that a pool may have been given don't matter. */
const types = { getTypeParser: () => (value: string) => value }

function asText(text: string, values?: PostgresQuery['values']): PostgresQuery {
  return values ? { text, values, types } : { text, types }
}

function linesOf(result: PostgresResult): Line[] {
  return result.rows as Line[]
}

/** A pool that we open. */
export interface OwnPool extends PostgresPool {
  end(): Promise<void>
}

/** What is used of pg's `Pool` where it is ours. */
interface PgPool extends OwnPool {
  on(event: 'error', listener: (error: Error) => void): unknown
  on(event: 'connect', listener: (client: PostgresClient) => void): unknown
}

/**
 * Makes a pool with pg. Nothing is connected yet.
 *
 * @throws `HubsyncError` with code `DRIVER_MISSING`.
 */
export async function openPool(connectionString: string): Promise<OwnPool> {
  const Pool = await loadDriver()
  const pool = new Pool({
    connectionString,
    fallback_application_name: 'hubsync',
    connectionTimeoutMillis: 15_000,
    keepAlive: true,
    pipeline: true,
  })
  // A connection that ends while it lies in the pool, or between two statements, is replaced by the next call; without a listener it
  // would end the process.
  pool.on('error', () => {})
  pool.on('connect', (client) => client.on('error', () => {}))
  return direct(pool)
}

/**
 * Names the statements, so that the server plans each of them once for a connection, which is most of its work where few rows are
 * read or written, and lets those of a transaction go out without waiting for each other. A pooler such as PgBouncer in transaction
 * mode doesn't let through what that needs, or not in every version. It greets with a process id of its own, by which it is known.
 */
function direct(pool: OwnPool): OwnPool {
  const names = new Map<string, string>()
  const known = new WeakMap<PostgresClient, PostgresClient>()

  function named(query: PostgresQuery): PostgresQuery {
    if (!query.values) return query
    const name = names.get(query.text) ?? `hubsync_${names.size + 1}`
    names.set(query.text, name)
    return { ...query, name }
  }

  async function recognise(client: PostgresClient): Promise<PostgresClient> {
    const { rows } = await client.query(asText('SELECT pg_backend_pid() AS pid'))
    const isDirect = rows[0]?.pid === String(client.processID)
    return {
      pipeline: isDirect && client.pipeline === true,
      query: isDirect ? (query) => client.query(named(query)) : (query) => client.query(query),
      release: (destroy) => client.release(destroy),
      on: (event, listener) => client.on(event, listener),
      off: (event, listener) => client.off(event, listener),
    }
  }

  async function connect(): Promise<PostgresClient> {
    const client = await pool.connect()
    try {
      const found = known.get(client) ?? (await recognise(client))
      known.set(client, found)
      return found
    } catch (error) {
      client.release(true)
      throw error
    }
  }

  return {
    connect,
    async query(query) {
      const client = await connect()
      let failed = true
      try {
        const result = await client.query(query)
        failed = false
        return result
      } finally {
        client.release(failed)
      }
    },
    end: () => pool.end(),
  }
}

async function loadDriver(): Promise<new (options: object) => PgPool> {
  try {
    // Not a name that bundlers follow: the package is for the user to install, or not.
    const name = 'pg'
    return (await import(name)).default.Pool
  } catch (cause) {
    throw new HubsyncError(
      'DRIVER_MISSING',
      'Expected the package "pg" to be there for postgresStore({ connectionString }). Install it: npm install pg',
      { cause },
    )
  }
}
