import { existsSync } from 'node:fs'
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
  if (/^postgres(ql)?:\/\//.test(place)) return openServer(place)
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
  return {
    name: file,
    store: sqliteStore({ file }),
    query: async (sql) => query(sql),
    lastSync: async () => (existsSync(file) ? lastRun(query) : undefined),
    close: async () => {},
  }
}

function openServer(connectionString) {
  // The name without the password that may be in it.
  const { host, pathname } = new URL(connectionString)
  const pool = new pg.Pool({ connectionString, options: '-c search_path=hubspot', max: 2 })
  const query = async (sql) => (await pool.query(sql)).rows
  return {
    name: `the schema hubspot of postgres://${host}${pathname}`,
    store: postgresStore({ connectionString }),
    query,
    async lastSync() {
      const [line] = await query(`SELECT to_regclass('hubspot.sync_runs') IS NOT NULL AS there`)
      return line.there ? lastRun(query) : undefined
    },
    close: () => pool.end(),
  }
}

/** When the mirror was last synced, or undefined where it never was. */
async function lastRun(query) {
  const [line] = await query('SELECT max(started_at) AS at FROM sync_runs')
  return line?.at ? new Date(line.at).toISOString() : undefined
}
