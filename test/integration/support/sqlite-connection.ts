import { createRequire } from 'node:module'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { SqliteDatabase, SqliteDriver } from '@hubsync/adapter-sqlite'

/** The package has no types, and only the adapter depends on it. */
const Database: new (file: string, options?: { readonly: boolean }) => SqliteDatabase =
  createRequire(join(import.meta.dirname, '../../../packages/adapter-sqlite/package.json'))(
    'better-sqlite3',
  )

/**
 * A connection besides those of stores, by the same driver: a second copy of SQLite in one process would take the locks
 * of the first. With sql.js there are no locks.
 */
export function openBeside(driver: SqliteDriver, file: string, readOnly = false): SqliteDatabase {
  if (driver === 'better-sqlite3') return new Database(file, { readonly: readOnly })
  return new DatabaseSync(file, { readOnly, timeout: 5_000 }) as unknown as SqliteDatabase
}
