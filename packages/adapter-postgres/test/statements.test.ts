import type { Batch } from '@hubsync/core/store'
import type pg from 'pg'
import { expect, test } from 'vitest'
import type { PostgresPool } from '../src/index.js'
import { atWritesTo, openTestPlace, testPool } from './place.js'
import { watched } from './postgres-harness.js'
import { batch, companiesOf, portalId, row } from './samples.js'

/** A page as a backfill commits it or, with `feed`, as a change pass does. */
function page(count: number, feed: boolean, turn: number): Batch {
  const ids = Array.from({ length: count }, (_, index) => `${turn}0${index}`)
  return batch({
    checkpoint: {
      stream: 'contacts',
      expected: turn === 1 ? null : { turn: turn - 1 },
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
  // BEGIN with its locks, the checkpoint, a read and a write for each table, the tombstones of each object, the ends of
  // new associations, and COMMIT.
  expect(await statementsOf(page(1, false, 1))).toBe(12)
  expect(await statementsOf(page(1000, false, 2))).toBe(12)
  // Two more: the change feed and its lock.
  expect(await statementsOf(page(1000, true, 3))).toBe(14)
})

test('rows too wide for one statement are written by several', async () => {
  const place = await openTestPlace()
  const store = await place.store()
  await atWritesTo(place, 'contacts', 'NULL')
  const note = 'x'.repeat(11 * 2 ** 20)
  const wide = ['1', '2', '3'].map((id) => {
    const { raw, ...others } = row(id)
    return { ...others, raw: { ...raw, properties: { note } } }
  })
  await store.commit(batch({ rows: [{ object: 'contacts', rows: wide, feed: false }] }))
  const { rows } = await place.pool.query(
    `SELECT last_value::int AS writes FROM ${place.at('turns')}`,
  )
  expect(rows).toEqual([{ writes: 2 }])
  expect((await store.get(portalId, 'contacts', '3'))?.raw.properties.note).toBe(note)
})

/** A pipelined pool that reports each round trip: the statements that are sent before one of them is answered. */
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
            // A round trip takes longer than a turn of the event loop.
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

test('on a pipelined connection a commit takes two round trips, and one more with new associations', async () => {
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
  // BEGIN, a read for each table and of its tombstones, the checkpoint; a write for each table, the feed and its lock,
  // COMMIT.
  expect(await tripsOf(rows)).toEqual([6, 5])
  // One more read, of the sets; the ends of new associations; one more write, of the sets.
  expect(await tripsOf(page(100, true, 2))).toEqual([7, 1, 6])
})

test('a column that the user has added does no harm, whatever its name', async () => {
  const place = await openTestPlace()
  const store = await place.store()
  await place.pool.query(
    `ALTER TABLE ${place.at('contacts')} ADD COLUMN _category integer, ADD COLUMN stored text, ADD COLUMN given text`,
  )
  const { rows = [] } = page(1, false, 1)
  expect((await store.commit(batch({ rows }))).rows.contacts?.created).toBe(1)
})

test('rows that leave need one statement for each table that they are in', async () => {
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
  // BEGIN, reads of the rows, their tombstones and the pairs; writes of associations, tombstones, rows, the feed's lock
  // and the feed twice; COMMIT.
  expect(texts).toHaveLength(11)
})

test('a commit of unchanged rows writes nothing', async () => {
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
