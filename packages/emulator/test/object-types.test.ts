import { expect, test } from 'vitest'
import { idsOf, setUp } from './harness.js'
import * as shapes from './shapes.js'

const { mismatches } = shapes
const SCHEMAS = '/crm-object-schemas/2026-03/schemas'
const LABELS = '/crm/associations/2026-03'

const withPets = () => {
  const harness = setUp({ portalId: 4711 })
  harness.portal.defineObject({
    typeId: '2-1',
    name: 'pets',
    labels: { singular: 'Animal' },
    description: 'What people keep',
    properties: [{ name: 'breed', type: 'string' }],
    primaryDisplayProperty: 'breed',
    requiredProperties: ['breed'],
    associatedObjects: ['contacts'],
  })
  return harness
}

test('a schema says what a test says of the object', async () => {
  const { get } = withPets()
  const { body } = await get(SCHEMAS)
  expect(mismatches({ results: [shapes.customObject] }, body)).toEqual([])
  expect(body.results[0]).toMatchObject({
    labels: { singular: 'Animal' },
    description: 'What people keep',
    primaryDisplayProperty: 'breed',
    requiredProperties: ['breed'],
  })
})

test('parts of a schema are left out on request, in dated versions', async () => {
  const { get } = withPets()
  const without =
    'includePropertyDefinitions=false&includeAssociationDefinitions=false&includeAuditMetadata=false'
  const [schema] = (await get(`${SCHEMAS}?${without}`)).body.results
  expect(schema).toMatchObject({ properties: [], associations: [] })
  expect(schema).not.toHaveProperty('createdByUserId')
  const [whole] = (await get(`/crm/v3/schemas?${without}`)).body.results
  expect(whole.properties).toHaveLength(1)
})

test('an archived custom object is only listed among the archived, and its records are not read', async () => {
  const { portal, get } = withPets()
  const id = portal.create('pets', {})
  portal.archiveObject('pets')
  expect((await get(SCHEMAS)).body.results).toEqual([])
  expect((await get(`${SCHEMAS}?archived=true`)).body.results).toMatchObject([
    { name: 'pets', archived: true },
  ])
  expect((await get('/crm/objects/2026-03/2-1')).status).toBe(400)
  portal.restoreObject('pets')
  expect(idsOf(await get('/crm/objects/2026-03/2-1'))).toEqual([id])
})

test('the names of a custom object change, and its date with them', async () => {
  const { portal, get, clock } = withPets()
  await clock.advance(1_000)
  portal.updateObject('pets', { labels: { singular: 'Pet', plural: 'Pets' } })
  expect((await get(`${SCHEMAS}/2-1`)).body).toMatchObject({
    labels: { singular: 'Pet', plural: 'Pets' },
    description: 'What people keep',
    updatedAt: '2026-03-30T12:00:01.000Z',
  })
  expect(() => portal.updateObject('contacts', {})).toThrow('Expected a custom object')
})

test('one call tells how many records there are of each type, under the names of the portal', async () => {
  const { portal, get } = withPets()
  portal.createMany('deals', 3, () => ({}))
  portal.createMany('pets', 2, () => ({}))
  const { body } = await get('/crm/limits/2026-03/records')
  expect(mismatches(shapes.recordLimits, body)).toEqual([])
  expect(body.hubspotDefinedObjectTypes).toContainEqual(
    expect.objectContaining({ objectTypeId: '0-3', pluralLabel: 'Deals', usage: 3 }),
  )
  expect(body.customObjectTypes).toMatchObject({
    overallUsage: 2,
    byObjectType: [{ objectTypeId: '2-1', singularLabel: 'Animal', usage: 2 }],
  })
})

test('a type of the library that is off has no records to read', async () => {
  const { portal, get } = setUp()
  portal.create('services', {})
  portal.enableObject('services', false)
  const { body } = await get('/crm/object-library/2026-03/enablement')
  expect(mismatches(shapes.enablement, body)).toEqual([])
  expect(body.enablementByObjectTypeId).toEqual({
    '0-162': false,
    '0-410': true,
    '0-420': true,
    '0-421': true,
  })
  expect((await get('/crm/objects/2026-03/services')).status).toBe(403)
  portal.enableObject('services', true)
  expect((await get('/crm/objects/2026-03/services')).status).toBe(200)
  expect(() => portal.enableObject('deals', false)).toThrow('object library')
})

test('a custom object with the name of a standard type has nothing of it', async () => {
  const { portal, get } = setUp()
  portal.defineObject({ typeId: '2-1', name: 'contacts' })
  portal.archive('contacts', portal.create('contacts', {}))
  expect((await get('/crm/pipelines/2026-03/2-1')).body).toEqual({ results: [] })
  expect((await get('/crm/properties/2026-03/2-1/email')).status).toBe(404)
  expect(portal.record('contacts', portal.create('contacts', {}))?.properties).not.toHaveProperty(
    'associatedcompanyid',
  )
})

test('a custom object with the name of a standard type leaves the pairs of that alone', async () => {
  const { portal, get } = setUp()
  portal.defineObject({ typeId: '2-1', name: 'deals' })
  const { results } = (await get(`${LABELS}/contacts/0-3/labels`)).body
  expect(results).toEqual([{ category: 'HUBSPOT_DEFINED', typeId: 4, label: null }])
  expect((await get(`${LABELS}/contacts/2-1/labels`)).status).toBe(404)
})

test('a label is renamed in both directions, and every association has the new text', async () => {
  const { portal, get, post } = setUp()
  const there = { label: 'Manager', inverseLabel: 'Employee' }
  const { typeId } = portal.defineAssociation('contacts', 'contacts', there)
  const [boss, clerk] = [portal.create('contacts', {}), portal.create('contacts', {})]
  portal.associate('contacts', boss, 'contacts', clerk, { typeId, category: 'USER_DEFINED' })
  const labels = { label: 'Head', inverseLabel: 'Staff' }
  portal.renameAssociation('contacts', 'contacts', { label: 'Manager' }, labels)
  const { results } = (await get(`${LABELS}/contacts/contacts/labels`)).body
  expect(results.map(({ label }: { label: string }) => label)).toEqual([null, 'Head', 'Staff'])
  expect(portal.associationTypes('contacts', 'contacts')).toEqual(results)
  const read = await post(`${LABELS}/contacts/contacts/batch/read`, { inputs: [{ id: clerk }] })
  expect(read.body.results[0].to[0].associationTypes).toContainEqual(
    expect.objectContaining({ label: 'Staff' }),
  )
})

test('a label is deleted in both directions, but not while a record has it', async () => {
  const { portal, get } = setUp()
  portal.defineAssociation('contacts', 'companies', { label: 'Adviser' })
  const [contact, company] = [portal.create('contacts', {}), portal.create('companies', {})]
  portal.associate('contacts', contact, 'companies', company, { label: 'Adviser' })
  const wanted = { label: 'Adviser' }
  expect(() => portal.deleteAssociation('contacts', 'companies', wanted)).toThrow('no record has')
  portal.dissociate('contacts', contact, 'companies', company)
  portal.deleteAssociation('contacts', 'companies', wanted)
  for (const pair of ['contacts/companies', 'companies/contacts']) {
    const { results } = (await get(`${LABELS}/${pair}/labels`)).body
    expect(results.map(({ label }: { label: string }) => label)).toEqual([null, 'Primary'])
  }
})

test('the limits of association types are listed without their pairs', async () => {
  const { portal, get } = setUp()
  expect((await get(`${LABELS}/definitions/configurations/all`)).body).toEqual({ results: [] })
  portal.limitAssociation('deals', 'contacts', {}, 5)
  const limited = { category: 'HUBSPOT_DEFINED', typeId: 3, userEnforcedMaxToObjectIds: 5 }
  expect((await get(`${LABELS}/definitions/configurations/all`)).body).toEqual({
    results: [limited],
  })
  expect((await get(`${LABELS}/definitions/configurations/deals/contacts`)).body).toEqual({
    results: [limited],
  })
  portal.limitAssociation('deals', 'contacts', {}, undefined)
  expect((await get(`${LABELS}/definitions/configurations/all`)).body).toEqual({ results: [] })
})

test('the older version has association types by internal names', async () => {
  const { get } = setUp()
  const path = '/crm/v3/associations'
  expect((await get(`${path}/contacts/deals/types`)).body).toEqual({
    results: [{ id: '4', name: 'contact_to_deal' }],
  })
  expect((await get(`${path}/contacts/companies/types`)).body).toEqual({
    results: [
      { id: '279', name: 'contact_to_company_unlabeled' },
      { id: '1', name: 'contact_to_company' },
    ],
  })
})

test('a thousand custom properties and five custom objects come from the seed', () => {
  const custom = { properties: 1_000, objects: 5 }
  const own = () => {
    const { portal } = setUp({ custom, seed: 7 })
    const types = ['contacts', 'companies', 'deals']
    return types.map((type) =>
      portal.properties(type).filter(({ hubspotDefined }) => !hubspotDefined),
    )
  }
  const made = own()
  expect(made.map((list) => list.length)).toEqual([334, 333, 333])
  const names = made.flat().map(({ name }) => name)
  expect(new Set(names).size).toBe(1_000)
  const longest = Math.max(...names.map((name) => name.length))
  expect(longest).toBeGreaterThan(63)
  expect(longest).toBeLessThanOrEqual(75)
  expect(own()).toEqual(made)
})

test('custom objects from the seed have properties and pairs', async () => {
  const { get } = setUp({ custom: { objects: 9 } })
  const { body } = await get(SCHEMAS)
  expect(mismatches({ results: [shapes.customObject] }, body)).toEqual([])
  expect(body.results).toHaveLength(9)
  for (const { properties, objectTypeId } of body.results) {
    expect(properties).toHaveLength(12)
    expect((await get(`${LABELS}/${objectTypeId}/contacts/labels`)).body.results).toHaveLength(1)
  }
})

test.each([
  ['contacts', 'CONTACT', '0-1', 'email'],
  ['0-3', 'DEAL', '0-3', 'dealname'],
  ['line_item', 'LINE_ITEM', '0-8', 'name'],
])('the schema of %s is read though it is not listed', async (type, name, id, displayed) => {
  const { portal, get } = setUp()
  for (const path of ['/crm/v3/schemas', '/crm-object-schemas/v3/schemas', SCHEMAS]) {
    const { status, body } = await get(`${path}/${type}`)
    expect(status).toBe(200)
    expect(mismatches(shapes.standardObject, body)).toEqual([])
    const own = { name, fullyQualifiedName: name, id, objectTypeId: id, metaType: 'HUBSPOT' }
    expect(body).toMatchObject({ ...own, primaryDisplayProperty: displayed })
    expect(body.properties).toHaveLength(portal.properties(type).length)
    expect(body.associations.length).toBeGreaterThan(0)
    expect((await get(path)).body.results).toEqual([])
  }
})

test('a schema says whether its properties may be sensitive', async () => {
  const { portal, get } = withPets()
  expect((await get(`${SCHEMAS}/2-1`)).body.allowsSensitiveProperties).toBe(false)
  portal.updateObject('pets', { allowsSensitiveProperties: true })
  expect((await get(`${SCHEMAS}/2-1`)).body.allowsSensitiveProperties).toBe(true)
})

test('schemas are read in a batch, standard types too, without parts on request', async () => {
  const { post } = withPets()
  const { status, body } = await post(`${SCHEMAS}/batch/read`, {
    inputs: ['p4711_pets', 'contacts', 'dogs'],
    includePropertyDefinitions: false,
  })
  expect(status).toBe(200)
  expect(body.results.map(({ objectTypeId }: { objectTypeId: string }) => objectTypeId)).toEqual([
    '2-1',
    '0-1',
  ])
  expect(body.results.map(({ properties }: { properties: unknown[] }) => properties)).toEqual([
    [],
    [],
  ])
  expect(Object.keys(body)).toEqual(['results'])
})
