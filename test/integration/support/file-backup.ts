import { cpSync, existsSync, rmSync } from 'node:fs'
import type { SqliteDatabase } from '@hubsync/adapter-sqlite'

/**
 * Copies a database file, with the content of its log. Uses the stores' own driver: a second copy of SQLite in one
 * process would take the locks of the first.
 */
export async function backUpFile(file: string, copy: string): Promise<void> {
  // The package has no types. The adapter declares those that it uses.
  const name = 'better-sqlite3'
  const { default: Database } = (await import(name)) as {
    default: new (file: string) => SqliteDatabase
  }
  const database = new Database(file)
  database.exec(`VACUUM INTO '${copy}'`)
  database.close()
}

/** Replaces a database that nobody has open by a copy, or deletes it if there is no copy. */
export function restoreFile(file: string, copy: string): void {
  for (const end of ['', '-wal', '-shm']) rmSync(`${file}${end}`, { force: true })
  if (existsSync(copy)) cpSync(copy, file)
}
