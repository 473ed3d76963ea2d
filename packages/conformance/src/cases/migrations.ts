import assert from 'node:assert/strict'
import type { ColumnKind } from '@hubsync/core'
import type { MirrorSchema, ObjectTable } from '@hubsync/core/store'
import { type ConformanceCase, migrated, placeCase, storeCase } from '../conformance-case.js'
import { everything, expectRefusal, inOrder } from '../read-back.js'
import { batch, companiesOf, edge, group, minute, portalId, row } from '../sample-rows.js'
import { contactsWithCity, sampleSchema, schemaWith } from '../sample-schema.js'
import type { Place } from '../store-harness.js'

const tables = [
  'companies',
  'contacts',
  'contacts_companies',
  'contacts_contacts',
  'items',
  'order',
  'sync_changes',
  'sync_checkpoints',
  'sync_portals',
  'sync_runs',
  'sync_schema',
  'sync_tombstones',
]

const tickets: ObjectTable = {
  name: 'tickets',
  type: 'tickets',
  columns: [{ name: 'subject', sqlName: 'subject', kind: 'text', property: 'subject' }],
}

const wider = schemaWith({
  objects: [contactsWithCity, ...sampleSchema.objects.slice(1), tickets],
  pairs: [...sampleSchema.pairs, { name: 'contacts_tickets', from: 'contacts', to: 'tickets' }],
})

/** The sample schema with another kind of a column of its contacts. */
function contactsWith(name: string, kind: ColumnKind): MirrorSchema {
  const [contacts, ...others] = sampleSchema.objects
  assert.ok(contacts)
  const columns = contacts.columns.map((each) => (each.name === name ? { ...each, kind } : each))
  return schemaWith({ objects: [{ ...contacts, columns }, ...others] })
}

/** The existing tables, without further ones of the store's own, whose names begin with `sync_`. */
async function tablesOf(place: Place): Promise<string[]> {
  const found = await place.tables()
  return found.filter((name) => tables.includes(name) || !name.startsWith('sync_')).sort()
}

/** The existing tables, each with its columns. */
async function structure(place: Place): Promise<Record<string, string[]>> {
  const found: Record<string, string[]> = {}
  for (const table of (await place.tables()).sort())
    found[table] = (await place.columns(table)).sort()
  return found
}

export const migrationCases: readonly ConformanceCase[] = [
  placeCase(12, 'Migrating makes the tables of the schema and the store’s own', async (place) => {
    await migrated(place)
    assert.deepEqual(await tablesOf(place), tables)
    const columns = (await place.columns('contacts')).sort()
    assert.deepEqual(columns, [
      'budget',
      'email',
      'first_name',
      'portal_id',
      'raw',
      'source_archived_at',
      'source_created_at',
      'source_created_year',
      'source_id',
      'source_status',
      'source_updated_at',
      'source_url',
      'synced_at',
    ])
  }),

  storeCase(12, 'Migrating again changes nothing', async (store, place) => {
    await store.commit(
      batch({
        rows: [group('contacts', row('1')), group('companies', row('90'))],
        associations: [companiesOf('1', edge('90'))],
      }),
    )
    const before = { lines: await everything(place), structure: await structure(place) }
    await store.migrate(sampleSchema)
    await migrated(place)
    assert.deepEqual({ lines: await everything(place), structure: await structure(place) }, before)
    const again = await store.commit(batch({ rows: [group('contacts', row('1'))] }))
    assert.equal(again.rows.contacts?.unchanged, 1)
  }),

  placeCase(12, 'Twenty handles can migrate at the same time', async (place) => {
    const stores = Array.from({ length: 20 }, () => place.store())
    await Promise.all(stores.map((store) => store.migrate(sampleSchema)))
    assert.deepEqual(await tablesOf(place), tables)
    const versions = (await place.rows('sync_schema')).map((line) => line.version)
    assert.equal(new Set(versions).size, versions.length)
    for (const [index, store] of stores.entries())
      await store.commit(batch({ rows: [group('contacts', row(String(index + 1)))] }))
    assert.equal((await place.rows('contacts')).length, 20)
  }),

  placeCase(12, 'One handle can run twenty migrations at the same time', async (place) => {
    const store = place.store()
    await Promise.all(Array.from({ length: 20 }, () => store.migrate(sampleSchema)))
    await store.commit(batch({ rows: [group('contacts', row('1'))] }))
    assert.equal((await place.rows('contacts')).length, 1)
  }),

  storeCase(
    12,
    'Migrating adds columns, objects and pairs, and keeps what is there',
    async (store, place) => {
      const values = { firstName: 'A' }
      await store.commit(batch({ rows: [group('contacts', row('1', { values }))] }))
      await store.migrate(wider)
      const stored = await store.get(portalId, 'contacts', '1')
      assert.deepEqual(stored?.values, { email: null, firstName: 'A', budget: null, city: null })
      assert.equal(stored.syncedAt, minute(100))
      const { rows, associations } = await store.commit(
        batch({
          at: minute(200),
          rows: [
            group('tickets', row('5')),
            group('contacts', row('1', { values: { ...values, city: 'Berlin' } })),
          ],
          associations: [{ pair: 'contacts_tickets', fromId: '1', edges: [edge('5')] }],
        }),
      )
      assert.deepEqual(
        [rows.contacts?.updated, rows.tickets?.created, associations.added],
        [1, 1, 1],
      )
      assert.deepEqual(
        (await place.rows('contacts')).map((line) => line.city),
        ['Berlin'],
      )
      assert.deepEqual((await store.counts(portalId)).tickets, { active: 1, archived: 0 })
    },
  ),

  placeCase(12, 'missing() lists everything in a new place, and creates nothing', async (place) => {
    const missing = await place.store().missing(sampleSchema)
    assert.deepEqual(inOrder(missing.objects), ['companies', 'contacts', 'items', 'order'])
    assert.deepEqual(inOrder(missing.pairs), ['contacts_companies', 'contacts_contacts'])
    assert.deepEqual(missing.columns, [])
    assert.deepEqual(await place.store().missing(sampleSchema), missing)
    assert.deepEqual(await place.tables(), [])
  }),

  storeCase(
    12,
    'What a wider schema adds is missing until any handle has migrated to it',
    async (store, place) => {
      const nothing = { objects: [], pairs: [], columns: [] }
      assert.deepEqual(await store.missing(sampleSchema), nothing)
      const before = { lines: await everything(place), structure: await structure(place) }
      assert.deepEqual(await store.missing(wider), {
        objects: ['tickets'],
        pairs: ['contacts_tickets'],
        columns: [{ object: 'contacts', column: 'city' }],
      })
      assert.deepEqual(
        { lines: await everything(place), structure: await structure(place) },
        before,
      )
      await place.store().migrate(wider)
      await place.store().migrate(sampleSchema)
      assert.deepEqual(await store.missing(wider), nothing)
      assert.deepEqual(await place.store().missing(wider), nothing)
    },
  ),

  storeCase(
    12,
    'A handle that has only called missing() can read, and creates nothing',
    async (store, place) => {
      const values = { firstName: 'A' }
      await store.commit(
        batch({
          rows: [group('contacts', row('1', { values })), group('companies', row('90'))],
          associations: [companiesOf('1', edge('90'))],
        }),
      )
      const before = { lines: await everything(place), structure: await structure(place) }
      const reader = place.store()
      await reader.missing(wider)
      const { city = null, ...others } = (await reader.get(portalId, 'contacts', '1'))?.values ?? {}
      assert.deepEqual([city, others.firstName], [null, 'A'])
      assert.equal((await reader.list(portalId, 'contacts', { limit: 9 })).length, 1)
      assert.equal(
        (await reader.related(portalId, 'contacts_companies', { fromId: '1' })).length,
        1,
      )
      assert.deepEqual(await reader.ids(portalId, 'contacts', { limit: 9 }), ['1'])
      assert.deepEqual((await reader.counts(portalId)).contacts, { active: 1, archived: 0 })
      assert.equal((await reader.changes(portalId, { limit: 9 })).length, 2)
      assert.deepEqual(
        { lines: await everything(place), structure: await structure(place) },
        before,
      )
      await place.store().migrate(wider)
      await reader.missing(wider)
      assert.equal((await reader.get(portalId, 'contacts', '1'))?.values.city, null)
      assert.deepEqual(await reader.ids(portalId, 'tickets', { limit: 9 }), [])
    },
  ),

  storeCase(
    12,
    'A handle that has not migrated can write and read a checkpoint',
    async (_, place) => {
      const handle = place.store()
      const next = { version: 1, state: 'noted' }
      await handle.commit(batch({ checkpoint: { stream: 'contacts', expected: null, next } }))
      assert.deepEqual(await handle.readCheckpoint(portalId, 'contacts'), next)
      assert.deepEqual(await place.store().readCheckpoint(portalId, 'contacts'), next)
    },
  ),

  storeCase(
    12,
    'A handle that migrates to a smaller schema keeps the tables and columns that it knew',
    async (store, place) => {
      await store.migrate({
        objects: [{ ...contactsWithCity, columns: contactsWithCity.columns.slice(-1) }],
        pairs: [],
      })
      const { associations } = await store.commit(
        batch({
          rows: [
            group('contacts', row('1', { values: { firstName: 'A', city: 'Berlin' } })),
            group('companies', row('90')),
          ],
          associations: [companiesOf('1', edge('90'))],
        }),
      )
      assert.equal(associations.added, 1)
      const [line] = await place.rows('contacts')
      assert.deepEqual([line?.first_name, line?.city], ['A', 'Berlin'])
    },
  ),

  storeCase(12, 'A handle still works while another adds columns', async (store, place) => {
    await store.commit(batch({ rows: [group('contacts', row('1'))] }))
    const values = { email: null, firstName: null, budget: null }
    assert.deepEqual((await store.get(portalId, 'contacts', '1'))?.values, values)
    await place.store().migrate(wider)
    await store.commit(batch({ rows: [group('contacts', row('1', { at: 2 }), row('2'))] }))
    const listed = await store.list(portalId, 'contacts', { limit: 10 })
    assert.deepEqual(
      listed.map(({ id }) => id),
      ['1', '2'],
    )
    assert.equal(listed[0]?.updatedAt, minute(2))
    assert.equal(listed[0]?.values.firstName, null)
  }),

  storeCase(12, 'Migrating to a smaller schema removes nothing', async (store, place) => {
    await store.commit(
      batch({
        rows: [
          group('contacts', row('1', { values: { firstName: 'A' } })),
          group('companies', row('90')),
        ],
        associations: [companiesOf('1', edge('90'))],
      }),
    )
    const before = { lines: await everything(place), structure: await structure(place) }
    await place
      .store()
      .migrate({ objects: [{ ...tickets, name: 'contacts', columns: [] }], pairs: [] })
    assert.deepEqual({ lines: await everything(place), structure: await structure(place) }, before)
  }),

  placeCase(
    12,
    'A migration that fails at any of its statements leaves nothing behind, and can be repeated',
    async (place) => {
      const { store, failAt, failed } = place.failing()
      let statement = 1
      for (; statement < 1000; statement++) {
        failAt(statement)
        const done = await store.migrate(sampleSchema).then(
          () => true,
          () => false,
        )
        assert.equal(done, !failed(), `Statement ${statement} failed, but the migration continued`)
        if (done) break
        assert.deepEqual(await place.tables(), [], `After statement ${statement} failed`)
      }
      assert.ok(statement > 4, `Expected a statement for each table, counted ${statement - 1}`)
      assert.deepEqual(await tablesOf(place), tables)
    },
  ),

  ...['companies', 'contacts_companies'].map((table) =>
    placeCase(
      12,
      `A table that somebody else made is refused and left as it is: ${table}`,
      async (place) => {
        await place.occupy(table)
        await expectRefusal(place.store().migrate(sampleSchema), 'SCHEMA_CONFLICT')
        assert.deepEqual(await place.tables(), [table])
        assert.deepEqual(await place.rows(table), [{ id: 1, note: 'mine' }])
        await place.store().migrate({ objects: [tickets], pairs: [] })
        assert.deepEqual(await place.rows(table), [{ id: 1, note: 'mine' }])
      },
    ),
  ),

  storeCase(
    12,
    'A column whose type would change is refused and left as it is',
    async (store, place) => {
      const values = { firstName: 'A', budget: '1.5' }
      await store.commit(batch({ rows: [group('contacts', row('1', { values }))] }))
      const before = { lines: await everything(place), structure: await structure(place) }
      for (const name of ['firstName', 'budget']) {
        const changed = contactsWith(name, 'integer')
        for (const handle of [store, place.store()]) {
          await expectRefusal(handle.missing(changed), 'SCHEMA_CONFLICT')
          await expectRefusal(handle.migrate(changed), 'SCHEMA_CONFLICT')
        }
      }
      assert.deepEqual(
        { lines: await everything(place), structure: await structure(place) },
        before,
      )
      assert.equal((await store.get(portalId, 'contacts', '1'))?.values.firstName, 'A')
    },
  ),

  placeCase(
    12,
    'A table that has the name of one of the store’s own is refused and left as it is',
    async (place) => {
      await place.occupy('sync_runs')
      await expectRefusal(place.store().migrate(sampleSchema), 'SCHEMA_CONFLICT')
      assert.deepEqual(await place.tables(), ['sync_runs'])
      assert.deepEqual(await place.rows('sync_runs'), [{ id: 1, note: 'mine' }])
    },
  ),

  storeCase(
    12,
    'A schema of a later release is refused and left as it is',
    async (store, place) => {
      await store.commit(batch({ rows: [group('contacts', row('1'))] }))
      await place.pretendVersion(1000)
      const before = { lines: await everything(place), structure: await structure(place) }
      await expectRefusal(place.store().missing(wider), 'SCHEMA_TOO_NEW')
      await expectRefusal(place.store().migrate(wider), 'SCHEMA_TOO_NEW')
      assert.deepEqual(
        { lines: await everything(place), structure: await structure(place) },
        before,
      )
    },
  ),
]
