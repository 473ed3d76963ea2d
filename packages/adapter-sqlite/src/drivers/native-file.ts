import type { OpenedDatabase } from '../sqlite-database.js'
import { openingError } from '../sqlite-errors.js'

/** Opens a file with SQLite itself, in WAL mode: others may read while the store writes. */
export function openNativeFile(file: string, open: () => OpenedDatabase): OpenedDatabase {
  let database: OpenedDatabase | undefined
  try {
    database = open()
    database.exec('PRAGMA busy_timeout = 5000')
    database.exec('PRAGMA journal_mode = WAL')
    database.exec('PRAGMA synchronous = NORMAL')
    database.exec('PRAGMA foreign_keys = ON')
    return database
  } catch (cause) {
    database?.close()
    throw openingError(file, cause)
  }
}
