import type { SqliteDatabase } from './sqlite-database.js'

/** What runs scripts. */
type Scripted = Pick<SqliteDatabase, 'exec'>

/** A savepoint is a transaction where none is open, and leaves one alone that the owner of a lent database has open. */
export function together<T>(database: Scripted, work: () => T): T {
  database.exec('SAVEPOINT hubsync_read')
  try {
    const result = work()
    database.exec('RELEASE hubsync_read')
    return result
  } catch (error) {
    undo(database, 'ROLLBACK TO hubsync_read; RELEASE hubsync_read')
    throw error
  }
}

/** Does all of the work, or nothing. */
export function transaction<T>(database: SqliteDatabase, work: () => T): T {
  database.exec('BEGIN IMMEDIATE')
  try {
    const result = work()
    database.exec('COMMIT')
    return result
  } catch (error) {
    undo(database, 'ROLLBACK')
    throw error
  }
}

function undo(database: Scripted, how: string): void {
  try {
    database.exec(how)
  } catch {
    // SQLite has rolled back by itself, as it does when the disk is full.
  }
}

/**
 * Has a commit, and all before it, on the disk when it is done. In WAL mode NORMAL leaves that to a later checkpoint, and without WAL
 * less than EXTRA may have a power cut bring back the journal that undoes the commit.
 */
export function onDisk<T>(database: SqliteDatabase, commit: () => T): T {
  const line = database.prepare('PRAGMA synchronous').get() as { synchronous: number }
  database.exec('PRAGMA synchronous = EXTRA')
  try {
    return commit()
  } finally {
    database.exec(`PRAGMA synchronous = ${line.synchronous}`)
  }
}
