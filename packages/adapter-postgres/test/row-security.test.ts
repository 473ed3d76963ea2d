import { expect, test } from 'vitest'
import { openTestPlace } from './place.js'
import { reader, storeOf } from './roles.js'
import { batch, group, portalId, row, schema } from './samples.js'

const portal = {
  portalId,
  uiDomain: 'app.hubspot.com',
  timeZone: 'UTC',
  firstRunAt: '2026-01-05T00:00:00.000Z',
  lastRunAt: '2026-01-05T00:00:00.000Z',
}

/** A mirror with one contact, and a role that may read it. */
async function filledPlace() {
  const place = await openTestPlace()
  const owner = await place.store()
  await owner.commit(batch({ portal, rows: [group('contacts', row('1'))] }))
  const role = await reader(place)
  const secure = async (table: string, policy?: string) => {
    await place.pool.query(`ALTER TABLE ${place.at(table)} ENABLE ROW LEVEL SECURITY`)
    if (policy) await place.pool.query(`CREATE POLICY mine ON ${place.at(table)} ${policy}`)
  }
  return { place, owner, role, secure, store: storeOf(place, role) }
}

const hidden = (table: string, role: string) => ({
  code: 'ROWS_HIDDEN',
  message: expect.stringMatching(
    new RegExp(`\\."${table}", but row-level security hides.*"${role}".*BYPASSRLS`),
  ),
})

test('missing() reports a table whose rows are hidden from the role', async () => {
  const { store, role, secure } = await filledPlace()
  await secure('contacts')
  await expect(store.missing(schema)).rejects.toMatchObject(hidden('contacts', role.name))
})

test('a portal whose line is hidden is reported instead of no portal', async () => {
  const { store, role, secure } = await filledPlace()
  await secure('sync_portals')
  await expect(store.portals()).rejects.toMatchObject(hidden('sync_portals', role.name))
})

test('a policy that shows no line of a filled table is reported', async () => {
  const { store, role, secure } = await filledPlace()
  await secure('sync_portals', "USING (portal_id = current_setting('app.portal', true))")
  await expect(store.portals()).rejects.toMatchObject(hidden('sync_portals', role.name))
})

for (const policy of [
  'USING (false)',
  'TO CURRENT_USER USING (true)',
  'FOR INSERT WITH CHECK (true)',
])
  test(`a policy that shows the role nothing is reported: ${policy}`, async () => {
    const { store, role, secure } = await filledPlace()
    await secure('contacts', policy)
    await expect(store.missing(schema)).rejects.toMatchObject(hidden('contacts', role.name))
  })

test('a role that would write into hidden tables gets an error before it changes anything', async () => {
  const { place, role, secure } = await filledPlace()
  await secure('sync_schema')
  await expect(storeOf(place, role).migrate(schema)).rejects.toMatchObject(
    hidden('sync_schema', role.name),
  )
})

test('a list of pairs whose lines are hidden is reported instead of an empty list', async () => {
  const { place, role, secure } = await filledPlace()
  await place.pool.query(`GRANT INSERT ON ${place.at('sync_pairs')} TO ${role.name}`)
  await secure('sync_pairs', "USING (name = current_setting('app.pair', true))")
  await expect(storeOf(place, role).migrate(schema)).rejects.toMatchObject(
    hidden('sync_pairs', role.name),
  )
})

test('a write that row-level security refuses is reported as such', async () => {
  const { place, role, secure } = await filledPlace()
  await place.pool.query(
    `GRANT INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA "${place.schema}" TO ${role.name}`,
  )
  const store = storeOf(place, role)
  await store.migrate(schema)
  await secure('companies', 'FOR SELECT USING (true)')
  await expect(store.commit(batch({ rows: [group('companies', row('9'))] }))).rejects.toMatchObject(
    {
      code: 'ROWS_HIDDEN',
      message: expect.stringMatching(/"companies".*Nothing of this commit was written.*BYPASSRLS/),
    },
  )
})

/** Tables without a `portal_id`. */
const ofNoPortal = ['sync_schema', 'sync_pairs']

for (const policy of ['USING (true)', `USING (portal_id = '${portalId}')`])
  test(`a policy that shows the role its rows is accepted: ${policy}`, async () => {
    const { place, store, secure } = await filledPlace()
    for (const table of await tablesOf(place.pool, place.schema))
      if (!ofNoPortal.includes(table)) await secure(table, policy)
    expect(await store.portals()).toEqual([portal])
    expect(await store.missing(schema)).toEqual({ objects: [], pairs: [], columns: [] })
  })

test('empty tables are not reported as hidden if a policy shows all rows', async () => {
  const { place, store, secure } = await filledPlace()
  await secure('sync_portals', 'USING (true)')
  await place.pool.query(`DELETE FROM ${place.at('sync_portals')}`)
  expect(await store.portals()).toEqual([])
})

test('the owner of the tables sees their rows, whatever is hidden from others', async () => {
  const { owner, secure } = await filledPlace()
  await secure('contacts')
  expect(await owner.get(portalId, 'contacts', '1')).not.toBeNull()
  expect(await owner.missing(schema)).toEqual({ objects: [], pairs: [], columns: [] })
})

async function tablesOf(
  pool: { query(text: string, values: string[]): Promise<{ rows: { tablename: string }[] }> },
  schema: string,
): Promise<string[]> {
  const { rows } = await pool.query('SELECT tablename FROM pg_tables WHERE schemaname = $1', [
    schema,
  ])
  return rows.map(({ tablename }) => tablename)
}

test('rows that are hidden while a process is reading are reported instead of no rows', async () => {
  const { store, role, secure } = await filledPlace()
  await store.migrate(schema)
  expect(await store.list(portalId, 'contacts', { limit: 9 })).toHaveLength(1)
  await secure('contacts')
  await secure('sync_changes')
  await expect(store.list(portalId, 'contacts', { limit: 9 })).rejects.toMatchObject(
    hidden('contacts', role.name),
  )
  await expect(store.get(portalId, 'contacts', '1')).rejects.toMatchObject(
    hidden('contacts', role.name),
  )
  await expect(store.changes(portalId, { limit: 9 })).rejects.toMatchObject(
    hidden('sync_changes', role.name),
  )
})

const all = { of: 'USING (true)', but: (rows: string) => `AS RESTRICTIVE USING (${rows})` }

for (const table of ['contacts', 'sync_checkpoints'])
  test(`a restrictive policy that hides all rows of ${table} is reported`, async () => {
    const { place, store, role, secure } = await filledPlace()
    await secure(table, all.of)
    await place.pool.query(`CREATE POLICY no ON ${place.at(table)} ${all.but('false')}`)
    await expect(store.missing(schema)).rejects.toMatchObject(hidden(table, role.name))
  })

test('list() reports a restrictive policy that is created while a process is reading', async () => {
  const { place, store, role, secure } = await filledPlace()
  await store.migrate(schema)
  await secure('contacts', all.of)
  expect(await store.list(portalId, 'contacts', { limit: 9 })).toHaveLength(1)
  await place.pool.query(`CREATE POLICY no ON ${place.at('contacts')} ${all.but('false')}`)
  await expect(store.list(portalId, 'contacts', { limit: 9 })).rejects.toMatchObject(
    hidden('contacts', role.name),
  )
})

test('a restrictive policy that shows all rows is accepted', async () => {
  const { place, store, secure } = await filledPlace()
  await secure('sync_portals', all.of)
  await place.pool.query(`CREATE POLICY no ON ${place.at('sync_portals')} ${all.but('true')}`)
  await place.pool.query(`DELETE FROM ${place.at('sync_portals')}`)
  expect(await store.portals()).toEqual([])
})

const checkpoint = { stream: 'contacts', expected: null, next: { page: 1 } }

for (const policy of ['USING (false)', `USING (portal_id <> '${portalId}')`])
  test(`checkpoints that a policy hides are reported instead of no checkpoints: ${policy}`, async () => {
    const { owner, store, role, secure } = await filledPlace()
    await owner.commit(batch({ checkpoint }))
    await store.migrate(schema)
    await secure('sync_checkpoints', policy)
    const told = hidden('sync_checkpoints', role.name)
    await expect(store.checkpoints(portalId)).rejects.toMatchObject(told)
    await expect(store.readCheckpoint(portalId, 'contacts')).rejects.toMatchObject(told)
  })

test('a portal without rows has no checkpoints, whatever a policy hides of other portals', async () => {
  const { owner, store, secure } = await filledPlace()
  await owner.commit(batch({ checkpoint }))
  await store.migrate(schema)
  await secure('sync_checkpoints', "USING (portal_id = '1000002')")
  expect(await store.readCheckpoint('1000002', 'contacts')).toBeNull()
})

test('a checkpoint that does not exist yet is not reported as hidden if a policy shows others', async () => {
  const { owner, store, secure } = await filledPlace()
  await owner.commit(batch({ checkpoint }))
  await store.migrate(schema)
  await secure('sync_checkpoints', `USING (portal_id = '${portalId}')`)
  expect(await store.readCheckpoint(portalId, 'contacts')).toEqual({ page: 1 })
  expect(await store.readCheckpoint(portalId, 'companies')).toBeNull()
})
