import type pg from 'pg'
import { expect, test } from 'vitest'
import type { PostgresPool, PostgresQuery } from '../src/index.js'
import { openTestPlace, testPool } from './place.js'
import { batch, companiesOf, group, portalId, row } from './samples.js'

/**
 * Hands out connections as PgBouncer does in transaction mode: the next one with every transaction, and with every statement
 * outside of one. Nothing is reset in between, so that what is left behind on one is there to be found.
 */
function transactionPooler(backends: pg.PoolClient[], queries: PostgresQuery[]): PostgresPool {
  let turn = 0
  const next = () => backends[turn++ % backends.length]!
  const client = () => {
    let backend: pg.PoolClient | undefined
    return {
      async query(query: PostgresQuery) {
        queries.push(query)
        if (query.text.startsWith('BEGIN')) backend = next()
        const at = backend ?? next()
        if (/^(COMMIT|ROLLBACK)/.test(query.text)) backend = undefined
        return at.query(query)
      },
      release() {},
      on() {},
      off() {},
    }
  }
  return { connect: async () => client(), query: (query) => client().query(query) }
}

test('every transaction may get another connection, and leaves nothing behind on it', async () => {
  const place = await openTestPlace()
  const pool = testPool({})
  const backends = await Promise.all([1, 2, 3].map(() => pool.connect()))
  const settings = () =>
    Promise.all(
      backends.map(async (backend) => {
        // Those of PL/pgSQL appear once a connection has run a DO block, each at its default.
        const { rows } = await backend.query(
          `SELECT name, setting FROM pg_settings WHERE name NOT LIKE 'plpgsql.%' ORDER BY name`,
        )
        return rows
      }),
    )
  const before = await settings()
  const queries: PostgresQuery[] = []
  const store = await place.store(transactionPooler(backends, queries))
  for (let turn = 0; turn < 6; turn++)
    await store.commit(
      batch({
        checkpoint: {
          ...{ stream: 'contacts', expected: turn === 0 ? null : { turn: turn - 1 } },
          next: { turn },
        },
        rows: [group('contacts', row('1', turn)), group('companies', row('9', turn))],
        associations: [companiesOf('1', '9')],
      }),
    )
  expect(await store.readCheckpoint(portalId, 'contacts')).toEqual({ turn: 5 })
  expect(await store.related(portalId, 'contacts_companies', { fromId: '1' })).toHaveLength(1)
  for (const query of queries) expect(query).not.toHaveProperty('name')
  for (const backend of backends) {
    const { rows } = await backend.query(`SELECT
  (SELECT count(*)::int FROM pg_prepared_statements WHERE name <> '') AS prepared,
  (SELECT count(*)::int FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'advisory') AS locks,
  (SELECT count(*)::int FROM pg_class WHERE relpersistence = 't' AND relnamespace = pg_my_temp_schema()) AS temporary`)
    expect(rows).toEqual([{ prepared: 0, locks: 0, temporary: 0 }])
  }
  expect(await settings()).toEqual(before)
  for (const backend of backends) backend.release()
})
