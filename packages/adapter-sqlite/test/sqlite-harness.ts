import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import type { Line, Place, StoreHarness } from '@hubsync/conformance'
import type { Store } from '@hubsync/core'
import { loadSqlJs } from '../src/drivers/sql-js.js'
import { type SqliteDatabase, type SqliteDriver, sqliteStore } from '../src/index.js'
import type { FileImage } from '../src/sqlite-database.js'
import { failingDatabase } from './failing-database.js'

/** The types of better-sqlite3, which has none. */
interface BetterSqlite3 extends SqliteDatabase {
  defaultSafeIntegers(): this
}

const Database: new (file: string) => BetterSqlite3 = createRequire(import.meta.url)(
  'better-sqlite3',
)
const openWithSqlJs = await loadSqlJs()

/** A connection besides those of the stores. With sql.js it is another handle of the file in memory. */
type Beside = SqliteDatabase & { readonly image?: FileImage }

const connections: Record<SqliteDriver, (file: string) => Beside> = {
  'better-sqlite3': (file) => new Database(file),
  'node:sqlite': (file) => new DatabaseSync(file) as unknown as SqliteDatabase,
  'sql.js': openWithSqlJs,
}

/** Connections whose owner has set other result types than the store uses. */
export const otherReadings: Record<
  Exclude<SqliteDriver, 'sql.js'>,
  (typeof connections)['sql.js']
> = {
  'better-sqlite3': (file) => new Database(file).defaultSafeIntegers(),
  'node:sqlite': (file) =>
    new DatabaseSync(file, {
      readBigInts: true,
      returnArrays: true,
    }) as unknown as SqliteDatabase,
}

const fixtures = fileURLToPath(new URL('./fixtures/', import.meta.url))
/** The columns with JSON, by table. Others have at most `raw`. */
const json: Record<string, string[]> = {
  sync_checkpoints: ['state'],
  sync_changes: ['columns'],
  sync_runs: ['counts', 'jobs'],
}

/**
 * Each place is a file in a directory of its own. Stores open it with this driver. With `make`, stores are created by
 * it on lent connections, which `connect` opens if it is given.
 */
export function sqliteHarness(
  driver: SqliteDriver,
  make?: MakeStore,
  connect?: (file: string) => Beside,
): StoreHarness {
  return {
    name: `sqliteStore on ${driver}`,
    open: async () => new SqlitePlace(driver, make, connect),
    versions: readdirSync(fixtures)
      .map((file) => Number(/^schema-(\d+)\.sql$/.exec(file)?.[1]))
      .sort((one, other) => one - other),
    async openAt(version) {
      const place = new SqlitePlace(driver, make, connect)
      place.run(readFileSync(join(fixtures, `schema-${version}.sql`), 'utf8'))
      return place
    },
  }
}

type MakeStore = (database: SqliteDatabase) => Store

export const lending: MakeStore = (database) => sqliteStore({ database })

/** A directory with at most one database in it. */
export class SqlitePlace implements Place {
  readonly directory = mkdtempSync(join(tmpdir(), 'hubsync-'))
  readonly file = join(this.directory, 'hubspot.db')
  readonly driver: SqliteDriver
  readonly #make: MakeStore | undefined
  readonly #connect: (file: string) => Beside
  readonly #stores: Store[] = []
  readonly #databases: Beside[] = []
  #reader: Beside | undefined

  constructor(
    driver: SqliteDriver = 'better-sqlite3',
    make?: MakeStore,
    connect = connections[driver],
  ) {
    this.driver = driver
    this.#make = make
    this.#connect = connect
  }

  store(): Store {
    return this.#keep(
      this.#make?.(this.connect(this.#connect)) ??
        sqliteStore({ file: this.file, driver: this.driver }),
    )
  }

  /** A connection besides those of the stores. */
  connect(open = connections[this.driver]): Beside {
    const database = open(this.file)
    if (!database.image) database.exec('PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL')
    this.#databases.push(database)
    return database
  }

  failing() {
    const database = failingDatabase(this.connect(this.#connect))
    const { failAt, failed } = database
    return { store: this.#keep((this.#make ?? lending)(database)), failAt, failed }
  }

  async lent() {
    const database = this.connect(this.#connect)
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
    const parsed = json[table] ?? ['raw']
    return this.#read(`SELECT * FROM "${table}"`).map((line) =>
      Object.fromEntries(
        Object.entries(line).map(([name, value]) => [
          name,
          parsed.includes(name) && value !== null ? JSON.parse(String(value)) : value,
        ]),
      ),
    )
  }

  async occupy(table: string): Promise<void> {
    this.run(`CREATE TABLE "${table}" (id INTEGER, note TEXT);
INSERT INTO "${table}" VALUES (1, 'mine')`)
  }

  async makeUnique(table: string, column: string): Promise<void> {
    this.run(`CREATE UNIQUE INDEX mine ON "${table}" (portal_id, "${column}")`)
  }

  async pretendVersion(version: number): Promise<void> {
    this.run(`INSERT INTO sync_schema VALUES (${version}, '2026-01-05T00:00:00.000Z')`)
  }

  async ageLeases(ms: number): Promise<void> {
    this.run(
      `UPDATE sync_leases SET renewed_at = strftime('%Y-%m-%dT%H:%M:%fZ', renewed_at, '-${ms / 1_000} seconds')`,
    )
  }

  async dispose(): Promise<void> {
    for (const store of this.#stores) await store.close()
    for (const database of this.#databases) database.close()
    rmSync(this.directory, { recursive: true })
  }

  /** Runs a script in the database, which is created if it doesn't exist. */
  run(script: string): void {
    this.#reader ??= this.connect()
    this.#reader.exec(script)
    this.#reader.image?.save()
  }

  #read(sql: string): Line[] {
    if (this.driver === 'sql.js') return this.#readSaved(sql)
    if (!existsSync(this.file)) return []
    this.#reader ??= this.connect()
    return this.#reader.prepare(sql).all() as Line[]
  }

  /** Saves the image, and reads the file with another driver. */
  #readSaved(sql: string): Line[] {
    this.#reader ??= this.connect()
    this.#reader.image?.save()
    if (!existsSync(this.file)) return []
    const database = new Database(this.file)
    try {
      return database.prepare(sql).all() as Line[]
    } finally {
      database.close()
    }
  }

  #keep(store: Store): Store {
    this.#stores.push(store)
    return store
  }
}
