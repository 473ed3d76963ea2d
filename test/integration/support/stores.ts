import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { postgresStore } from '@hubsync/adapter-postgres'
import { sqliteStore } from '@hubsync/adapter-sqlite'
import { memoryStore, type Store } from '@hubsync/core'
import pg from 'pg'
import { inject, onTestFinished } from 'vitest'

/** A kind of place for mirrors. */
export interface StoreKind {
  name: string
  /** A store in a place of its own. */
  open: () => Store
  /** A place of its own. Each call returns another store there, as each process has one. */
  place: () => () => Store
}

/** The schema of each store on Postgres. */
const schemaOf = new WeakMap<Store, string>()

const kindOf = (name: string, place: StoreKind['place']): StoreKind => ({
  ...{ name, place },
  open: () => place()(),
})

/** The stores that every integration test runs on. */
export const stores: StoreKind[] = [
  kindOf('memory', () => {
    const store = memoryStore()
    return () => store
  }),
  kindOf('SQLite', () => {
    const file = join(temporaryFolder(), 'hubspot.db')
    return () => sqliteStore({ file })
  }),
  kindOf('sql.js', () => {
    const file = join(temporaryFolder(), 'hubspot.db')
    return () => sqliteStore({ file, driver: 'sql.js' })
  }),
  kindOf('Postgres', () => {
    const schema = temporarySchema()
    return () => {
      const store = postgresStore({ connectionString: inject('databaseUrl'), schema })
      schemaOf.set(store, schema)
      return store
    }
  }),
]

/**
 * Those for tests that take long, or that are about HubSpot alone. As long as the process lives, a commit on sql.js is
 * one of SQLite, and `sql-js-kill.test.ts` covers its death.
 */
export const storesWithoutSqlJs = stores.filter(({ name }) => name !== 'sql.js')

/** The two databases, for the longest tests: SQLite does everything that memory does. */
export const databases = storesWithoutSqlJs.filter(({ name }) => name !== 'memory')

/** The stores of three processes in one place, closed at the end of the test. */
export function openStores(place: StoreKind['place']): [Store, Store, Store] {
  const open = place()
  const all: [Store, Store, Store] = [open(), open(), open()]
  onTestFinished(async () => {
    for (const store of all) await store.close()
  })
  return all
}

/**
 * Makes time pass for runs in a store: by the test's clock, and on Postgres, whose server has its own clock, by SQL.
 */
export async function passTime(
  store: Store,
  clock: { now(): number; set(at: number): void },
  ms: number,
): Promise<void> {
  clock.set(clock.now() + ms)
  const schema = schemaOf.get(store)
  if (schema !== undefined) await ageLeases(schema, ms)
}

/** Moves the time back at which the holders of leases in a schema last renewed them. */
export async function ageLeases(schema: string, ms: number): Promise<void> {
  const client = new pg.Client({ connectionString: inject('databaseUrl') })
  await client.connect()
  await client.query(
    `UPDATE ${schema}.sync_leases SET renewed_at = renewed_at - ${ms} * interval '1 millisecond'`,
  )
  await client.end()
}

let schemas = 0

/** A schema of the running test's own, dropped at its end. */
export function temporarySchema(): string {
  const schema = `run_${process.pid}_${++schemas}`
  onTestFinished(async () => {
    const client = new pg.Client({ connectionString: inject('databaseUrl') })
    await client.connect()
    await client.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`)
    await client.end()
  })
  return schema
}

/** A folder of the running test's own, deleted at its end. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'hubsync-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}
