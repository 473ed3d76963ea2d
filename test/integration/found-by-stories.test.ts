import { column, companies, contacts, deals } from '@hubsync/core'
import { describe, expect, test } from 'vitest'
import { expectEqual } from './support/equality.js'
import { stores } from './support/stores.js'
import { createWorld, populate } from './support/world.js'

const more = contacts.extend({ columns: { jobTitle: column.text('jobtitle') } })
const withJobTitle = { objects: [more, companies, deals] as never }

/** Cases that a story of model.test.ts once found the mirror to get wrong. */
describe.each(stores)('what a story found, on $name:', ({ open }) => {
  test('the feed tells of a record that changed when a column is filled in', async () => {
    const { portal, store, again, clock } = createWorld(open())
    const { contacts: ids } = populate(portal, { contacts: 5, companies: 1, deals: 1 })
    await again().run()
    await clock.advance(1_000)
    portal.update('contacts', ids[2] as string, { firstname: 'Changed' })
    await again(withJobTitle).run()
    const entries = await store.changes(String(portal.portalId), { limit: 10 })
    expect(entries).toMatchObject([
      {
        object: 'contacts',
        id: ids[2],
        kind: 'updated',
        columns: { firstName: { new: 'Changed' } },
      },
    ])
  })

  test('the feed tells of a far end that a backfill fetches', async () => {
    const { portal, store, sync } = createWorld(open())
    const { contacts: ids } = populate(portal, { contacts: 5, companies: 1, deals: 0 })
    await sync.run({ jobs: ['companies'] })
    const company = portal.create('companies', { name: 'New' })
    portal.associate('contacts', ids[0] as string, 'companies', company)
    await sync.run({ jobs: ['contacts'] })
    const entries = await store.changes(String(portal.portalId), { limit: 10 })
    expect(entries).toMatchObject([{ object: 'companies', id: company, kind: 'created' }])
  })

  test('a record that is purged between the slices of its backfill is gone with the next run', async () => {
    const { portal, store, sync } = createWorld(open())
    const { contacts: ids } = populate(portal, { contacts: 250, companies: 0, deals: 0 })
    const slice = await sync.run({ jobs: ['contacts'], maxCalls: 4 })
    expect(slice).toMatchObject({ status: 'partial', jobs: { contacts: { created: 100 } } })
    portal.purge('contacts', ids[3] as string)
    expect((await sync.run()).status).toBe('complete')
    await expectEqual(portal, store)
  })

  test('an archived record that was read before the backfill, and purged since, is gone with the next run', async () => {
    const { portal, store, sync } = createWorld(open())
    const { deals: ids } = populate(portal, { contacts: 1, companies: 1, deals: 3 })
    portal.archive('deals', ids[0] as string)
    await sync.run({ jobs: ['deals:archived'] })
    portal.emptyBin()
    expect((await sync.run()).status).toBe('complete')
    await expectEqual(portal, store)
  })

  test('verify writes no record of an object that is not backfilled yet', async () => {
    const { portal, store, sync } = createWorld(open())
    populate(portal, { contacts: 5, companies: 2, deals: 2 })
    await sync.run({ jobs: ['contacts'] })
    expect((await sync.verify({ repair: true })).status).toBe('partial')
    expect((await store.counts(String(portal.portalId))).companies).toEqual({
      active: 0,
      archived: 0,
    })
  })

  test('a column that came before the backfill, but after an archived record was read, holds its value', async () => {
    const { portal, store, again } = createWorld(open())
    const { contacts: ids } = populate(portal, { contacts: 3, companies: 1, deals: 1 })
    const [id] = ids as [string]
    portal.update('contacts', id, { jobtitle: 'Engineer' })
    portal.archive('contacts', id)
    await again().run({ jobs: ['contacts:archived'] })
    expect((await again(withJobTitle).run()).status).toBe('complete')
    const row = await store.get(String(portal.portalId), 'contacts', id)
    expect(row).toMatchObject({ status: 'ARCHIVED', values: { jobTitle: 'Engineer' } })
  })

  test('a column that a definition had, lost and got back holds what changed meanwhile', async () => {
    const { portal, again, clock } = createWorld(open())
    const { contacts: ids } = populate(portal, { contacts: 3, companies: 1, deals: 1 })
    const [id] = ids as [string]
    portal.update('contacts', id, { jobtitle: 'Engineer' })
    await again(withJobTitle).run()
    await clock.advance(1_000)
    portal.update('contacts', id, { jobtitle: 'Director' })
    await again().run()
    const sync = again(withJobTitle)
    await sync.run()
    expect(await sync.get('contacts', id)).toMatchObject({ jobTitle: 'Director' })
  })

  test('a column that was lost is read again after a touch, too', async () => {
    const { portal, again, clock } = createWorld(open())
    const { contacts: ids } = populate(portal, { contacts: 3, companies: 1, deals: 1 })
    const [id] = ids as [string]
    portal.update('contacts', id, { jobtitle: 'Engineer' })
    await again(withJobTitle).run()
    await clock.advance(1_000)
    portal.update('contacts', id, { jobtitle: 'Director' })
    await again().syncRecords('contacts', [id])
    const sync = again(withJobTitle)
    await sync.run()
    expect(await sync.get('contacts', id)).toMatchObject({ jobTitle: 'Director' })
  })

  test('a run that is aborted while it waits to ask again is partial, whatever its clock rejects with', async () => {
    const { portal, sync } = createWorld(open())
    populate(portal, { contacts: 3, companies: 1, deals: 1 })
    portal.fault({ kind: 'error', operation: 'search' })
    const abort = new AbortController()
    const report = await sync.run({
      signal: abort.signal,
      onEvent: ({ type }) => {
        if (type === 'retry') queueMicrotask(() => abort.abort())
      },
    })
    expect(report.status).toBe('partial')
  })

  test('a clock that is set forward in the middle of a run hides no change from the next one', async () => {
    const { portal, clock, again } = createWorld(open(), { census: false })
    const { contacts: ids } = populate(portal, { contacts: 3, companies: 1, deals: 1 })
    let ahead = 0
    const sync = again({ clock: { now: () => clock.now() + ahead, sleep: clock.sleep } })
    await sync.run({
      onEvent: ({ type }) => {
        if (type === 'job-start') ahead = 3 * 86_400_000
      },
    })
    await clock.advance(5_400_000)
    portal.update('contacts', ids[0] as string, { firstname: 'Changed' })
    await clock.advance(5_400_000)
    expect((await again().run()).status).toBe('complete')
    expect(await sync.get('contacts', ids[0] as string)).toMatchObject({ firstName: 'Changed' })
  })
})
