import { randomBytes } from 'node:crypto'
import type { Store } from '@hubsync/core'
import type pg from 'pg'
import { onTestFinished } from 'vitest'
import { postgresStore } from '../src/index.js'
import type { TestPlace } from './place.js'
import { databaseUrl } from './postgres-harness.js'

export interface TestRole {
  name: string
  url: string
}

/** A role that may log in and nothing else. It is dropped at the end of the test. */
export async function freshRole(pool: pg.Pool): Promise<TestRole> {
  const name = `role_${randomBytes(6).toString('hex')}`
  await pool.query(`CREATE ROLE ${name} LOGIN PASSWORD '${name}'`)
  const url = new URL(databaseUrl)
  url.username = name
  url.password = name
  onTestFinished(async () => {
    await pool.query(`DROP OWNED BY ${name}`)
    await pool.query(`DROP ROLE ${name}`)
  })
  return { name, url: url.href }
}

export async function reader({ pool, schema }: TestPlace): Promise<TestRole> {
  const role = await freshRole(pool)
  await pool.query(`GRANT USAGE ON SCHEMA "${schema}" TO ${role.name}`)
  await pool.query(`GRANT SELECT ON ALL TABLES IN SCHEMA "${schema}" TO ${role.name}`)
  return role
}

/** A store that connects as this role. */
export function storeOf(place: TestPlace, { url }: TestRole): Store {
  const store = postgresStore({ connectionString: url, schema: place.schema })
  onTestFinished(() => store.close())
  return store
}
