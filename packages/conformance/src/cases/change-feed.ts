import assert from 'node:assert/strict'
import type { ChangeEntry, Store } from '@hubsync/core'
import { type ConformanceCase, storeCase } from '../conformance-case.js'
import { batch, group, minute, otherPortalId, portalId, row } from '../sample-rows.js'

const feed = (store: Store, portal = portalId) => store.changes(portal, { limit: 100 })

/**
 * Adds entries about new contacts to the feed, each in a commit of its own, with entries of another portal in between.
 */
async function tell(store: Store, ...ids: number[]): Promise<void> {
  for (const id of ids)
    for (const portal of [otherPortalId, portalId])
      await store.commit(
        batch({
          portalId: portal,
          at: minute(id),
          rows: [group('contacts', row(String(id), { values: { firstName: 'told' } }))],
        }),
      )
}

const withoutColumns = ({ columns: _, ...entry }: ChangeEntry) => entry

export const changeFeedCases: readonly ConformanceCase[] = [
  storeCase(
    15,
    'Entries up to the one that is named are forgotten, and no others',
    async (store, place) => {
      await tell(store, 101, 102, 103)
      const before = await feed(store)
      const ofOther = await feed(store, otherPortalId)
      await store.commit(batch({ forgetChangesUpTo: before[1]?.seq ?? 0 }))
      assert.deepEqual(await feed(store), before.slice(2))
      assert.deepEqual(await feed(store, otherPortalId), ofOther)
      assert.equal((await place.rows('sync_changes')).length, 4)
      assert.equal((await place.rows('contacts')).length, 6)
    },
  ),

  storeCase(15, 'Forgetting the same entries again does nothing', async (store) => {
    await tell(store, 101, 102)
    const [first, second] = await feed(store)
    for (const forgetChangesUpTo of [first?.seq ?? 0, first?.seq ?? 0, 0])
      await store.commit(batch({ forgetChangesUpTo }))
    assert.deepEqual(await feed(store), [second])
  }),

  storeCase(15, 'The number of a forgotten entry is never used again', async (store) => {
    await tell(store, 101, 102)
    const last = (await feed(store)).at(-1)?.seq ?? 0
    for (const portal of [portalId, otherPortalId])
      await store.commit(batch({ portalId: portal, forgetChangesUpTo: last }))
    assert.deepEqual(await feed(store), [])
    await tell(store, 103)
    const after = await store.changes(portalId, { after: last, limit: 10 })
    assert.deepEqual(
      after.map(({ id }) => id),
      ['103'],
    )
  }),

  storeCase(
    15,
    'An entry stays when its record is removed, and only its columns are erased',
    async (store) => {
      await tell(store, 101, 102)
      await store.commit(
        batch({ at: minute(103), rows: [group('contacts', row('101', { archived: 5 }))] }),
      )
      const before = await feed(store)
      await store.commit(
        batch({
          at: minute(104),
          tombstones: [
            { object: 'contacts', id: '101', reason: 'purged', intoId: null },
            { object: 'contacts', id: '102', reason: 'merged', intoId: '101' },
          ],
        }),
      )
      const after = await feed(store)
      assert.deepEqual(after.slice(0, 3).map(withoutColumns), before.map(withoutColumns))
      assert.equal(after.length, 5)
    },
  ),

  storeCase(15, 'The feed can be read newest first', async (store) => {
    assert.deepEqual(await store.changes(portalId, { limit: 1, newestFirst: true }), [])
    await tell(store, 101, 102, 103)
    const entries = await feed(store)
    const newest = (page: { after?: number; limit: number }) =>
      store.changes(portalId, { ...page, newestFirst: true })
    assert.deepEqual(await newest({ limit: 1 }), entries.slice(2))
    assert.deepEqual(await newest({ limit: 2 }), entries.slice(1).reverse())
    assert.deepEqual(
      await newest({ after: entries[0]?.seq ?? 0, limit: 100 }),
      entries.slice(1).reverse(),
    )
  }),

  storeCase(15, 'The feed can be read up to an entry', async (store) => {
    await tell(store, 101, 102, 103)
    const entries = await feed(store)
    const [first, second, third] = entries.map(({ seq }) => seq)
    const upTo = (before: number | undefined, newestFirst: boolean) =>
      store.changes(portalId, { before, limit: 100, newestFirst })
    assert.deepEqual(await upTo(third, true), entries.slice(0, 2).reverse())
    assert.deepEqual(await upTo(third, false), entries.slice(0, 2))
    assert.deepEqual(await upTo(first, true), [])
    const page = { before: third, limit: 1, newestFirst: true }
    assert.deepEqual(await store.changes(portalId, page), entries.slice(1, 2))
    const of = { object: 'contacts', id: '101' }
    assert.deepEqual(await store.changes(portalId, { ...page, of }), entries.slice(0, 1))
    const between = { after: first, before: third, limit: 100 }
    assert.deepEqual(
      (await store.changes(portalId, between)).map(({ seq }) => seq),
      [second],
    )
  }),

  storeCase(15, 'The entries of one record can be read', async (store) => {
    await tell(store, 101, 102)
    await store.commit(
      batch({ at: minute(103), rows: [group('contacts', row('101', { archived: 5 }))] }),
    )
    const entries = await feed(store)
    const of = { object: 'contacts', id: '101' }
    const own = entries.filter(({ id }) => id === '101')
    assert.equal(own.length, 2)
    assert.deepEqual(await store.changes(portalId, { limit: 9, of }), own)
    const latest = await store.changes(portalId, { limit: 1, newestFirst: true, of })
    assert.deepEqual(latest, own.slice(1))
    const others = { limit: 9, of: { object: 'companies', id: '101' } }
    assert.deepEqual(await store.changes(portalId, others), [])
  }),

  storeCase(15, 'A read after the last entry returns nothing', async (store) => {
    await tell(store, 101, 102)
    const last = (await feed(store)).at(-1)?.seq ?? 0
    for (const after of [last, last + 1, last + 1_000, Number.MAX_SAFE_INTEGER])
      assert.deepEqual(await store.changes(portalId, { after, limit: 10 }), [])
  }),
]
