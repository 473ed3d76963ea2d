import type { Store } from '@hubsync/core'
import type { ReferenceName, ReferenceRow, ReferenceSet } from '@hubsync/core/store'
import { expect, test } from 'vitest'
import { openTestPlace, type TestPlace } from './place.js'
import { watched } from './postgres-harness.js'
import { freshRole, reader, storeOf } from './roles.js'
import { batch, portalId, wholeSchema } from './samples.js'

const rowOf = (...key: ReferenceRow['key']): ReferenceRow => {
  return { key, status: 'ACTIVE', values: {}, raw: {} }
}
const reading = (table: ReferenceName, ...rows: ReferenceRow[]): ReferenceSet => {
  return { table, scope: [], rows, feed: true }
}
const owners = batch({ reference: [reading('owners', rowOf('1'))] })

/** A place with all reference tables, and a store on it. */
async function referencePlace(): Promise<{ place: TestPlace; store: Store }> {
  const place = await openTestPlace()
  const store = await place.store()
  await store.migrate(wholeSchema)
  return { place, store }
}

test('every reference table and its columns say what they are', async () => {
  const { place } = await referencePlace()
  const { rows } = await place.pool.query(
    `SELECT class.relname, attribute.attname FROM pg_class AS class
JOIN pg_attribute AS attribute ON attribute.attrelid = class.oid AND attribute.attnum > 0
WHERE class.relnamespace = $1::regnamespace AND class.relkind = 'r'
AND (obj_description(class.oid, 'pg_class') IS NULL OR coalesce(col_description(class.oid, attribute.attnum), '') !~ '\\.$')`,
    [`"${place.schema}"`],
  )
  expect(rows).toEqual([])
})

test('the columns of a reference table have the SQL types of their kinds, in order', async () => {
  const { place } = await referencePlace()
  const { rows } = await place.pool.query(
    `SELECT column_name, data_type, collation_name, is_nullable FROM information_schema.columns
WHERE table_schema = $1 AND table_name = 'pipeline_stages' ORDER BY ordinal_position`,
    [place.schema],
  )
  const moment = 'timestamp with time zone'
  expect(rows.map(Object.values)).toEqual([
    ...['portal_id', 'object', 'pipeline_id', 'source_id', 'source_status'].map((name) => {
      return [name, 'text', 'C', 'NO']
    }),
    ['source_created_at', moment, null, 'YES'],
    ['source_updated_at', moment, null, 'YES'],
    ['source_archived_at', moment, null, 'YES'],
    ['label', 'text', null, 'YES'],
    ['display_order', 'bigint', null, 'YES'],
    ['is_closed', 'boolean', null, 'YES'],
    ['is_won', 'boolean', null, 'YES'],
    ['probability', 'numeric', null, 'YES'],
    ['state', 'text', null, 'YES'],
    ['raw', 'jsonb', null, 'YES'],
    ['synced_at', moment, null, 'NO'],
  ])
})

test('a stage without its pipeline is refused by the database itself', async () => {
  const { store } = await referencePlace()
  const stage = reading('pipeline_stages', rowOf('deals', 'p', 's'))
  await expect(store.commit(batch({ reference: [stage] }))).rejects.toMatchObject({
    code: 'ROW_REFUSED',
    tables: ['pipeline_stages'],
  })
  const pipeline = reading('pipelines', rowOf('deals', 'p'))
  await store.commit(batch({ reference: [stage, pipeline] }))
  expect(await store.reference(portalId, 'pipeline_stages', [])).toHaveLength(1)
})

test('the error for a table of yours that has the name of a reference table says what to do', async () => {
  const place = await openTestPlace()
  const store = await place.store()
  await place.pool.query(`CREATE TABLE ${place.at('owners')} (id integer)`)
  await expect(store.migrate(wholeSchema)).rejects.toMatchObject({
    code: 'SCHEMA_CONFLICT',
    message: expect.stringContaining('set `reference` to a list without it, or to `false`'),
  })
})

test('a reading takes as many statements for a thousand rows as for one', async () => {
  const place = await openTestPlace()
  const texts: string[] = []
  const store = await place.store(watched(place.pool, (text) => texts.push(text)))
  await store.migrate(wholeSchema)
  const statementsOf = async (count: number) => {
    const teams = Array.from({ length: count }, (_, index) => rowOf(`${count}`, `${index}`))
    texts.length = 0
    await store.commit(
      batch({ reference: [{ ...reading('owners_teams', ...teams), feed: false }] }),
    )
    return texts.length
  }
  // BEGIN with its lock, a read, a write, and COMMIT. From the second on, also a delete.
  expect([await statementsOf(1), await statementsOf(1_000), await statementsOf(2)]).toEqual([
    4, 5, 5,
  ])
})

test('reference rows that are hidden from the role are reported instead of none', async () => {
  const { place, store } = await referencePlace()
  await store.commit(owners)
  const other = storeOf(place, await reader(place))
  await other.missing(wholeSchema)
  expect(await other.reference(portalId, 'owners', [])).toHaveLength(1)
  await place.pool.query(`ALTER TABLE ${place.at('owners')} ENABLE ROW LEVEL SECURITY`)
  const hidden = { code: 'ROWS_HIDDEN', message: expect.stringContaining('"owners"') }
  await expect(other.reference(portalId, 'owners', [])).rejects.toMatchObject(hidden)
  await expect(other.missing(wholeSchema)).rejects.toMatchObject(hidden)
})

test('a role that may only read and write can write readings into the tables of another role', async () => {
  const { place } = await referencePlace()
  const limited = await freshRole(place.pool)
  await place.pool.query(`GRANT USAGE ON SCHEMA "${place.schema}" TO ${limited.name}`)
  await place.pool.query(
    `GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA "${place.schema}" TO ${limited.name}`,
  )
  const store = storeOf(place, limited)
  await store.migrate(wholeSchema)
  await store.commit(owners)
  expect(await store.reference(portalId, 'owners', [])).toHaveLength(1)
})

test('a constraint of the user that refuses a reading is named with its table', async () => {
  const { place, store } = await referencePlace()
  await place.pool.query(
    `ALTER TABLE ${place.at('owners')} ADD CONSTRAINT mine CHECK (source_id <> '1')`,
  )
  await expect(store.commit(owners)).rejects.toMatchObject({
    code: 'ROW_REFUSED',
    tables: ['owners'],
    constraint: 'mine',
  })
})
