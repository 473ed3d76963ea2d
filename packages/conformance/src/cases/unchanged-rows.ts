import assert from 'node:assert/strict'
import type { HubspotRecord } from '@hubsync/core'
import type { Batch } from '@hubsync/core/store'
import { type ConformanceCase, storeCase } from '../conformance-case.js'
import { everything, lineOf } from '../read-back.js'
import { batch, companiesOf, edge, group, minute, portalId, row, rowsFrom } from '../sample-rows.js'

const values = { email: 'a@example.com', firstName: 'A', budget: '10.50' }

/** One value of each kind. */
const ofEachKind = {
  text: 'a',
  email: 'a@b.example',
  phone: '+49301234',
  integer: -5,
  number: 0.1,
  decimal: '5000.00',
  boolean: false,
  date: '2026-02-28',
  list: ['b', 'a'],
  datetime: '2026-02-28T23:59:59.999Z',
}

/** The same object with the keys of every level in reverse order. */
function reversed<T>(value: T): T {
  if (Array.isArray(value)) return value.map(reversed) as T
  if (value === null || typeof value !== 'object') return value
  const entries = Object.entries(value).map(([key, inner]) => [key, reversed(inner)])
  return Object.fromEntries(entries.reverse()) as T
}

export const unchangedRowCases: readonly ConformanceCase[] = [
  storeCase(4, 'A batch that is replayed writes nothing', async (store, place) => {
    const content: Partial<Batch> = {
      rows: [
        group('companies', row('90'), row('91')),
        group('contacts', row('1', { values }), row('2', { archived: 3 }), row('3')),
        group('items', row('1', { values: ofEachKind }), row('2')),
      ],
      associations: [companiesOf('1', edge('90', 1, 'Owner'), edge('91', 2))],
      tombstones: [{ object: 'contacts', id: '3', reason: 'merged', intoId: '1' }],
    }
    await store.commit(batch(content))
    const before = await everything(place)
    const { rows, associations } = await store.commit(batch({ ...content, at: minute(200) }))
    assert.deepEqual(await everything(place), before)
    assert.deepEqual(rows.contacts, {
      created: 0,
      updated: 0,
      unchanged: 2,
      archived: 0,
      restored: 0,
      removed: 0,
      stale: 1,
    })
    assert.equal(rows.items?.unchanged, 2)
    assert.deepEqual(associations, { added: 0, removed: 0, unlinked: 0 })
  }),

  storeCase(4, 'A row of each kind of value is recognised as unchanged', async (store) => {
    const commit = (at: number) =>
      store.commit(
        batch({ at: minute(at), rows: [group('items', row('1', { values: ofEachKind }))] }),
      )
    await commit(100)
    for (let at = 101; at < 104; at++) assert.equal((await commit(at)).rows.items?.unchanged, 1)
    assert.equal((await store.get(portalId, 'items', '1'))?.syncedAt, minute(100))
    assert.equal((await store.changes(portalId, { limit: 10 })).length, 1)
  }),

  storeCase(
    4,
    'A row is unchanged when the keys of its raw object come in another order',
    async (store, place) => {
      const first = row('1', {
        values,
        properties: { z: '1', a: '2' },
        more: { nested: { z: [{ b: 1, a: 2 }], a: null } },
      })
      await store.commit(batch({ rows: [group('contacts', first)] }))
      const raw = reversed(first.raw) as HubspotRecord
      const { rows } = await store.commit(
        batch({ at: minute(200), rows: [group('contacts', { ...first, raw })] }),
      )
      assert.equal(rows.contacts?.unchanged, 1)
      assert.equal((await lineOf(place, 'contacts', '1')).synced_at, minute(100))
      assert.equal((await store.changes(portalId, { limit: 10 })).length, 1)
    },
  ),

  storeCase(4, 'Only the rows that changed are written', async (store, place) => {
    const rows = rowsFrom(1, 20, { values })
    await store.commit(batch({ rows: [group('contacts', ...rows)] }))
    rows[6] = row('7', { at: 2, values: { ...values, firstName: 'B' } })
    const result = await store.commit(
      batch({ at: minute(200), rows: [group('contacts', ...rows)] }),
    )
    assert.deepEqual([result.rows.contacts?.updated, result.rows.contacts?.unchanged], [1, 19])
    const written = (await place.rows('contacts')).filter((line) => line.synced_at === minute(200))
    assert.deepEqual(
      written.map((line) => line.source_id),
      ['7'],
    )
    const entries = await store.changes(portalId, { after: 0, limit: 100 })
    assert.deepEqual(
      entries.filter(({ at }) => at === minute(200)).map(({ id }) => id),
      ['7'],
    )
  }),

  storeCase(4, 'A row that changed only in its raw object is written', async (store, place) => {
    await store.commit(
      batch({ rows: [group('contacts', row('1', { values, properties: { unmapped: '1' } }))] }),
    )
    const changed = row('1', { values, properties: { unmapped: '2' } })
    const { rows } = await store.commit(
      batch({ at: minute(200), rows: [group('contacts', changed)] }),
    )
    assert.equal(rows.contacts?.updated, 1)
    const line = await lineOf(place, 'contacts', '1')
    assert.equal((line.raw as HubspotRecord).properties.unmapped, '2')
    assert.equal(line.synced_at, minute(200))
    const entry = (await store.changes(portalId, { limit: 10 })).at(-1)
    assert.deepEqual([entry?.kind, entry?.columns], ['updated', {}])
  }),

  storeCase(4, 'A row that changed only in a base field is written', async (store, place) => {
    await store.commit(batch({ rows: [group('contacts', row('1'))] }))
    const changes = [{ url: 'https://app-eu1.hubspot.com/1' }, { createdAt: null }]
    for (const [index, change] of changes.entries()) {
      const at = minute(200 + index)
      const changed = { ...row('1'), ...changes[0], ...change }
      const { rows } = await store.commit(batch({ at, rows: [group('contacts', changed)] }))
      assert.equal(rows.contacts?.updated, 1)
      assert.equal((await lineOf(place, 'contacts', '1')).synced_at, at)
    }
    assert.equal((await lineOf(place, 'contacts', '1')).source_created_at, null)
  }),
]
