import assert from 'node:assert/strict'
import { type ConformanceCase, migrated, placeCase, storeCase } from '../conformance-case.js'
import { expectRefusal } from '../read-back.js'
import { batch, group, minute, portalId, row } from '../sample-rows.js'
import { sampleSchema } from '../sample-schema.js'

export const openingCases: readonly ConformanceCase[] = [
  placeCase(13, 'Creating a store and calling portals() create no tables', async (place) => {
    const store = place.store()
    assert.deepEqual(await place.tables(), [])
    assert.deepEqual(await store.portals(), [])
    assert.deepEqual(await place.tables(), [])
    await store.migrate(sampleSchema)
    assert.ok((await place.tables()).length > 0)
    assert.deepEqual(await store.portals(), [])
  }),

  placeCase(13, 'Portals can be read before migrating', async (place) => {
    const first = await migrated(place)
    const portal = {
      portalId,
      uiDomain: 'app.hubspot.com',
      timeZone: 'UTC',
      firstRunAt: minute(1),
      lastRunAt: minute(2),
    }
    await first.commit(batch({ portal }))
    assert.deepEqual(await place.store().portals(), [portal])
  }),

  placeCase(13, 'Closing a store that was never used creates no tables', async (place) => {
    const store = place.store()
    await store.close()
    assert.deepEqual(await place.tables(), [])
  }),

  placeCase(
    13,
    'A lent connection is used, and stays open when the store is closed',
    async (place) => {
      const { store, answers } = await place.lent()
      await store.migrate(sampleSchema)
      await store.commit(batch({ rows: [group('contacts', row('1'))] }))
      assert.equal((await place.rows('contacts')).length, 1)
      await store.close()
      assert.equal(await answers(), true)
      await expectRefusal(store.get(portalId, 'contacts', '1'), 'CLOSED')
    },
  ),

  storeCase(13, 'Every call of a closed store is refused', async (store, place) => {
    await store.commit(batch({ rows: [group('contacts', row('1'))] }))
    await store.close()
    await store.close()
    const calls = [
      () => store.migrate(sampleSchema),
      () => store.portals(),
      () => store.readCheckpoint(portalId, 'contacts'),
      () => store.commit(batch({ rows: [group('contacts', row('2'))] })),
      () => store.lease({ portalId, jobs: [], holder: 'a', want: 'take', at: minute(1) }),
      () => store.leases(portalId, minute(1)),
      () => store.get(portalId, 'contacts', '1'),
      () => store.list(portalId, 'contacts', { limit: 1 }),
      () => store.related(portalId, 'contacts_companies', { fromId: '1' }),
      () => store.sets(portalId, 'contacts_companies', ['1']),
      () => store.ids(portalId, 'contacts', { limit: 1 }),
      () => store.differing(portalId, 'contacts', [{ id: '1', updatedAt: minute(1) }]),
      () => store.tombstone(portalId, 'contacts', '1'),
      () => store.changes(portalId, { limit: 1 }),
      () => store.runs(portalId, { limit: 1 }),
      () => store.counts(portalId),
    ]
    for (const call of calls) await expectRefusal(call(), 'CLOSED')
    assert.equal((await place.rows('contacts')).length, 1)
  }),

  storeCase(13, 'Closing one handle leaves the others open', async (store, place) => {
    const other = await migrated(place)
    await store.commit(batch({ rows: [group('contacts', row('1'))] }))
    await store.close()
    await other.commit(batch({ rows: [group('contacts', row('2'))] }))
    assert.deepEqual(await other.ids(portalId, 'contacts', { limit: 10 }), ['1', '2'])
  }),
]
