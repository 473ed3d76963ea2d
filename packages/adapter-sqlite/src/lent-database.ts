import { HeldFiles } from './held-files.js'
import type { OpenedDatabase, SqliteDatabase, SqliteStatement } from './sqlite-database.js'

/** A database that was lent, as the store uses it: its settings change nothing of what is read, and are left as they are. */
export function borrow(database: SqliteDatabase): OpenedDatabase {
  const prepare = (sql: string) => readingPlainly(database.prepare(sql))
  const { file } = prepare('PRAGMA database_list').get() as { file: string | null }
  // Not by `exec`, which better-sqlite3 refuses while its owner iterates over lines. Reads go on then.
  const waiting = prepare('PRAGMA busy_timeout')
  const notWaiting = prepare('PRAGMA busy_timeout = 0')
  let patienceMs = 0
  return {
    prepare,
    exec: (sql) => database.exec(sql),
    close() {
      // It is its owner's.
    },
    // The owner may have it leave WAL mode, and the log is gone then.
    files: file ? new HeldFiles(file, { withLog: false }) : undefined,
    get patienceMs() {
      return patienceMs
    },
    atOnce(work) {
      patienceMs = (waiting.get() as { timeout: number }).timeout
      if (patienceMs === 0) return work()
      notWaiting.get()
      try {
        return work()
      } finally {
        prepare(`PRAGMA busy_timeout = ${patienceMs}`).get()
      }
    },
  }
}

/** A statement that gives lines as objects and integers as numbers, whatever its database was told to give. */
function readingPlainly(statement: SqliteStatement): SqliteStatement {
  statement.safeIntegers?.(false)
  statement.setReadBigInts?.(false)
  statement.setReturnArrays?.(false)
  return statement
}
