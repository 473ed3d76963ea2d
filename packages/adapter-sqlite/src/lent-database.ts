import { existsSync } from 'node:fs'
import { HeldFiles } from './held-files.js'
import type { OpenedDatabase, SqliteDatabase, SqliteStatement } from './sqlite-database.js'

/**
 * Wraps a lent database. The owner's settings neither affect what the store reads nor are changed for longer than a
 * call.
 */
export function borrow(database: SqliteDatabase): OpenedDatabase {
  const prepare = (sql: string) => readingPlainly(database.prepare(sql))
  // Not with `exec`: better-sqlite3 refuses it while the owner iterates over a result. Reads work at that time.
  const pragma = <Line>(text: string) => prepare(`PRAGMA ${text}`).get() as Line
  const { file } = pragma<{ file: string | null }>('database_list')
  // In WAL mode this file exists while a connection is open. Asking SQLite for the mode could need a lock.
  const isInWal = () => existsSync(`${file}-wal`)
  const patience = () => pragma<{ timeout: number }>('busy_timeout').timeout
  return {
    prepare,
    exec: (sql) => database.exec(sql),
    close() {
      // The owner closes it.
    },
    // The owner may end WAL mode, which deletes the log.
    files: file ? new HeldFiles(file, { withLog: false }) : undefined,
    get patienceMs() {
      return patience()
    },
    atOnce(work, { isWriting }) {
      // A read in WAL mode or in memory never waits for a lock, and the pragmas would take longer than the read.
      if (!isWriting && (!file || isInWal())) return work()
      const patienceMs = patience()
      if (patienceMs === 0) return work()
      // This pragma takes effect when it is prepared, so it can't be a cached statement.
      pragma('busy_timeout = 0')
      try {
        return work()
      } finally {
        pragma(`busy_timeout = ${patienceMs}`)
      }
    },
  }
}

/** A statement that returns rows as objects and integers as numbers, whatever the database's settings are. */
function readingPlainly(statement: SqliteStatement): SqliteStatement {
  statement.safeIntegers?.(false)
  statement.setReadBigInts?.(false)
  statement.setReturnArrays?.(false)
  return statement
}
