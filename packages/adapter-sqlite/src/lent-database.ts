import { existsSync } from 'node:fs'
import { HeldFiles } from './held-files.js'
import type { OpenedDatabase, SqliteDatabase, SqliteStatement } from './sqlite-database.js'

/** A database that was lent, as the store uses it: its settings change nothing of what is read, and are left as they are. */
export function borrow(database: SqliteDatabase): OpenedDatabase {
  const prepare = (sql: string) => readingPlainly(database.prepare(sql))
  // Not by `exec`, which better-sqlite3 refuses while its owner iterates over lines. Reads go on then.
  const pragma = <Line>(text: string) => prepare(`PRAGMA ${text}`).get() as Line
  const { file } = pragma<{ file: string | null }>('database_list')
  // It is there for as long as a connection is open in WAL mode. To ask SQLite for the mode may take a lock.
  const isInWal = () => existsSync(`${file}-wal`)
  const patience = () => pragma<{ timeout: number }>('busy_timeout').timeout
  return {
    prepare,
    exec: (sql) => database.exec(sql),
    close() {
      // It is its owner's.
    },
    // The owner may have it leave WAL mode, and the log is gone then.
    files: file ? new HeldFiles(file, { withLog: false }) : undefined,
    get patienceMs() {
      return patience()
    },
    atOnce(work, { isWriting }) {
      // No read waits there, and the settings would be most of what it takes.
      if (!isWriting && (!file || isInWal())) return work()
      const patienceMs = patience()
      if (patienceMs === 0) return work()
      // Takes effect as it is prepared, so that no statement is kept.
      pragma('busy_timeout = 0')
      try {
        return work()
      } finally {
        pragma(`busy_timeout = ${patienceMs}`)
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
