import { describe, expect, test } from 'vitest'
import { expectEqual } from './support/equality.js'
import { storesWithoutSqlJs } from './support/stores.js'
import { createWorld, populate } from './support/world.js'

const DAY = 86_400_000
const size = { contacts: 300, companies: 60, deals: 0 }

/** A mirror in which some contacts and companies were archived so many days ago. A run was made on that first day. */
async function mirrorWithBin(
  world: ReturnType<typeof createWorld>,
  { days, contacts, companies = 0 }: { days: number; contacts: number; companies?: number },
) {
  const { portal, sync, clock } = world
  const ids = populate(portal, size)
  // A contact in the bin shows its last modification as the moment when it was archived.
  await clock.advance(200 * DAY)
  await sync.run()
  for (const id of ids.contacts.slice(0, contacts)) portal.archive('contacts', id)
  for (const id of ids.companies.slice(0, companies)) portal.archive('companies', id)
  await sync.run()
  clock.set(clock.now() + days * DAY)
  return ids
}

const census = { jobs: ['contacts:census', 'companies:census'] } as const

describe.each(storesWithoutSqlJs)('a bin that HubSpot has emptied, on $name,', ({ open }) => {
  test('is emptied here too by the next census, however large it was', async () => {
    const world = createWorld(open(), { associationSweep: false })
    const { portal, store, sync } = world
    await mirrorWithBin(world, { days: 91, contacts: 100, companies: 40 })
    expect(portal.count('contacts', { archived: true })).toBe(0)
    const report = await sync.run()
    expect(report).toMatchObject({
      status: 'complete',
      jobs: { 'contacts:census': { removed: 100 }, 'companies:census': { removed: 40 } },
    })
    await expectEqual(portal, store)
  })

  test('is emptied in pages where it was larger than what one asks for', async () => {
    const world = createWorld(open(), { associationSweep: false })
    const { portal, store, sync } = world
    await mirrorWithBin(world, { days: 90, contacts: 290 })
    const report = await sync.run(census)
    expect(report.jobs['contacts:census']).toMatchObject({ status: 'complete', removed: 290 })
    await sync.run()
    await expectEqual(portal, store)
  })

  test.each([
    { what: 'few', archived: 20 },
    { what: 'many', archived: 150 },
  ])('spares live records that vanish with $what of them', async ({ archived }) => {
    const world = createWorld(open(), { associationSweep: false })
    const { portal, sync, store, again } = world
    const { contacts } = await mirrorWithBin(world, { days: 91, contacts: archived })
    for (const id of contacts.slice(-100)) portal.purge('contacts', id)
    const report = await sync.run(census)
    expect(report.jobs['contacts:census']).toMatchObject({
      status: 'partial',
      removed: archived,
      error: {
        code: 'REMOVAL_REFUSED',
        message: expect.stringContaining(
          `Expected at most 10 % of the ${300 - archived} rows of contacts to be gone from HubSpot, but 100 are.`,
        ),
      },
    })
    expect(await sync.get('contacts', contacts.at(-1) as string)).not.toBeNull()
    const counts = await store.counts(String(portal.portalId))
    expect(counts.contacts).toEqual({ active: 300 - archived, archived: 0 })
    await again({ removalShare: 1 }).run(census)
    await sync.run()
    await expectEqual(portal, store)
  })

  test('spares archived records that vanish before their ninety days are over', async () => {
    const world = createWorld(open(), { associationSweep: false })
    const { portal, sync } = world
    await mirrorWithBin(world, { days: 89, contacts: 100, companies: 40 })
    portal.emptyBin()
    const report = await sync.run(census)
    for (const name of census.jobs)
      expect(report.jobs[name]).toMatchObject({ removed: 0, error: { code: 'REMOVAL_REFUSED' } })
  })

  test('takes along what lay in it before the first run', async () => {
    const world = createWorld(open(), { associationSweep: false })
    const { portal, store, sync, clock } = world
    const { contacts, companies } = populate(portal, size)
    await clock.advance(200 * DAY)
    for (const id of contacts.slice(0, 100)) portal.archive('contacts', id)
    for (const id of companies.slice(0, 40)) portal.archive('companies', id)
    clock.set(clock.now() + 50 * DAY)
    await sync.run()
    clock.set(clock.now() + 20 * DAY)
    await sync.run()
    clock.set(clock.now() + 21 * DAY)
    expect((await sync.run()).status).toBe('complete')
    await expectEqual(portal, store)
  })

  test('keeps what was restored and archived again as long as that lies there', async () => {
    const world = createWorld(open(), { associationSweep: false })
    const { portal, store, sync, clock } = world
    const { contacts } = await mirrorWithBin(world, { days: 60, contacts: 100 })
    for (const id of contacts.slice(0, 50)) portal.restore('contacts', id)
    await sync.run()
    for (const id of contacts.slice(0, 50)) portal.archive('contacts', id)
    await sync.run()
    clock.set(clock.now() + 31 * DAY)
    expect((await sync.run()).status).toBe('complete')
    expect(await sync.get('contacts', contacts[0] as string)).toMatchObject({ status: 'ARCHIVED' })
    await expectEqual(portal, store)
    portal.emptyBin()
    expect((await sync.run(census)).jobs['contacts:census']).toMatchObject({ removed: 0 })
  })
})
