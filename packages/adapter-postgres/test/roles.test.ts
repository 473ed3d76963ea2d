import { expect, test } from 'vitest'
import { openTestPlace } from './place.js'
import { freshRole, reader, storeOf } from './roles.js'
import { batch, companiesOf, group, portalId, row, schema } from './samples.js'

const filled = batch({
  rows: [group('contacts', row('1'), row('2')), group('companies', row('9'))],
  associations: [companiesOf('1', '9')],
  tombstones: [{ object: 'contacts', id: '2', reason: 'purged', intoId: null }],
})

test('a role with rights only on its schema is enough', async () => {
  const place = await openTestPlace()
  const limited = await freshRole(place.pool)
  await place.pool.query(`CREATE SCHEMA "${place.schema}"`)
  await place.pool.query(`GRANT USAGE, CREATE ON SCHEMA "${place.schema}" TO ${limited.name}`)
  const store = storeOf(place, limited)
  await store.migrate(schema)
  await store.commit(filled)
  expect(await store.related(portalId, 'contacts_companies', { toId: '9' })).toHaveLength(1)
  expect(await store.changes(portalId, { limit: 9 })).toHaveLength(4)
})

test('a role that may only read and write can run on tables that another role has created', async () => {
  const place = await openTestPlace()
  await place.store()
  const limited = await freshRole(place.pool)
  await place.pool.query(`GRANT USAGE ON SCHEMA "${place.schema}" TO ${limited.name}`)
  await place.pool.query(
    `GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA "${place.schema}" TO ${limited.name}`,
  )
  const store = storeOf(place, limited)
  await store.migrate(schema)
  await store.commit(filled)
  expect(await store.ids(portalId, 'contacts', { limit: 9 })).toEqual(['1'])
})

test('the error for a role without rights says which ones it needs', async () => {
  const place = await openTestPlace()
  const limited = await freshRole(place.pool)
  const missing = { code: 'STORE_FAILED', message: expect.stringMatching(/USAGE and CREATE/) }
  await expect(storeOf(place, limited).migrate(schema)).rejects.toMatchObject(missing)
  await place.pool.query(`CREATE SCHEMA "${place.schema}"`)
  await expect(storeOf(place, limited).migrate(schema)).rejects.toMatchObject(missing)
  expect(await storeOf(place, limited).portals()).toEqual([])
})

test('a role that may not read a table is told of the other stale parts', async () => {
  const place = await openTestPlace()
  const store = await place.store()
  await store.commit(filled)
  const limited = await reader(place)
  await place.pool.query(`REVOKE SELECT ON ${place.at('companies')} FROM ${limited.name}`)
  const parts = ['companies', 'contacts'].map((table) => ({ table, shared: false }))
  const rows = await storeOf(place, limited).prune(portalId, parts, { dryRun: true })
  expect(rows).toEqual([null, 1])
})
