import { expect, test } from 'vitest'
import { setUp } from './harness.js'
import { NEEDED, newRecord } from './new-record.js'
import * as shapes from './shapes.js'

const kindOf: Readonly<Record<string, string>> = { postal_mail: 'POSTAL_MAIL' }

test.each(Object.entries(NEEDED))('%s are refused without each of %o', async (type, needed) => {
  const { portal, post } = setUp()
  const record = newRecord(type, portal.create('companies', {}))
  const path = `/crm/objects/2026-03/${type}`
  for (const name of Object.keys(needed)) {
    const { [name]: _, ...properties } = needed
    const { status, body } = await post(path, { ...record, properties })
    expect([name, status]).toEqual([name, 400])
    expect(shapes.mismatches(shapes.missingProperties, body)).toEqual([])
    const kind = kindOf[type] ?? type.replace(/s$/, '').toUpperCase()
    expect(body.message).toBe(`Error creating ${kind}. Some required properties were not set.`)
    expect(body.context.properties).toContain(name)
  }
  expect((await post(path, record)).status).toBe(201)
})

test('a lead is created with a contact or a company alone', async () => {
  const { portal, post } = setUp()
  const [contact, company] = [portal.create('contacts', {}), portal.create('companies', {})]
  const deal = portal.create('deals', {})
  const to = (id: string, associationTypeId: number) => [
    { to: { id }, types: [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId }] },
  ]
  const properties = { hs_lead_name: 'Engine' }
  const path = '/crm/v3/objects/leads'
  for (const given of [undefined, [], to(deal, 1037)]) {
    const { status, body } = await post(path, { properties, associations: given })
    expect(status).toBe(400)
    expect(shapes.mismatches(shapes.validationError, body)).toEqual([])
    expect(body.message).toMatch(/^Error creating LEAD\. /)
  }
  expect(portal.count('leads')).toBe(0)
  for (const given of [to(company, 610), to(contact, 608), to(contact, 578)])
    expect((await post(path, { properties, associations: given })).status).toBe(201)
  const inputs = [newRecord('leads', company), { properties }]
  expect((await post(`${path}/batch/create`, { inputs })).status).toBe(400)
  expect(portal.count('leads')).toBe(3)
})

test('a custom object is refused without the properties that its schema requires', async () => {
  const { post } = setUp()
  const { objectTypeId } = (
    await post('/crm/v3/schemas', {
      ...{
        name: 'cars',
        labels: { singular: 'Car', plural: 'Cars' },
        requiredProperties: ['plate'],
      },
      ...{ primaryDisplayProperty: 'plate' },
      properties: [{ name: 'plate', label: 'Plate', type: 'string', fieldType: 'text' }],
    })
  ).body
  const { status, body } = await post(`/crm/v3/objects/${objectTypeId}`, { properties: {} })
  expect([status, body.context]).toEqual([400, { properties: ['plate'] }])
})
