import assert from 'node:assert/strict'
import type { Store } from '@hubsync/core'
import { type ConformanceCase, storeCase } from '../conformance-case.js'
import { edgesOf, inOrder } from '../read-back.js'
import { batch, companiesOf, edge, group, portalId, row, rowsFrom } from '../sample-rows.js'

async function fill(store: Store, companies = 4): Promise<void> {
  const rows = [
    group('contacts', ...rowsFrom(1, 3)),
    group('companies', ...rowsFrom(9001, companies)),
  ]
  await store.commit(batch({ rows }))
}

async function setCompanies(store: Store, ...sets: ReturnType<typeof companiesOf>[]) {
  return (await store.commit(batch({ associations: sets }))).associations
}

export const associationSetCases: readonly ConformanceCase[] = [
  storeCase(
    6,
    'A set replaces what was there for its record, and the counts say so',
    async (store, place) => {
      await fill(store)
      const first = await setCompanies(store, companiesOf('1', edge('9001'), edge('9002')))
      assert.deepEqual(first, { added: 2, removed: 0, unlinked: 0 })
      const second = await setCompanies(
        store,
        companiesOf('1', edge('9002'), edge('9003'), edge('9004')),
      )
      assert.deepEqual(second, { added: 2, removed: 1, unlinked: 0 })
      const lines = await place.rows('contacts_companies')
      assert.deepEqual(lines.map((line) => line.to_id).sort(), ['9002', '9003', '9004'])
      assert.deepEqual(await edgesOf(store, '1'), [edge('9002'), edge('9003'), edge('9004')])
    },
  ),

  storeCase(6, 'An empty set removes all associations of its record', async (store, place) => {
    await fill(store)
    await setCompanies(store, companiesOf('1', edge('9001'), edge('9002', 2)))
    assert.deepEqual(await setCompanies(store, companiesOf('1')), {
      added: 0,
      removed: 2,
      unlinked: 0,
    })
    assert.deepEqual(await place.rows('contacts_companies'), [])
  }),

  storeCase(6, 'Sets of other records and of other pairs stay', async (store, place) => {
    await fill(store)
    const friends = { pair: 'contacts_contacts', fromId: '1', edges: [edge('2')] }
    await setCompanies(
      store,
      companiesOf('1', edge('9001')),
      companiesOf('2', edge('9001')),
      friends,
    )
    await setCompanies(store, companiesOf('1'))
    assert.deepEqual(await edgesOf(store, '2'), [edge('9001')])
    assert.deepEqual(await edgesOf(store, '1', 'contacts_contacts'), [edge('2')])
    assert.equal((await place.rows('contacts_companies')).length, 1)
    assert.equal((await place.rows('contacts_contacts')).length, 1)
  }),

  storeCase(6, 'Several types of one link are several associations', async (store, place) => {
    await fill(store)
    const three = [edge('9001', 1), edge('9001', 279), edge('9001', 1, 'Owner', 'USER_DEFINED')]
    const first = await setCompanies(store, companiesOf('1', ...three))
    assert.equal(first.added, 3)
    assert.equal((await place.rows('contacts_companies')).length, 3)
    assert.deepEqual(await edgesOf(store, '1'), inOrder(three))
    const second = await setCompanies(store, companiesOf('1', ...three.slice(1)))
    assert.deepEqual(second, { added: 0, removed: 1, unlinked: 0 })
    assert.deepEqual(await edgesOf(store, '1'), inOrder(three.slice(1)))
  }),

  storeCase(
    6,
    'A label that changes is written, and nothing is added or removed',
    async (store, place) => {
      await fill(store)
      await setCompanies(store, companiesOf('1', edge('9001', 1), edge('9002', 1, 'Buyer')))
      const changed = [edge('9001', 1, 'Owner'), edge('9002', 1)]
      const counts = await setCompanies(store, companiesOf('1', ...changed))
      assert.deepEqual(counts, { added: 0, removed: 0, unlinked: 0 })
      const labels = (await place.rows('contacts_companies')).map((line) => [
        line.to_id,
        line.label,
      ])
      assert.deepEqual(inOrder(labels), [
        ['9001', 'Owner'],
        ['9002', null],
      ])
    },
  ),

  storeCase(
    6,
    'A set of 1,200 associations is kept whole, and changed whole',
    async (store, place) => {
      await fill(store, 1200)
      const edges = rowsFrom(9001, 1200).map(({ id }) => edge(id))
      const first = await setCompanies(store, companiesOf('1', ...edges))
      assert.deepEqual(first, { added: 1200, removed: 0, unlinked: 0 })
      assert.equal((await place.rows('contacts_companies')).length, 1200)
      const second = await setCompanies(store, companiesOf('1', ...edges.slice(1)))
      assert.deepEqual(second, { added: 0, removed: 1, unlinked: 0 })
      assert.equal((await edgesOf(store, '1')).length, 1199)
    },
  ),

  storeCase(6, 'An association that a set names twice is one', async (store, place) => {
    await fill(store)
    const counts = await setCompanies(store, companiesOf('1', edge('9001'), edge('9001')))
    assert.deepEqual(counts, { added: 1, removed: 0, unlinked: 0 })
    assert.equal((await place.rows('contacts_companies')).length, 1)
  }),

  storeCase(6, 'If a batch has two sets of one record, the later one stays', async (store) => {
    await fill(store)
    await setCompanies(store, companiesOf('1', edge('9001')), companiesOf('1', edge('9002')))
    assert.deepEqual(await edgesOf(store, '1'), [edge('9002')])
  }),

  storeCase(6, 'Sets are read in the order they are asked for, empty ones too', async (store) => {
    await store.commit(
      batch({ rows: [group('contacts', ...rowsFrom(1, 1000)), group('companies', row('9001'))] }),
    )
    await setCompanies(store, companiesOf('700', edge('9001')), companiesOf('3', edge('9001', 2)))
    const asked = [
      'unknown',
      ...rowsFrom(1, 1000)
        .map(({ id }) => id)
        .reverse(),
    ]
    const sets = await store.sets(portalId, 'contacts_companies', asked)
    assert.deepEqual(
      sets.map(({ fromId }) => fromId),
      asked,
    )
    assert.deepEqual(
      sets.filter(({ edges }) => edges.length > 0),
      [companiesOf('700', edge('9001')), companiesOf('3', edge('9001', 2))],
    )
    assert.deepEqual(await store.sets(portalId, 'contacts_companies', []), [])
  }),
]
