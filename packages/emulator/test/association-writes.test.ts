import { describe, expect, test } from 'vitest'
import { type Harness, setUp } from './harness.js'

const PLAIN = { associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 279 }
const PRIMARY = { associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 1 }

/** A portal with two contacts and two companies. */
const furnished = () => {
  const harness = setUp()
  const [ada, bob] = harness.portal.createMany('contacts', 2, () => ({})) as [string, string]
  const [one, two] = harness.portal.createMany('companies', 2, () => ({})) as [string, string]
  return { ...harness, ada, bob, one, two }
}

const linksOf = ({ portal }: Pick<Harness, 'portal'>) =>
  [...portal.associations('contacts', 'companies')].map(({ fromId, toId, typeId }) => [
    fromId,
    toId,
    typeId,
  ])

describe.each([
  ['v4', '/crm/v4/objects', '/crm/v4/associations'],
  ['2026-03', '/crm/objects/2026-03', '/crm/associations/2026-03'],
  ['2026-09', '/crm/objects/2026-09', '/crm/associations/2026-09'],
])('in %s', (version, objects, associations) => {
  const batch = `${associations}/contacts/companies/batch`
  const createdStatus = version === '2026-09' ? 200 : 201

  test('two records are associated by types, by default, and no longer', async () => {
    const world = furnished()
    const { put, remove, ada, one } = world
    const path = `${objects}/contacts/${ada}/associations`
    const byDefault = await put(`${path}/default/companies/${one}`)
    expect(byDefault.status).toBe(200)
    expect(byDefault.body).toMatchObject({
      status: 'COMPLETE',
      results: [
        { from: { id: ada }, to: { id: one }, associationSpec: PLAIN },
        {
          from: { id: one },
          to: { id: ada },
          associationSpec: { associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 280 },
        },
      ],
    })
    const labelled = await put(`${path}/companies/${one}`, [PRIMARY])
    expect(labelled.status).toBe(201)
    expect(labelled.body).toEqual({
      fromObjectTypeId: '0-1',
      fromObjectId: Number(ada),
      toObjectTypeId: '0-2',
      toObjectId: Number(one),
      labels: ['Primary'],
    })
    expect(linksOf(world)).toEqual([
      [ada, one, 279],
      [ada, one, 1],
    ])
    const removed = await remove(`${path}/companies/${one}`)
    expect([removed.status, removed.text]).toEqual([204, ''])
    expect((await remove(`${path}/companies/${one}`)).status).toBe(204)
    expect(linksOf(world)).toEqual([])
  })

  test('many records are associated, and errors name those that could not be', async () => {
    const world = furnished()
    const { post, ada, bob, one } = world
    const link = (from: string, to: string) => ({
      from: { id: from },
      to: { id: to },
      types: [PLAIN],
    })
    const created = await post(`${batch}/create`, { inputs: [link(ada, one), link(bob, one)] })
    expect([created.status, created.body.results.length]).toEqual([createdStatus, 2])
    const partly = await post(`${batch}/create`, { inputs: [link(ada, one), link('42', one)] })
    expect(partly.status).toBe(version === '2026-09' ? 200 : 207)
    expect(partly.body).toMatchObject({
      results: [{ fromObjectId: Number(ada) }],
      numErrors: 1,
      errors: [
        { category: 'VALIDATION_ERROR', context: { fromObjectId: ['42'], toObjectId: [one] } },
      ],
    })
    const byDefault = await post(`${batch}/associate/default`, {
      inputs: [{ from: { id: ada }, to: { id: world.two } }],
    })
    expect([byDefault.status, byDefault.body.results.length]).toEqual([200, 2])
    expect(linksOf(world)).toHaveLength(3)
  })

  test('associations are removed in batches, all of two records or by type', async () => {
    const world = furnished()
    const { portal, post, ada, bob, one, two } = world
    for (const to of [one, two]) portal.associate('contacts', ada, 'companies', to)
    portal.associate('contacts', bob, 'companies', one, { primary: true })
    const labels = await post(`${batch}/labels/archive`, {
      inputs: [{ from: { id: bob }, to: { id: one }, types: [PRIMARY] }],
    })
    const all = await post(`${batch}/archive`, {
      inputs: [{ from: { id: ada }, to: [{ id: one }, { id: two }] }],
    })
    const status = version === 'v4' ? 204 : 200
    expect([labels.status, all.status]).toEqual([status, status])
    expect(linksOf(world)).toEqual([[bob, one, 279]])
  })
})

test('in the older version associations are named in words', async () => {
  const world = furnished()
  const { post, ada, bob, one } = world
  const batch = '/crm/v3/associations/contacts/companies/batch'
  const link = (from: string, type: string) => ({ from: { id: from }, to: { id: one }, type })
  const inputs = [link(ada, 'contact_to_company'), link(bob, 'contact_to_company_unlabeled')]
  const created = await post(`${batch}/create`, { inputs })
  expect(created.status).toBe(201)
  expect(created.body.results).toEqual(inputs)
  expect(linksOf(world)).toEqual([
    [ada, one, 279],
    [ada, one, 1],
    [bob, one, 279],
  ])
  const removed = await post(`${batch}/archive`, { inputs: [link(ada, '1')] })
  expect(removed.status).toBe(204)
  expect(linksOf(world)).toEqual([
    [ada, one, 279],
    [bob, one, 279],
  ])
  expect((await post(`${batch}/archive`, { inputs: [link(ada, 'friend')] })).status).toBe(400)
})

test('in the older version two records are associated by one path, which names the type', async () => {
  const world = furnished()
  const { put, remove, ada, one, two } = world
  const path = `/crm/v3/objects/contacts/${ada}/associations/companies`
  const linked = await put(`${path}/${one}/contact_to_company`)
  expect(linked.status).toBe(200)
  expect(linked.body).toMatchObject({
    id: ada,
    associations: {
      companies: {
        results: [
          { id: one, type: 'contact_to_company_unlabeled' },
          { id: one, type: 'contact_to_company' },
        ],
      },
    },
  })
  expect((await put(`${path}/${two}/279`)).status).toBe(200)
  expect((await put(`${path}/${two}/contact_to_pet`)).status).toBe(400)
  expect(linksOf(world)).toEqual([
    [ada, one, 279],
    [ada, one, 1],
    [ada, two, 279],
  ])
  const removed = await remove(`${path}/${one}/contact_to_company`)
  expect([removed.status, removed.text]).toEqual([204, ''])
  expect(linksOf(world)).toEqual([
    [ada, one, 279],
    [ada, two, 279],
  ])
})

test('an association type that is not of the pair is refused as HubSpot does', async () => {
  const { portal, put, ada, one } = furnished()
  const path = `/crm/v4/objects/contacts/${ada}/associations/companies/${one}`
  const contextOf = async (spec: object) => (await put(path, [spec])).body.context
  expect(await contextOf({ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 5 })).toEqual(
    {
      INVALID_OBJECT_IDS: [`DEAL=${ada} is not valid`],
      objectId: [ada],
      objectType: ['DEAL'],
    },
  )
  expect(await contextOf({ associationCategory: 'USER_DEFINED', associationTypeId: 3 })).toEqual({
    associationSpec: ['USER_DEFINED=3'],
    INVALID_ASSOCIATION_TYPE_ID: ['USER_DEFINED=3 is not a valid association definition'],
  })
  const incomplete = await put(path, [{}])
  expect(incomplete.body.message).toMatch(
    /required fields were not set: \[associationCategory, associationTypeId\]/,
  )
  expect([...portal.associations('contacts', 'companies')]).toEqual([])
  expect(
    (await put(`/crm/v4/objects/products/1/associations/default/contacts/${ada}`)).status,
  ).toBe(404)
})

test('an association tells subscribers, and moves no date', async () => {
  const { portal, put, clock, ada, one } = furnished()
  const webhooks = portal.webhooks({ url: 'https://app.example.com/hooks', clientSecret: 'secret' })
  const before = portal.record('contacts', ada)!.updatedAt
  await clock.advance(1_000)
  await put(`/crm/v4/objects/contacts/${ada}/associations/companies/${one}`, [PRIMARY])
  expect(webhooks.pending.map(({ subscriptionType }) => subscriptionType)).toEqual([
    'contact.associationChange',
    'company.associationChange',
  ])
  const contact = portal.record('contacts', ada)!
  expect([contact.updatedAt, contact.properties.associatedcompanyid]).toEqual([before, one])
})

test('a record has no more associations of a type than an admin allows', async () => {
  const { portal, put, post, ada, bob, one, two } = furnished()
  portal.limitAssociation('contacts', 'companies', { typeId: 279 }, 1)
  const link = (company: string) =>
    put(`/crm/v4/objects/contacts/${ada}/associations/companies/${company}`, [PLAIN])
  expect((await link(one)).status).toBe(201)
  expect((await link(one)).status).toBe(201)
  const refused = await link(two)
  expect([refused.status, refused.body.category]).toEqual([400, 'VALIDATION_ERROR'])
  const inputs = [ada, bob].map((id) => ({ from: { id }, to: { id: two } }))
  const { body } = await post('/crm/v4/associations/contacts/companies/batch/associate/default', {
    inputs,
  })
  expect(body).toMatchObject({ numErrors: 1, errors: [{ context: { fromObjectId: [ada] } }] })
})

test('a new record takes no more of an association type than an admin allows', async () => {
  const { post, ada } = furnished()
  const limits = '/crm/associations/2026-03/definitions/configurations/contacts/deals/batch/create'
  await post(limits, { inputs: [{ category: 'HUBSPOT_DEFINED', typeId: 4, maxToObjectIds: 2 }] })
  const types = [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 3 }]
  const deal = () => ({
    properties: { dealname: 'x', pipeline: 'default', dealstage: 'contractsent' },
    associations: [{ to: { id: ada }, types }],
  })
  const deals = '/crm/v3/objects/deals'
  expect((await post(deals, deal())).status).toBe(201)
  expect((await post(`${deals}/batch/create`, { inputs: [deal(), deal()] })).status).toBe(400)
  expect((await post(deals, deal())).status).toBe(201)
  const over = await post(deals, deal())
  expect([over.status, over.body.context]).toEqual([
    400,
    { ASSOCIATION_LIMIT_REACHED: ['HUBSPOT_DEFINED=3 has no more associations left'] },
  ])
})

test('a record is not associated with itself', async () => {
  const { portal, put, ada } = furnished()
  const path = `/crm/v4/objects/contacts/${ada}/associations`
  for (const { status } of [
    await put(`${path}/default/contacts/${ada}`),
    await put(`${path}/contacts/${ada}`, [{ ...PLAIN, associationTypeId: 449 }]),
  ])
    expect(status).toBe(400)
  expect([...portal.associations('contacts', 'contacts')]).toEqual([])
})

test('associating needs the scopes to write both', async () => {
  const { portal, put, ada, one } = furnished()
  portal.addToken('half', { scopes: ['crm.objects.contacts.write'] })
  const { status, body } = await put(
    `/crm/v4/objects/contacts/${ada}/associations/companies/${one}`,
    [PLAIN],
    'half',
  )
  expect([status, body.errors[0].context.requiredGranularScopes]).toEqual([
    403,
    ['crm.objects.companies.write'],
  ])
})

test('a report about many associations is asked for by a user', async () => {
  const { portal, post } = furnished()
  portal.createOwner({ email: 'ada@example.com', userId: 7 })
  const path = '/crm/v4/associations/usage/high-usage-report'
  const { status, body } = await post(`${path}/7`)
  expect([status, body]).toMatchObject([200, { userId: 7, userEmail: 'ada@example.com' }])
  expect((await post(`${path}/8`)).status).toBe(404)
})
