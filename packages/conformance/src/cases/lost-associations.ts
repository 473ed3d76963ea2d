import assert from 'node:assert/strict'
import type { AssociationSet, Store } from '@hubsync/core'
import type { Batch } from '@hubsync/core/store'
import { type ConformanceCase, placeCase, storeCase } from '../conformance-case.js'
import { edgesOf, inOrder } from '../read-back.js'
import { batch, companiesOf, edge, group, portalId, row, rowsFrom } from '../sample-rows.js'
import { sampleSchema, schemaWith } from '../sample-schema.js'
import type { Place } from '../store-harness.js'

const friendsOf = (fromId: string, ...toIds: string[]): AssociationSet => ({
  pair: 'contacts_contacts',
  fromId,
  edges: toIds.map((id) => edge(id, 449)),
})

/** Contacts 1 to 3 are linked to companies 90 and 91, and to each other. */
async function fill(store: Store): Promise<void> {
  await store.commit(
    batch({
      rows: [group('contacts', ...rowsFrom(1, 3)), group('companies', ...rowsFrom(90, 2))],
      associations: [
        ...['1', '2', '3'].map((id) => companiesOf(id, edge('90'), edge('91'), edge('91', 2))),
        friendsOf('1', '2', '3'),
        friendsOf('2', '1', '2'),
        friendsOf('3', '1'),
      ],
    }),
  )
}

async function links(place: Place, pair: string): Promise<string[]> {
  const lines = await place.rows(pair)
  return inOrder(lines.map(({ from_id, to_id, type_id }) => `${from_id} ${to_id} ${type_id}`))
}

/** Every way in which a row can leave. */
const ways: Record<string, (object: string, id: string) => Partial<Batch>> = {
  archived: (object, id) => ({ rows: [group(object, row(id, { archived: 5 }))] }),
  merged: (object, id) => ({ tombstones: [{ object, id, reason: 'merged', intoId: '1' }] }),
  purged: (object, id) => ({ tombstones: [{ object, id, reason: 'purged', intoId: null }] }),
}

const lossCases = Object.entries(ways).flatMap(([way, goneBy]) => [
  storeCase(8, `A row that is ${way} loses its outgoing associations`, async (store, place) => {
    await fill(store)
    await store.commit(batch(goneBy('contacts', '2')))
    assert.deepEqual(await links(place, 'contacts_companies'), [
      '1 90 1',
      '1 91 1',
      '1 91 2',
      '3 90 1',
      '3 91 1',
      '3 91 2',
    ])
    assert.deepEqual(await links(place, 'contacts_contacts'), ['1 3 449', '3 1 449'])
    assert.deepEqual(await edgesOf(store, '2'), [])
  }),
  storeCase(8, `A row that is ${way} loses its incoming associations`, async (store, place) => {
    await fill(store)
    await store.commit(batch(goneBy('companies', '91')))
    assert.deepEqual(await links(place, 'contacts_companies'), ['1 90 1', '2 90 1', '3 90 1'])
    assert.equal((await links(place, 'contacts_contacts')).length, 5)
    const related = await store.related(portalId, 'contacts_companies', { toId: '91' })
    assert.deepEqual(related, [])
  }),
])

export const lostAssociationCases: readonly ConformanceCase[] = [
  ...lossCases,

  storeCase(8, 'A restored row begins without associations', async (store, place) => {
    await fill(store)
    await store.commit(batch({ rows: [group('contacts', row('1', { archived: 5 }))] }))
    await store.commit(batch({ rows: [group('contacts', row('1', { at: 9 }))] }))
    assert.equal((await store.get(portalId, 'contacts', '1'))?.status, 'ACTIVE')
    assert.deepEqual(await edgesOf(store, '1'), [])
    const { associations } = await store.commit(
      batch({ associations: [companiesOf('1', edge('90'))] }),
    )
    assert.deepEqual(associations, { added: 1, removed: 0, unlinked: 0 })
    assert.ok((await links(place, 'contacts_companies')).includes('1 90 1'))
  }),

  storeCase(
    8,
    'A row that is archived again, or is stale, does not change the associations of others',
    async (store, place) => {
      await fill(store)
      const before = await links(place, 'contacts_companies')
      await store.commit(
        batch({
          rows: [group('contacts', row('4', { archived: 5 }), row('1', { at: 0, archived: 5 }))],
        }),
      )
      assert.deepEqual(await links(place, 'contacts_companies'), before)
    },
  ),

  placeCase(
    8,
    'The associations of a pair that has left the schema go with their ends',
    async (place) => {
      const before = place.store()
      await before.migrate(sampleSchema)
      await fill(before)
      const after = place.store()
      await after.migrate(schemaWith({ pairs: [] }))
      for (const [way, id] of [
        ['archived', '1'],
        ['purged', '2'],
        ['merged', '3'],
      ] as const)
        await after.commit(batch(ways[way]?.('contacts', id)))
      assert.deepEqual(await after.counts(portalId).then(({ contacts }) => contacts), {
        active: 0,
        archived: 1,
      })
      assert.deepEqual(await links(place, 'contacts_companies'), [])
      assert.deepEqual(await links(place, 'contacts_contacts'), [])
    },
  ),
]
