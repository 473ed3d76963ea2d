import type { ColumnValue } from '@hubsync/core'
import type { Batch, MirrorSchema } from '@hubsync/core/store'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type SqliteDatabase, sqliteStore } from '../src/index.js'
import { portalId } from './schema.js'
import { SqlitePlace } from './sqlite-harness.js'

const names = Array.from({ length: 10 }, (_, index) => `column_${index}`)
const columns = names.map(
  (name) => ({ name, sqlName: name, kind: 'text', property: name }) as const,
)
const schema: MirrorSchema = {
  objects: [{ name: 'contacts', type: 'contacts', columns }],
  pairs: [],
}

/** A commit of one contact, modified at that minute. Columns whose bit is set in `changed` get the minute as value. */
function commitOf(minute: number, changed: number, createdAt = '2025-12-31T00:00:00.000Z'): Batch {
  const at = new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString()
  const written = names.filter((_, bit) => (changed >> bit) % 2 === 1)
  const values = Object.fromEntries(written.map((name) => [name, `${minute}`]))
  const raw = { id: '1', createdAt, updatedAt: at, archived: false, properties: {} }
  const dates = { createdAt, updatedAt: at, archivedAt: null }
  const row = { id: '1', status: 'ACTIVE' as const, url: null, ...dates, values, raw }
  return { portalId, at, rows: [{ object: 'contacts', rows: [row], feed: false }] }
}

describe.each(['better-sqlite3', 'node:sqlite'] as const)('an update on %s', (driver) => {
  let place: SqlitePlace
  let database: SqliteDatabase
  beforeEach(() => {
    place = new SqlitePlace(driver)
    database = place.connect()
  })
  afterEach(() => place.dispose())

  test('writes a column that was added since, and values of every kind', async () => {
    const kinds = [
      { name: 'flag', sqlName: 'flag', kind: 'boolean', property: 'flag' },
      { name: 'count', sqlName: 'count', kind: 'number', property: 'count' },
      { name: 'tags', sqlName: 'tags', kind: 'list', property: 'tags' },
    ] as const
    const wider: MirrorSchema = {
      objects: [{ name: 'contacts', type: 'contacts', columns: [...columns, ...kinds] }],
      pairs: [],
    }
    const store = sqliteStore({ database })
    await store.migrate(schema)
    await store.commit(commitOf(0, 0b11))
    await store.migrate(wider)
    const given = (minute: number, values: Record<string, ColumnValue>) => {
      const batch = commitOf(minute, 0)
      const [row] = batch.rows?.[0]?.rows ?? []
      if (row) Object.assign(row.values, values)
      return batch
    }
    await store.commit(given(1, { flag: true, count: 2.5, tags: ['a', 'b'] }))
    await store.commit(given(2, { flag: false, count: 2.5 }))
    await store.commit(given(3, { tags: ['a'], count: null }))
    expect((await store.get(portalId, 'contacts', '1'))?.values).toMatchObject({
      column_0: '0',
      column_1: '0',
      column_2: null,
      flag: false,
      count: null,
      tags: ['a'],
    })
  })

  test('of a record that is twice in a batch builds on the first', async () => {
    const store = sqliteStore({ database })
    await store.migrate(schema)
    await store.commit(commitOf(0, 0b111))
    const rows = [commitOf(1, 0b1), commitOf(2, 0b10)].flatMap(
      (batch) => batch.rows?.[0]?.rows ?? [],
    )
    const { rows: counts } = await store.commit({
      ...commitOf(2, 0),
      rows: [{ object: 'contacts', rows, feed: false }],
    })
    expect(counts.contacts?.updated).toBe(2)
    expect(await place.rows('contacts')).toMatchObject([
      { column_0: '1', column_1: '2', column_2: '0' },
    ])
  })

  test('writes the year together with its date', async () => {
    const store = sqliteStore({ database })
    await store.migrate(schema)
    await store.commit(commitOf(0, 0))
    await store.commit(commitOf(1, 0b1, '2019-06-01T00:00:00.000Z'))
    expect(await place.rows('contacts')).toMatchObject([
      {
        source_created_at: '2019-06-01T00:00:00.000Z',
        source_created_year: 2019,
        synced_at: '2026-01-01T00:01:00.000Z',
        column_0: '1',
      },
    ])
  })
})
