import { HeldFiles } from './held-files.js'
import type { OpenedDatabase, SqliteDatabase, SqliteStatement } from './sqlite-database.js'

/** A database that was lent, as the store uses it: its settings change nothing of what is read, and are left as they are. */
export function borrow(database: SqliteDatabase): OpenedDatabase {
  const prepare = (sql: string) => readingPlainly(database.prepare(sql))
  const pragma = <Line>(text: string) => prepare(`PRAGMA ${text}`).get() as Line
  const { file } = pragma<{ file: string | null }>('database_list')
  const patience = () => pragma<{ timeout: number }>('busy_timeout').timeout
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
    atOnce(work, { isWriting }) {
      // In WAL mode no read waits, and elsewhere SQLite has it wait as long as its owner says.
      patienceMs = isWriting ? patience() : 0
      if (patienceMs === 0) return work()
      database.exec('PRAGMA busy_timeout = 0')
      try {
        return work()
      } finally {
        database.exec(`PRAGMA busy_timeout = ${patienceMs}`)
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
