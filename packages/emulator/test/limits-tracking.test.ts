import { expect, test } from 'vitest'
import { setUp } from './harness.js'

type Counted = { objectTypeId: string; usage: number; limit?: number; percentage?: number }
const of = (types: readonly Counted[], id: string) =>
  types.find(({ objectTypeId }) => objectTypeId === id)

test.each(['/crm/v3/limits', '/crm/limits/2026-03', '/crm/limits/2026-09'])(
  'custom and calculated properties are counted, and HubSpot’s own are not: %s',
  async (base) => {
    const { portal, get } = setUp()
    portal.defineProperty('contacts', { name: 'tier', type: 'string' })
    portal.defineProperty('contacts', { name: 'score', type: 'number', calculated: true })
    portal.defineObject({
      typeId: '2-7',
      name: 'pets',
      properties: [{ name: 'a', type: 'string' }],
    })
    const custom = (await get(`${base}/custom-properties`)).body
    expect(custom).toMatchObject({ overallUsage: 3 })
    expect(of(custom.byObjectType, '0-1')).toMatchObject({
      usage: 2,
      limit: 1_000,
      percentage: 0.2,
    })
    expect(of(custom.byObjectType, '2-7')).toMatchObject({ usage: 1 })
    expect(of(custom.byObjectType, '0-2')).toMatchObject({ usage: 0 })
    const calculated = (await get(`${base}/calculated-properties`)).body
    expect([calculated.overallUsage, of(calculated.byObjectType, '0-1')?.usage]).toEqual([1, 1])
  },
)

test('pipelines are counted for the types that have some, and custom objects together', async () => {
  const { portal, get } = setUp()
  portal.defineObject({ typeId: '2-7', name: 'pets' })
  for (const type of ['deals', '2-7'])
    portal.createPipeline(type, { label: 'Second', stages: [{ label: 'Only' }] })
  const { hubspotDefinedObjectTypes, customObjectTypes } = (await get('/crm/v3/limits/pipelines'))
    .body
  expect(of(hubspotDefinedObjectTypes, '0-3')?.usage).toBe(portal.pipelines('deals').length)
  expect(of(hubspotDefinedObjectTypes, '0-1')).toBeUndefined()
  expect(customObjectTypes.overallUsage).toBe(portal.pipelines('2-7').length)
})

test('labels are counted by pair and direction, on request of one end', async () => {
  const { portal, get } = setUp()
  portal.defineAssociation('contacts', 'companies', {
    label: 'Adviser',
    inverseLabel: 'Advised by',
  })
  portal.defineAssociation('contacts', 'companies', { label: 'Owner', inverseLabel: 'Owned by' })
  portal.defineAssociation('deals', 'tickets', { label: 'About' })
  const path = '/crm/limits/2026-03/associations/labels'
  const { results } = (await get(`${path}?fromObjectTypeId=0-1&toObjectTypeId=0-2`)).body
  expect(results).toEqual([
    {
      ...{ allLabels: ['Adviser', 'Owner'], limit: 50, usage: 2, percentage: 4 },
      fromObjectType: { objectTypeId: '0-1', singularLabel: 'Contact', pluralLabel: 'Contacts' },
      toObjectType: { objectTypeId: '0-2', singularLabel: 'Company', pluralLabel: 'Companies' },
    },
  ])
  const from = (await get(`${path}?toObjectTypeId=0-1`)).body.results
  expect(from.map(({ allLabels }: { allLabels: string[] }) => allLabels)).toEqual([
    ['Advised by', 'Owned by'],
  ])
  expect((await get(path)).body.results).toHaveLength(4)
})
