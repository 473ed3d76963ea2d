import { defineStoreTests } from '@hubsync/conformance'
import pg from 'pg'
import { describe, expect, inject, onTestFinished, test } from 'vitest'
import { POOLED } from '../../../test/pgbouncer.js'
import { postgresStore } from '../src/index.js'
import { commitInTurns, nothing, stateOf } from './left-behind.js'
import { freshSchema, harnessAt, openPool } from './postgres-harness.js'
import { schema as mirror } from './samples.js'

// This file is only run if PGBOUNCER names the program.
const address = inject('poolerUrl') as string

defineStoreTests({ describe, test }, harnessAt('postgresStore behind PgBouncer', address))

/**
 * The state of each connection between PgBouncer and the server. Parallel transactions hold all of them at the same
 * time.
 */
async function statesBehind(): Promise<Record<string, unknown>[]> {
  // PgBouncer passes the client's application name on. This is the name that the stores use.
  const pool = new pg.Pool({
    connectionString: address,
    application_name: 'hubsync',
    max: POOLED,
  })
  const clients = await Promise.all(Array.from({ length: POOLED }, () => pool.connect()))
  await Promise.all(clients.map((client) => client.query('BEGIN')))
  const states = await Promise.all(
    clients.map(async (client) => {
      const { rows } = await client.query('SELECT pg_backend_pid() AS pid')
      return { ...rows[0], ...(await stateOf(client)) }
    }),
  )
  for (const client of clients) {
    await client.query('COMMIT')
    client.release()
  }
  await pool.end()
  return states.sort((a, b) => a.pid - b.pid)
}

test('behind PgBouncer in transaction mode, the store leaves nothing behind on a connection', async () => {
  const before = await statesBehind()
  expect(new Set(before.map(({ pid }) => pid)).size).toBe(POOLED)
  const schemas = Array.from({ length: 2 * POOLED }, freshSchema)
  const stores = schemas.map((schema) => postgresStore({ connectionString: address, schema }))
  onTestFinished(async () => {
    for (const store of stores) await store.close()
    const pool = openPool({ max: 1 })
    for (const schema of schemas) await pool.query(`DROP SCHEMA IF EXISTS "${schema}" CASCADE`)
    await pool.end()
  })
  await Promise.all(
    stores.map(async (store) => {
      await store.migrate(mirror)
      await commitInTurns(store)
    }),
  )
  const after = await statesBehind()
  for (const state of after) expect(state).toMatchObject(nothing)
  expect(after).toEqual(before)
})
