import { describe, expect, test } from 'vitest'
import { expectEqual } from './support/equality.js'
import { storesWithoutSqlJs } from './support/stores.js'
import { createWorld, populate } from './support/world.js'

const size = { contacts: 320, companies: 30, deals: 40 }

describe.each(storesWithoutSqlJs)('verify() on $name', ({ open }) => {
  test('proves that a mirror is equal', async () => {
    const { portal, sync } = createWorld(open())
    const ids = populate(portal, size)
    portal.archive('contacts', ids.contacts[3] as string)
    await sync.run()
    const report = await sync.verify()
    expect(report).toMatchObject({
      status: 'equal',
      objects: {
        contacts: {
          compared: 320,
          newer: 0,
          missing: { count: 0 },
          stale: { count: 0 },
          extra: { count: 0 },
        },
      },
      associations: { contacts_companies: { missing: 0, extra: 0 } },
    })
    expect(report.associations.contacts_companies?.compared).toBeGreaterThan(200)
  })

  test('lists what differs, mends nothing by itself, and exactly that with repair', async () => {
    const { portal, store, sync, clock } = createWorld(open())
    const { contacts, companies } = populate(portal, size)
    await sync.run()
    await clock.advance(60_000)
    await tamper(store, String(portal.portalId), contacts)
    portal.purge('companies', companies[4] as string)
    portal.dissociate('contacts', contacts[8] as string, 'companies', companies[8] as string)
    const found = await sync.verify()
    expect(found).toMatchObject({
      status: 'different',
      objects: {
        contacts: {
          missing: { count: 1, ids: [contacts[0]] },
          stale: { count: 1, ids: [contacts[1]] },
        },
        companies: { extra: { count: 1, ids: [companies[4]] } },
      },
    })
    expect(found.associations.contacts_companies?.ids).toContain(contacts[8])
    expect(await sync.get('contacts', contacts[0] as string)).toBeNull()
    await sync.verify({ repair: true })
    await expectEqual(portal, store)
    expect((await sync.verify()).status).toBe('equal')
  })

  test('counts what changed after the last run as work for the next, and not as a difference', async () => {
    const { portal, sync, clock } = createWorld(open())
    const { contacts } = populate(portal, size)
    await sync.run()
    await clock.advance(60_000)
    portal.update('contacts', contacts[2] as string, { firstname: 'later' })
    expect(await sync.verify()).toMatchObject({
      status: 'equal',
      objects: { contacts: { newer: 1 } },
    })
  })

  test('counts the associations of records that came after the last run with these, and not as a difference', async () => {
    const { portal, sync, clock } = createWorld(open())
    const { contacts } = populate(portal, size)
    await sync.run()
    await clock.advance(60_000)
    const company = portal.create('companies', { name: 'later' })
    portal.associate('contacts', contacts[2] as string, 'companies', company)
    expect(await sync.verify()).toMatchObject({
      status: 'equal',
      objects: { companies: { newer: 1 } },
      associations: { contacts_companies: { missing: 0, unlinked: 1 } },
    })
    await sync.run()
    expect(await sync.verify()).toMatchObject({
      status: 'equal',
      associations: { contacts_companies: { missing: 0, unlinked: 0 } },
    })
  })

  test('counts what was archived after the last run as work for the next, once, and not as a difference', async () => {
    const { portal, store, sync, clock } = createWorld(open())
    const { contacts, companies, deals } = populate(portal, size)
    // Long before the last run: a contact in the bin shows that moment as the one when it was archived.
    await clock.advance(86_400_000)
    await sync.run()
    await clock.advance(60_000)
    for (const id of contacts.slice(0, 5)) portal.archive('contacts', id)
    portal.archive('companies', companies[0] as string)
    portal.archive('deals', deals[0] as string)
    const nothing = { missing: { count: 0 }, stale: { count: 0 }, extra: { count: 0 } }
    const report = await sync.verify()
    expect(report).toMatchObject({
      status: 'equal',
      objects: {
        contacts: { ...nothing, compared: 320, newer: 5 },
        companies: { ...nothing, compared: 30, newer: 1 },
        deals: { ...nothing, compared: 40, newer: 1 },
      },
    })
    expect(Object.values(report.associations)).toEqual(
      Array.from({ length: 3 }, () => expect.objectContaining({ missing: 0, extra: 0 })),
    )
    expect(report.associations.contacts_companies?.unlinked).toBeGreaterThan(0)
    expect((await sync.verify()).status).toBe('equal')
    await sync.run()
    await expectEqual(portal, store)
    expect(await sync.verify()).toMatchObject({
      status: 'equal',
      objects: { contacts: { newer: 0 }, companies: { newer: 0 }, deals: { newer: 0 } },
      associations: { contacts_companies: { unlinked: 0 } },
    })
  })

  test('counts what was restored or merged after the last run as work for the next, once', async () => {
    const { portal, store, sync, clock } = createWorld(open())
    const { contacts, companies } = populate(portal, size)
    portal.archive('contacts', contacts[0] as string)
    await sync.run()
    await clock.advance(60_000)
    portal.restore('contacts', contacts[0] as string)
    portal.merge('companies', companies[0] as string, companies[1] as string)
    const nothing = { missing: { count: 0 }, stale: { count: 0 }, extra: { count: 0 } }
    expect(await sync.verify()).toMatchObject({
      status: 'equal',
      // The winner of the merge, and the losers.
      objects: { contacts: { ...nothing, newer: 1 }, companies: { ...nothing, newer: 3 } },
    })
    await sync.run()
    await expectEqual(portal, store)
    expect(await sync.verify()).toMatchObject({
      status: 'equal',
      objects: { contacts: { newer: 0 }, companies: { newer: 0 } },
    })
  })

  test('takes an archived record that a whole walk of the bin has missed for a difference', async () => {
    const { portal, store, sync, clock } = createWorld(open())
    const { contacts, deals } = populate(portal, size)
    await clock.advance(86_400_000)
    await sync.run()
    await clock.advance(60_000)
    portal.archive('contacts', contacts[0] as string)
    portal.archive('deals', deals[0] as string)
    expect((await sync.verify()).status).toBe('equal')
    await clock.advance(60_000)
    const jobs = ['contacts:archived', 'deals:archived'] as const
    const missed = [contacts[0], deals[0]] as string[]
    portal.fault({ kind: 'omit', operation: 'list', ids: missed, times: 2 })
    expect((await sync.run({ jobs })).status).toBe('complete')
    const found = await sync.verify()
    expect(found).toMatchObject({
      status: 'different',
      objects: {
        contacts: { stale: { count: 1, ids: [contacts[0]] }, newer: 0 },
        deals: { stale: { count: 1, ids: [deals[0]] }, newer: 0 },
      },
    })
    expect((await sync.verify()).status).toBe('different')
    expect((await sync.verify({ repair: true })).status).toBe('different')
    await expectEqual(portal, store)
    expect((await sync.verify()).status).toBe('equal')
  })

  test('remembers from slice to slice which records it took for archived since', async () => {
    const { portal, sync, clock } = createWorld(open())
    const { contacts } = populate(portal, { contacts: 450, companies: 0, deals: 0 })
    await clock.advance(86_400_000)
    await sync.run()
    const verifyInSlices = async () => {
      for (let slices = 0; slices < 30; slices++) {
        const report = await sync.verify({ maxCalls: 4 })
        if (report.status !== 'partial') return report
        await clock.advance(60_000)
      }
      throw new Error('Expected the slices to come to an end')
    }
    for (const id of contacts.slice(0, 120)) portal.archive('contacts', id)
    expect(await verifyInSlices()).toMatchObject({
      status: 'equal',
      objects: { contacts: { compared: 450, newer: 120 } },
    })
    const ids = contacts.slice(0, 120)
    const omitted = portal.fault({ kind: 'omit', operation: 'list', ids, times: Infinity })
    await sync.run({ jobs: ['contacts:archived'] })
    omitted.remove()
    expect(await verifyInSlices()).toMatchObject({
      status: 'different',
      objects: { contacts: { compared: 450, newer: 0, stale: { count: 120 } } },
    })
  })

  test('mends what is missing from the bin, or out of date in it', async () => {
    const { portal, store, sync, clock } = createWorld(open())
    const { contacts, deals } = populate(portal, size)
    for (const id of contacts.slice(0, 3)) portal.archive('contacts', id)
    portal.archive('deals', deals[0] as string)
    await clock.advance(86_400_000)
    await sync.run()
    await tamper(store, String(portal.portalId), contacts)
    const wrong = {
      missing: { count: 1, ids: [contacts[0]] },
      stale: { count: 1, ids: [contacts[1]] },
    }
    expect(await sync.verify()).toMatchObject({ status: 'different', objects: { contacts: wrong } })
    const repaired = await sync.verify({ repair: true })
    expect(repaired).toMatchObject({ status: 'different', objects: { contacts: wrong } })
    await expectEqual(portal, store)
    expect((await sync.verify()).status).toBe('equal')
  })

  test('takes losers of a merge that HubSpot lists in the bin for no difference', async () => {
    const { portal, store, sync, clock } = createWorld(open(), { portal: { mergedInBin: true } })
    const { companies, contacts } = populate(portal, { contacts: 20, companies: 6, deals: 4 })
    await sync.run()
    await clock.advance(60_000)
    portal.merge('contacts', contacts[0] as string, contacts[1] as string)
    const second = portal.merge('companies', companies[0] as string, companies[1] as string)
    portal.merge('companies', companies[2] as string, second)
    await sync.run()
    expect(await sync.verify()).toMatchObject({
      status: 'equal',
      objects: { contacts: { newer: 0, missing: { count: 0 } }, companies: { newer: 0 } },
    })
    await expectEqual(portal, store)
  })

  test('goes on where a slice of it ended', async () => {
    const { portal, sync } = createWorld(open())
    populate(portal, { contacts: 900, companies: 300, deals: 300 })
    await sync.run()
    let report = await sync.verify({ maxCalls: 8 })
    expect(report.status).toBe('partial')
    for (let slices = 0; report.status === 'partial' && slices < 20; slices++)
      report = await sync.verify({ maxCalls: 8 })
    expect(report).toMatchObject({ status: 'equal', objects: { contacts: { compared: 900 } } })
  })

  test('compares all again after one that could not compare some object', async () => {
    const { portal, store, sync, clock } = createWorld(open())
    const { contacts } = populate(portal, size)
    await sync.run()
    const refused = portal.fault({ kind: 'missing-scope', path: '/deals', times: Infinity })
    expect((await sync.verify()).status).toBe('partial')
    await clock.advance(86_400_000)
    await tamper(store, String(portal.portalId), contacts)
    const wrong = { missing: { count: 1 }, stale: { count: 1 } }
    expect(await sync.verify()).toMatchObject({ status: 'partial', objects: { contacts: wrong } })
    refused.remove()
    expect(await sync.verify()).toMatchObject({ status: 'different', objects: { contacts: wrong } })
  })

  test.each([
    ['could not compare some object', {}],
    ['has come only so far by a slice', { maxCalls: 12 }],
  ])('mends with repair what one found that %s', async (_, slice) => {
    const { portal, store, sync, clock } = createWorld(open())
    const { contacts } = populate(portal, size)
    await sync.run()
    await clock.advance(60_000)
    await tamper(store, String(portal.portalId), contacts)
    const refused = portal.fault({ kind: 'missing-scope', path: '/deals', times: Infinity })
    const wrong = { missing: { count: 1 }, stale: { count: 1 } }
    expect(await sync.verify(slice)).toMatchObject({
      status: 'partial',
      objects: { contacts: wrong },
    })
    refused.remove()
    expect(await sync.verify({ repair: true })).toMatchObject({
      status: 'different',
      objects: { contacts: wrong },
    })
    await expectEqual(portal, store)
  })
})

/** Damages the mirror as no run of ours should: deletes a row, and sets another back in time. */
async function tamper(
  store: ReturnType<(typeof storesWithoutSqlJs)[number]['open']>,
  portalId: string,
  contacts: string[],
): Promise<void> {
  const [gone, old] = contacts as [string, string]
  const row = await store.get(portalId, 'contacts', old)
  if (!row) throw new Error('expected the contact to be mirrored')
  const at = '2020-01-01T00:00:00.000Z'
  const bury = (id: string) => [{ object: 'contacts', id, reason: 'purged' as const, intoId: null }]
  await store.commit({ portalId, at, tombstones: [...bury(gone), ...bury(old)] })
  const earlier = { ...row, updatedAt: '2021-01-01T00:00:00.000Z' }
  await store.commit({ portalId, at, rows: [{ object: 'contacts', rows: [earlier], feed: false }] })
}
