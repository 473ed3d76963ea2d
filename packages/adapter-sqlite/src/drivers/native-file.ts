import type { OpenedDatabase } from '../sqlite-database.js'
import { isBusy, openingError } from '../sqlite-errors.js'

const BUSY_MS = 5_000
const BETWEEN_TRIES_MS = 20
/**
 * How much of the file SQLite keeps in memory, where better-sqlite3 would take four times as much. A mirror goes over its rows once, in
 * their order, and the operating system has the file in its own cache: more takes memory and saves no time.
 */
const CACHE_KB = 4_000

/** Opens a file with SQLite itself, in WAL mode: others may read while the store writes. */
export function openNativeFile(file: string, open: () => OpenedDatabase): OpenedDatabase {
  let database: OpenedDatabase | undefined
  try {
    database = open()
    database.exec(`PRAGMA busy_timeout = ${BUSY_MS}`)
    enterWal(database)
    database.exec('PRAGMA synchronous = NORMAL')
    database.exec('PRAGMA foreign_keys = ON')
    database.exec(`PRAGMA cache_size = -${CACHE_KB}`)
    return database
  } catch (cause) {
    database?.close()
    throw openingError(file, cause)
  }
}

/** Two that make a file at once are in each other's way here, and SQLite then refuses one of them without waiting. */
function enterWal(database: OpenedDatabase): void {
  for (const giveUpAt = performance.now() + BUSY_MS; ; )
    try {
      database.exec('PRAGMA journal_mode = WAL')
      return
    } catch (cause) {
      if (!isBusy(cause) || performance.now() > giveUpAt) throw cause
      // As SQLite itself waits: without giving anything else a turn.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, BETWEEN_TRIES_MS)
    }
}
