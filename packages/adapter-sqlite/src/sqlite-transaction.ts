import type { SqliteDatabase } from './sqlite-database.js'

type Scripted = Pick<SqliteDatabase, 'exec'>

/** Runs reads on one snapshot. A savepoint, because the owner of a lent database may have a transaction open. */
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
    // SQLite has already rolled back, as it does when the disk is full.
  }
}

/**
 * Runs a commit that is on the disk, with all commits before it, when this returns. In WAL mode, `synchronous = NORMAL`
 * would leave that to a later checkpoint. Without WAL, any setting below EXTRA could restore the deleted journal after
 * a power cut, which would undo the commit.
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
