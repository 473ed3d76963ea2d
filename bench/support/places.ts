import { mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SqliteDatabase } from '@hubsync/adapter-sqlite'
import pg from 'pg'
import { createDatabase, openServer } from '../../test/postgres-server.ts'

/** Undone at the end, the latest first. */
const undo: (() => unknown)[] = []
let database: Promise<string> | undefined
let schemas = 0

/** Has something closed or taken away when all is done. */
export function atEnd(step: () => unknown): void {
  undo.push(step)
}

/** A folder that is gone at the end. */
function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'hubsync-bench-'))
  atEnd(() => rmSync(path, { recursive: true, force: true }))
  return path
}

/** The file of a database that is gone at the end. */
export function file(): string {
  return join(folder(), 'hubspot.db')
}

const require = createRequire(import.meta.url)

/** Opens a file with a driver, as the adapter does: the same settings, for whatever is measured beside it. */
export function openSqlite(path: string, driver: 'better-sqlite3' | 'node:sqlite'): SqliteDatabase {
  const Database = driver === 'node:sqlite' ? require(driver).DatabaseSync : require(driver)
  const database: SqliteDatabase = new Database(path)
  for (const pragma of [
    'journal_mode = WAL',
    'synchronous = NORMAL',
    'foreign_keys = ON',
    'cache_size = -4000',
  ])
    database.exec(`PRAGMA ${pragma}`)
  atEnd(() => database.close())
  return database
}

/** A place in a PostgreSQL database: where to connect to, and a schema that nobody else uses. */
export interface PostgresPlace {
  connectionString: string
  schema: string
}

/**
 * A schema in a database that is gone at the end, on a PostgreSQL server with the settings that it comes with: what is committed is
 * on the disk. The server is that of DATABASE_URL where it is set.
 */
export async function postgres(): Promise<PostgresPlace> {
  database ??= openDatabase()
  return { connectionString: await database, schema: `place_${++schemas}` }
}

async function openDatabase(): Promise<string> {
  const server = await openServer([])
  atEnd(server.stop)
  const { url, drop } = await createDatabase(server, 'bench')
  atEnd(drop)
  return url
}

/** A connection that is closed at the end. */
export async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  atEnd(() => client.end())
  return client
}

/** The version of the server, or undefined where none was needed. */
export async function postgresVersion(): Promise<string | undefined> {
  if (!database) return undefined
  const client = await connect(await database)
  const { rows } = await client.query('SHOW server_version')
  return rows[0].server_version
}

/** Closes and drops all that was opened. */
export async function closePlaces(): Promise<void> {
  for (const step of undo.splice(0).reverse()) await step()
}
