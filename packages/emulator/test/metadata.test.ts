import { expect, test } from 'vitest'
import { idsOf, setUp } from './harness.js'

interface Definition {
  name: string
  type: string
  calculated: boolean
  options: unknown[]
}

test.each([
  ['contacts', 'lastmodifieddate'],
  ['companies', 'hs_lastmodifieddate'],
  ['deals', 'hs_lastmodifieddate'],
])('the properties of %s come all in one reply', async (type, modified) => {
  const { get } = setUp()
  for (const path of ['/crm/v3/properties', '/crm/properties/2026-03']) {
    const { body } = await get(`${path}/${type}`)
    const definitions: Definition[] = body.results
    expect(body).not.toHaveProperty('paging')
    expect(definitions.length).toBeGreaterThan(40)
    const names = definitions.map(({ name }) => name)
    expect(names).toEqual([...new Set(names)].sort())
    expect(names).toEqual(
      expect.arrayContaining(['hs_object_id', 'createdate', modified, 'hs_merged_object_ids']),
    )
    expect(definitions.filter(({ calculated }) => calculated).length).toBeGreaterThan(3)
  }
})

test.each([
  ['contact', 'contacts'],
  ['line_item', '0-8'],
  ['0-84', 'discounts'],
  ['fee', 'fees'],
  ['tax', 'taxes'],
  ['0-116', 'postal_mail'],
])('a path has %s for %s', async (name, same) => {
  const { portal, get } = setUp()
  const id = portal.create(same, {})
  expect(idsOf(await get(`/crm/objects/2026-03/${name}`))).toEqual([id])
})

test('owner ids are an enumeration whose choices live elsewhere', async () => {
  const { get } = setUp()
  const { body } = await get('/crm/v3/properties/deals/hubspot_owner_id')
  expect(body).toMatchObject({
    type: 'enumeration',
    externalOptions: true,
    options: [],
    referencedObjectType: 'OWNER',
  })
})

test('a datetime has the field type of a date', async () => {
  const { get } = setUp()
  expect((await get('/crm/v3/properties/deals/closedate')).body).toMatchObject({
    type: 'datetime',
    fieldType: 'date',
  })
})

test('a custom property is listed, and archived it is listed among the archived alone', async () => {
  const { portal, get } = setUp()
  portal.create('contacts', { tier: 'gold' })
  portal.defineProperty('contacts', {
    name: 'tier',
    type: 'enumeration',
    options: ['gold', 'silver'],
  })
  const names = async (query: string): Promise<string[]> =>
    (await get(`/crm/v3/properties/contacts${query}`)).body.results.map(
      ({ name }: Definition) => name,
    )
  expect(await names('')).toContain('tier')
  expect(await names('?archived=true')).toEqual([])
  portal.archiveProperty('contacts', 'tier')
  expect(await names('')).not.toContain('tier')
  expect(await names('?archived=true')).toEqual(['tier'])
  const [record] = (await get('/crm/v3/objects/contacts?properties=tier')).body.results
  expect(record.properties).not.toHaveProperty('tier')
  expect((await get('/crm/v3/properties/contacts/tier')).status).toBe(404)
})

test('a custom property that is calculated says so by its field type or its formula, not by the flag', async () => {
  const { portal, get } = setUp()
  const definitions = [
    { name: 'plain', type: 'number' },
    { name: 'score', type: 'number', calculated: true },
    { name: 'margin', type: 'number', fieldType: 'calculation_rollup' },
    { name: 'days', type: 'number', calculationFormula: 'closedate - createdate' },
  ] as const
  for (const definition of definitions) portal.defineProperty('deals', definition)
  const told = async (name: string) => {
    const { body } = await get(`/crm/v3/properties/deals/${name}`)
    const { calculated, fieldType, calculationFormula, modificationMetadata } = body
    return [calculated, fieldType, calculationFormula, modificationMetadata.readOnlyValue]
  }
  expect(await told('plain')).toEqual([false, 'number', undefined, false])
  expect(await told('score')).toEqual([false, 'calculation_equation', undefined, true])
  expect(await told('margin')).toEqual([false, 'calculation_rollup', undefined, true])
  expect(await told('days')).toEqual([false, 'number', 'closedate - createdate', true])
})

test('a property name is lower snake case', () => {
  const { portal } = setUp()
  expect(() => portal.defineProperty('contacts', { name: 'Lead Score', type: 'number' })).toThrow(
    'lower snake case',
  )
})

test('a custom object can be named by type id and full name, not by its short name', async () => {
  const { portal, get } = setUp({ portalId: 4711 })
  portal.defineObject({
    typeId: '2-1234567',
    name: 'pets',
    properties: [{ name: 'breed', type: 'string' }],
  })
  const id = portal.create('pets', { breed: 'Pug' })
  for (const name of ['2-1234567', 'p4711_pets', 'p_pets'])
    expect(idsOf(await get(`/crm/v3/objects/${name}`))).toEqual([id])
  expect((await get('/crm/v3/objects/p4712_pets')).status).toBe(400)
  const refused = await get('/crm/v3/objects/pets')
  expect(refused.status).toBe(400)
  expect(refused.body.message).toBe('Unable to infer object type from: pets')
})

test('custom objects keep their dates in hs_createdate and hs_lastmodifieddate', async () => {
  const { portal, get } = setUp()
  portal.defineObject({ typeId: '2-1', name: 'pets' })
  portal.create('pets', {})
  const [record] = (await get('/crm/v3/objects/2-1')).body.results
  expect(Object.keys(record.properties)).toEqual([
    'hs_createdate',
    'hs_lastmodifieddate',
    'hs_object_id',
  ])
})

test('custom objects come with their associations, in lists under their full name', async () => {
  const { portal, get, post } = setUp({ portalId: 4711 })
  portal.defineObject({ typeId: '2-1', name: 'pets', associatedObjects: ['contacts'] })
  const contact = portal.create('contacts', {})
  const pet = portal.create('pets', {})
  portal.associate('contacts', contact, 'pets', pet)
  const read = await post('/crm/v4/associations/0-1/2-1/batch/read', { inputs: [{ id: contact }] })
  expect(read.body.results[0].to[0].toObjectId).toBe(Number(pet))
  const [record] = (await get('/crm/v3/objects/contacts?associations=p4711_pets')).body.results
  expect(record.associations).toEqual({
    p4711_pets: { results: [{ id: pet, type: 'contact_to_pets' }] },
  })
})

test('the schemas are those of the custom objects', async () => {
  const { portal, get } = setUp({ portalId: 4711 })
  expect((await get('/crm/v3/schemas')).body).toEqual({ results: [] })
  portal.defineObject({ typeId: '2-1', name: 'pets', associatedObjects: ['contacts'] })
  for (const path of ['/crm/v3/schemas', '/crm-object-schemas/2026-03/schemas']) {
    const [schema] = (await get(path)).body.results
    expect(schema).toMatchObject({
      objectTypeId: '2-1',
      name: 'pets',
      fullyQualifiedName: 'p4711_pets',
      id: '1',
    })
    expect((await get(`${path}/2-1`)).body).toEqual(schema)
  }
})

test('the account says who it is, with the offset that its time zone has that day', async () => {
  const { get, clock } = setUp({ portalId: 4711 })
  for (const path of ['/account-info/v3/details', '/account-info/2026-03/details']) {
    expect((await get(path)).body).toMatchObject({
      portalId: 4711,
      timeZone: 'US/Eastern',
      utcOffset: '-04:00',
      utcOffsetMilliseconds: -14_400_000,
      uiDomain: 'app-eu1.hubspot.com',
      dataHostingLocation: 'eu1',
    })
  }
  clock.set('2026-12-24T12:00:00Z')
  expect((await get('/account-info/v3/details')).body.utcOffset).toBe('-05:00')
})
