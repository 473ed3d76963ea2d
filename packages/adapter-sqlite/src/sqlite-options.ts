import { InvalidOptionError } from '@hubsync/core'
import type { SqliteDatabase } from './sqlite-database.js'
import { drivers, type SqliteDriver } from './sqlite-drivers.js'

/** Where the mirror lives: a file of its own, or a database that you opened. */
export type SqliteStoreOptions =
  | {
      /** Made where it doesn't exist. Opened at the first call, in WAL mode but for `sql.js`, and closed by `close()`. */
      file: string
      /**
       * What runs SQLite. `'better-sqlite3'` is for you to install, `'node:sqlite'` is a part of Node.js, and `'sql.js'` works on a
       * copy of the file in memory, which it saves from time to time: see `docs/guide/sqlite-drivers.md`.
       *
       * @defaultValue the first of these three that is there
       */
      driver?: SqliteDriver | undefined
    }
  | {
      /** A database of yours, of better-sqlite3 or node:sqlite. It is never closed, and its settings stay. */
      database: SqliteDatabase
    }

/**
 * Whether the database is lent.
 *
 * @throws `InvalidOptionError` where the options name no database, or one that can't be used.
 */
export function isLent(options: SqliteStoreOptions): options is { database: SqliteDatabase } {
  const { file, driver, database } = (options ?? {}) as {
    file?: unknown
    driver?: unknown
    database?: Partial<SqliteDatabase> & { export?: unknown }
  }
  if (typeof database?.export === 'function')
    throw new InvalidOptionError(
      "Expected `database` to be of better-sqlite3 or node:sqlite, got one of sql.js, which is in memory alone. Let the store open the file: sqliteStore({ file, driver: 'sql.js' }).",
    )
  if ((database === undefined) === (file === undefined)) throw optionError()
  if (database !== undefined) {
    if (driver !== undefined)
      throw new InvalidOptionError(
        'Expected `driver` beside `file`; a lent `database` has its driver.',
      )
    if (typeof database?.prepare === 'function' && typeof database.exec === 'function') return true
  } else if (typeof file === 'string' && file !== '') {
    if (driver === undefined || drivers.includes(driver as SqliteDriver)) return false
    throw new InvalidOptionError(
      `Expected \`driver\` to be ${drivers.map((name) => `'${name}'`).join(', ')} or left out, got ${JSON.stringify(driver)}.`,
    )
  }
  throw optionError()
}

function optionError(): InvalidOptionError {
  return new InvalidOptionError(
    "Expected sqliteStore({ file: 'hubspot.db' }), or sqliteStore({ database }) with an open database of better-sqlite3 or node:sqlite.",
  )
}
