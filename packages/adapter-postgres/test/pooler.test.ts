import type pg from 'pg'
import { expect, test } from 'vitest'
import type { PostgresPool, PostgresQuery } from '../src/index.js'
import { commitInTurns, nothing, stateOf } from './left-behind.js'
import { openTestPlace, testPool } from './place.js'

/**
 * Hands out connections as PgBouncer does in transaction mode: each transaction, and each statement outside of one,
 * gets the next connection. Nothing is reset in between, so that the test finds what is left behind.
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
  return { connect: async () => client() }
}

test('each transaction can get another connection, and leaves nothing behind on it', async () => {
  const place = await openTestPlace()
  const pool = testPool({})
  const backends = await Promise.all([1, 2, 3].map(() => pool.connect()))
  const before = await Promise.all(backends.map(stateOf))
  const queries: PostgresQuery[] = []
  await commitInTurns(await place.store(transactionPooler(backends, queries)))
  for (const query of queries) expect(query).not.toHaveProperty('name')
  const after = await Promise.all(backends.map(stateOf))
  for (const state of after) expect(state).toMatchObject(nothing)
  expect(after).toEqual(before)
  for (const backend of backends) backend.release()
})
