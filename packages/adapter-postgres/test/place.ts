import type { Store } from '@hubsync/core'
import { tableOf } from '@hubsync/core/store'
import type pg from 'pg'
import { onTestFinished } from 'vitest'
import { type PostgresPool, postgresStore } from '../src/index.js'
import { upsertRows } from '../src/postgres-write-sql.js'
import { databaseUrl, freshSchema, openPool } from './postgres-harness.js'
import { minute, schema as mirror, portalId } from './samples.js'

/** A schema for one test with the samples' tables. It is dropped at the end of the test. */
export interface TestPlace {
  schema: string
  /** For SQL that doesn't go through the store. */
  pool: pg.Pool
  /** Another store on this schema, on that pool if one is given. */
  store(pool?: PostgresPool): Promise<Store>
  /** The qualified name of a table. */
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

/** A pool with these settings. It is ended at the end of the test. */
export function testPool(config: pg.PoolConfig): pg.Pool {
  const pool = openPool(config)
  onTestFinished(() => pool.end())
  return pool
}

/** Polls until another connection waits for a lock that `holder` has. */
export async function untilBlockedBy(pool: pg.Pool, holder: number): Promise<void> {
  for (;;) {
    const { rows } = await pool.query(
      'SELECT 1 FROM pg_stat_activity WHERE $1 = ANY (pg_blocking_pids(pid))',
      [holder],
    )
    if (rows.length > 0) return
  }
}

/** Whether a statement writes rows of this object. */
export function writesRows({ schema }: TestPlace, object: string, text: string): boolean {
  const target = { schema, portalId, at: minute(0) }
  return text === upsertRows(target, tableOf(mirror, object), []).text
}

/** Adds a trigger that runs this PL/pgSQL whenever a statement inserts into a table. `turn` counts them from 1. */
export async function atWritesTo(place: TestPlace, table: string, action: string): Promise<void> {
  const [turns, work] = [place.at('turns'), place.at('at_write')]
  await place.pool.query(`CREATE SEQUENCE ${turns};
CREATE FUNCTION ${work}() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE turn bigint := nextval('${turns}');
BEGIN
  ${action};
  RETURN NULL;
END $$;
CREATE TRIGGER at_write AFTER INSERT ON ${place.at(table)} FOR EACH STATEMENT EXECUTE FUNCTION ${work}()`)
}

/** Makes the first inserts into a table fail with this SQLSTATE. */
export async function failWrites(
  place: TestPlace,
  state: string,
  times: number,
  table = 'contacts',
): Promise<void> {
  const fail = `RAISE EXCEPTION 'told to fail' USING ERRCODE = '${state}'`
  await atWritesTo(place, table, `IF turn <= ${times} THEN ${fail}; END IF`)
}
