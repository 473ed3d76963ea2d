import assert from 'node:assert/strict'
import type { RecordStatus, Store } from '@hubsync/core'
import { type ConformanceCase, storeCase } from '../conformance-case.js'
import { paged } from '../read-back.js'
import { batch, group, minute, portalId, row, rowsFrom } from '../sample-rows.js'

const listIds = async (
  store: Store,
  after: string | undefined,
  limit: number,
  status?: RecordStatus,
) => (await store.list(portalId, 'contacts', { after, limit, status })).map(({ id }) => id)

const ids = ['1', '2', '9', '10', '11', '99', '100', '101', '1000', '12345678', '1000000000000']

async function fillIds(store: Store): Promise<void> {
  const rows = ids.map((id, index) => row(id, index % 2 === 0 ? {} : { archived: 5 }))
  await store.commit(batch({ rows: [group('contacts', ...rows.reverse())] }))
}

export const rowReadCases: readonly ConformanceCase[] = [
  storeCase(14, 'Rows are listed by their key as text, page by page', async (store) => {
    await fillIds(store)
    const sorted = [...ids].sort()
    assert.deepEqual(await listIds(store, undefined, 100), sorted)
    assert.deepEqual(await listIds(store, undefined, 3), sorted.slice(0, 3))
    assert.deepEqual(await listIds(store, sorted[2], 3), sorted.slice(3, 6))
    assert.deepEqual(await listIds(store, '1005', 2), ['101', '11'])
    assert.deepEqual(await listIds(store, sorted.at(-1), 3), [])
  }),

  storeCase(14, 'A list continues by key while rows are added and removed', async (store) => {
    await store.commit(batch({ rows: [group('contacts', ...rowsFrom(200, 6))] }))
    assert.deepEqual(await listIds(store, undefined, 3), ['200', '201', '202'])
    await store.commit(
      batch({
        rows: [group('contacts', row('2015'), row('205', { at: 9 }))],
        tombstones: ['200', '202'].map((id) => ({
          object: 'contacts',
          id,
          reason: 'purged' as const,
          intoId: null,
        })),
      }),
    )
    assert.deepEqual(await listIds(store, '202', 3), ['203', '204', '205'])
    assert.deepEqual(await listIds(store, '205', 3), [])
  }),

  storeCase(14, 'A list by status gives rows of that status, in full pages', async (store) => {
    await fillIds(store)
    const sorted = (parity: number) => ids.filter((_, index) => index % 2 === parity).sort()
    for (const [parity, status] of (['ACTIVE', 'ARCHIVED'] as const).entries()) {
      assert.deepEqual(await listIds(store, undefined, 100, status), sorted(parity))
      const inPages = await paged(
        (after) => store.list(portalId, 'contacts', { after, limit: 2, status }),
        ({ id }) => id,
      )
      assert.deepEqual(
        inPages.map(({ id }) => id),
        sorted(parity),
      )
      const [first] = await store.list(portalId, 'contacts', { limit: 2, status })
      assert.equal(first?.status, status)
    }
  }),

  storeCase(
    14,
    'A list with updatedSince returns the rows modified then or later, in full pages',
    async (store) => {
      const rows = ids.map((id, at) => row(id, at % 3 === 0 ? { at, archived: 50 } : { at }))
      await store.commit(batch({ rows: [group('contacts', ...rows)] }))
      const since = async (updatedSince: string, status?: RecordStatus) => {
        const page = { limit: 2, status, updatedSince }
        const inPages = await paged(
          (after) => store.list(portalId, 'contacts', { ...page, after }),
          ({ id }) => id,
        )
        return inPages.map(({ id }) => id)
      }
      const expected = (from: number, archived = [true, false]) =>
        ids.filter((_, at) => at >= from && archived.includes(at % 3 === 0)).sort()
      assert.deepEqual(await since(minute(4)), expected(4))
      assert.deepEqual(await since(minute(4), 'ACTIVE'), expected(4, [false]))
      assert.deepEqual(await since(minute(4), 'ARCHIVED'), expected(4, [true]))
      assert.deepEqual(await since(minute(4).replace('.000Z', '.001Z')), expected(5))
      assert.deepEqual(await since(minute(0)), expected(0))
      assert.deepEqual(await since(minute(ids.length)), [])
    },
  ),

  storeCase(14, 'Ids are returned in the order of their numbers', async (store) => {
    await fillIds(store)
    assert.deepEqual(await store.ids(portalId, 'contacts', { limit: 100 }), ids)
    assert.deepEqual(await store.ids(portalId, 'contacts', { limit: 4 }), ids.slice(0, 4))
    for (const limit of [1, 2, 3]) {
      const inPages = await paged(
        (after) => store.ids(portalId, 'contacts', { after, limit }),
        (id) => id,
      )
      assert.deepEqual(inPages, ids, `In pages of ${limit}`)
    }
  }),

  storeCase(
    14,
    'A range of ids starts after its first and ends with its last, by number',
    async (store) => {
      await fillIds(store)
      const range = (after?: string, upTo?: string, limit = 100) =>
        store.ids(portalId, 'contacts', { after, upTo, limit })
      assert.deepEqual(await range('9', '100'), ['10', '11', '99', '100'])
      assert.deepEqual(await range('5', '98'), ['9', '10', '11'])
      assert.deepEqual(await range('99', '1000'), ['100', '101', '1000'])
      assert.deepEqual(await range('102', '999'), [])
      assert.deepEqual(await range('1001', '99999999999'), ['12345678'])
      assert.deepEqual(await range(undefined, '2'), ['1', '2'])
      assert.deepEqual(await range('1000000000000'), [])
      assert.deepEqual(await range('2', '1000000000000', 3), ['9', '10', '11'])
      assert.deepEqual(await range('100', '9'), [])
    },
  ),

  storeCase(14, 'Ids by status are only those with that status', async (store) => {
    await fillIds(store)
    const active = ids.filter((_, index) => index % 2 === 0)
    const archived = ids.filter((_, index) => index % 2 === 1)
    const ofStatus = (status: RecordStatus, after?: string, limit = 100) =>
      store.ids(portalId, 'contacts', { status, after, limit })
    assert.deepEqual(await ofStatus('ACTIVE'), active)
    assert.deepEqual(await ofStatus('ARCHIVED'), archived)
    assert.deepEqual(await ofStatus('ARCHIVED', '10', 2), ['99', '101'])
    const upTo = await store.ids(portalId, 'contacts', { status: 'ACTIVE', upTo: '100', limit: 9 })
    assert.deepEqual(upTo, ['1', '9', '11', '100'])
  }),

  storeCase(
    14,
    'A claim that does not match is returned with its reason, in the order of the claims',
    async (store) => {
      await store.commit(
        batch({
          rows: [
            group(
              'contacts',
              ...rowsFrom(1, 4, { at: 5 }),
              row('5', { at: 5, archived: 7 }),
              row('6', { at: 5, archived: 7 }),
            ),
          ],
          tombstones: [{ object: 'contacts', id: '9', reason: 'merged', intoId: '1' }],
        }),
      )
      const differing = await store.differing(portalId, 'contacts', [
        { id: '8', updatedAt: minute(5) },
        { id: '2', updatedAt: minute(6) },
        { id: '1', updatedAt: minute(5) },
        { id: '3', updatedAt: minute(4) },
        { id: '5', updatedAt: minute(5) },
        { id: '4', updatedAt: minute(5), archivedAt: minute(7) },
        { id: '6', updatedAt: minute(5), archivedAt: minute(8) },
        { id: '5', updatedAt: minute(5), archivedAt: minute(7) },
        { id: '3', updatedAt: minute(5), archivedAt: null },
        { id: '6', updatedAt: minute(9) },
        { id: '9', updatedAt: '' },
        { id: '1', updatedAt: '' },
        { id: '6', updatedAt: '' },
        { id: '6', updatedAt: minute(5), archivedAt: minute(6) },
        { id: '2', updatedAt: minute(4), archivedAt: minute(9) },
      ])
      const syncedAt = minute(100)
      const active = { status: 'ACTIVE', updatedAt: minute(5), archivedAt: null, syncedAt }
      const archived = { ...active, status: 'ARCHIVED', archivedAt: minute(7) }
      assert.deepEqual(differing, [
        { id: '8', reason: 'missing' },
        { id: '2', reason: 'older', stored: active },
        { id: '3', reason: 'newer', stored: active },
        { id: '5', reason: 'archived', stored: archived },
        { id: '4', reason: 'older', stored: active },
        { id: '6', reason: 'older', stored: archived },
        { id: '6', reason: 'archived', stored: archived },
        { id: '9', reason: 'missing' },
        { id: '6', reason: 'archived', stored: archived },
        { id: '6', reason: 'newer', stored: archived },
        { id: '2', reason: 'newer', stored: active },
      ])
      assert.deepEqual(await store.differing(portalId, 'contacts', []), [])
    },
  ),

  storeCase(14, 'Ten thousand claims are compared at once', async (store) => {
    await store.commit(batch({ rows: [group('contacts', ...rowsFrom(1, 100))] }))
    const claims = rowsFrom(1, 10_000).map(({ id, updatedAt }) => ({ id, updatedAt }))
    const differing = await store.differing(portalId, 'contacts', claims)
    assert.equal(differing.length, 9900)
    const asked = claims.slice(100)
    assert.ok(differing.every(({ id }, index) => id === asked[index]?.id))
  }),

  storeCase(14, 'Rows are counted by object and status', async (store) => {
    const empty = { active: 0, archived: 0 }
    assert.deepEqual(await store.counts(portalId), {
      contacts: empty,
      companies: empty,
      items: empty,
      order: empty,
    })
    await store.commit(
      batch({
        rows: [
          group('contacts', row('1'), row('2'), row('3', { archived: 5 })),
          group('items', row('1')),
        ],
      }),
    )
    await store.commit(
      batch({ rows: [group('contacts', row('1', { archived: 5 }), row('2', { at: 9 }))] }),
    )
    assert.deepEqual(await store.counts(portalId), {
      contacts: { active: 1, archived: 2 },
      items: { active: 1, archived: 0 },
      companies: empty,
      order: empty,
    })
  }),
]
