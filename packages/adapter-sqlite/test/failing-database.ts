import type { SqliteDatabase } from '../src/index.js'

/** A database that works except for one statement, at which it is told to fail. */
export interface FailingDatabase extends SqliteDatabase {
  failAt(statement: number): void
  failed(): boolean
}

/** Counts the statements that write, and throws at one of them, as SQLite does when the disk fails. */
export function failingDatabase(database: SqliteDatabase): FailingDatabase {
  let left = Number.POSITIVE_INFINITY

  function count(): void {
    left--
    if (left === 0) throw Object.assign(new Error('disk I/O error'), { code: 'SQLITE_IOERR' })
  }

  return {
    failAt(statement) {
      left = statement
    },
    failed: () => left <= 0,
    prepare(sql) {
      const statement = database.prepare(sql)
      return {
        run(...parameters) {
          count()
          return statement.run(...parameters)
        },
        get: (...parameters) => statement.get(...parameters),
        all: (...parameters) => statement.all(...parameters),
        safeIntegers: (enabled) => statement.safeIntegers?.(enabled),
        setReadBigInts: (enabled) => statement.setReadBigInts?.(enabled),
        setReturnArrays: (enabled) => statement.setReturnArrays?.(enabled),
      }
    },
    exec(sql) {
      for (const each of sql.split(/;\s*\n/).filter((text) => text.trim() !== '')) {
        if (!/^\s*(BEGIN|ROLLBACK|PRAGMA)/.test(each)) count()
        database.exec(each)
      }
    },
    close: () => database.close(),
  }
}
