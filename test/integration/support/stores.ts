import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { postgresStore } from '@hubsync/adapter-postgres'
import { sqliteStore } from '@hubsync/adapter-sqlite'
import { memoryStore, type Store } from '@hubsync/core'
import pg from 'pg'
import { inject, onTestFinished } from 'vitest'

/** A kind of place for a mirror. */
export interface StoreKind {
  name: string
  /** A store in a place of its own. */
  open: () => Store
  /** A place of its own, in which every call gives another store, as each process has one. */
  place: () => () => Store
}

/** By the store on Postgres: its schema. */
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
 * Those for tests that take long, or that are about HubSpot alone: on sql.js a commit is that of SQLite for as long as the process
 * lives, and `sql-js-kill.test.ts` ends it.
 */
export const storesWithoutSqlJs = stores.filter(({ name }) => name !== 'sql.js')

/** The two databases, for what takes longest: what memory does, SQLite does too. */
export const databases = storesWithoutSqlJs.filter(({ name }) => name !== 'memory')

/** The stores of three processes in one place, closed with the running test. */
export function openStores(place: StoreKind['place']): [Store, Store, Store] {
  const open = place()
  const all: [Store, Store, Store] = [open(), open(), open()]
  onTestFinished(async () => {
    for (const store of all) await store.close()
  })
  return all
}

/**
 * Makes time pass for runs that are at work in a store: by the clock of the test, and on Postgres, whose server has a clock of its own, by SQL.
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

/** Moves back when the holders of leases in a schema last said that they live. */
export async function ageLeases(schema: string, ms: number): Promise<void> {
  const client = new pg.Client({ connectionString: inject('databaseUrl') })
  await client.connect()
  await client.query(
    `UPDATE ${schema}.sync_leases SET renewed_at = renewed_at - ${ms} * interval '1 millisecond'`,
  )
  await client.end()
}

let schemas = 0

/** A schema of the running test's own, gone with it. */
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

/** A folder of the running test's own, gone with it. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'hubsync-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}
