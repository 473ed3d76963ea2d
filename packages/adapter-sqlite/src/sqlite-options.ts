import { InvalidOptionError } from '@hubsync/core'
import { expectedGot, kindOf, noOptionNamed, unexpected } from '@hubsync/core/store'
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

const optionNames = ['file', 'driver', 'database']

const expectation =
  "sqliteStore({ file: 'hubspot.db' }), or sqliteStore({ database }) with an open database of better-sqlite3 or node:sqlite"

/**
 * Whether the database is lent.
 *
 * @throws `InvalidOptionError` where the options name no database, or one that can't be used.
 */
export function isLent(options: SqliteStoreOptions): options is { database: SqliteDatabase } {
  const { file, driver, database, ...others } = (options ?? {}) as {
    file?: unknown
    driver?: unknown
    database?: unknown
  }
  const [unknown] = Object.keys(others)
  if (unknown !== undefined)
    throw new InvalidOptionError(noOptionNamed(unknown, 'sqliteStore(…)', optionNames))
  if (database !== undefined && file !== undefined)
    throw new InvalidOptionError(expectedGot(expectation, 'both'))
  if (database === undefined) {
    expectFile(file, driver)
    return false
  }
  expectDatabase(database)
  if (driver === undefined) return true
  throw new InvalidOptionError(
    expectedGot(
      '`driver` beside `file` alone',
      'one beside `database`',
      'A database that is lent has its driver.',
    ),
  )
}

function expectFile(file: unknown, driver: unknown): void {
  if (typeof file !== 'string' || file === '')
    throw new InvalidOptionError(expectedGot(expectation, `${kindOf(file)} as \`file\``))
  if (driver === undefined || drivers.includes(driver as SqliteDriver)) return
  const known = drivers.map((name) => `'${name}'`).join(', ')
  throw unexpected(`\`driver\` in sqliteStore(…) to be ${known} or left out`, driver)
}

function expectDatabase(database: unknown): void {
  const { prepare, exec, export: exported } = (database ?? {}) as Record<string, unknown>
  if (typeof exported === 'function')
    throw new InvalidOptionError(
      expectedGot(
        '`database` to be of better-sqlite3 or node:sqlite',
        'one of sql.js, which is in memory alone',
        "Let the store open the file: sqliteStore({ file, driver: 'sql.js' }).",
      ),
    )
  if (typeof prepare !== 'function' || typeof exec !== 'function')
    throw new InvalidOptionError(expectedGot(expectation, `${kindOf(database)} as \`database\``))
}
