import { resolve } from 'node:path'
import { HeldFiles } from '../held-files.js'
import type { OpenedDatabase, SqliteDatabase } from '../sqlite-database.js'
import { openingError } from '../sqlite-errors.js'
import { PATIENCE_MS, patiently } from '../sqlite-patience.js'

/**
 * How much of the file SQLite keeps in memory, where better-sqlite3 would take four times as much. A mirror goes over its rows once, in
 * their order, and the operating system has the file in its own cache: more takes memory and saves no time.
 */
const CACHE_KB = 4_000

/** Opens a file with SQLite itself. It may be one that can only be read. */
export async function openNativeFile(
  file: string,
  open: () => SqliteDatabase,
  closing: AbortSignal,
): Promise<OpenedDatabase> {
  // As of now: the process may go to another folder.
  const path = resolve(file)
  let database: SqliteDatabase | undefined
  try {
    const opened = open()
    database = opened
    await patiently(
      () => setUp(opened),
      () => PATIENCE_MS,
      closing,
    )
    let inWal = false
    return {
      files: new HeldFiles(path, { withLog: true }),
      patienceMs: PATIENCE_MS,
      atOnce: (work) => work(),
      prepare: (sql) => opened.prepare(sql),
      exec: (sql) => opened.exec(sql),
      close: () => opened.close(),
      beforeWriting() {
        if (!inWal) enterWal(opened)
        inWal = true
      },
    }
  } catch (cause) {
    database?.close()
    throw openingError(file, cause)
  }
}

function setUp(database: SqliteDatabase): void {
  // SQLite's own waiting holds the event loop.
  database.exec('PRAGMA busy_timeout = 0')
  database.exec('PRAGMA synchronous = NORMAL')
  // Without it macOS says that the disk has written what it has only been given.
  database.exec('PRAGMA fullfsync = ON')
  database.exec('PRAGMA foreign_keys = ON')
  database.exec(`PRAGMA cache_size = -${CACHE_KB}`)
}

/**
 * From now on others can read while we write. WAL is stored in the file, so readers don't set it.
 *
 * Two that make a file at once are in each other's way here, and SQLite then refuses one of them.
 */
function enterWal(database: SqliteDatabase): void {
  database.exec('PRAGMA journal_mode = WAL')
}
