import assert from 'node:assert/strict'
import type { Tombstone } from '@hubsync/core'
import { type ConformanceCase, storeCase } from '../conformance-case.js'
import { everything, expectRefusal } from '../read-back.js'
import { batch, companiesOf, edge, group, minute, portalId, row } from '../sample-rows.js'

const merged = (id: string, intoId = '1'): Tombstone => ({
  object: 'contacts',
  id,
  reason: 'merged',
  intoId,
})
const purged = (id: string): Tombstone => ({
  object: 'contacts',
  id,
  reason: 'purged',
  intoId: null,
})
const secret = 'swordfish-7361'

export const tombstoneCases: readonly ConformanceCase[] = [
  storeCase(9, 'A tombstone removes its row, and can be read', async (store, place) => {
    await store.commit(batch({ rows: [group('contacts', row('1'), row('2'), row('3'))] }))
    const { rows } = await store.commit(
      batch({ at: minute(200), tombstones: [merged('2'), purged('3')] }),
    )
    assert.equal(rows.contacts?.removed, 2)
    assert.deepEqual(
      (await place.rows('contacts')).map((line) => line.source_id),
      ['1'],
    )
    assert.equal(await store.get(portalId, 'contacts', '2'), null)
    assert.deepEqual(await store.tombstone(portalId, 'contacts', '2'), merged('2'))
    assert.deepEqual(await store.tombstone(portalId, 'contacts', '3'), purged('3'))
    assert.equal(await store.tombstone(portalId, 'contacts', '1'), null)
    const lines = await place.rows('sync_tombstones')
    const seen = lines.map(({ source_id, reason, into_id }) => ({
      source_id,
      reason,
      into_id,
    }))
    assert.deepEqual(
      seen.sort((a, b) => Number(a.source_id) - Number(b.source_id)),
      [
        { source_id: '2', reason: 'merged', into_id: '1' },
        { source_id: '3', reason: 'purged', into_id: null },
      ],
    )
  }),

  storeCase(9, 'A removed record leaves no content in any table', async (store, place) => {
    const values = { email: secret, firstName: secret }
    for (const [index, reason] of (['merged', 'purged'] as const).entries()) {
      const id = String(index + 2)
      const commit = (at: number, more: string) =>
        store.commit(
          batch({
            at: minute(100 + at),
            rows: [
              group('companies', row('90')),
              group(
                'contacts',
                row(id, {
                  at,
                  values: { ...values, email: `${secret}${more}` },
                  properties: { note: secret },
                }),
              ),
            ],
            associations: [companiesOf(id, edge('90', 1, secret))],
          }),
        )
      await commit(1, 'one')
      await commit(2, 'two')
      assert.ok(JSON.stringify(await everything(place)).includes(secret))
      const intoId = reason === 'merged' ? '1' : null
      await store.commit(batch({ tombstones: [{ object: 'contacts', id, reason, intoId }] }))
      assert.ok(!JSON.stringify(await everything(place)).includes(secret), `After ${reason}`)
    }
    const entries = await store.changes(portalId, { limit: 100 })
    assert.ok(!JSON.stringify(entries).includes(secret))
  }),

  storeCase(9, 'The content of other records stays when one is removed', async (store, place) => {
    await store.commit(
      batch({
        rows: [
          group(
            'contacts',
            row('2', { values: { firstName: 'A' } }),
            row('3', { values: { firstName: 'A' } }),
          ),
          group('companies', row('2', { values: { name: 'A' } })),
        ],
      }),
    )
    await store.commit(batch({ tombstones: [purged('2')] }))
    const entries = await store.changes(portalId, { limit: 10 })
    const told = entries.map(({ object, id, kind, columns }) => [object, id, kind, columns])
    assert.deepEqual(told, [
      ['contacts', '2', 'created', {}],
      ['contacts', '3', 'created', { firstName: { old: null, new: 'A' } }],
      ['companies', '2', 'created', { name: { old: null, new: 'A' } }],
      ['contacts', '2', 'removed', {}],
    ])
    assert.equal((await place.rows('companies')).length, 1)
    assert.equal(await store.tombstone(portalId, 'companies', '2'), null)
  }),

  storeCase(9, 'A merged id never comes back', async (store, place) => {
    await store.commit(batch({ rows: [group('contacts', row('2'))], tombstones: [merged('2')] }))
    for (const at of [1, 100, 500_000]) {
      const { rows } = await store.commit(batch({ rows: [group('contacts', row('2', { at }))] }))
      assert.deepEqual([rows.contacts?.stale, rows.contacts?.created], [1, 0])
    }
    assert.deepEqual(await place.rows('contacts'), [])
    assert.deepEqual(await store.tombstone(portalId, 'contacts', '2'), merged('2'))
  }),

  storeCase(
    9,
    'A purged id comes back only with a version modified after the tombstone',
    async (store, place) => {
      await store.commit(batch({ at: minute(100), tombstones: [purged('2')] }))
      const commit = async (at: number) =>
        (
          await store.commit(
            batch({ at: minute(200), rows: [group('contacts', row('2', { at }))] }),
          )
        ).rows.contacts
      assert.equal((await commit(99))?.stale, 1)
      assert.equal((await commit(100))?.stale, 1)
      assert.deepEqual(await place.rows('contacts'), [])
      assert.equal((await commit(101))?.created, 1)
      assert.equal(await store.tombstone(portalId, 'contacts', '2'), null)
      assert.deepEqual(await place.rows('sync_tombstones'), [])
    },
  ),

  storeCase(9, 'A tombstone for an unknown id is kept, and is not a change', async (store) => {
    const { rows } = await store.commit(batch({ tombstones: [merged('2'), purged('3')] }))
    assert.equal(rows.contacts?.removed ?? 0, 0)
    assert.deepEqual(await store.tombstone(portalId, 'contacts', '2'), merged('2'))
    assert.deepEqual(await store.changes(portalId, { limit: 10 }), [])
    const late = await store.commit(batch({ rows: [group('contacts', row('2'), row('3'))] }))
    assert.equal(late.rows.contacts?.stale, 2)
  }),

  storeCase(9, 'A tombstone that comes again changes nothing', async (store, place) => {
    await store.commit(batch({ rows: [group('contacts', row('2'))] }))
    await store.commit(batch({ tombstones: [merged('2'), purged('3')] }))
    const before = await everything(place)
    const { rows } = await store.commit(
      batch({ at: minute(200), tombstones: [merged('2'), purged('3')] }),
    )
    assert.equal(rows.contacts?.removed ?? 0, 0)
    assert.deepEqual(await everything(place), before)
  }),

  storeCase(9, 'A different tombstone replaces the one before', async (store) => {
    await store.commit(batch({ tombstones: [purged('2'), merged('3', '1')] }))
    await store.commit(batch({ tombstones: [merged('2', '1'), merged('3', '4')] }))
    assert.deepEqual(await store.tombstone(portalId, 'contacts', '2'), merged('2', '1'))
    assert.deepEqual(await store.tombstone(portalId, 'contacts', '3'), merged('3', '4'))
  }),

  storeCase(
    9,
    'A claim that an id is in the bin is no difference if it was merged, but is one if it was purged',
    async (store) => {
      await store.commit(batch({ tombstones: [merged('2'), purged('3')] }))
      const inBin = (id: string) => ({ id, updatedAt: minute(1), archivedAt: minute(500_000) })
      const active = (id: string) => ({ id, updatedAt: minute(500_000) })
      const claims = [inBin('2'), inBin('3'), inBin('4'), active('2'), active('3')]
      assert.deepEqual(await store.differing(portalId, 'contacts', claims), [
        { id: '3', reason: 'missing' },
        { id: '4', reason: 'missing' },
        { id: '2', reason: 'missing' },
        { id: '3', reason: 'missing' },
      ])
      assert.equal((await store.differing(portalId, 'companies', [inBin('2')])).length, 1)
    },
  ),

  storeCase(9, 'An archived row is removed by a tombstone too', async (store, place) => {
    await store.commit(batch({ rows: [group('contacts', row('2', { archived: 5 }))] }))
    const { rows } = await store.commit(batch({ tombstones: [purged('2')] }))
    assert.equal(rows.contacts?.removed, 1)
    assert.deepEqual(await place.rows('contacts'), [])
    assert.deepEqual((await store.counts(portalId)).contacts, { active: 0, archived: 0 })
  }),

  storeCase(9, 'A tombstone for an object without a table is refused', async (store, place) => {
    const before = await everything(place)
    const tombstones = [purged('2'), { ...purged('3'), object: 'tickets' }]
    await expectRefusal(store.commit(batch({ tombstones })), 'STORE_FAILED')
    assert.deepEqual(await everything(place), before)
  }),
]
