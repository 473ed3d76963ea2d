import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Line, Place, StoreHarness } from '@hubsync/conformance'
import type { Store } from '@hubsync/core'
import type { Database } from './database.ts'
import { ownStore } from './store.ts'

/** The columns with JSON, by table. Others have at most `raw`. */
const json: Record<string, string[]> = {
  sync_checkpoints: ['state'],
  sync_changes: ['columns'],
  sync_runs: ['counts', 'jobs'],
}

/** A place is a folder with at most one database in it. */
class OwnPlace implements Place {
  readonly #folder = mkdtempSync(join(tmpdir(), 'own-store-'))
  readonly #opened: DatabaseSync[] = []
  readonly #stores: Store[] = []
  #reader: DatabaseSync | undefined

  /** A connection besides those of the stores. */
  connect(): DatabaseSync {
    const database = new DatabaseSync(join(this.#folder, 'own.db'), { timeout: 5_000 })
    this.#opened.push(database)
    return database
  }

  #keep(store: Store): Store {
    this.#stores.push(store)
    return store
  }

  #read(sql: string): Line[] {
    this.#reader ??= this.connect()
    return this.#reader.prepare(sql).all()
  }

  store = () => this.#keep(ownStore({ file: join(this.#folder, 'own.db') }))

  async tables() {
    const lines = this.#read(
      `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`,
    )
    return lines.map(({ name }) => String(name))
  }

  async columns(table: string) {
    return this.#read(`PRAGMA table_info("${table}")`).map(({ name }) => String(name))
  }

  async rows(table: string) {
    return this.#read(`SELECT * FROM "${table}"`).map((line) => {
      const parsed = (json[table] ?? ['raw']).filter((name) => typeof line[name] === 'string')
      const values = parsed.map((name) => [name, JSON.parse(String(line[name]))])
      return { ...line, ...Object.fromEntries(values) }
    })
  }

  /** A store on a connection whose nth writing statement throws. */
  failing() {
    const real = this.connect()
    let [countdown, reached] = [0, false]
    const count = () => {
      if (--countdown !== 0) return
      reached = true
      throw new Error('Told to fail.')
    }
    const database: Database = {
      exec(sql) {
        count()
        real.exec(sql)
      },
      prepare(sql) {
        const statement = real.prepare(sql)
        return {
          all: (...values) => statement.all(...values),
          run(...values) {
            count()
            return statement.run(...values)
          },
        }
      },
    }
    return {
      store: this.#keep(ownStore({ database })),
      failAt(statement: number) {
        countdown = statement
        reached = false
      },
      failed: () => reached,
    }
  }

  async lent() {
    const database = this.connect()
    const answers = async () => database.prepare('SELECT 1 AS one').get()?.one === 1
    return { store: this.#keep(ownStore({ database })), answers }
  }

  async occupy(table: string) {
    const database = this.connect()
    database.exec(`CREATE TABLE "${table}" (id INTEGER, note TEXT)`)
    database.exec(`INSERT INTO "${table}" VALUES (1, 'mine')`)
  }

  async makeUnique(table: string, column: string) {
    this.connect().exec(`CREATE UNIQUE INDEX mine ON "${table}" (portal_id, "${column}")`)
  }

  async pretendVersion(version: number) {
    this.connect().exec(`INSERT INTO sync_schema VALUES (${version})`)
  }

  async ageLeases(ms: number) {
    this.connect().exec(
      `UPDATE sync_leases SET renewed_at = strftime('%Y-%m-%dT%H:%M:%fZ', renewed_at, '-${ms / 1_000} seconds')`,
    )
  }

  async dispose() {
    for (const store of this.#stores) await store.close()
    for (const database of this.#opened) database.close()
    rmSync(this.#folder, { recursive: true })
  }
}

export const ownHarness: StoreHarness = {
  name: 'ownStore',
  versions: [1],
  open: async () => new OwnPlace(),
  async openAt(version) {
    const place = new OwnPlace()
    const fixture = new URL(`./fixtures/schema-${version}.sql`, import.meta.url)
    place.connect().exec(readFileSync(fixture, 'utf8'))
    return place
  },
}
