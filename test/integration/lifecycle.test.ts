import { describe, expect, test } from 'vitest'
import { expectEqual } from './support/equality.js'
import { stores } from './support/stores.js'
import { createWorld, populate } from './support/world.js'

describe.each(stores)('the life of a record on $name', ({ open }) => {
  test('is ARCHIVED once it lies in the bin, without its associations', async () => {
    const { portal, store, sync, clock } = createWorld(open())
    const ids = populate(portal, { contacts: 20, companies: 3, deals: 4 })
    await sync.run()
    await clock.advance(60_000)
    portal.archive('companies', ids.companies[0] as string)
    portal.archive('contacts', ids.contacts[1] as string)
    const report = await sync.run()
    expect(report.jobs['companies:archived']).toMatchObject({ archived: 1 })
    expect(await sync.get('contacts', ids.contacts[1] as string)).toMatchObject({
      status: 'ARCHIVED',
      archivedAt: expect.any(String),
    })
    await expectEqual(portal, store)
  })

  test('is ACTIVE again once it is restored, with its associations', async () => {
    const { portal, store, sync, clock } = createWorld(open(), { associationSweep: false })
    const ids = populate(portal, { contacts: 20, companies: 3, deals: 4 })
    await sync.run()
    await clock.advance(60_000)
    portal.archive('companies', ids.companies[0] as string)
    await sync.run()
    await clock.advance(60_000)
    portal.restore('companies', ids.companies[0] as string)
    const report = await sync.run()
    expect(report.jobs.companies).toMatchObject({ restored: 1 })
    expect(await sync.get('companies', ids.companies[0] as string)).toMatchObject({
      status: 'ACTIVE',
      archivedAt: null,
    })
    await expectEqual(portal, store)
  })

  test('goes on under the id of the record that it was merged into, chains included', async () => {
    const { portal, store, sync, clock } = createWorld(open(), { associationSweep: false })
    const { companies, contacts } = populate(portal, { contacts: 20, companies: 6, deals: 8 })
    await sync.run()
    await clock.advance(60_000)
    const second = portal.merge('companies', companies[0] as string, companies[1] as string)
    await sync.run()
    await expectEqual(portal, store)
    await clock.advance(60_000)
    const third = portal.merge('companies', companies[2] as string, second)
    const contact = portal.merge('contacts', contacts[4] as string, contacts[5] as string)
    await sync.run()
    await expectEqual(portal, store)
    for (const id of [companies[0], companies[1], companies[2], second, third])
      expect(await sync.resolve('companies', id as string)).toBe(third)
    expect(await sync.resolve('contacts', contacts[5] as string)).toBe(contact)
    expect(await sync.get('companies', companies[0] as string)).toBeNull()
  })

  test('ends when it is purged without a trace, which the census finds', async () => {
    const { portal, store, sync, clock } = createWorld(open())
    const ids = populate(portal, { contacts: 250, companies: 3, deals: 4 })
    portal.archive('contacts', ids.contacts[9] as string)
    await sync.run()
    await clock.advance(60_000)
    portal.purge('contacts', ids.contacts[8] as string)
    portal.purge('contacts', ids.contacts[9] as string)
    portal.privacyDelete('contacts', ids.contacts[249] as string)
    const report = await sync.run()
    expect(report.jobs['contacts:census']).toMatchObject({ status: 'complete', removed: 3 })
    expect(await sync.resolve('contacts', ids.contacts[8] as string)).toBeNull()
    await expectEqual(portal, store)
  })

  test('is spared by a census that would remove more than its share', async () => {
    const { portal, store, sync, again, clock } = createWorld(open())
    const ids = populate(portal, { contacts: 200, companies: 0, deals: 0 })
    await sync.run()
    await clock.advance(60_000)
    for (const id of ids.contacts.slice(0, 30)) portal.purge('contacts', id)
    const report = await sync.run()
    expect(report.status).toBe('partial')
    expect(report.jobs['contacts:census']).toMatchObject({
      status: 'partial',
      removed: 0,
      error: {
        code: 'REMOVAL_REFUSED',
        message: expect.stringContaining('No row of contacts was removed.'),
      },
    })
    expect(await sync.get('contacts', ids.contacts[0] as string)).not.toBeNull()
    const allowed = again({ removalShare: 1 })
    expect((await allowed.run({ jobs: ['contacts:census'] })).status).toBe('complete')
    await expectEqual(portal, store)
  })

  test('is not set back by a page that was read before it changed', async () => {
    const { portal, store, sync } = createWorld(open())
    const contact = portal.create('contacts', { firstname: 'new' })
    await sync.run()
    const portalId = String(portal.portalId)
    const row = await store.get(portalId, 'contacts', contact)
    if (!row) throw new Error('expected the contact to be mirrored')
    const stale = { ...row, updatedAt: '2020-01-01T00:00:00.000Z', values: { firstName: 'old' } }
    const result = await store.commit({
      portalId,
      at: '2026-06-02T00:00:00.000Z',
      rows: [{ object: 'contacts', rows: [stale], feed: true }],
    })
    expect(result.rows.contacts).toMatchObject({ stale: 1, updated: 0 })
    expect(await sync.get('contacts', contact)).toMatchObject({ firstName: 'new' })
  })

  test('leaves no row written when nothing changed', async () => {
    const { portal, store, sync, clock } = createWorld(open())
    const ids = populate(portal, { contacts: 120, companies: 10, deals: 10 })
    portal.archive('contacts', ids.contacts[0] as string)
    await sync.run()
    const before = await store.list(String(portal.portalId), 'contacts', { limit: 200 })
    await clock.advance(60_000)
    const report = await sync.run()
    for (const job of Object.values(report.jobs))
      expect(job).toMatchObject({ created: 0, updated: 0, archived: 0, restored: 0, removed: 0 })
    expect(await store.list(String(portal.portalId), 'contacts', { limit: 200 })).toEqual(before)
  })

  test('comes back to the bin where HubSpot said wrongly that it was gone', async () => {
    const { portal, store, sync, clock } = createWorld(open())
    const { deals } = populate(portal, { contacts: 4, companies: 2, deals: 6 })
    portal.archive('deals', deals[2] as string)
    await sync.run()
    await clock.advance(60_000)
    const missing = {
      ...{ category: 'OBJECT_NOT_FOUND', status: 'error', message: 'Could not get some DEALs.' },
      context: { ids: [deals[2]] },
    }
    const body = { status: 'COMPLETE', results: [], numErrors: 1, errors: [missing] }
    portal.fault({ status: 207, body, operation: 'batch-read', times: 2 })
    await sync.syncRecords('deals', [deals[2] as string])
    expect(await sync.get('deals', deals[2] as string)).toBeNull()
    await clock.advance(60_000)
    await sync.run()
    await expectEqual(portal, store)
  })
})
