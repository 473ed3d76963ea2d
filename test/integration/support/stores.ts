import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { postgresStore } from '@hubsync/adapter-postgres'
import { sqliteStore } from '@hubsync/adapter-sqlite'
import { memoryStore, type Store } from '@hubsync/core'
import pg from 'pg'
import { inject, onTestFinished } from 'vitest'

/** The stores that every integration test runs on. */
export const stores: { name: string; open: () => Store }[] = [
  { name: 'memory', open: () => memoryStore() },
  { name: 'SQLite', open: () => sqliteStore({ file: join(temporaryFolder(), 'hubspot.db') }) },
  {
    name: 'sql.js',
    open: () => sqliteStore({ file: join(temporaryFolder(), 'hubspot.db'), driver: 'sql.js' }),
  },
  {
    name: 'Postgres',
    open: () =>
      postgresStore({ connectionString: inject('databaseUrl'), schema: temporarySchema() }),
  },
]

/**
 * Those for tests that take long, or that are about HubSpot alone: on sql.js a commit is that of SQLite for as long as the process
 * lives, and `sql-js-kill.test.ts` ends it.
 */
export const storesWithoutSqlJs = stores.filter(({ name }) => name !== 'sql.js')

/** The two databases, for what takes longest: what memory does, SQLite does too. */
export const databases = storesWithoutSqlJs.filter(({ name }) => name !== 'memory')

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
