import { InvalidOptionError } from '@hubsync/core'
import { expectedGot, kindOf, noOptionNamed, unexpected } from '@hubsync/core/store'
import type { SqliteDatabase } from './sqlite-database.js'
import { drivers, type SqliteDriver } from './sqlite-drivers.js'

/** Where the mirror lives: a file of its own, or a database that you opened. */
export type SqliteStoreOptions =
  | {
      /**
       * Created if it doesn't exist. Opened at the first call, in WAL mode (except with `sql.js`), and closed by
       * `close()`.
       */
      file: string
      /**
       * What runs SQLite. You install `'better-sqlite3'` yourself. `'node:sqlite'` is part of Node.js. `'sql.js'` works
       * on a copy of the file in memory and saves it from time to time: see `docs/guide/sqlite-drivers.md`.
       *
       * @defaultValue the first of these three that is installed
       *
       */
      driver?: SqliteDriver | undefined
    }
  | {
      /** An open database of better-sqlite3 or node:sqlite. The store never closes it and keeps its settings. */
      database: SqliteDatabase
    }

const optionNames = ['file', 'driver', 'database']

const expectation =
  "sqliteStore({ file: 'hubspot.db' }), or sqliteStore({ database }) with an open database of better-sqlite3 or node:sqlite"

/**
 * Whether the database is lent.
 *
 * @throws `InvalidOptionError` if the options name no database, or one that can't be used.
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
      'A lent database already has a driver.',
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
        'one of sql.js, which is only in memory',
        "Let the store open the file: sqliteStore({ file, driver: 'sql.js' }).",
      ),
    )
  if (typeof prepare !== 'function' || typeof exec !== 'function')
    throw new InvalidOptionError(expectedGot(expectation, `${kindOf(database)} as \`database\``))
}
