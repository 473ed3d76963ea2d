import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Line, Place, StoreHarness } from '@hubsync/conformance'
import type { Store } from '@hubsync/core'
import { type SqliteDatabase, sqliteStore } from '../src/index.js'
import { failingDatabase } from './failing-database.js'

/** better-sqlite3 brings no types. */
const Database: new (file: string) => SqliteDatabase = createRequire(import.meta.url)(
  'better-sqlite3',
)

const fixtures = fileURLToPath(new URL('./fixtures/', import.meta.url))
const json = new Set(['raw', 'state', 'columns', 'counts', 'jobs'])

/** Places are files in directories of their own. */
export const sqliteHarness: StoreHarness = harnessOf('sqliteStore')

/** The same, with stores on lent connections that `make` makes them on. */
export function harnessOf(name: string, make?: MakeStore, driver?: OpenDatabase): StoreHarness {
  return {
    name,
    open: async () => new SqlitePlace(make, driver),
    versions: readdirSync(fixtures)
      .map((file) => Number(/^schema-(\d+)\.sql$/.exec(file)?.[1]))
      .sort((one, other) => one - other),
    async openAt(version) {
      const place = new SqlitePlace(make, driver)
      place.run(readFileSync(join(fixtures, `schema-${version}.sql`), 'utf8'))
      return place
    },
  }
}

type MakeStore = (database: SqliteDatabase) => Store
type OpenDatabase = (file: string) => SqliteDatabase

const lending: MakeStore = (database) => sqliteStore({ database })

/** A directory with at most one database in it. */
export class SqlitePlace implements Place {
  readonly directory = mkdtempSync(join(tmpdir(), 'hubsync-'))
  readonly file = join(this.directory, 'hubspot.db')
  readonly #make: MakeStore | undefined
  readonly #driver: OpenDatabase
  readonly #stores: Store[] = []
  readonly #databases: SqliteDatabase[] = []
  #reader: SqliteDatabase | undefined

  constructor(make?: MakeStore, driver: OpenDatabase = (file) => new Database(file)) {
    this.#make = make
    this.#driver = driver
  }

  store(): Store {
    return this.#keep(this.#make?.(this.connect()) ?? sqliteStore({ file: this.file }))
  }

  /** A connection beside those of the stores. */
  connect(): SqliteDatabase {
    const database = this.#driver(this.file)
    database.exec('PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL')
    this.#databases.push(database)
    return database
  }

  failing() {
    const database = failingDatabase(this.connect())
    const { failAt, failed } = database
    return { store: this.#keep((this.#make ?? lending)(database)), failAt, failed }
  }

  async lent() {
    const database = this.connect()
    const answers = async () => {
      try {
        return database.prepare('SELECT 1 AS one').get() !== undefined
      } catch {
        return false
      }
    }
    return { store: this.#keep((this.#make ?? lending)(database)), answers }
  }

  async tables(): Promise<string[]> {
    const tables = this.#read(
      `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`,
    )
    return tables.map(({ name }) => String(name))
  }

  async columns(table: string): Promise<string[]> {
    return this.#read(`PRAGMA table_info("${table}")`).map(({ name }) => String(name))
  }

  async rows(table: string): Promise<Line[]> {
    return this.#read(`SELECT * FROM "${table}"`).map((line) =>
      Object.fromEntries(
        Object.entries(line).map(([name, value]) => [
          name,
          json.has(name) && value !== null ? JSON.parse(String(value)) : value,
        ]),
      ),
    )
  }

  async occupy(table: string): Promise<void> {
    this.run(`CREATE TABLE "${table}" (id INTEGER, note TEXT);
INSERT INTO "${table}" VALUES (1, 'mine')`)
  }

  async pretendVersion(version: number): Promise<void> {
    this.run(`INSERT INTO sync_schema VALUES (${version}, '2026-01-05T00:00:00.000Z')`)
  }

  async dispose(): Promise<void> {
    for (const store of this.#stores) await store.close()
    for (const database of this.#databases) database.close()
    rmSync(this.directory, { recursive: true })
  }

  /** Runs a script in the database, which is made if need be. */
  run(script: string): void {
    this.#reader ??= this.connect()
    this.#reader.exec(script)
  }

  #read(sql: string): Line[] {
    if (!existsSync(this.file)) return []
    this.#reader ??= this.connect()
    return this.#reader.prepare(sql).all() as Line[]
  }

  #keep(store: Store): Store {
    this.#stores.push(store)
    return store
  }
}
