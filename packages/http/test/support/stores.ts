import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { postgresStore } from '@hubsync/adapter-postgres'
import { sqliteStore } from '@hubsync/adapter-sqlite'
import type { Store } from '@hubsync/core'
import pg from 'pg'
import { inject, onTestFinished } from 'vitest'

/** A database for the running test. */
export interface TestDatabase {
  /** Another store on it, as another process has. */
  store(): Store
  /** The content of its tables, for comparison. */
  dump(): Promise<Record<string, unknown[]>>
  /** Has whoever is at a job say nothing for so long: by the clock of the mirrors, or the server's own. */
  silence(clock: { advance(ms: number): Promise<void> }, ms: number): Promise<void>
}

export const databases: { name: string; open: () => TestDatabase }[] = [
  { name: 'SQLite', open: sqliteDatabase },
  { name: 'Postgres', open: postgresDatabase },
]

/** A SQLite file that is deleted at the end of the test. */
export function sqliteDatabase(): TestDatabase {
  const folder = mkdtempSync(join(tmpdir(), 'hubsync-http-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const file = join(folder, 'hubspot.db')
  return {
    store: () => closedAfterwards(sqliteStore({ file })),
    async dump() {
      const database = new DatabaseSync(file, { readOnly: true })
      const names = database
        .prepare("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
        .all()
        .map(({ name }) => String(name))
      const tables = names.map((name) => [name, database.prepare(`SELECT * FROM "${name}"`).all()])
      database.close()
      return Object.fromEntries(tables)
    },
    silence: (clock, ms) => clock.advance(ms),
  }
}

let schemas = 0

/** A schema of the Postgres server that is dropped at the end of the test. */
function postgresDatabase(): TestDatabase {
  const connectionString = inject('databaseUrl')
  const schema = `http_${process.pid}_${++schemas}`
  const withClient = async <T>(work: (client: pg.Client) => Promise<T>) => {
    const client = new pg.Client({ connectionString })
    await client.connect()
    try {
      return await work(client)
    } finally {
      await client.end()
    }
  }
  onTestFinished(() =>
    withClient(async (client) => {
      await client.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`)
    }),
  )
  return {
    store: () => closedAfterwards(postgresStore({ connectionString, schema })),
    dump: () =>
      withClient(async (client) => {
        const { rows: names } = await client.query<{ name: string }>(
          'SELECT tablename AS name FROM pg_tables WHERE schemaname = $1 ORDER BY 1',
          [schema],
        )
        const tables: Record<string, unknown[]> = {}
        for (const { name } of names) {
          const { rows } = await client.query(
            `SELECT * FROM ${schema}."${name}" AS t ORDER BY t::text`,
          )
          tables[name] = rows
        }
        return tables
      }),
    silence: (_, ms) =>
      withClient(async (client) => {
        const past = `renewed_at - ${ms} * interval '1 millisecond'`
        await client.query(`UPDATE ${schema}.sync_leases SET renewed_at = ${past}`)
      }),
  }
}

function closedAfterwards(store: Store): Store {
  onTestFinished(() => store.close())
  return store
}
