import type { MirrorSchema } from '@hubsync/core/store'
import { expect, onTestFinished, test } from 'vitest'
import { postgresStore } from '../src/index.js'
import { openTestPlace, type TestPlace, untilBlockedBy } from './place.js'
import { batch, group, portalId, row, schema } from './samples.js'

/** The samples' schema with an index on the names of contacts, and on a new column. */
const indexed: MirrorSchema = {
  ...schema,
  objects: schema.objects.map((table) => ({
    ...table,
    columns: table.columns.map((column) => ({ ...column, index: column.name === 'name' })),
  })),
}

const wider: MirrorSchema = {
  ...indexed,
  objects: indexed.objects.map((table) => ({
    ...table,
    columns: [
      ...table.columns,
      { name: 'more', sqlName: 'more', kind: 'text', property: 'more', index: true } as const,
    ],
  })),
}

/** 3,000 bytes that don't compress. An index of PostgreSQL takes 2,704. */
const long = Array.from({ length: 1_000 }, (_, index) => String.fromCodePoint(0x4e00 + index)).join(
  '',
)

async function definitions(place: TestPlace): Promise<string[]> {
  const { rows } = await place.pool.query(
    `SELECT indexdef FROM pg_indexes WHERE schemaname = $1 AND indexname LIKE '%by_column%' ORDER BY indexname`,
    [place.schema],
  )
  return rows.map(({ indexdef }) => String(indexdef).replace(/^.* USING /, ''))
}

test('an index begins with the portal and the column, and ends with the id', async () => {
  const place = await openTestPlace()
  await place.store()
  await postgresStore({ pool: place.pool, schema: place.schema }).migrate(wider)
  expect(await definitions(place)).toEqual([
    'btree (portal_id, more, source_id)',
    'btree (portal_id, more, source_id)',
    'btree (portal_id, name, source_id)',
  ])
})

test('readers get through while an index waits for a writer, and it is made once that one is done', async () => {
  const place = await openTestPlace()
  const store = await place.store()
  await store.commit(batch({ rows: [group('contacts', row('1', 1, { name: 'Ada' }))] }))
  const writer = await place.pool.connect()
  onTestFinished(() => writer.release())
  const { rows } = await writer.query('SELECT pg_backend_pid() AS pid')
  await writer.query('BEGIN')
  await writer.query(`UPDATE ${place.at('contacts')} SET name = 'Bob'`)
  const migrated = postgresStore({ pool: place.pool, schema: place.schema }).migrate(indexed)
  await untilBlockedBy(place.pool, Number(rows[0].pid))
  expect((await store.get(portalId, 'contacts', '1'))?.values.name).toBe('Ada')
  expect(await definitions(place)).toEqual([])
  await writer.query('COMMIT')
  await migrated
  expect(await definitions(place)).toHaveLength(1)
})

test('an index that cannot be made is told, and leaves the tables complete and in use', async () => {
  const place = await openTestPlace()
  const store = await place.store()
  await store.commit(batch({ rows: [group('contacts', row('1', 1, { name: long }))] }))
  await expect(store.migrate(wider)).rejects.toMatchObject({
    code: 'STORE_FAILED',
    message: expect.stringMatching(
      /The tables are complete. Only the index on "name" of "contacts" could not be made: `index: true`/,
    ),
  })
  const { rows } = await place.pool.query(
    `SELECT 1 FROM pg_attribute WHERE attrelid = $1::regclass AND attname = 'more'`,
    [place.at('contacts')],
  )
  expect(rows).toHaveLength(1)
})

test('a value that is too long for an index is refused as by any index, by its name', async () => {
  const place = await openTestPlace()
  const store = await place.store()
  await store.migrate(indexed)
  const commit = store.commit(batch({ rows: [group('contacts', row('1', 1, { name: long }))] }))
  await expect(commit).rejects.toMatchObject({
    code: 'ROW_REFUSED',
    message: expect.stringContaining('contacts_by_column_name'),
  })
})
