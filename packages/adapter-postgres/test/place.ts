import type { Store } from '@hubsync/core'
import type pg from 'pg'
import { onTestFinished } from 'vitest'
import { type PostgresPool, postgresStore } from '../src/index.js'
import { databaseUrl, freshSchema, openPool } from './postgres-harness.js'
import { schema as mirror } from './samples.js'

/** A schema of a test's own with the samples' tables, gone at the end of the test. */
export interface TestPlace {
  schema: string
  /** To look past the store with. */
  pool: pg.Pool
  /** Another store here; on that pool, where one is given. */
  store(pool?: PostgresPool): Promise<Store>
  /** A table with its schema, for SQL. */
  at(table: string): string
}

export async function openTestPlace(): Promise<TestPlace> {
  const schema = freshSchema()
  const pool = openPool()
  const stores: Store[] = []
  onTestFinished(async () => {
    for (const store of stores) await store.close()
    await pool.query(`DROP SCHEMA IF EXISTS "${schema}" CASCADE`)
    await pool.end()
  })
  return {
    schema,
    pool,
    at: (table) => `"${schema}"."${table}"`,
    async store(lent) {
      const store = postgresStore(
        lent ? { pool: lent, schema } : { connectionString: databaseUrl, schema },
      )
      stores.push(store)
      await store.migrate(mirror)
      return store
    },
  }
}

/** A pool with settings of its own, ended at the end of the test. */
export function testPool(config: pg.PoolConfig): pg.Pool {
  const pool = openPool(config)
  onTestFinished(() => pool.end())
  return pool
}

/** Asks again and again until somebody waits for a lock that `holder` has. */
export async function untilBlockedBy(pool: pg.Pool, holder: number): Promise<void> {
  for (;;) {
    const { rows } = await pool.query(
      'SELECT 1 FROM pg_stat_activity WHERE $1 = ANY (pg_blocking_pids(pid))',
      [holder],
    )
    if (rows.length > 0) return
  }
}

/** Whether a statement adds lines to a table. */
export function writesTo(place: TestPlace, table: string, text: string): boolean {
  return text.includes(`INSERT INTO ${place.at(table)} `)
}

/** Makes the first writes to contacts fail with that SQLSTATE. */
export async function failWrites(place: TestPlace, state: string, times: number): Promise<void> {
  await place.pool.query(`CREATE SEQUENCE ${place.at('failures')}`)
  await place.pool.query(`CREATE FUNCTION ${place.at('fail')}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF nextval('${place.at('failures')}') <= ${times} THEN RAISE EXCEPTION 'told to fail' USING ERRCODE = '${state}'; END IF;
  RETURN NULL;
END $$`)
  await place.pool.query(
    `CREATE TRIGGER fail AFTER INSERT OR UPDATE ON ${place.at('contacts')} FOR EACH STATEMENT EXECUTE FUNCTION ${place.at('fail')}()`,
  )
}
