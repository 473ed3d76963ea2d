import { describe, expect, test } from 'vitest'
import { expectEqual } from './support/equality.js'
import { stores } from './support/stores.js'
import { createWorld, populate } from './support/world.js'

const FUTURE = '2030-01-01T00:00:00.000Z'
const size = { contacts: 6, companies: 3, deals: 4 }

/** A mirror of a portal that once returned 2030 as the date of some records, and now returns the correct date. */
async function mirrorWithFutureDates(
  world: ReturnType<typeof createWorld>,
  { changed = true }: { changed?: boolean } = {},
) {
  const { portal, sync, clock } = world
  const ids = populate(portal, size)
  const [contact] = ids.contacts as [string]
  const [deal] = ids.deals as [string]
  const right = portal.record('contacts', contact)?.updatedAt as string
  portal.update('contacts', contact, { firstname: 'Wrong' }, { updatedAt: FUTURE })
  portal.update('deals', deal, { dealname: 'Wrong' }, { updatedAt: FUTURE })
  await sync.run()
  expect(await sync.get('contacts', contact)).toMatchObject({ updatedAt: FUTURE })
  await clock.advance(60_000)
  const updatedAt = changed ? clock.now() : right
  portal.update('contacts', contact, { firstname: 'Right' }, { updatedAt })
  portal.update('deals', deal, { dealname: 'Right' }, { updatedAt })
  await clock.advance(60_000)
  return { ...ids, contact, deal }
}

describe.each(stores)('a date that was wrong once, on $name,', ({ open }) => {
  test('keeps no later change from the next run', async () => {
    const world = createWorld(open(), { census: false, associationSweep: false })
    const { portal, store, sync } = world
    const { contact } = await mirrorWithFutureDates(world)
    const report = await sync.run()
    expect(report.jobs.contacts).toMatchObject({ status: 'complete', updated: 1 })
    expect(await sync.get('contacts', contact)).toMatchObject({ firstName: 'Right' })
    await expectEqual(portal, store)
  })

  test('is found by verify where the record did not change since, and mended with repair', async () => {
    const world = createWorld(open(), { census: false })
    const { portal, store, sync } = world
    const { contact, deal } = await mirrorWithFutureDates(world, { changed: false })
    const wrong = {
      status: 'different',
      objects: {
        contacts: { stale: { count: 1, ids: [contact] }, newer: 0 },
        deals: { stale: { count: 1, ids: [deal] }, newer: 0 },
      },
    }
    expect(await sync.verify()).toMatchObject(wrong)
    expect(await sync.verify({ repair: true })).toMatchObject(wrong)
    await expectEqual(portal, store)
    expect((await sync.verify()).status).toBe('equal')
  })

  test('is mended by a census', async () => {
    const world = createWorld(open())
    const { portal, store, sync } = world
    await mirrorWithFutureDates(world, { changed: false })
    await sync.run({ jobs: ['contacts:census', 'deals:census'] })
    await expectEqual(portal, store)
  })

  test('is mended by syncRecords()', async () => {
    const world = createWorld(open())
    const { portal, store, sync } = world
    const { contact, deal } = await mirrorWithFutureDates(world, { changed: false })
    expect(await sync.syncRecords('contacts', [contact])).toMatchObject({ updated: 1 })
    await sync.syncRecords('deals', [deal])
    await expectEqual(portal, store)
  })

  test('keeps the record neither from the bin nor from coming back', async () => {
    const world = createWorld(open(), { census: false, associationSweep: false })
    const { portal, store, sync, clock } = world
    const { contact, deal, contacts } = await mirrorWithFutureDates(world, { changed: false })
    portal.archive('contacts', contact)
    portal.archive('deals', deal)
    await sync.run()
    await expectEqual(portal, store)
    const [, other] = contacts as [string, string]
    portal.update('contacts', other, {}, { updatedAt: FUTURE })
    portal.archive('contacts', other)
    await sync.run()
    expect(await sync.get('contacts', other)).toMatchObject({ updatedAt: FUTURE })
    await clock.advance(60_000)
    portal.restore('contacts', other)
    await sync.run()
    await expectEqual(portal, store)
  })

  test('is no difference where the record was archived since', async () => {
    const world = createWorld(open(), { census: false })
    const { portal, sync } = world
    const { contact, deal } = await mirrorWithFutureDates(world, { changed: false })
    portal.archive('contacts', contact)
    portal.archive('deals', deal)
    // Archived since the last run, whichever version is stored.
    expect(await sync.verify()).toMatchObject({
      status: 'equal',
      objects: {
        contacts: { newer: 1, stale: { count: 0 } },
        deals: { newer: 1, stale: { count: 0 } },
      },
    })
  })
})

describe.each(stores)('a date that only lists and searches show, on $name,', ({ open }) => {
  test('is no difference, and written by nothing', async () => {
    const { portal, store, sync, clock } = createWorld(open(), { census: false })
    const { contacts } = populate(portal, size)
    await clock.advance(86_400_000)
    portal.update('contacts', contacts[1] as string, { firstname: 'New' })
    await sync.run()
    const before = await store.list(String(portal.portalId), 'contacts', { limit: 10 })
    for (const updatedAt of ['2020-01-01T00:00:00.000Z', '2026-06-02T07:30:00.000Z', FUTURE]) {
      const wrong = { kind: 'misdated', ids: contacts.slice(0, 2), updatedAt } as const
      for (const operation of ['list', 'search'] as const)
        portal.fault({ ...wrong, operation, path: /contacts/, times: Number.POSITIVE_INFINITY })
      await clock.advance(60_000)
      expect(await sync.verify()).toMatchObject({
        status: 'equal',
        objects: { contacts: { missing: { count: 0 }, stale: { count: 0 } } },
      })
      portal.clearCalls()
      expect((await sync.run()).status).toBe('complete')
      const read = portal.calls.filter(({ operation }) => operation === 'batch-read')
      expect(read.length).toBeLessThanOrEqual(1)
      portal.clearFaults()
    }
    expect(await store.list(String(portal.portalId), 'contacts', { limit: 10 })).toEqual(before)
  })
})
