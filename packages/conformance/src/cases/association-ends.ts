import assert from 'node:assert/strict'
import type { Store } from '@hubsync/core'
import { type ConformanceCase, migrated, storeCase } from '../conformance-case.js'
import { edgesOf } from '../read-back.js'
import { batch, companiesOf, edge, group, portalId, row, rowsFrom } from '../sample-rows.js'
import type { Place } from '../store-harness.js'

const alone = { pair: 'contacts_contacts', from: 'contacts', to: 'contacts' }
const pairs = [{ pair: 'contacts_companies', from: 'contacts', to: 'companies' }, alone]

/** Expects in the tables that both ends of each association exist. */
async function expectBothEnds(place: Place): Promise<void> {
  for (const { pair, from, to } of pairs) {
    const [near, far] = [await activeIds(place, from), await activeIds(place, to)]
    for (const line of await place.rows(pair)) {
      assert.ok(near.has(String(line.from_id)), `${pair} has no active near end ${line.from_id}`)
      assert.ok(far.has(String(line.to_id)), `${pair} has no active far end ${line.to_id}`)
    }
  }
}

async function activeIds(place: Place, table: string): Promise<Set<string>> {
  const lines = await place.rows(table)
  const active = lines.filter((line) => line.source_status === 'ACTIVE')
  return new Set(active.map((line) => String(line.source_id)))
}

async function fill(store: Store): Promise<void> {
  const rows = [group('contacts', ...rowsFrom(1, 3)), group('companies', ...rowsFrom(90, 3))]
  await store.commit(batch({ rows }))
}

export const associationEndCases: readonly ConformanceCase[] = [
  storeCase(
    7,
    'An association whose far end is missing is left out and counted',
    async (store, place) => {
      await fill(store)
      const { associations } = await store.commit(
        batch({ associations: [companiesOf('1', edge('90'), edge('404'), edge('404', 2))] }),
      )
      assert.deepEqual(associations, { added: 1, removed: 0, unlinked: 2 })
      assert.deepEqual(await edgesOf(store, '1'), [edge('90')])
      await expectBothEnds(place)
    },
  ),

  storeCase(
    7,
    'An association whose near end is missing is left out and counted',
    async (store, place) => {
      await fill(store)
      const { associations } = await store.commit(
        batch({ associations: [companiesOf('404', edge('90'), edge('91'))] }),
      )
      assert.deepEqual(associations, { added: 0, removed: 0, unlinked: 2 })
      assert.deepEqual(await place.rows('contacts_companies'), [])
    },
  ),

  storeCase(
    7,
    'An association with an archived end is left out and counted',
    async (store, place) => {
      await fill(store)
      await store.commit(
        batch({
          rows: [
            group('companies', row('90', { archived: 5 })),
            group('contacts', row('1', { archived: 5 })),
          ],
        }),
      )
      const { associations } = await store.commit(
        batch({
          associations: [companiesOf('1', edge('91')), companiesOf('2', edge('90'), edge('91'))],
        }),
      )
      assert.deepEqual(associations, { added: 1, removed: 0, unlinked: 2 })
      assert.equal((await place.rows('contacts_companies')).length, 1)
      await expectBothEnds(place)
    },
  ),

  storeCase(
    7,
    'A tombstone in the batch leaves its id without associations',
    async (store, place) => {
      await fill(store)
      const { associations } = await store.commit(
        batch({
          tombstones: [{ object: 'companies', id: '90', reason: 'purged', intoId: null }],
          associations: [companiesOf('1', edge('90'), edge('91'))],
        }),
      )
      assert.deepEqual(associations, { added: 1, removed: 0, unlinked: 1 })
      await expectBothEnds(place)
    },
  ),

  storeCase(7, 'Ends that come in the same batch are linked', async (store, place) => {
    const { associations } = await store.commit(
      batch({
        associations: [companiesOf('1', edge('90'))],
        rows: [group('contacts', row('1')), group('companies', row('90'))],
      }),
    )
    assert.deepEqual(associations, { added: 1, removed: 0, unlinked: 0 })
    assert.equal((await place.rows('contacts_companies')).length, 1)
  }),

  storeCase(
    7,
    'An association left out is linked when its set comes again, and not before',
    async (store, place) => {
      await store.commit(batch({ rows: [group('contacts', row('1'))] }))
      const associations = [companiesOf('1', edge('90'))]
      await store.commit(batch({ associations }))
      await store.commit(batch({ rows: [group('companies', row('90'))] }))
      assert.deepEqual(await place.rows('contacts_companies'), [])
      assert.deepEqual(await edgesOf(store, '1'), [])
      const again = await store.commit(batch({ associations }))
      assert.deepEqual(again.associations, { added: 1, removed: 0, unlinked: 0 })
      assert.deepEqual(await edgesOf(store, '1'), [edge('90')])
    },
  ),

  storeCase(7, 'The end of an association is looked up in its own object', async (store, place) => {
    await store.commit(
      batch({ rows: [group('contacts', row('1'), row('90')), group('companies', row('1'))] }),
    )
    const { associations } = await store.commit(
      batch({
        associations: [companiesOf('1', edge('90'), edge('1')), companiesOf('90', edge('1'))],
      }),
    )
    assert.deepEqual(associations, { added: 2, removed: 0, unlinked: 1 })
    await expectBothEnds(place)
  }),

  storeCase(
    7,
    'One writer may archive what another links, and no association lacks an end',
    async (store, place) => {
      const other = await migrated(place)
      for (let turn = 1; turn <= 20; turn++) {
        const [contact, company] = [String(turn), String(9000 + turn)]
        await store.commit(
          batch({ rows: [group('contacts', row(contact)), group('companies', row(company))] }),
        )
        const link = () =>
          store.commit(batch({ associations: [companiesOf(contact, edge(company))] }))
        const archive = () =>
          other.commit(batch({ rows: [group('companies', row(company, { archived: 5 }))] }))
        await Promise.all(turn % 2 === 0 ? [link(), archive()] : [archive(), link()])
      }
      assert.deepEqual((await store.counts(portalId)).companies, { active: 0, archived: 20 })
      await expectBothEnds(place)
    },
  ),
]
