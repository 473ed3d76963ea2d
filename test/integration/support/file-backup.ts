import { cpSync, existsSync, rmSync } from 'node:fs'
import type { SqliteDatabase } from '@hubsync/adapter-sqlite'

/**
 * Copies a database in a file, with what is in its log. By the driver of the stores that have it open: a second copy of SQLite in one
 * process would take the locks of the first.
 */
export async function backUpFile(file: string, copy: string): Promise<void> {
  // The package brings no types: those of what is used of it are the adapter's.
  const name = 'better-sqlite3'
  const { default: Database } = (await import(name)) as {
    default: new (file: string) => SqliteDatabase
  }
  const database = new Database(file)
  database.exec(`VACUUM INTO '${copy}'`)
  database.close()
}

/** Puts a copy in the place of a database that nobody has open, or nothing where there is no copy. */
export function restoreFile(file: string, copy: string): void {
  for (const end of ['', '-wal', '-shm']) rmSync(`${file}${end}`, { force: true })
  if (existsSync(copy)) cpSync(copy, file)
}
