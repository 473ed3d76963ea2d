import { Socket } from 'node:net'
import { adviceOnLoading, HubsyncError, isNotInstalled } from '@hubsync/core'
import type { PoolToTakeFrom } from './postgres-connections.js'
import { asText, GRACE_MS, type PostgresClient, type PostgresQuery } from './postgres-query.js'

/**
 * How many statements get a name. hubsync has far fewer, but a list may be filtered by any set of columns, and over HTTP
 * its reader chooses them.
 */
const MOST_NAMES = 500

/** A pool that the store opens and ends itself. */
export interface OwnPool extends PoolToTakeFrom {
  end(): Promise<void>
}

/**
 * Default time for a statement, also for a slow CREATE INDEX. `query_timeout` in the connection string overrides it.
 */
const QUERY_TIMEOUT_MS = 10 * 60_000

/**
 * How long a connection may be idle in the pool, by the wall clock. pg's own timers close it after 10 seconds, unless
 * the process was frozen.
 */
const LONGEST_REST_MS = 60_000

/** The members of pg's `Pool` that are used on a pool of our own. */
interface PgPool extends OwnPool {
  on(event: 'error', listener: (error: Error) => void): unknown
  on(event: 'connect', listener: (client: PostgresClient) => void): unknown
  on(event: 'release', listener: (error: unknown, client: PostgresClient) => void): unknown
}

/**
 * Creates a pool with pg. Nothing is connected yet.
 *
 * @throws `HubsyncError` with code `DRIVER_MISSING` if pg isn't installed, and `STORE_FAILED` if it doesn't load.
 */
export async function openPool(connectionString: string): Promise<OwnPool> {
  const Pool = await loadDriver()
  const sockets = new Set<Socket>()
  const pool = new Pool({
    connectionString,
    fallback_application_name: 'hubsync',
    connectionTimeoutMillis: 15_000,
    query_timeout: QUERY_TIMEOUT_MS,
    keepAlive: true,
    // The default of the operating system is two hours.
    keepAliveInitialDelayMillis: 10_000,
    pipeline: true,
    stream() {
      const socket = new Socket()
      sockets.add(socket)
      return socket.once('close', () => sockets.delete(socket))
    },
  })
  // Without a listener, an error of an idle connection would end the process. The next call replaces the connection.
  pool.on('error', () => {})
  pool.on('connect', (client) => client.on('error', () => {}))
  return {
    connect: awake(pool),
    recognise: recogniser(),
    end: () => endPool(pool, sockets),
  }
}

/**
 * Takes connections out of a pool, except those that were idle in it while the process was frozen, as a serverless
 * function is between two requests: their server may be gone without any notice.
 */
function awake(pool: PgPool): () => Promise<PostgresClient> {
  const restingSince = new WeakMap<PostgresClient, number>()
  pool.on('release', (_, client) => void restingSince.set(client, Date.now()))
  return async function connect() {
    const client = await pool.connect()
    const since = restingSince.get(client) ?? Date.now()
    if (Date.now() - since <= LONGEST_REST_MS) return client
    client.connection?.stream?.destroy()
    client.release(true)
    return connect()
  }
}

/** Ends a pool and all its connections. pg alone would wait for a server that doesn't answer. */
async function endPool(pool: OwnPool, sockets: ReadonlySet<Socket>): Promise<void> {
  const cutOff = () => {
    for (const socket of sockets) socket.destroy()
  }
  const timer = setTimeout(cutOff, GRACE_MS)
  await pool.end()
  clearTimeout(timer)
  // By now pg has sent Terminate on all of them, so their sockets can be closed without waiting for the server.
  cutOff()
}

/**
 * Uses named statements and pipelining where the server itself is at the other end. A named statement is planned once
 * per connection, and planning is most of the server's work if few rows are read or written. A pooler such as PgBouncer
 * in transaction mode doesn't support both in every version. A pooler is recognised by its greeting, which has another
 * process id than the server.
 */
function recogniser(): (client: PostgresClient) => Promise<PostgresClient> {
  const names = new Map<string, string>()
  const known = new WeakMap<PostgresClient, PostgresClient>()

  function named(query: PostgresQuery): PostgresQuery {
    if (!query.values || (names.size >= MOST_NAMES && !names.has(query.text))) return query
    const name = names.get(query.text) ?? `hubsync_${names.size + 1}`
    names.set(query.text, name)
    return { ...query, name }
  }

  async function recognise(client: PostgresClient): Promise<PostgresClient> {
    const { rows } = await client.query(asText({ text: 'SELECT pg_backend_pid() AS pid' }))
    const isDirect = rows[0]?.pid === String(client.processID)
    return {
      pipeline: isDirect && client.pipeline === true,
      query: isDirect ? (query) => client.query(named(query)) : (query) => client.query(query),
      release: (destroy) => client.release(destroy),
      on: (event, listener) => client.on(event, listener),
      off: (event, listener) => client.off(event, listener),
    }
  }

  return async (client) => {
    const found = known.get(client) ?? (await recognise(client))
    known.set(client, found)
    return found
  }
}

async function loadDriver(): Promise<new (options: object) => PgPool> {
  try {
    // The package is optional. The name is computed, so that bundlers and minifiers neither follow the import nor
    // inline it.
    const name = 'pg'.normalize()
    return (await import(name)).default.Pool
  } catch (cause) {
    if (isNotInstalled('pg', cause))
      throw new HubsyncError(
        'DRIVER_MISSING',
        'Expected the package "pg" to be installed for postgresStore({ connectionString }). Install it: npm install pg (for a bundle, beside it; or give a `pool`)',
        { cause },
      )
    const { message } = cause as { message?: unknown }
    throw new HubsyncError(
      'STORE_FAILED',
      `Expected the package "pg" to load: ${message}. ${adviceOnLoading(cause)}, or give a \`pool\`.`,
      { cause },
    )
  }
}
