import { contacts, tickets } from '@hubsync/core'
import { describe, expect, test } from 'vitest'
import { expectSameCatalogue } from './support/reference-equality.js'
import { type StoreKind, stores } from './support/stores.js'
import { createWorld } from './support/world.js'

const jobs = ['catalogue'] as const
const objects = ['contacts', 'companies', 'deals']
const pairs = [
  ['contacts', 'companies'],
  ['contacts', 'deals'],
  ['deals', 'companies'],
] as const

function catalogued(open: StoreKind['open']) {
  const world = createWorld(open(), { reference: ['catalogue'] })
  const { portal, store, sync } = world
  portal.definePropertyGroup('contacts', 'ours', { label: 'Ours' })
  portal.defineProperty('contacts', {
    ...{ name: 'size', label: 'Size', type: 'enumeration', groupName: 'ours' },
    options: [
      { value: 's', label: 'Small' },
      { value: 'l', label: 'Large' },
    ],
  } as never)
  const runAndCompare = async () => {
    const report = (await sync.run({ jobs })).jobs.catalogue
    await expectSameCatalogue(portal, store, objects, pairs)
    return report
  }
  return { ...world, runAndCompare }
}

describe.each(stores)('the catalogue on $name', ({ open }) => {
  test('has the definitions, options, groups and association types that HubSpot has', async () => {
    const { sync, runAndCompare } = catalogued(open)
    expect(await runAndCompare()).toMatchObject({ status: 'complete', unreadable: 0 })
    const definitions = await sync.properties('contacts')
    expect(definitions.find(({ name }) => name === 'size')).toMatchObject({
      ...{ label: 'Size', type: 'enumeration', isCustom: true, isCalculated: false },
      group: { name: 'ours', label: 'Ours' },
      options: [
        { value: 's', label: 'Small', status: 'ACTIVE' },
        { value: 'l', label: 'Large', status: 'ACTIVE' },
      ],
    })
  })

  test('follows what is renamed, archived, restored and deleted, and keeps the labels of what is gone', async () => {
    const { portal, sync, clock, runAndCompare } = catalogued(open)
    portal.defineProperty('deals', { name: 'gone', label: 'Gone', type: 'string' } as never)
    await runAndCompare()
    await clock.advance(1_000)
    portal.updateProperty('contacts', 'size', { label: 'Measure' })
    portal.updateOption('contacts', 'size', 's', { label: 'Tiny' })
    portal.removeOption('contacts', 'size', 'l')
    portal.archiveProperty('companies', 'city')
    portal.deleteProperty('deals', 'gone')
    portal.deletePropertyGroup('contacts', 'ours')
    portal.defineAssociation('deals', 'companies', { label: 'Buyer' })
    expect(await runAndCompare()).toMatchObject({ status: 'complete' })
    const find = async (object: 'contacts' | 'companies' | 'deals', name: string) =>
      (await sync.properties(object, { status: 'ALL' })).find((each) => each.name === name)
    expect(await find('contacts', 'size')).toMatchObject({
      ...{ label: 'Measure', group: { label: 'Ours' } },
      options: [
        { value: 's', label: 'Tiny', status: 'ACTIVE' },
        { value: 'l', label: 'Large', status: 'ARCHIVED' },
      ],
    })
    expect(await find('companies', 'city')).toMatchObject({ status: 'ARCHIVED' })
    expect(await find('deals', 'gone')).toMatchObject({ status: 'ARCHIVED', label: 'Gone' })
    portal.restoreProperty('companies', 'city')
    expect(await runAndCompare()).toMatchObject({ restored: 1, created: 0 })
    expect(await runAndCompare()).toMatchObject({ updated: 0, created: 0, archived: 0 })
  })

  test('has sensitive definitions, whichever object has them', async () => {
    const { portal, sync, runAndCompare } = catalogued(open)
    portal.defineProperty('deals', {
      ...{ name: 'iban', label: 'IBAN', type: 'string', dataSensitivity: 'sensitive' },
    } as never)
    await runAndCompare()
    const definitions = await sync.properties('deals')
    expect(definitions.find(({ name }) => name === 'iban')?.sensitivity).toBe('sensitive')
  })

  test.each([
    ['record-limits', 'records'],
    ['schemas', 'displayProperty'],
    ['enablement', 'isEnabled'],
    ['association-limits', 'maxTo'],
  ] as const)('keeps what %s told before HubSpot refused it', async (operation, column) => {
    const { portal, store, sync, runAndCompare } = catalogued(open)
    portal.defineObject({ typeId: '2-7000001', name: 'pets', primaryDisplayProperty: 'nick' })
    portal.defineAssociation('contacts', 'companies', { label: 'Boss' })
    portal.limitAssociation('contacts', 'companies', { label: 'Boss' }, 1)
    await runAndCompare()
    const rows = async () =>
      Promise.all(
        (['object_types', 'association_types'] as const).map((table) =>
          store.reference(String(portal.portalId), table, []),
        ),
      )
    const before = await rows()
    expect(before.flat().filter(({ values }) => (values[column] ?? null) !== null)).not.toEqual([])
    portal.fault({ operation, status: 403, body: {}, times: 9 })
    expect((await sync.run({ jobs })).jobs.catalogue).toMatchObject({ updated: 0, archived: 0 })
    expect(await rows()).toEqual(before)
  })

  test.each([
    ['as HubSpot lists them', {}],
    [
      'also of types that no list names',
      { hubspotDefinedObjectTypes: [{ objectTypeId: '0-1', usage: 1 }] },
    ],
  ])('leaves the tables of types to the processes that mirror them, %s', async (_, counts) => {
    const { portal, store, sync, again } = catalogued(open)
    const operation = 'record-limits'
    if ('hubspotDefinedObjectTypes' in counts)
      portal.fault({ operation, status: 200, body: counts, times: 99 })
    const other = again({ objects: [contacts] as never, reference: ['catalogue'] })
    const types = () => store.reference(String(portal.portalId), 'object_types', [])
    await sync.run({ jobs })
    const before = await types()
    expect(before.find(({ key }) => key[0] === '0-2')?.values.object).toBe('companies')
    expect((await other.run({ jobs })).jobs.catalogue).toMatchObject({ updated: 0, archived: 0 })
    expect(await types()).toEqual(before)
    expect((await sync.run({ jobs })).jobs.catalogue).toMatchObject({ updated: 0, restored: 0 })
  })

  test('is read once a day by each of two processes with different objects', async () => {
    const { sync, again } = catalogued(open)
    const other = again({ objects: [contacts, tickets] as never, reference: ['catalogue'] })
    for (const mirror of [sync, other]) await mirror.run()
    for (const mirror of [sync, other])
      expect((await mirror.run()).jobs).not.toHaveProperty('catalogue')
  })

  test('stays as it is, all of it, where one call fails', async () => {
    const { portal, store, sync, runAndCompare } = catalogued(open)
    await runAndCompare()
    const rows = () => store.reference(String(portal.portalId), 'property_definitions', [])
    const before = await rows()
    portal.updateProperty('contacts', 'size', { label: 'Measure' })
    portal.deleteProperty('deals', 'description')
    portal.fault({ path: '/companies/groups', kind: 'error', times: 99 })
    expect((await sync.run({ jobs })).jobs.catalogue.status).toBe('failed')
    expect(await rows()).toEqual(before)
    portal.clearFaults()
    await runAndCompare()
  })

  test.each(['properties', 'property-groups'] as const)(
    'stays as it is where HubSpot lists no %s of an object, and the job says so',
    async (operation) => {
      const { portal, store, sync, runAndCompare } = catalogued(open)
      await runAndCompare()
      const rows = () =>
        Promise.all(
          (['property_definitions', 'property_groups', 'property_options'] as const).map((table) =>
            store.reference(String(portal.portalId), table, []),
          ),
        )
      const before = await rows()
      portal.fault({ operation, path: 'contacts', status: 200, body: { results: [] }, times: 9 })
      expect((await sync.run({ jobs })).jobs.catalogue).toMatchObject({
        ...{ status: 'failed', error: { code: 'HUBSPOT_REPLY' } },
      })
      expect(await rows()).toEqual(before)
    },
  )
})
