import { readFileSync } from 'node:fs'
import { column, defineObject } from '@hubsync/core'
import { mirrorSchema } from '@hubsync/core/store'
import { expect, onTestFinished, test } from 'vitest'
import { postgresStore } from '../src/index.js'
import { openTestPlace, type TestPlace } from './place.js'
import { databaseUrl, postgresHarness } from './postgres-harness.js'
import { batch, group, portalId, row, schema } from './samples.js'

test('every table and every column says what it is', async () => {
  const place = await openTestPlace()
  await place.store()
  const { rows } = await place.pool.query(
    `SELECT class.relname, attribute.attname FROM pg_class AS class
JOIN pg_attribute AS attribute ON attribute.attrelid = class.oid AND attribute.attnum > 0
WHERE class.relnamespace = $1::regnamespace AND class.relkind = 'r'
AND (obj_description(class.oid, 'pg_class') IS NULL OR col_description(class.oid, attribute.attnum) IS NULL)`,
    [`"${place.schema}"`],
  )
  expect(rows).toEqual([])
})

test('columns have the SQL types of their kinds', async () => {
  const place = await openTestPlace()
  await place.store()
  const { rows } = await place.pool.query(
    `SELECT column_name, data_type FROM information_schema.columns WHERE table_schema = $1 AND table_name = 'contacts' ORDER BY ordinal_position`,
    [place.schema],
  )
  const moment = 'timestamp with time zone'
  expect(rows.map((line) => [line.column_name, line.data_type])).toEqual([
    ['portal_id', 'text'],
    ['source_id', 'text'],
    ['source_status', 'text'],
    ['source_url', 'text'],
    ['source_created_at', moment],
    ['source_updated_at', moment],
    ['source_archived_at', moment],
    ['source_created_year', 'integer'],
    ['email', 'text'],
    ['phone', 'text'],
    ['name', 'text'],
    ['visits', 'bigint'],
    ['score', 'double precision'],
    ['amount', 'numeric'],
    ['member', 'boolean'],
    ['birthday', 'date'],
    ['seen', moment],
    ['topics', 'ARRAY'],
    ['raw', 'jsonb'],
    ['synced_at', moment],
  ])
})

test('an association without its ends is refused by the database itself', async () => {
  const place = await openTestPlace()
  const store = await place.store()
  await store.commit(batch({ rows: [group('contacts', row('1')), group('companies', row('9'))] }))
  const insert = (from: string, to: string) =>
    place.pool.query(
      `INSERT INTO ${place.at('contacts_companies')} VALUES ($1, $2, $3, 'HUBSPOT_DEFINED', 1, NULL)`,
      [portalId, from, to],
    )
  await insert('1', '9')
  await expect(insert('2', '9')).rejects.toMatchObject({ code: '23503' })
  await expect(insert('1', '8')).rejects.toMatchObject({ code: '23503' })
})

test('a column that is added later says what it is, and keeps the rows', async () => {
  const place = await openTestPlace()
  const store = await place.store()
  await store.commit(batch({ rows: [group('companies', row('9', 1, { label: 'A' }))] }))
  const city = { name: 'homeTown', sqlName: 'home_town', kind: 'text', property: "o'town" } as const
  const [contacts, companies] = schema.objects
  const columns = [...companies!.columns, city]
  await store.migrate({ ...schema, objects: [contacts!, { ...companies!, columns }] })
  expect((await store.get(portalId, 'companies', '9'))?.values).toEqual({
    label: 'A',
    homeTown: null,
  })
  const { rows } = await place.pool.query(
    `SELECT col_description($1::regclass, attnum) AS said FROM pg_attribute WHERE attrelid = $1::regclass AND attname = 'home_town'`,
    [place.at('companies')],
  )
  expect(rows).toEqual([{ said: "HubSpot’s property o'town, as text." }])
})

test('a column whose kind has changed is refused and left as it is', async () => {
  const place = await openTestPlace()
  const store = await place.store()
  const amount = { name: 'label', sqlName: 'label', kind: 'decimal', property: 'label' } as const
  const changed = [schema.objects[0]!, { ...schema.objects[1]!, columns: [amount] }]
  await expect(store.migrate({ ...schema, objects: changed })).rejects.toMatchObject({
    code: 'SCHEMA_CONFLICT',
    message: expect.stringMatching(/"label".*to be numeric, got text/),
  })
})

test('pairs of objects with long names have tables of their own', async () => {
  const place = await openTestPlace()
  const name = (end: string) => `${'long_name_'.repeat(4).slice(0, 38)}_${end}`
  const objects = ['a', 'b', 'c'].map((end) =>
    defineObject({ type: '2-1', name: name(end), columns: { note: column.text('note') } }),
  )
  const [a, b, c] = objects as [(typeof objects)[0], (typeof objects)[0], (typeof objects)[0]]
  const pairs = [b, c].map((to) => ({ name: `${a.name}_${to.name}`, from: a, to }))
  const store = postgresStore({ connectionString: databaseUrl, schema: place.schema })
  onTestFinished(() => store.close())
  for (let turn = 0; turn < 2; turn++) await store.migrate(mirrorSchema(objects, pairs))
  const edges = [{ toId: '2', category: 'USER_DEFINED', typeId: 7, label: 'x' }]
  await store.commit(
    batch({
      rows: [group(a.name, row('1')), group(b.name, row('2')), group(c.name, row('2'))],
      associations: [{ pair: pairs[0]!.name, fromId: '1', edges }],
    }),
  )
  expect((await store.sets(portalId, pairs[0]!.name, ['1']))[0]?.edges).toEqual(edges)
  expect((await store.sets(portalId, pairs[1]!.name, ['1']))[0]?.edges).toEqual([])
})

test('a schema can have any name', async () => {
  const place = await openTestPlace()
  const store = postgresStore({ pool: place.pool, schema: `${place.schema} "My" schema's` })
  onTestFinished(async () => {
    await place.pool.query(`DROP SCHEMA "${place.schema} ""My"" schema's" CASCADE`)
  })
  await store.migrate(
    mirrorSchema(
      [defineObject({ type: 'deals', columns: { amount: column.decimal('amount') } })],
      [],
    ),
  )
  await store.commit(batch({ rows: [group('deals', row('1', 1, { amount: '5000.00' }))] }))
  expect((await store.get(portalId, 'deals', '1'))?.values).toEqual({ amount: '5000.00' })
})

test('two schemas of one database hold separate mirrors', async () => {
  const [one, other] = [await openTestPlace(), await openTestPlace()]
  const [here, there] = [await one.store(), await other.store()]
  await here.commit(batch({ rows: [group('contacts', row('1'))] }))
  expect(await there.get(portalId, 'contacts', '1')).toBeNull()
})

test('an upgraded schema has the indexes of a new one', async () => {
  const indexesOf = async (place: TestPlace) => {
    await place.store()
    const { rows } = await place.pool.query(
      `SELECT indexname FROM pg_indexes WHERE schemaname = $1 AND tablename = ANY ($2) ORDER BY 1`,
      [place.schema, ['contacts', 'companies', 'contacts_companies', 'sync_changes', 'sync_runs']],
    )
    return rows.map(({ indexname }) => indexname)
  }
  const expected = await indexesOf(await openTestPlace())
  expect(expected).toContain('contacts_companies_by_to_and_from')
  for (const version of postgresHarness.versions) {
    const place = await openTestPlace()
    const fixture = new URL(`./fixtures/schema-${version}.sql`, import.meta.url)
    const sql = readFileSync(fixture, 'utf8').replaceAll('"fixture"', `"${place.schema}"`)
    await place.pool.query(sql)
    expect(await indexesOf(place)).toEqual(expected)
  }
})
