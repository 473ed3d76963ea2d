import type { Batch } from '@hubsync/core'
import type pg from 'pg'
import { expect, test } from 'vitest'
import type { PostgresPool } from '../src/index.js'
import { openTestPlace, testPool } from './place.js'
import { watched } from './postgres-harness.js'
import { batch, companiesOf, row } from './samples.js'

/** A page of the list as a backfill commits it, and as a change pass does. */
function page(count: number, feed: boolean, turn: number): Batch {
  const ids = Array.from({ length: count }, (_, index) => `${turn}0${index}`)
  return batch({
    checkpoint: {
      ...{ stream: 'contacts', expected: turn === 1 ? null : { turn: turn - 1 } },
      next: { turn },
    },
    rows: [
      { object: 'contacts', rows: ids.map((id) => row(id)), feed },
      { object: 'companies', rows: ids.map((id) => row(id)), feed },
    ],
    associations: ids.map((id) => companiesOf(id, '999', ...ids.slice(0, 4))),
  })
}

test('a commit takes as many statements for a thousand rows as for one', async () => {
  const place = await openTestPlace()
  const texts: string[] = []
  const store = await place.store(watched(place.pool, (text) => texts.push(text)))
  const statementsOf = async (content: Batch) => {
    texts.length = 0
    await store.commit(content)
    return texts.length
  }
  // BEGIN with its locks, the checkpoint, a read and a write for each table, the ends that came with neither, and COMMIT.
  expect(await statementsOf(page(1, false, 1))).toBe(10)
  expect(await statementsOf(page(1000, false, 2))).toBe(10)
  // With the change feed.
  expect(await statementsOf(page(1000, true, 3))).toBe(11)
})

/** A pipelined pool that tells of each trip to the server: the statements that go out before one of them is answered. */
function tripping(pool: pg.Pool, onTrip: (statements: number) => void): PostgresPool {
  return {
    async connect() {
      const client = await pool.connect()
      let waiting: (() => void)[] = []
      function leave() {
        const leaving = waiting
        waiting = []
        onTrip(leaving.length)
        for (const go of leaving) go()
      }
      return {
        pipeline: true,
        query: (query) =>
          new Promise((resolve) => {
            // The way to the server takes longer than a turn of the event loop.
            if (waiting.length === 0) setImmediate(() => setImmediate(leave))
            waiting.push(() => resolve(client.query(query)))
          }),
        release: (destroy) => client.release(destroy),
        on: (event, listener) => client.on(event, listener),
        off: (event, listener) => client.off(event, listener),
      }
    },
  }
}

test('on a pipelined connection a commit takes two trips to the server, and two more with associations', async () => {
  const place = await openTestPlace()
  const trips: number[] = []
  const pool = testPool({ pipeline: true })
  const store = await place.store(tripping(pool, (statements) => trips.push(statements)))
  const tripsOf = async (content: Batch) => {
    trips.length = 0
    await store.commit(content)
    return trips
  }
  const { associations: _, ...rows } = page(100, true, 1)
  // BEGIN, a read for each table, the checkpoint; a write for each table, the feed, COMMIT.
  expect(await tripsOf(rows)).toEqual([4, 4])
  // A write for each table, and a read of the sets; the ends that came with neither; the sets, the feed, COMMIT.
  expect(await tripsOf(page(100, true, 2))).toEqual([4, 3, 1, 3])
})

test('the versions of a batch are looked up by a hash, not compared with each row that is here', async () => {
  const place = await openTestPlace()
  const plans: string[] = []
  const pool = watched(place.pool, async (text, client) => {
    if (!text.includes('AS _whole')) return
    // The generic plan, which knows no values.
    await client.query(`SET LOCAL plan_cache_mode = force_generic_plan; PREPARE known AS ${text}`)
    const { rows } = await client.query(
      'EXPLAIN (VERBOSE) EXECUTE known(NULL, NULL, NULL, NULL, NULL, NULL)',
    )
    await client.query('DEALLOCATE known')
    plans.push(rows.map((line) => line['QUERY PLAN']).join('\n'))
  })
  const store = await place.store(pool)
  await store.commit(batch({ rows: page(2, false, 1).rows ?? [] }))
  expect(plans).toHaveLength(2)
  for (const plan of plans) {
    expect(plan).toMatch(/_version.*hashed SubPlan/)
    // Once for a row, however many columns depend on it.
    expect(plan.match(/hashed SubPlan/g)).toHaveLength(1)
  }
})

test('a column that is not the mirror’s does no harm, whatever its name', async () => {
  const place = await openTestPlace()
  const store = await place.store()
  await place.pool.query(
    `ALTER TABLE ${place.at('contacts')} ADD COLUMN _version integer, ADD COLUMN _whole text`,
  )
  const { rows = [] } = page(1, false, 1)
  expect((await store.commit(batch({ rows }))).rows.contacts?.created).toBe(1)
})

test('rows that leave take a statement for each table that they are in', async () => {
  const place = await openTestPlace()
  const texts: string[] = []
  const store = await place.store(watched(place.pool, (text) => texts.push(text)))
  await store.commit(page(50, false, 1))
  texts.length = 0
  const ids = Array.from({ length: 50 }, (_, index) => `10${index}`)
  await store.commit(
    batch({
      tombstones: ids.map((id) => ({ object: 'contacts', id, reason: 'purged', intoId: null })),
    }),
  )
  // BEGIN, the rows' locks, the pairs that are there, their associations, the tombstones, the rows, the feed twice, COMMIT.
  expect(texts).toHaveLength(9)
})

test('a commit of what is there already writes nothing', async () => {
  const place = await openTestPlace()
  const store = await place.store()
  const { checkpoint: _, ...content } = page(50, true, 1)
  await store.commit(content)
  const versions = async () => {
    const tables = ['contacts', 'companies', 'contacts_companies', 'sync_changes']
    const { rows } = await place.pool.query(
      tables
        .map((table) => `SELECT '${table}' AS name, ctid::text FROM ${place.at(table)}`)
        .join(' UNION ALL '),
    )
    return rows
  }
  const before = await versions()
  await store.commit(content)
  expect(await versions()).toEqual(before)
})
