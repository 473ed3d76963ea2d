import { existsSync } from 'node:fs'
import Database from 'better-sqlite3'

/** Lines of an SQL query on the mirror's file, read through a connection of its own. */
export function query(file, sql) {
  const database = new Database(file, { readonly: true })
  try {
    return database.prepare(sql).all()
  } finally {
    database.close()
  }
}

/** When the mirror was last synced, or undefined where there is none. */
export function lastSync(file) {
  if (!existsSync(file)) return undefined
  return query(file, 'SELECT max(started_at) AS at FROM sync_runs')[0]?.at ?? undefined
}
