import { createRequire } from 'node:module'
import { HubsyncError } from '@hubsync/core'

/** A prepared statement: what is used of better-sqlite3's. */
export interface SqliteStatement {
  run(...parameters: SqliteValue[]): { changes: number | bigint }
  get(...parameters: SqliteValue[]): unknown
  all(...parameters: SqliteValue[]): unknown[]
}

/**
 * A database: what is used of better-sqlite3's `Database`. Its own type isn't used, so that nobody needs the package who brings
 * another.
 */
export interface SqliteDatabase {
  prepare(sql: string): SqliteStatement
  exec(sql: string): unknown
  close(): unknown
}

/** What SQLite takes as a parameter here. */
export type SqliteValue = string | number | null

/** better-sqlite3 13 is built on Node-API 10; on an older Node it ends the process without an error to catch. */
const NODE_API_OF_13 = 10

/**
 * Opens a file with better-sqlite3, in WAL mode.
 *
 * @throws `HubsyncError` with code `DRIVER_MISSING` or `NOT_A_DATABASE`.
 */
export async function openFile(file: string): Promise<SqliteDatabase> {
  const Database = await loadDriver()
  let database: SqliteDatabase | undefined
  try {
    database = new Database(file)
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

async function loadDriver(): Promise<new (file: string) => SqliteDatabase> {
  expectRunnable()
  try {
    // Not a name that bundlers follow: the package is for the user to install, or not.
    const name = 'better-sqlite3'
    return (await import(name)).default
  } catch (cause) {
    throw new HubsyncError(
      'DRIVER_MISSING',
      'Expected the package "better-sqlite3" to be there for sqliteStore({ file }). Install it: npm install better-sqlite3',
      { cause },
    )
  }
}

/** Refuses a Node.js that better-sqlite3 would bring down. */
export function expectRunnable(nodeApi = Number(process.versions.napi)): void {
  if (nodeApi >= NODE_API_OF_13) return
  const version = driverVersion()
  if (version === undefined || Number.parseInt(version, 10) < 13) return
  throw new HubsyncError(
    'DRIVER_MISSING',
    `Expected Node.js 22.14 or later for better-sqlite3 ${version}, got ${process.version}. Update Node.js, or install better-sqlite3@12.`,
  )
}

function driverVersion(): string | undefined {
  try {
    return createRequire(import.meta.url)('better-sqlite3/package.json').version as string
  } catch {
    return undefined
  }
}

function openingError(file: string, cause: unknown): HubsyncError {
  const { code, message } = cause as { code?: string; message?: string }
  if (code === 'SQLITE_NOTADB')
    return new HubsyncError(
      'NOT_A_DATABASE',
      `Expected "${file}" to be a SQLite database, or not to exist yet, but it is another kind of file. It was left as it is.`,
      { cause },
    )
  return new HubsyncError(
    'STORE_FAILED',
    `Expected to open the SQLite database "${file}": ${message}`,
    {
      cause,
    },
  )
}
