import { postgresStore } from '@hubsync/adapter-postgres'
import { sqliteStore } from '@hubsync/adapter-sqlite'
import { InvalidOptionError } from '@hubsync/core'
import Database from 'better-sqlite3'
import pg from 'pg'

/**
 * Opens the store that the demo mirrors into, with a function that queries its database directly, and the SQL of the days
 * between two moments there.
 *
 * @param place - `sqlite:FILE` or `postgres://…`
 */
export function openMirror(place) {
  if (/^sqlite:./.test(place)) return openFile(place.slice('sqlite:'.length))
  if (/^postgres(ql)?:\/\//.test(place) && URL.canParse(place)) return openServer(place)
  throw new InvalidOptionError(
    'Expected HUBSYNC_STORE to be sqlite:FILE or postgres://user:password@host:5432/database.',
  )
}

function openFile(file) {
  const query = (sql) => {
    const database = new Database(file, { readonly: true })
    try {
      return database.prepare(sql).all()
    } finally {
      database.close()
    }
  }
  const store = sqliteStore({ file })
  return {
    name: file,
    store,
    query: async (sql) => query(sql),
    daysBetween: (from, to) => `julianday(${to}) - julianday(${from})`,
    lastSync: () => lastRun(store, query),
    close: () => store.close(),
  }
}

function openServer(connectionString) {
  // Without the password that the connection string may contain.
  const { host, pathname } = new URL(connectionString)
  const pool = new pg.Pool({ connectionString, options: '-c search_path=hubspot', max: 2 })
  const query = async (sql) => (await pool.query(sql)).rows
  const store = postgresStore({ connectionString })
  return {
    name: `the schema hubspot of postgres://${host}${pathname}`,
    store,
    query,
    daysBetween: (from, to) => `extract(epoch FROM ${to} - ${from}) / 86400`,
    lastSync: () => lastRun(store, query),
    async close() {
      await store.close()
      await pool.end()
    },
  }
}

/** The time of the last run, or undefined if there was none. */
async function lastRun(store, query) {
  // First through the store, because its error says what to do if the database can't be opened.
  if ((await store.portals()).length === 0) return undefined
  const [line] = await query('SELECT max(started_at) AS at FROM sync_runs')
  return line?.at ? new Date(line.at).toISOString() : undefined
}
