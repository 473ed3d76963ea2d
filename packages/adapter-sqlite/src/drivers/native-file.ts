import { resolve } from 'node:path'
import { HeldFiles } from '../held-files.js'
import type { OpenedDatabase, SqliteDatabase } from '../sqlite-database.js'
import { openingError } from '../sqlite-errors.js'
import { PATIENCE_MS, patiently } from '../sqlite-patience.js'

/**
 * SQLite's page cache. The default of better-sqlite3 is four times as large. A sync reads its rows once, in key order,
 * and the operating system caches the file too: a larger cache costs memory and saves no time.
 */
const CACHE_KB = 4_000

/** Opens a file with a native SQLite driver. The file may be read-only. */
export async function openNativeFile(
  file: string,
  open: () => SqliteDatabase,
  closing: AbortSignal,
): Promise<OpenedDatabase> {
  // Resolved now, since the process may change its working directory later.
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
  // SQLite's own waiting blocks the event loop: `patiently` waits instead.
  database.exec('PRAGMA busy_timeout = 0')
  database.exec('PRAGMA synchronous = NORMAL')
  // Without it, fsync on macOS returns before the data is on the disk.
  database.exec('PRAGMA fullfsync = ON')
  database.exec('PRAGMA foreign_keys = ON')
  database.exec(`PRAGMA cache_size = -${CACHE_KB}`)
}

/**
 * WAL mode lets other connections read during a write. The mode is stored in the file, so readers don't set it.
 *
 * If two processes create a file at the same time, SQLite answers one of them with SQLITE_BUSY here.
 */
function enterWal(database: SqliteDatabase): void {
  database.exec('PRAGMA journal_mode = WAL')
}
