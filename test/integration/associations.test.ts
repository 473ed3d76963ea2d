import { describe, expect, test } from 'vitest'
import { expectEqual } from './support/equality.js'
import { stores } from './support/stores.js'
import { createWorld, populate } from './support/world.js'

describe.each(stores)('associations on $name', ({ open }) => {
  test('disappear when they are removed in HubSpot, which changes no date', async () => {
    const { portal, store, sync, clock } = createWorld(open())
    const [contact, company] = [portal.create('contacts', {}), portal.create('companies', {})]
    portal.associate('contacts', contact, 'companies', company)
    await sync.run()
    expect(await sync.related('contacts', contact, 'companies')).toHaveLength(1)
    await clock.advance(60_000)
    portal.dissociate('contacts', contact, 'companies', company)
    const report = await sync.run()
    expect(report.jobs.associations).toMatchObject({ removed: 1 })
    expect(await sync.related('contacts', contact, 'companies')).toEqual([])
    await expectEqual(portal, store)
  })

  test('of two types between the same records are two', async () => {
    const { portal, sync } = createWorld(open())
    const [contact, company] = [portal.create('contacts', {}), portal.create('companies', {})]
    portal.associate('contacts', contact, 'companies', company, { primary: true })
    await sync.run()
    expect(await sync.related('contacts', contact, 'companies')).toMatchObject([
      {
        record: { id: company },
        associations: [
          { category: 'HUBSPOT_DEFINED', typeId: 1, label: 'Primary' },
          { category: 'HUBSPOT_DEFINED', typeId: 279, label: null },
        ],
      },
    ])
  })

  test('are all there for a company with 1,200 contacts, and for a contact with 1,200 deals', async () => {
    const { portal, store, sync } = createWorld(open())
    const company = portal.create('companies', {})
    const contacts = portal.createMany('contacts', 1_200, () => ({}))
    const deals = portal.createMany('deals', 1_200, () => ({}))
    for (const contact of contacts) portal.associate('contacts', contact, 'companies', company)
    for (const deal of deals) portal.associate('contacts', contacts[0] as string, 'deals', deal)
    await sync.run()
    expect(await sync.related('companies', company, 'contacts')).toHaveLength(1_200)
    expect(await sync.related('contacts', contacts[0] as string, 'deals')).toHaveLength(1_200)
    await expectEqual(portal, store)
  })

  test('carry the labels of the portal', async () => {
    const { portal, sync, store } = createWorld(open())
    const { typeId } = portal.defineAssociation('contacts', 'companies', { label: 'Billing' })
    const [contact, company] = [portal.create('contacts', {}), portal.create('companies', {})]
    portal.associate('contacts', contact, 'companies', company, {
      category: 'USER_DEFINED',
      typeId,
    })
    await sync.run()
    const [related] = await sync.related('contacts', contact, 'companies')
    expect(related?.associations.map(({ label }) => label)).toContain('Billing')
    await expectEqual(portal, store)
  })

  test('of a record that changed arrive with it, and bring the record at the other end', async () => {
    const { portal, store, sync, clock } = createWorld(open(), { associationSweep: false })
    const ids = populate(portal, { contacts: 50, companies: 5, deals: 5 })
    await sync.run()
    await clock.advance(7_200_000)
    const company = portal.create('companies', { name: 'new' })
    portal.associate('contacts', ids.contacts[1] as string, 'companies', company)
    portal.associate('contacts', ids.contacts[2] as string, 'companies', company)
    portal.update('contacts', ids.contacts[1] as string, { firstname: 'changed' })
    await clock.advance(60_000)
    // Only contacts changed. The company is known by its association alone, and it leads to the contact that didn't
    // change.
    await sync.run({ jobs: ['contacts'] })
    expect(await sync.related('companies', company, 'contacts')).toHaveLength(2)
    await expectEqual(portal, store)
  })

  test('wait for the far end where that object is still to be read', async () => {
    const { portal, store, sync } = createWorld(open(), { associationSweep: false })
    populate(portal, { contacts: 300, companies: 30, deals: 30 })
    await sync.run({ jobs: ['contacts'] })
    const report = await sync.run()
    expect(report.status).toBe('complete')
    await expectEqual(portal, store)
  })

  test('that HubSpot answers with an error, or not at all, keep what is stored and are asked for again', async () => {
    const { portal, store, sync, clock } = createWorld(open())
    const ids = populate(portal, { contacts: 40, companies: 4, deals: 4 })
    await sync.run()
    await clock.advance(60_000)
    const broken = portal.fault({
      operation: 'associations',
      path: 'contacts/companies',
      kind: 'omit',
      ids: [ids.contacts[0] as string],
      times: 100,
    })
    const partial = await sync.run()
    expect(partial.status).toBe('partial')
    expect(partial.jobs.associations?.reason).toMatch(/unanswered/)
    expect(await sync.related('contacts', ids.contacts[0] as string, 'companies')).toHaveLength(1)
    broken.remove()
    expect((await sync.run()).status).toBe('complete')
    await expectEqual(portal, store)
  })
})
