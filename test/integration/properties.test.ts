import { column, companies, contacts, deals, defineObject } from '@hubsync/core'
import { describe, expect, test } from 'vitest'
import { expectLegalCalls } from './support/legal-calls.js'
import { stores } from './support/stores.js'
import { createWorld } from './support/world.js'

describe.each(stores)('properties on $name', ({ open }) => {
  test("are read whatever their number, with properties: 'all'", async () => {
    const everything = contacts.extend({ properties: 'all' })
    const { portal, sync, clock } = createWorld(open(), { objects: [everything, companies, deals] })
    const names = Array.from(
      { length: 400 },
      (_, index) => `a_rather_long_custom_property_name_${index}`,
    )
    for (const name of names) portal.defineProperty('contacts', { name, type: 'string' })
    const values = Object.fromEntries(names.map((name, index) => [name, `value ${index}`]))
    const [contact] = portal.createMany('contacts', 130, () => values)
    const archived = portal.create('contacts', values)
    portal.archive('contacts', archived)
    await sync.run()
    for (const id of [contact, archived])
      expect((await sync.get('contacts', id as string))?.raw.properties).toMatchObject(values)
    await clock.advance(7_200_000)
    portal.update('contacts', contact as string, { [names[399] as string]: 'changed' })
    await sync.run()
    const row = await sync.get('contacts', contact as string)
    expect(row?.raw.properties[names[399] as string]).toBe('changed')
    expectLegalCalls(portal.calls)
  })

  test('that HubSpot leaves out of a reply keep their stored values', async () => {
    const mine = contacts.extend({ columns: { team: column.text('team') } })
    const { portal, sync, clock } = createWorld(open(), { objects: [mine, companies, deals] })
    portal.defineProperty('contacts', { name: 'team', type: 'string' })
    const contact = portal.create('contacts', { firstname: 'Ada', team: 'red' })
    await sync.run()
    await clock.advance(60_000)
    portal.archiveProperty('contacts', 'team')
    portal.update('contacts', contact, { firstname: 'Grace' })
    await sync.run()
    expect(await sync.get('contacts', contact)).toMatchObject({
      firstName: 'Grace',
      team: 'red',
      raw: { properties: { team: 'red' } },
    })
  })

  test('that are emptied in HubSpot are emptied here', async () => {
    const { portal, sync, clock } = createWorld(open())
    const contact = portal.create('contacts', { firstname: 'Ada' })
    await sync.run()
    await clock.advance(60_000)
    portal.update('contacts', contact, { firstname: null })
    await sync.run()
    expect(await sync.get('contacts', contact)).toMatchObject({ firstName: null })
  })

  test("that don't fit their column are null there, whole in raw, and counted", async () => {
    const mine = companies.extend({ columns: { headcount: column.integer('numberofemployees') } })
    const { portal, sync, clock } = createWorld(open(), { objects: [contacts, mine, deals] })
    const company = portal.create('companies', {
      name: 'C',
      numberofemployees: '3092727991;3881228353',
    })
    // A first run may read a new record twice: once in the list, and once as changed meanwhile.
    await clock.advance(7_200_000)
    const report = await sync.run()
    expect(report.status).toBe('complete')
    expect(report.jobs.companies).toMatchObject({
      misfits: 1,
      misfitExamples: [
        { object: 'companies', id: company, column: 'headcount', property: 'numberofemployees' },
      ],
    })
    expect(await sync.get('companies', company)).toMatchObject({
      headcount: null,
      raw: { properties: { numberofemployees: '3092727991;3881228353' } },
    })
  })

  test('that hold two telephone numbers, or a day in digits alone, are misfits and nothing else', async () => {
    const mine = contacts.extend({ columns: { born: column.date('date_of_birth') } })
    const { portal, sync, clock } = createWorld(open(), { objects: [mine, companies, deals] })
    const properties = { phone: '030 123 / 030 456', date_of_birth: '20240131' }
    const contact = portal.create('contacts', properties)
    await clock.advance(7_200_000)
    const report = await sync.run()
    expect(report.jobs.contacts).toMatchObject({ status: 'complete', misfits: 2 })
    const row = await sync.get('contacts', contact)
    expect(row).toMatchObject({ phone: null, born: null, raw: { properties } })
  })

  test('are left out of what is read without `raw`, which has all the rest', async () => {
    const { portal, sync } = createWorld(open())
    const contact = portal.create('contacts', { firstname: 'Ada' })
    const company = portal.create('companies', { name: 'Analytical Engines' })
    portal.associate('contacts', contact, 'companies', company)
    await sync.run()
    const without = <Row extends { raw: unknown }>({ raw: _, ...row }: Row) => row
    const row = await sync.get('contacts', contact)
    expect(row?.raw.properties).toMatchObject({ firstname: 'Ada' })
    expect(await sync.get('contacts', contact, { raw: false })).toEqual(row && without(row))
    const { results } = await sync.list('contacts')
    expect((await sync.list('contacts', { raw: false })).results).toEqual(results.map(without))
    const related = await sync.related('contacts', contact, 'companies')
    expect(related).toHaveLength(1)
    for (const limit of [undefined, 10] as const)
      expect(
        await sync.related('contacts', contact, 'companies', {
          raw: false,
          ...(limit && { limit }),
        }),
      ).toEqual(related.map((each) => ({ ...each, record: without(each.record) })))
  })

  test('of a custom object are mirrored like any other', async () => {
    const pets = defineObject({
      type: '2-1234567',
      name: 'pets',
      columns: { name: column.text('name') },
    })
    const { portal, sync } = createWorld(open(), {
      objects: [contacts, pets],
      associations: [['contacts', 'pets']],
    })
    portal.defineObject({
      typeId: '2-1234567',
      name: 'pets',
      properties: [{ name: 'name', type: 'string' }],
      associatedObjects: ['contacts'],
    })
    const [contact, pet] = [
      portal.create('contacts', {}),
      portal.create('2-1234567', { name: 'Rex' }),
    ]
    portal.associate('contacts', contact, '2-1234567', pet)
    const report = await sync.run()
    expect(report.status).toBe('complete')
    expect(await sync.get('pets', pet)).toMatchObject({ name: 'Rex' })
    expect(await sync.related('contacts', contact, 'pets')).toMatchObject([
      { record: { id: pet, name: 'Rex' } },
    ])
  })
})
