import { expect, test } from 'vitest'
import { ascending, idsOf, setUp } from './harness.js'

const READ = '/crm/v4/associations/contacts/companies/batch/read'
const inputs = (...ids: (string | undefined)[]) => ({ inputs: ids.map((id) => ({ id })) })
const unlabelled = { category: 'HUBSPOT_DEFINED', typeId: 279, label: null }
const primary = { category: 'HUBSPOT_DEFINED', typeId: 1, label: 'Primary' }

test('a record with associations is in results: its own id as text, those of others as numbers', async () => {
  const { portal, post } = setUp()
  const contact = portal.create('contacts', {})
  const company = portal.create('companies', {})
  portal.associate('contacts', contact, 'companies', company)
  const { body, status } = await post(READ, inputs(contact))
  expect(status).toBe(200)
  expect(body.results).toEqual([
    {
      from: { id: contact },
      to: [{ toObjectId: Number(company), associationTypes: [unlabelled] }],
    },
  ])
})

test('the primary company is an extra entry beside the unlabelled one', async () => {
  const { portal, post } = setUp()
  const contact = portal.create('contacts', {})
  const [first, second] = portal.createMany('companies', 2, () => ({}))
  portal.associate('contacts', contact, 'companies', first!)
  portal.associate('contacts', contact, 'companies', second!, { primary: true })
  const { to } = (await post(READ, inputs(contact))).body.results[0]
  expect(to).toEqual([
    { toObjectId: Number(first), associationTypes: [unlabelled] },
    { toObjectId: Number(second), associationTypes: [unlabelled, primary] },
  ])
})

test('a contact has one primary company, and a company may be primary of many contacts', async () => {
  const { portal } = setUp()
  const [ada, bob] = portal.createMany('contacts', 2, () => ({}))
  const [first, second] = portal.createMany('companies', 2, () => ({}))
  portal.associate('contacts', ada!, 'companies', first!, { primary: true })
  portal.associate('companies', first!, 'contacts', bob!, { primary: true })
  portal.associate('contacts', ada!, 'companies', second!, { primary: true })
  const primaries = [...portal.associations('contacts', 'companies')]
    .filter(({ typeId }) => typeId === 1)
    .map(({ fromId, toId }) => [fromId, toId])
  expect(primaries).toEqual([
    [ada, second],
    [bob, first],
  ])
})

test('the other direction has other type ids', async () => {
  const { portal, post } = setUp()
  const contact = portal.create('contacts', {})
  const company = portal.create('companies', {})
  portal.associate('contacts', contact, 'companies', company, { primary: true })
  const { to } = (await post('/crm/v4/associations/companies/contacts/batch/read', inputs(company)))
    .body.results[0]
  expect(to[0].associationTypes.map(({ typeId }: { typeId: number }) => typeId)).toEqual([280, 2])
})

test.each([
  ['contacts', 'companies', [279, 1]],
  ['companies', 'contacts', [280, 2]],
  ['contacts', 'deals', [4]],
  ['deals', 'contacts', [3]],
  ['deals', 'companies', [341, 5]],
  ['companies', 'deals', [342, 6]],
  ['contacts', 'tickets', [15]],
  ['tickets', 'contacts', [16]],
  ['tickets', 'companies', [339, 26]],
  ['companies', 'tickets', [340, 25]],
  ['deals', 'tickets', [27]],
  ['tickets', 'deals', [28]],
  ['deals', 'line_items', [19]],
  ['line_items', 'deals', [20]],
  ['contacts', 'contacts', [449]],
  ['companies', 'companies', [450, 13, 14]],
  ['deals', 'deals', [451]],
])('from %s to %s lead the types that HubSpot defines', async (from, to, expected) => {
  const { get } = setUp()
  for (const path of ['/crm/v4/associations', '/crm/associations/2026-03']) {
    const { results } = (await get(`${path}/${from}/${to}/labels`)).body
    expect(ascending(results.map(({ typeId }: { typeId: number }) => typeId))).toEqual(
      ascending(expected),
    )
  }
})

test('a record without associations is not in results but in errors, and so is one that does not exist', async () => {
  const { portal, post } = setUp()
  const [ada, bob] = portal.createMany('contacts', 2, () => ({}))
  portal.associate('contacts', ada!, 'companies', portal.create('companies', {}))
  const { status, body } = await post(READ, inputs(ada, bob, '7'))
  expect(status).toBe(207)
  expect(body.results.map(({ from }: { from: { id: string } }) => from.id)).toEqual([ada])
  expect(body.numErrors).toBe(2)
  expect(body.errors[0]).toMatchObject({
    subCategory: 'crm.associations.NO_ASSOCIATIONS_FOUND',
    message: `No company is associated with contact ${bob}.`,
    context: { fromObjectId: [bob], fromObjectType: ['contact'], toObjectType: ['company'] },
  })
  expect(body.errors[1].context.fromObjectId).toEqual(['7'])
})

test('a malformed id has another error', async () => {
  const { post } = setUp()
  const { body } = await post(READ, inputs('abc'))
  expect(body.errors[0]).toMatchObject({
    category: 'VALIDATION_ERROR',
    subCategory: 'crm.associations.INVALID_IDENTIFIER',
  })
})

test('since version 2026-09 errors come with 200', async () => {
  const { post } = setUp()
  const read = (version: string) =>
    post(`/crm/associations/${version}/contacts/companies/batch/read`, inputs('7'))
  expect((await read('2026-03')).status).toBe(207)
  expect((await read('2026-09')).status).toBe(200)
  expect((await read('2026-09')).body.numErrors).toBe(1)
})

test('a thousand inputs are the maximum', async () => {
  const { post } = setUp()
  const many = (count: number) =>
    inputs(...Array.from({ length: count }, (_, index) => String(index + 1)))
  expect((await post(READ, many(1_000))).status).toBe(207)
  expect((await post(READ, many(1_001))).status).toBe(400)
})

test('paging is inside each result, and a cursor goes back with its input', async () => {
  const { portal, post } = setUp({ associationPageSize: 3 })
  const [large, small] = portal.createMany('companies', 2, () => ({}))
  const contacts = portal.createMany('contacts', 7, () => ({}))
  for (const contact of contacts) portal.associate('companies', large!, 'contacts', contact)
  portal.associate('companies', small!, 'contacts', contacts[0]!)
  const read = (body: object) => post('/crm/v4/associations/companies/contacts/batch/read', body)
  const first = (await read(inputs(large, small))).body.results
  const page = first.find(({ from }: { from: { id: string } }) => from.id === large)
  expect(first.find(({ from }: { from: { id: string } }) => from.id === small)).not.toHaveProperty(
    'paging',
  )
  const walked = [...page.to]
  for (let { paging } = page; paging; ) {
    const { results } = (await read({ inputs: [{ id: large, after: paging.next.after }] })).body
    walked.push(...results[0].to)
    paging = results[0].paging
  }
  expect(walked.map(({ toObjectId }) => String(toObjectId))).toEqual(contacts)
  expect(Buffer.from(page.paging.next.after, 'base64').toString('base64')).toBe(
    page.paging.next.after,
  )
})

test('a page has five hundred by default', async () => {
  const { portal, post } = setUp()
  const company = portal.create('companies', {})
  for (const contact of portal.createMany('contacts', 501, () => ({})))
    portal.associate('contacts', contact, 'companies', company)
  const { results } = (
    await post('/crm/v4/associations/companies/contacts/batch/read', inputs(company))
  ).body
  expect(results[0].to).toHaveLength(500)
  expect(results[0].paging.next).toHaveProperty('after')
})

test('associating changes no date on either side', async () => {
  const { portal, clock } = setUp()
  const contact = portal.create('contacts', {})
  const company = portal.create('companies', {})
  const dates = () => [
    portal.record('contacts', contact)!.updatedAt,
    portal.record('companies', company)!.updatedAt,
  ]
  const before = dates()
  await clock.advance(1_000)
  portal.associate('contacts', contact, 'companies', company, { primary: true })
  expect(dates()).toEqual(before)
  portal.dissociate('contacts', contact, 'companies', company)
  expect(dates()).toEqual(before)
})

test('associatedcompanyid follows the primary company', async () => {
  const { portal } = setUp()
  const contact = portal.create('contacts', {})
  const [first, second] = portal.createMany('companies', 2, () => ({}))
  const mirrored = () => portal.record('contacts', contact)!.properties.associatedcompanyid
  portal.associate('contacts', contact, 'companies', first!)
  expect(mirrored()).toBeNull()
  portal.associate('companies', first!, 'contacts', contact, { primary: true })
  expect(mirrored()).toBe(first)
  portal.associate('contacts', contact, 'companies', second!, { primary: true })
  expect(mirrored()).toBe(second)
  portal.archive('companies', second!)
  expect(mirrored()).toBeNull()
  portal.restore('companies', second!)
  expect(mirrored()).toBe(second)
  portal.purge('companies', second!)
  expect(mirrored()).toBeNull()
})

test('a label is an entry besides the unlabelled one, and can have an id that HubSpot uses too', async () => {
  const { portal, post } = setUp()
  const boss = portal.defineAssociation('contacts', 'companies', {
    label: 'Boss',
    inverseLabel: 'Led by',
  })
  expect(boss).toEqual({ category: 'USER_DEFINED', typeId: 1, label: 'Boss' })
  const contact = portal.create('contacts', {})
  const company = portal.create('companies', {})
  portal.associate('contacts', contact, 'companies', company, { label: 'Boss' })
  const there = (await post(READ, inputs(contact))).body.results[0].to[0].associationTypes
  expect(there).toEqual([unlabelled, boss])
  const back = [...portal.associations('companies', 'contacts')].map(({ label }) => label)
  expect(back).toEqual([null, 'Led by'])
})

test('removing one type leaves the others, removing the unlabelled one leaves none', async () => {
  const { portal } = setUp()
  const contact = portal.create('contacts', {})
  const company = portal.create('companies', {})
  const types = () => [...portal.associations('contacts', 'companies')].map(({ typeId }) => typeId)
  portal.associate('contacts', contact, 'companies', company, { primary: true })
  portal.dissociate('contacts', contact, 'companies', company, { typeId: 1 })
  expect(types()).toEqual([279])
  portal.associate('contacts', contact, 'companies', company, { primary: true })
  portal.dissociate('contacts', contact, 'companies', company, { typeId: 279 })
  expect(types()).toEqual([])
  expect([...portal.associations('companies', 'contacts')]).toEqual([])
})

test('an archived end is not listed, and is back after a restore', async () => {
  const { portal, post } = setUp()
  const contact = portal.create('contacts', {})
  const company = portal.create('companies', {})
  portal.associate('contacts', contact, 'companies', company)
  const count = async () => (await post(READ, inputs(contact))).body.results.length
  portal.archive('companies', company)
  expect(await count()).toBe(0)
  portal.restore('companies', company)
  expect(await count()).toBe(1)
  portal.archive('contacts', contact)
  expect(await count()).toBe(0)
  portal.restore('contacts', contact)
  expect(await count()).toBe(1)
})

test('a parent company sees a child and the child sees a parent', async () => {
  const { portal } = setUp()
  const [child, parent] = portal.createMany('companies', 2, () => ({}))
  portal.associate('companies', child!, 'companies', parent!, { label: 'Parent Company' })
  const seen = [...portal.associations('companies', 'companies')]
  expect(seen.filter(({ label }) => label)).toEqual([
    {
      fromId: child,
      toId: parent,
      category: 'HUBSPOT_DEFINED',
      typeId: 14,
      label: 'Parent Company',
    },
    {
      fromId: parent,
      toId: child,
      category: 'HUBSPOT_DEFINED',
      typeId: 13,
      label: 'Child Company',
    },
  ])
})

test('some pairs answer in one direction only', async () => {
  const { portal, post } = setUp()
  const discount = portal.create('discounts', {})
  const deal = portal.create('deals', {})
  portal.associate('discounts', discount, 'deals', deal)
  const there = await post('/crm/v4/associations/discounts/deals/batch/read', inputs(discount))
  expect(there.body.results[0].to[0].associationTypes[0].typeId).toBe(369)
  const back = await post('/crm/v4/associations/deals/discounts/batch/read', inputs(deal))
  expect(back.body.errors[0].subCategory).toBe('crm.associations.NO_ASSOCIATIONS_FOUND')
})

test('an undefined pair is not found', async () => {
  const { portal, post } = setUp()
  const path = '/crm/v4/associations/products/carts/batch/read'
  expect((await post(path, inputs('1'))).status).toBe(404)
  expect(() => portal.associate('products', 1, 'carts', 2)).toThrow('portal.defineAssociation')
  portal.defineAssociation('products', 'carts')
  expect((await post(path, inputs('1'))).status).toBe(207)
})

test('the associations of one record are a path of their own, which version 2026-09 does not have', async () => {
  const { portal, get } = setUp()
  const contact = portal.create('contacts', {})
  const companies = portal.createMany('companies', 3, () => ({}))
  for (const company of companies) portal.associate('contacts', contact, 'companies', company)
  for (const path of ['/crm/v4/objects', '/crm/objects/2026-03']) {
    const first = (await get(`${path}/contacts/${contact}/associations/companies?limit=2`)).body
    expect(first.results).toHaveLength(2)
    const { after } = first.paging.next
    const rest = await get(
      `${path}/contacts/${contact}/associations/companies?limit=2&after=${encodeURIComponent(after)}`,
    )
    expect(
      rest.body.results.map(({ toObjectId }: { toObjectId: number }) => String(toObjectId)),
    ).toEqual([companies[2]])
  }
  expect(
    (await get(`/crm/objects/2026-09/contacts/${contact}/associations/companies`)).status,
  ).toBe(404)
})

test('only active records of the portal can be associated', () => {
  const { portal } = setUp()
  const contact = portal.create('contacts', {})
  const company = portal.create('companies', {})
  portal.archive('companies', company)
  expect(() => portal.associate('contacts', contact, 'companies', company)).toThrow(
    'Expected an active company',
  )
})

test('associations are kept out of search and batch replies', async () => {
  const { portal, post } = setUp()
  const contact = portal.create('contacts', {})
  portal.associate('contacts', contact, 'companies', portal.create('companies', {}))
  const search = await post('/crm/v3/objects/contacts/search', { associations: ['companies'] })
  expect(idsOf(search)).toEqual([contact])
  expect(search.body.results[0]).not.toHaveProperty('associations')
})
