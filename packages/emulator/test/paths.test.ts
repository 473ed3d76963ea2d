import { expect, test } from 'vitest'
import { standardTypes } from '../src/catalogue/standard-types.js'
import { idsOf, setUp } from './harness.js'
import { mismatches } from './shapes.js'

test.each([
  '/crm/v3/owners/',
  '/crm/owners/2026-03/',
  '/crm/v3/objects/contacts/',
  '/crm/v3/pipelines/tickets/',
  '/crm/v3/properties/contacts/groups/',
])('a slash at the end changes nothing: %s', async (path) => {
  const { get } = setUp()
  const answer = await get(path)
  expect(answer.status).toBe(200)
  expect(answer.body).toEqual((await get(path.slice(0, -1))).body)
})

test.each([
  ['/crm/objects/v3/contacts', '/crm/v3/objects/contacts'],
  ['/crm/properties/v3/contacts', '/crm/v3/properties/contacts'],
  ['/crm/pipelines/v3/deals', '/crm/v3/pipelines/deals'],
  ['/crm/owners/v3', '/crm/v3/owners'],
  ['/crm-object-schemas/v3/schemas', '/crm/v3/schemas'],
  ['/crm/limits/v3/records', '/crm/limits/2026-03/records'],
  [
    '/crm/associations/v4/contacts/companies/labels',
    '/crm/v4/associations/contacts/companies/labels',
  ],
])('the version may stand last but one: %s', async (path, usual) => {
  const { portal, get } = setUp()
  portal.create('contacts', {})
  const answer = await get(path)
  expect(answer.status).toBe(200)
  expect(answer.body).toEqual((await get(usual)).body)
})

test.each(['/crm/objects/v4/contacts', '/crm/objects/v2/contacts', '/crm/owners/2026-04'])(
  'a version that a path never had is not found: %s',
  async (path) => {
    const { get } = setUp()
    expect((await get(path)).status).toBe(404)
  },
)

test.each(standardTypes.map(({ name, singular, typeId }) => ({ name, singular, typeId })))(
  'records of $name are read by the singular, by capital letters and by the type id',
  async ({ name, singular, typeId }) => {
    const { portal, get } = setUp()
    const id = portal.create(name, {})
    for (const one of [name, singular, singular.toUpperCase(), typeId])
      expect(idsOf(await get(`/crm/v3/objects/${one}`))).toEqual([id])
  },
)

test('the beta of 2026-09 answers as the version before it', async () => {
  const { portal, get, post } = setUp()
  const id = portal.create('contacts', {})
  const missing = { inputs: [{ id: '7' }] }
  expect((await post('/crm/objects/2026-09-beta/contacts/batch/read', missing)).status).toBe(207)
  expect((await post('/crm/objects/2026-09/contacts/batch/read', missing)).status).toBe(200)
  const path = `contacts/${id}/associations/companies`
  expect((await get(`/crm/objects/2026-09-beta/${path}`)).status).toBe(200)
  expect((await get(`/crm/objects/2026-09/${path}`)).status).toBe(404)
})

test('a record is read by a unique property, in any case, and by no other', async () => {
  const { portal, get } = setUp()
  portal.defineProperty('contacts', { name: 'number', type: 'string', hasUniqueValue: true })
  const id = portal.create('contacts', { email: 'ada@example.com', number: 'A-7', city: 'Bonn' })
  const path = '/crm/v3/objects/contacts'
  for (const by of ['Ada@Example.com?idProperty=email', 'A-7?idProperty=number'])
    expect((await get(`${path}/${by}`)).body.id).toBe(id)
  expect((await get(`${path}/nobody@example.com?idProperty=email`)).status).toBe(404)
  expect((await get(`${path}/Bonn?idProperty=city`)).status).toBe(400)
  portal.archive('contacts', id)
  expect((await get(`${path}/ada@example.com?idProperty=email`)).status).toBe(404)
  const archived = await get(`${path}/ada@example.com?idProperty=email&archived=true`)
  expect(archived.body.id).toBe(id)
})

test('the splits of deals are read by the deals', async () => {
  const { portal, post } = setUp()
  const [deal, other] = portal.createMany('deals', 2, () => ({}))
  portal.splitDeal(deal!, [
    { ownerId: 71, percentage: 0.25 },
    { ownerId: 72, percentage: 0.75 },
  ])
  const inputs = [{ id: deal }, { id: other }, { id: '7' }]
  for (const [path, status] of [
    ['/crm/v3/objects/deals/splits/batch/read', 207],
    ['/deal-splits/2026-03/batch/read', 207],
    ['/deal-splits/2026-09/batch/read', 200],
  ] as const) {
    const answer = await post(path, { inputs })
    expect(answer.status).toBe(status)
    const split = {
      id: 'id',
      properties: { '*': 'string' },
      createdAt: 'isoDate',
      updatedAt: 'isoDate',
      archived: 'boolean',
    } as const
    expect(mismatches([{ id: 'id', splits: [split] }], answer.body.results)).toEqual([])
    expect(answer.body.results).toMatchObject([
      {
        id: deal,
        splits: [
          { properties: { hubspot_owner_id: '71', hs_deal_split_percentage: '0.25' } },
          { properties: { hubspot_owner_id: '72', hs_deal_split_percentage: '0.75' } },
        ],
      },
      { id: other, splits: [] },
    ])
    expect(answer.body.errors[0].context).toEqual({ ids: ['7'] })
  }
  expect(() => portal.splitDeal(deal!, [{ ownerId: 71, percentage: 0.5 }])).toThrow('1 together')
})

test.each([
  ['products', ['description', 'name', 'price']],
  ['line_items', ['amount', 'price', 'quantity']],
  ['quotes', ['hs_expiration_date', 'hs_public_url_key', 'hs_status', 'hs_title']],
  [
    'tickets',
    [
      'content',
      'hs_pipeline',
      'hs_pipeline_stage',
      'hs_ticket_category',
      'hs_ticket_priority',
      'subject',
    ],
  ],
])('%s have default properties', async (type, expected) => {
  const { portal, get, post } = setUp()
  portal.create(type, {})
  for (const { body } of [
    await get(`/crm/v3/objects/${type}`),
    await post(`/crm/v3/objects/${type}/search`),
  ]) {
    const names = Object.keys(body.results[0].properties)
    const always = ['createdate', 'hs_createdate', 'hs_lastmodifieddate', 'hs_object_id']
    expect(names.filter((name) => !always.includes(name))).toEqual(expected)
  }
})
