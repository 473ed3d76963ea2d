import { Socket } from 'node:net'
import { adviceOnLoading, HubsyncError, isNotInstalled } from '@hubsync/core'
import type { PoolToTakeFrom } from './postgres-connections.js'
import { asText, GRACE_MS, type PostgresClient, type PostgresQuery } from './postgres-query.js'

/** A pool that we open. */
export interface OwnPool extends PoolToTakeFrom {
  end(): Promise<void>
}

/** A statement that takes longer is given up, a slow index too: raise `query_timeout` in the connection string. */
const QUERY_TIMEOUT_MS = 10 * 60_000

/** How long a connection may lie in the pool by the clock on the wall. pg's own timers drop it after 10 seconds, unless the process was frozen. */
const LONGEST_REST_MS = 60_000

/** What is used of pg's `Pool` where it is ours. */
interface PgPool extends OwnPool {
  on(event: 'error', listener: (error: Error) => void): unknown
  on(event: 'connect', listener: (client: PostgresClient) => void): unknown
  on(event: 'release', listener: (error: unknown, client: PostgresClient) => void): unknown
}

/**
 * Makes a pool with pg. Nothing is connected yet.
 *
 * @throws `HubsyncError` with code `DRIVER_MISSING` where pg isn't installed, and `STORE_FAILED` where it doesn't load.
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
    // Otherwise the system begins to ask after two hours.
    keepAliveInitialDelayMillis: 10_000,
    pipeline: true,
    stream() {
      const socket = new Socket()
      sockets.add(socket)
      return socket.once('close', () => sockets.delete(socket))
    },
  })
  // A connection that ends while it lies in the pool, or between two statements, is replaced by the next call; without a listener it
  // would end the process.
  pool.on('error', () => {})
  pool.on('connect', (client) => client.on('error', () => {}))
  return {
    connect: awake(pool),
    recognise: recogniser(),
    end: () => endPool(pool, sockets),
  }
}

/**
 * Takes connections out of a pool, but none that lay in it while the process was frozen, as a serverless function is between two
 * requests: its other end may be gone, without a word about it.
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

/** Ends a pool, and all its connections. pg alone would wait for a server that is silent. */
async function endPool(pool: OwnPool, sockets: ReadonlySet<Socket>): Promise<void> {
  const cutOff = () => {
    for (const socket of sockets) socket.destroy()
  }
  const timer = setTimeout(cutOff, GRACE_MS)
  await pool.end()
  clearTimeout(timer)
  // By now goodbye is said on all of them, but not answered.
  cutOff()
}

/**
 * Names the statements, so that the server plans each of them once for a connection, which is most of its work where few rows are
 * read or written, and lets those of a transaction go out without waiting for each other. A pooler such as PgBouncer in transaction
 * mode doesn't let through what that needs, or not in every version. It greets with a process id of its own, by which it is known.
 */
function recogniser(): (client: PostgresClient) => Promise<PostgresClient> {
  const names = new Map<string, string>()
  const known = new WeakMap<PostgresClient, PostgresClient>()

  function named(query: PostgresQuery): PostgresQuery {
    if (!query.values) return query
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
    // Not a name that bundlers follow: the package is for the user to install, or not. A constant would be put in its place by what makes a bundle small.
    const name = 'pg'.normalize()
    return (await import(name)).default.Pool
  } catch (cause) {
    if (isNotInstalled('pg', cause))
      throw new HubsyncError(
        'DRIVER_MISSING',
        'Expected the package "pg" to be there for postgresStore({ connectionString }). Install it: npm install pg (for a bundle, beside it; or give a `pool`)',
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
