import { mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SqliteDatabase } from '@hubsync/adapter-sqlite'
import pg from 'pg'
import { createDatabase, openServer } from '../../test/postgres-server.ts'

/** The steps to run at the end, latest first. */
const undo: (() => unknown)[] = []
let database: Promise<string> | undefined
let schemas = 0

/** Adds a step to run at the end, such as closing or deleting something. */
export function atEnd(step: () => unknown): void {
  undo.push(step)
}

/** A folder that is deleted at the end. */
function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'hubsync-bench-'))
  atEnd(() => rmSync(path, { recursive: true, force: true }))
  return path
}

/** A database file that is deleted at the end. */
export function file(): string {
  return join(folder(), 'hubspot.db')
}

const require = createRequire(import.meta.url)

/** Opens a file with a driver and the settings of the adapter, for bare statements. */
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

/** A place in a PostgreSQL database: its address, and a schema of its own. */
export interface PostgresPlace {
  connectionString: string
  schema: string
}

/**
 * A schema in a database that is dropped at the end, on a PostgreSQL server with default settings, so that commits are
 * on the disk. DATABASE_URL can name another server.
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

/** The version of the server; undefined if none was used. */
export async function postgresVersion(): Promise<string | undefined> {
  if (!database) return undefined
  const client = await connect(await database)
  const { rows } = await client.query('SHOW server_version')
  return rows[0].server_version
}

/** Closes and deletes everything that was opened. */
export async function closePlaces(): Promise<void> {
  for (const step of undo.splice(0).reverse()) await step()
}
