import { column, companies, contacts, deals, defineObject } from '@hubsync/core'
import { describe, expect, test } from 'vitest'
import { expectEqual } from '../../../../test/integration/support/equality.js'
import { createWebhookWorld, storesNamed } from './webhook-world.js'

const forms = [
  { form: 'named', generic: false },
  { form: 'generic', generic: true },
]

describe.each(
  storesNamed('SQLite', 'Postgres').flatMap((store) =>
    forms.map((form) => ({ ...store, ...form })),
  ),
)('$form events on $name', ({ open, generic }) => {
  const setUp = () => createWebhookWorld({ open, target: { generic } })

  test('of a creation add the record with its associations', async () => {
    const { portal, store, sync, settle, companies, id } = await setUp()
    const ada = portal.create('contacts', { firstname: 'Ada', email: 'ada@example.com' })
    portal.associate('contacts', ada, 'companies', id(companies), { primary: true })
    expect(await settle()).toEqual([204])
    expect(await sync.get('contacts', ada)).toMatchObject({ email: 'ada@example.com' })
    await expectEqual(portal, store)
  })

  test('of a changed property read the record, and do not use the value of the event', async () => {
    const { portal, store, sync, settle, contacts, id } = await setUp()
    portal.update('contacts', id(contacts), { firstname: 'first' })
    portal.update('contacts', id(contacts), { firstname: 'second' })
    await settle()
    expect(await sync.get('contacts', id(contacts))).toMatchObject({ firstName: 'second' })
    await expectEqual(portal, store)
  })

  test('of a deletion archive the row', async () => {
    const { portal, store, sync, settle, deals, id } = await setUp()
    portal.archive('deals', id(deals))
    await settle()
    expect(await sync.get('deals', id(deals))).toMatchObject({ status: 'ARCHIVED' })
    await expectEqual(portal, store)
  })

  test('of a restore make the row active again, with its associations', async () => {
    const { portal, store, sync, settle, clock, companies, id } = await setUp()
    portal.archive('companies', id(companies))
    await settle()
    expect(await sync.related('companies', id(companies), 'contacts')).toEqual([])
    await clock.advance(60_000)
    portal.restore('companies', id(companies))
    await settle()
    expect(await sync.get('companies', id(companies))).toMatchObject({ status: 'ACTIVE' })
    expect(await sync.related('companies', id(companies), 'contacts')).not.toEqual([])
    await expectEqual(portal, store)
  })

  test('of a merge replace both losers by the winner', async () => {
    const { portal, store, sync, settle, contacts, id } = await setUp()
    const winner = portal.merge('contacts', id(contacts, 0), id(contacts, 1))
    await settle()
    for (const loser of contacts.slice(0, 2)) {
      expect(await sync.get('contacts', loser)).toBeNull()
      expect(await sync.resolve('contacts', loser)).toBe(winner)
    }
    await expectEqual(portal, store)
  })

  test('of a merge of far ends move the associations of the near ones', async () => {
    const { portal, store, sync, settle, companies, contacts, id } = await setUp()
    const winner = portal.merge('companies', id(companies, 0), id(companies, 1))
    await settle()
    const [found] = await sync.related('contacts', id(contacts), 'companies')
    expect(found?.record.id).toBe(winner)
    await expectEqual(portal, store)
  })

  test('of a privacy deletion remove the row and its content', async () => {
    const { portal, store, sync, settle, contacts, id } = await setUp()
    portal.privacyDelete('contacts', id(contacts))
    await settle()
    expect(await sync.get('contacts', id(contacts))).toBeNull()
    expect(await sync.resolve('contacts', id(contacts))).toBeNull()
    await expectEqual(portal, store)
  })

  test('of associations add the new ones and remove the deleted ones', async () => {
    const { portal, store, settle, contacts, companies, deals, id } = await setUp()
    portal.associate('contacts', id(contacts), 'companies', id(companies, 3))
    portal.associate('deals', id(deals), 'companies', id(companies, 2), { primary: true })
    await settle()
    await expectEqual(portal, store)
    portal.dissociate('contacts', id(contacts), 'companies', id(companies, 3))
    portal.dissociate('companies', id(companies, 2), 'deals', id(deals))
    await settle()
    await expectEqual(portal, store)
  })
})

test('an event of the far end alone is enough for an association', async () => {
  const { portal, store, send, receiver, contacts, companies, id } = await createWebhookWorld()
  portal.associate('contacts', id(contacts), 'companies', id(companies, 3))
  const response = await send([
    {
      subscriptionType: 'company.associationChange',
      portalId: portal.portalId,
      associationType: 'COMPANY_TO_CONTACT',
      associationRemoved: false,
      fromObjectId: Number(id(companies, 3)),
      toObjectId: Number(id(contacts)),
    },
  ])
  expect(response.status).toBe(204)
  await receiver.drained()
  await expectEqual(portal, store)
})

test('tickets and custom objects are followed like all others', async () => {
  const pets = defineObject({
    type: '2-1234567',
    name: 'pets',
    columns: { name: column.text('name') },
  })
  const tickets = defineObject({ type: 'tickets', columns: { subject: column.text('subject') } })
  const world = await createWebhookWorld({
    objects: [contacts, companies, deals, tickets, pets],
    run: false,
  })
  const { portal, sync, settle } = world
  portal.defineObject({
    typeId: '2-1234567',
    name: 'pets',
    properties: [{ name: 'name', label: 'Name', type: 'string' } as never],
  })
  await sync.run()
  const rex = portal.create('pets', { name: 'Rex' })
  const ticket = portal.create('tickets', { subject: 'Lost' })
  await settle()
  expect(await sync.get('pets' as never, rex)).toMatchObject({ name: 'Rex' })
  expect(await sync.get('tickets' as never, ticket)).toMatchObject({ subject: 'Lost' })
})

test('an object is followed whichever name of its type its definition has', async () => {
  const columns = { name: column.text('firstname') }
  const people = defineObject({ type: 'contact', name: 'people', columns })
  const leads = defineObject({ type: '0-136', columns: { name: column.text('hs_lead_name') } })
  const world = await createWebhookWorld({ objects: [people, leads] })
  const { portal, sync, settle } = world
  const contact = portal.create('contacts', { firstname: 'Ada' })
  const lead = portal.create('leads', { hs_lead_name: 'Engine' })
  await settle()
  expect(await sync.get('people' as never, contact)).toMatchObject({ name: 'Ada' })
  expect(await sync.get('leads' as never, lead)).toMatchObject({ name: 'Engine' })
})

test('many events in any order, some of them twice, lead to the same mirror', async () => {
  const { portal, store, settle, clock, contacts, companies, deals, id } = await createWebhookWorld(
    {
      size: { contacts: 60, companies: 20, deals: 30 },
    },
  )
  for (const contact of contacts.slice(0, 30))
    portal.update('contacts', contact, { firstname: 'changed', lastname: contact })
  portal.createMany('deals', 40, (index) => ({ dealname: `New ${index}` }))
  portal.merge('contacts', id(contacts, 40), id(contacts, 41))
  portal.archive('companies', id(companies, 5))
  portal.privacyDelete('contacts', id(contacts, 50))
  portal.associate('contacts', id(contacts, 51), 'deals', id(deals, 7))
  await clock.advance(1_000)
  portal.restore('companies', id(companies, 5))
  portal.dissociate('contacts', id(contacts, 51), 'deals', id(deals, 7))
  expect((await settle()).length).toBeGreaterThan(1)
  await expectEqual(portal, store)
})
