import { describe, expect, test } from 'vitest'
import { setUp } from './harness.js'
import * as shapes from './shapes.js'

const pets = (more: object = {}) => ({
  name: 'pets',
  labels: { singular: 'Pet', plural: 'Pets' },
  primaryDisplayProperty: 'name',
  requiredProperties: ['name'],
  properties: [
    { name: 'name', label: 'Name', type: 'string', fieldType: 'text' },
    { name: 'chip', label: 'Chip', type: 'string', fieldType: 'text', hasUniqueValue: true },
  ],
  associatedObjects: ['CONTACT', '0-2'],
  ...more,
})

describe.each([
  '/crm/v3/schemas',
  '/crm-object-schemas/v3/schemas',
  '/crm-object-schemas/2026-03/schemas',
  '/crm-object-schemas/2026-09/schemas',
])('under %s', (base) => {
  test('a custom object is made, changed, archived and removed for good', async () => {
    const { portal, post, patch, remove, get, clock } = setUp()
    const created = await post(base, pets())
    expect(created.status).toBe(201)
    expect(shapes.mismatches(shapes.customObject, created.body)).toEqual([])
    const { objectTypeId, fullyQualifiedName } = created.body
    expect(fullyQualifiedName).toBe(`p${portal.portalId}_pets`)
    expect(portal.associationTypes('pets', 'contacts')).toMatchObject([{ label: null }])
    expect(portal.associationTypes('pets', 'notes')).toMatchObject([{ label: null }])

    const record = await post(`/crm/v3/objects/${objectTypeId}`, { properties: { name: 'Rex' } })
    expect(record.status).toBe(201)
    await clock.advance(1_000)
    const changed = await patch(`${base}/${objectTypeId}`, {
      labels: { singular: 'Animal', plural: 'Animals' },
      secondaryDisplayProperties: ['chip'],
    })
    expect([changed.status, changed.body]).toMatchObject([
      200,
      {
        name: 'pets',
        labels: { singular: 'Animal' },
        secondaryDisplayProperties: ['chip'],
        portalId: portal.portalId,
      },
    ])
    expect(changed.body.updatedAt > created.body.updatedAt).toBe(true)

    const full = await remove(`${base}/${objectTypeId}`)
    expect([full.status, full.body.subCategory]).toEqual([
      400,
      'ObjectSchemaError.EXISTING_OBJECT_RECORDS',
    ])
    await remove(`/crm/v3/objects/${objectTypeId}/${record.body.id}`)
    expect((await remove(`${base}/${objectTypeId}?archived=true`)).status).toBe(400)
    expect((await remove(`${base}/${objectTypeId}`)).status).toBe(204)
    expect((await get('/crm/v3/schemas?archived=true')).body.results).toMatchObject([
      { objectTypeId },
    ])
    expect((await get(`/crm/v3/objects/${objectTypeId}`)).status).toBe(400)
    expect((await remove(`${base}/${objectTypeId}?archived=true`)).status).toBe(204)
    expect((await get('/crm/v3/schemas?archived=true')).body.results).toEqual([])
  })

  test('ways to associate a custom object are added and taken away', async () => {
    const { portal, post, remove } = setUp()
    const { objectTypeId } = (await post(base, pets())).body
    const path = `${base}/${objectTypeId}/associations`
    const body = { fromObjectTypeId: objectTypeId, toObjectTypeId: '0-3', name: 'pet_to_deal' }
    const created = await post(path, body)
    expect([created.status, created.body]).toMatchObject([201, body])
    expect((await post(path, body)).status).toBe(409)
    expect((await remove(`${path}/${created.body.id}`)).status).toBe(204)
    expect(portal.associationTypes('pets', 'deals')).toEqual([])
    expect((await remove(`${path}/9999`)).status).toBe(404)
  })
})

const SCHEMAS = '/crm-object-schemas/v3/schemas'

test('schemas that are not valid are refused, and leave nothing behind', async () => {
  const { post, get } = setUp()
  const cases: [object, RegExp][] = [
    [{ name: 'pets' }, /required fields were not set: \[labels\]/],
    [pets({ name: '1st' }), /must start with a letter/],
    [pets({ primaryDisplayProperty: undefined }), /primaryDisplayProperty is required/],
    [pets({ primaryDisplayProperty: 'nothing' }), /Properties do not exist: \[nothing\]/],
    [pets({ properties: [{ name: 'name' }] }), /required fields were not set/],
    [pets({ secondaryDisplayProperties: ['name', 'name'] }), /At most 2 different/],
  ]
  for (const [body, message] of cases) {
    const answer = await post(SCHEMAS, body)
    expect([answer.body.message, answer.status]).toEqual([expect.stringMatching(message), 400])
  }
  expect((await post(SCHEMAS, pets({ associatedObjects: ['butterflies'] }))).status).toBe(400)
  expect((await get('/crm/v3/schemas')).body.results).toEqual([])
})

test('a name is used once, in any case, and again after the object is removed for good', async () => {
  const { post, remove } = setUp()
  const first = (await post(SCHEMAS, pets())).body.objectTypeId
  expect((await post(SCHEMAS, pets({ name: 'Pets' }))).status).toBe(409)
  await remove(`${SCHEMAS}/${first}`)
  expect((await post(SCHEMAS, pets())).status).toBe(409)
  await remove(`${SCHEMAS}/${first}?archived=true`)
  const second = await post(SCHEMAS, pets())
  expect(second.status).toBe(201)
  expect(second.body.objectTypeId).not.toBe(first)
})

test('a property that a custom object is named by, or requires, is not deleted', async () => {
  const { post, remove } = setUp()
  const { objectTypeId } = (await post(SCHEMAS, pets({ requiredProperties: ['chip'] }))).body
  const path = `/crm/v3/properties/${objectTypeId}`
  for (const name of ['name', 'chip']) {
    const { status, body } = await remove(`${path}/${name}`)
    expect([status, body.subCategory]).toEqual([
      400,
      'PropertyValidationError.CANNOT_DELETE_PROPERTY_IN_USE',
    ])
  }
})

test("HubSpot's own objects are not changed", async () => {
  const { patch, remove } = setUp()
  expect((await patch(`${SCHEMAS}/contacts`, { labels: { singular: 'x' } })).status).toBe(400)
  expect((await remove(`${SCHEMAS}/contacts`)).status).toBe(400)
})

test('schemas need the scope to write them', async () => {
  const { portal, post } = setUp()
  portal.addToken('reader', { scopes: ['crm.schemas.custom.read', 'crm.objects.custom.write'] })
  portal.addToken('writer', { scopes: ['crm.schemas.custom.write'] })
  expect((await post(SCHEMAS, pets(), 'reader')).status).toBe(403)
  expect((await post(SCHEMAS, pets(), 'writer')).status).toBe(201)
})
