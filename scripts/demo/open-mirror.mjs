import { postgresStore } from '@hubsync/adapter-postgres'
import { sqliteStore } from '@hubsync/adapter-sqlite'
import { InvalidOptionError } from '@hubsync/core'
import Database from 'better-sqlite3'
import pg from 'pg'

/**
 * The store that the demo mirrors into, and a way of its own into that database, past the store.
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
    lastSync: () => lastRun(store, query),
    close: () => store.close(),
  }
}

function openServer(connectionString) {
  // The name without the password that may be in it.
  const { host, pathname } = new URL(connectionString)
  const pool = new pg.Pool({ connectionString, options: '-c search_path=hubspot', max: 2 })
  const query = async (sql) => (await pool.query(sql)).rows
  const store = postgresStore({ connectionString })
  return {
    name: `the schema hubspot of postgres://${host}${pathname}`,
    store,
    query,
    lastSync: () => lastRun(store, query),
    async close() {
      await store.close()
      await pool.end()
    },
  }
}

/** When the mirror was last synced, or undefined where it never was. */
async function lastRun(store, query) {
  // The store is asked first: it tells what to do about a database that can't be opened.
  if ((await store.portals()).length === 0) return undefined
  const [line] = await query('SELECT max(started_at) AS at FROM sync_runs')
  return line?.at ? new Date(line.at).toISOString() : undefined
}
