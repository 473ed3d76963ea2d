import type { MirrorSchema } from '@hubsync/core/store'
import type pg from 'pg'
import { expect, onTestFinished, test } from 'vitest'
import { postgresStore } from '../src/index.js'
import { openTestPlace, type TestPlace, testPool, untilBlockedBy } from './place.js'
import { portalId, schema } from './samples.js'

/** The samples' schema with one more column. */
const wider: MirrorSchema = {
  ...schema,
  objects: schema.objects.map((table) => ({
    ...table,
    columns: [
      ...table.columns,
      { name: 'more', sqlName: 'more', kind: 'text', property: 'more' } as const,
    ],
  })),
}

/** An open transaction that has read contacts, as a backup does. Until it ends, nobody can alter the table. */
async function longReader(place: TestPlace) {
  const client = await place.pool.connect()
  onTestFinished(() => client.release())
  const { rows } = await client.query('SELECT pg_backend_pid() AS pid')
  await client.query('BEGIN')
  await client.query(`SELECT 1 FROM ${place.at('contacts')}`)
  return { pid: Number(rows[0].pid), end: () => client.query('ROLLBACK') }
}

async function columnsOf(pool: pg.Pool, place: TestPlace): Promise<string[]> {
  const { rows } = await pool.query(
    'SELECT attname FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0',
    [place.at('contacts')],
  )
  return rows.map(({ attname }) => attname)
}

test('a reader that comes while a migration waits for a lock gets through, and the migration succeeds once the table is free', async () => {
  const place = await openTestPlace()
  await place.store()
  const reader = await longReader(place)
  const store = postgresStore({ pool: place.pool, schema: place.schema })
  const migrated = store.migrate(wider)
  await untilBlockedBy(place.pool, reader.pid)
  // Queued behind the ALTER TABLE, which waits for the long reader.
  const { rows } = await place.pool.query(`SELECT count(*) FROM ${place.at('contacts')}`)
  expect(rows).toEqual([{ count: '0' }])
  expect(await columnsOf(place.pool, place)).not.toContain('more')
  await reader.end()
  await migrated
  expect(await columnsOf(place.pool, place)).toContain('more')
})

test('a table that stays locked is reported, and nothing is changed', async () => {
  const place = await openTestPlace()
  await place.store()
  const reader = await longReader(place)
  const hasty = testPool({ options: '-c lock_timeout=10ms' })
  const store = postgresStore({ pool: hasty, schema: place.schema })
  await expect(store.migrate(wider)).rejects.toMatchObject({
    code: 'STORE_FAILED',
    message: expect.stringMatching(/lock.*pg_stat_activity.*Run again.*Nothing was changed/),
  })
  await reader.end()
  expect(await columnsOf(place.pool, place)).not.toContain('more')
})

test('a migration with nothing to do waits for no lock', async () => {
  const place = await openTestPlace()
  await place.store()
  const client = await place.pool.connect()
  onTestFinished(() => client.release())
  await client.query('BEGIN')
  await client.query(`LOCK TABLE ${place.at('contacts')} IN ROW EXCLUSIVE MODE`)
  const store = postgresStore({ pool: place.pool, schema: place.schema })
  await store.migrate(schema)
  expect(await store.list(portalId, 'contacts', { limit: 1 })).toEqual([])
  await client.query('ROLLBACK')
})
