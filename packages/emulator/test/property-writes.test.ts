import { describe, expect, test } from 'vitest'
import { setUp } from './harness.js'
import * as shapes from './shapes.js'

const text = (name: string, more: object = {}) => ({
  name,
  label: 'A text',
  type: 'string',
  fieldType: 'text',
  groupName: 'contactinformation',
  ...more,
})
const choice = (value: string) => ({
  label: value.toUpperCase(),
  value,
  hidden: false,
  displayOrder: 0,
})
const CONTACTS = '/crm/v3/properties/contacts'

describe.each(['/crm/v3/properties', '/crm/properties/2026-03', '/crm/properties/2026-09'])(
  'under %s',
  (base) => {
    const path = `${base}/contacts`
    const partial = (full: number) => (base.includes('2026-09') ? full : 207)

    test('a property is made, changed and archived', async () => {
      const { portal, clock, post, patch, get, remove } = setUp()
      const created = await post(path, text('tier', { description: 'How good' }))
      expect(created.status).toBe(201)
      expect(shapes.mismatches(shapes.property, created.body)).toEqual([])
      expect(created.body).toMatchObject({ name: 'tier', description: 'How good', archived: false })
      const id = portal.create('contacts', { tier: 'gold' })
      await clock.advance(1_000)
      const changed = await patch(`${path}/tier`, {
        label: 'Level',
        type: 'enumeration',
        fieldType: 'select',
        options: [choice('gold')],
      })
      expect([changed.status, changed.body]).toMatchObject([
        200,
        { label: 'Level', type: 'enumeration' },
      ])
      expect(changed.body.updatedAt > created.body.updatedAt).toBe(true)
      expect((await remove(`${path}/tier`)).status).toBe(204)
      expect((await get(`${path}/tier`)).status).toBe(404)
      expect((await get(`${path}/tier?archived=true`)).body.archived).toBe(true)
      expect((await remove(`${path}/tier`)).status).toBe(404)
      // To create it again restores it, and the values with it.
      expect((await post(path, text('tier'))).status).toBe(201)
      expect(portal.record('contacts', id)!.properties.tier).toBe('gold')
    })

    test('properties are made and archived in batches', async () => {
      const { portal, post } = setUp()
      const created = await post(`${path}/batch/create`, { inputs: [text('one'), text('two')] })
      expect([created.status, created.body.results.length]).toEqual([201, 2])
      const partly = await post(`${path}/batch/create`, { inputs: [text('three'), text('one')] })
      expect(partly.status).toBe(partial(201))
      expect(partly.body).toMatchObject({
        results: [{ name: 'three' }],
        numErrors: 1,
        errors: [{ category: 'OBJECT_ALREADY_EXISTS', context: { name: ['one'] } }],
      })
      const inputs = [{ name: 'one' }, { name: 'two' }, { name: 'nothing' }]
      expect((await post(`${path}/batch/archive`, { inputs })).status).toBe(204)
      const archived = portal.properties('contacts', { archived: true }).map(({ name }) => name)
      expect(archived).toEqual(['one', 'two'])
    })

    test('a group is made, renamed and archived once it is empty', async () => {
      const { post, patch, remove, get } = setUp()
      const groups = `${path}/groups`
      const created = await post(groups, { name: 'loyalty', label: 'Loyalty', displayOrder: 3 })
      expect(created.status).toBe(201)
      expect(created.body).toEqual({
        name: 'loyalty',
        label: 'Loyalty',
        displayOrder: 3,
        archived: false,
      })
      const again = await post(groups, { name: 'loyalty', label: 'Loyalty' })
      expect([again.status, again.body.category]).toEqual([409, 'OBJECT_ALREADY_EXISTS'])
      expect((await patch(`${groups}/loyalty`, { label: 'Faith' })).body.label).toBe('Faith')
      await post(path, text('tier', { groupName: 'loyalty' }))
      const refused = await remove(`${groups}/loyalty`)
      expect(refused.status).toBe(400)
      expect(JSON.parse(refused.body.message)).toMatchObject({
        category: 'VALIDATION_ERROR',
        subCategory: 'PropertyGroupError.GROUP_WITH_ACTIVE_PROPERTIES',
      })
      await remove(`${path}/tier`)
      expect((await remove(`${groups}/loyalty`)).status).toBe(204)
      expect((await get(`${groups}/loyalty`)).status).toBe(404)
      expect((await patch(`${groups}/loyalty`, { label: 'x' })).status).toBe(404)
    })
  },
)

test('a name is used once', async () => {
  const { post } = setUp()
  await post(CONTACTS, text('tier'))
  const { status, body } = await post(CONTACTS, text('tier', { label: 'Other' }))
  expect(status).toBe(409)
  expect(body).toMatchObject({
    message: "A property named 'tier' already exists.",
    category: 'OBJECT_ALREADY_EXISTS',
    subCategory: 'Properties.PROPERTY_WITH_NAME_EXISTS',
  })
})

test('definitions that are not valid are refused', async () => {
  const { post } = setUp()
  const cases: [object, RegExp][] = [
    [{ ...text('tier'), label: undefined }, /required fields were not set: \[label\]/],
    [text('Tier'), /must start with a letter/],
    [text('tier', { type: 'json' }), /not one of the values accepted/],
    [text('tier', { fieldType: 'checkbox' }), /Field type checkbox is not valid/],
    [text('tier', { groupName: 'nothing' }), /Property group nothing does not exist/],
    [text('tier', { type: 'enumeration', fieldType: 'select' }), /at least one option/],
    [
      text('tier', {
        type: 'enumeration',
        fieldType: 'select',
        options: [choice('a'), choice('a')],
      }),
      /given twice: \[a\]/,
    ],
    [text('tier', { type: 'bool', fieldType: 'booleancheckbox' }), /exactly two options/],
    [text('tier', { externalOptions: true }), /must have a referencedObjectType/],
  ]
  for (const [definition, message] of cases) {
    const { status, body } = await post(CONTACTS, definition)
    expect([status, body.category]).toEqual([400, 'VALIDATION_ERROR'])
    expect(body.message).toMatch(message)
  }
})

test('an object has ten unique properties at most', async () => {
  const { post } = setUp()
  const inputs = Array.from({ length: 11 }, (_, index) =>
    text(`key_${index}`, { hasUniqueValue: true }),
  )
  const { body } = await post(`${CONTACTS}/batch/create`, { inputs })
  expect([body.results.length, body.numErrors]).toEqual([10, 1])
})

test('a change replaces the choices as a whole, and leaves uniqueness and the name as they are', async () => {
  const { portal, post, patch } = setUp()
  const options = [choice('gold'), choice('silver')]
  await post(CONTACTS, text('tier', { type: 'enumeration', fieldType: 'select', options }))
  const id = portal.create('contacts', { tier: 'silver' })
  const { body } = await patch(`${CONTACTS}/tier`, {
    name: 'level',
    hasUniqueValue: true,
    options: [choice('gold')],
  })
  expect(body).toMatchObject({ name: 'tier', hasUniqueValue: false, options: [{ value: 'gold' }] })
  expect(portal.record('contacts', id)!.properties.tier).toBe('silver')
})

test('what HubSpot defines is not changed, nor is what a formula uses archived', async () => {
  const { post, patch, remove } = setUp()
  expect((await patch(`${CONTACTS}/email`, { label: 'x' })).status).toBe(400)
  expect((await remove(`${CONTACTS}/email`)).status).toBe(400)
  expect((await patch(`${CONTACTS}/hs_lead_status`, { options: [choice('new')] })).status).toBe(200)
  await post(CONTACTS, text('base', { type: 'number', fieldType: 'number' }))
  const formula = { type: 'number', fieldType: 'number', calculationFormula: 'base * 2' }
  const computed = await post(CONTACTS, text('doubled', formula))
  expect(computed.body).toMatchObject({
    fieldType: 'calculation_equation',
    modificationMetadata: { readOnlyValue: true },
  })
  const { status, body } = await remove(`${CONTACTS}/base`)
  expect(status).toBe(400)
  expect(body).toMatchObject({
    subCategory: 'PropertyValidationError.CANNOT_DELETE_PROPERTY_IN_USE',
    errors: [{ context: { parentName: ['doubled'] } }],
  })
})

test('definitions need the scope of schemas', async () => {
  const { portal, post } = setUp()
  portal.addToken('records', {
    scopes: ['crm.objects.contacts.write', 'crm.schemas.contacts.read'],
  })
  portal.addToken('schemas', { scopes: ['crm.schemas.contacts.write'] })
  expect((await post(CONTACTS, text('tier'), 'records')).status).toBe(403)
  expect((await post(CONTACTS, text('tier'), 'schemas')).status).toBe(201)
  expect((await post('/crm/v3/properties/companies', text('tier'), 'schemas')).status).toBe(403)
})
