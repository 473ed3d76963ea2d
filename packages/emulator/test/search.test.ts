import { expect, test } from 'vitest'
import { ascending, idsOf, MORNING, modifiedSince, setUp } from './harness.js'

const SEARCH = '/crm/v3/objects/contacts/search'
const filter = (propertyName: string, operator: string, more: object = {}) => ({
  filterGroups: [{ filters: [{ propertyName, operator, ...more }] }],
  limit: 200,
})

test('a page holds ten records unless a limit is given, and at most two hundred', async () => {
  const { portal, post } = setUp()
  portal.createMany('contacts', 210, () => ({}))
  expect((await post(SEARCH)).body.results).toHaveLength(10)
  expect((await post(SEARCH, { limit: 200 })).body.results).toHaveLength(200)
  expect((await post(SEARCH, { limit: 201 })).status).toBe(400)
})

test('after is an offset, total counts everything and the last page has no paging', async () => {
  const { portal, post } = setUp()
  const ids = portal.createMany(
    'contacts',
    5,
    () => ({}),
    (index) => ({ updatedAt: MORNING + index }),
  )
  const first = await post(SEARCH, modifiedSince(MORNING, { limit: 3 }))
  expect(first.body.total).toBe(5)
  expect(idsOf(first)).toEqual(ids.slice(0, 3))
  expect(first.body.paging).toEqual({ next: { after: '3' } })
  const second = await post(SEARCH, modifiedSince(MORNING, { limit: 3, after: '3' }))
  expect(idsOf(second)).toEqual(ids.slice(3))
  expect(second.body).not.toHaveProperty('paging')
})

test('paging ends at ten thousand results', async () => {
  const { portal, post } = setUp()
  portal.createMany('contacts', 10_050, () => ({}))
  const last = await post(SEARCH, { limit: 200, after: '9800' })
  expect(last.status).toBe(200)
  expect(last.body.total).toBe(10_050)
  expect(last.body.results).toHaveLength(200)
  expect((await post(SEARCH, { limit: 200, after: '9801' })).status).toBe(400)
  expect((await post(SEARCH, { limit: 1, after: '10000' })).status).toBe(400)
})

test('a cursor that is no number is refused', async () => {
  const { post } = setUp()
  const refused = await post(SEARCH, { after: 'MTIz' })
  expect(refused.status).toBe(400)
  expect(refused.body.message).toContain('Cannot deserialize value of type')
})

test('a record edited while paging by offset makes the next page skip one', async () => {
  const { portal, post, clock } = setUp()
  const ids = portal.createMany(
    'contacts',
    4,
    () => ({}),
    (index) => ({ updatedAt: MORNING - 10 + index }),
  )
  const first = await post(SEARCH, modifiedSince(MORNING - 10, { limit: 2 }))
  await clock.advance(1)
  portal.update('contacts', ids[0]!, { phone: '1' })
  const second = await post(SEARCH, modifiedSince(MORNING - 10, { limit: 2, after: '2' }))
  expect([...idsOf(first), ...idsOf(second)]).not.toContain(ids[2])
})

test('without a sort the oldest come first', async () => {
  const { portal, post } = setUp()
  const young = portal.create('contacts', {}, { createdAt: MORNING })
  const old = portal.create('contacts', {}, { createdAt: MORNING - 1, updatedAt: MORNING + 1 })
  expect(idsOf(await post(SEARCH))).toEqual([old, young])
})

test('there may be one sort only', async () => {
  const { post } = setUp()
  expect((await post(SEARCH, { sorts: ['firstname', 'lastname'] })).status).toBe(400)
})

test('a sort may be any property, ascending or descending', async () => {
  const { portal, post } = setUp()
  const [b, a, none] = portal.createMany('contacts', 3, (index) => ({
    city: ['Bonn', 'Aachen'][index],
  }))
  const ascendingly = await post(SEARCH, { sorts: ['city'] })
  expect(idsOf(ascendingly)).toEqual([a, b, none])
  const descendingly = await post(SEARCH, {
    sorts: [{ propertyName: 'city', direction: 'DESCENDING' }],
  })
  expect(idsOf(descendingly).slice(-2)).toEqual([b, a])
})

test('equal keys have no reliable order', async () => {
  const { portal, post } = setUp()
  const ids = portal.createMany('contacts', 50, () => ({}))
  const found = idsOf(await post(SEARCH, modifiedSince(MORNING)))
  expect(found).not.toEqual(ids)
  expect(ascending(found)).toEqual(ids)
})

test('five groups, six filters in each and eighteen in all are the most', async () => {
  const { post } = setUp()
  const one = { propertyName: 'city', operator: 'EQ', value: 'bonn' }
  const groups = (...sizes: number[]) => ({
    filterGroups: sizes.map((size) => ({ filters: Array.from({ length: size }, () => one) })),
  })
  expect((await post(SEARCH, groups(1, 1, 1, 1, 1))).status).toBe(200)
  expect((await post(SEARCH, groups(1, 1, 1, 1, 1, 1))).status).toBe(400)
  expect((await post(SEARCH, groups(6, 6, 6))).status).toBe(200)
  expect((await post(SEARCH, groups(7))).status).toBe(400)
  expect((await post(SEARCH, groups(6, 6, 6, 1))).status).toBe(400)
})

test('all filters of a group must match, and any group', async () => {
  const { portal, post } = setUp()
  const [ada, bob, eve] = portal.createMany('contacts', 3, (index) => ({
    firstname: ['Ada', 'Bob', 'Eve'][index],
    city: ['Bonn', 'Bonn', 'Köln'][index],
  }))
  const is = (propertyName: string, value: string) => ({ propertyName, operator: 'EQ', value })
  const both = await post(SEARCH, {
    filterGroups: [{ filters: [is('city', 'bonn'), is('firstname', 'bob')] }],
  })
  expect(idsOf(both)).toEqual([bob])
  const either = await post(SEARCH, {
    filterGroups: [{ filters: [is('firstname', 'ada')] }, { filters: [is('city', 'KÖLN')] }],
  })
  expect(ascending(idsOf(either))).toEqual([ada, eve])
})

test.each([
  ['EQ', { value: '20' }, [1]],
  ['NEQ', { value: '20' }, [0, 2]],
  ['LT', { value: '20' }, [0]],
  ['LTE', { value: '20' }, [0, 1]],
  ['GT', { value: '3' }, [1, 2]],
  ['GTE', { value: '20' }, [1, 2]],
  ['BETWEEN', { value: '3', highValue: '20' }, [0, 1]],
  ['IN', { values: ['3', '100'] }, [0, 2]],
  ['NOT_IN', { values: ['3', '100'] }, [1]],
  ['HAS_PROPERTY', {}, [0, 1, 2]],
  ['NOT_HAS_PROPERTY', {}, [3]],
])('numbers are compared as numbers by %s', async (operator, operands, expected) => {
  const { portal, post } = setUp()
  const amounts = ['3', '20', '100', null]
  const ids = portal.createMany('deals', 4, (index) => ({ amount: amounts[index] }))
  const found = await post('/crm/v3/objects/deals/search', filter('amount', operator, operands))
  expect(ascending(idsOf(found))).toEqual(expected.map((index) => ids[index]))
})

test('values of IN on text have to be in lower case, those of EQ need not', async () => {
  const { portal, post } = setUp()
  const id = portal.create('contacts', { city: 'Bonn' })
  expect(idsOf(await post(SEARCH, filter('city', 'IN', { values: ['bonn'] })))).toEqual([id])
  expect(idsOf(await post(SEARCH, filter('city', 'IN', { values: ['Bonn'] })))).toEqual([])
  expect(idsOf(await post(SEARCH, filter('city', 'EQ', { value: 'BONN' })))).toEqual([id])
})

test('tokens are found as whole words and with a star', async () => {
  const { portal, post } = setUp()
  const [one, other] = portal.createMany('companies', 2, (index) => ({
    name: ['Test Company', 'Tester'][index],
  }))
  const named = async (operator: string, value: string) =>
    ascending(
      idsOf(await post('/crm/v3/objects/companies/search', filter('name', operator, { value }))),
    )
  expect(await named('CONTAINS_TOKEN', 'test')).toEqual([one])
  expect(await named('CONTAINS_TOKEN', 'test*')).toEqual([one, other])
  expect(await named('NOT_CONTAINS_TOKEN', 'test')).toEqual([other])
})

test('a query looks for its words in the names and addresses', async () => {
  const { portal, post } = setUp()
  const [ada] = portal.createMany('contacts', 2, (index) => ({
    firstname: ['Ada', 'Bob'][index],
    city: 'Ada',
  }))
  expect(idsOf(await post(SEARCH, { query: 'ADA' }))).toEqual([ada])
  expect((await post(SEARCH, { query: 'x'.repeat(3_001) })).status).toBe(400)
})

test('dates may be epoch milliseconds or ISO, and what is finer than a millisecond is ignored', async () => {
  const { portal, post } = setUp()
  const id = portal.create('contacts', {}, { updatedAt: '2026-03-30T11:00:00.123Z' })
  for (const value of [
    '2026-03-30T11:00:00.123Z',
    '2026-03-30T11:00:00.123999Z',
    String(Date.parse('2026-03-30T11:00:00.123Z')),
  ])
    expect(idsOf(await post(SEARCH, filter('lastmodifieddate', 'EQ', { value })))).toEqual([id])
})

test('searching from the epoch fails, from one millisecond on it works', async () => {
  const { portal, post } = setUp()
  const id = portal.create('contacts', {})
  expect((await post(SEARCH, modifiedSince(0))).status).toBe(500)
  expect(idsOf(await post(SEARCH, modifiedSince(1)))).toEqual([id])
})

test('the wrong last-modified property finds nothing on contacts, without an error', async () => {
  const { portal, post } = setUp()
  portal.create('contacts', {})
  const wrong = await post(SEARCH, filter('hs_lastmodifieddate', 'GTE', { value: '1' }))
  expect(wrong.status).toBe(200)
  expect(wrong.body).toEqual({ total: 0, results: [] })
})

test('every other type keeps it in hs_lastmodifieddate', async () => {
  const { portal, post } = setUp()
  for (const type of ['companies', 'deals', 'tickets', 'products', 'tasks', 'line_items']) {
    const id = portal.create(type, {})
    const found = await post(
      `/crm/v3/objects/${type}/search`,
      filter('hs_lastmodifieddate', 'GTE', { value: '1' }),
    )
    expect(idsOf(found)).toEqual([id])
  }
})

test('conditions that name no property, no operator or no value are refused', async () => {
  const { post } = setUp()
  expect((await post(SEARCH, filter('no_such_thing', 'EQ', { value: '1' }))).status).toBe(400)
  expect((await post(SEARCH, filter('city', 'LIKE', { value: '1' }))).status).toBe(400)
  expect((await post(SEARCH, filter('city', 'EQ'))).status).toBe(400)
  expect((await post(SEARCH, filter('city', 'IN', { values: [] }))).status).toBe(400)
})

test('a record id is compared as a number by default', async () => {
  const { portal, post } = setUp()
  for (const id of ['9', '10', '100']) portal.create('contacts', {}, { id })
  const found = await post(SEARCH, {
    ...filter('hs_object_id', 'GT', { value: '9' }),
    sorts: ['hs_object_id'],
  })
  expect(idsOf(found)).toEqual(['10', '100'])
})

test('a record id is compared as text where the portal is told so', async () => {
  const { portal, post } = setUp({ idOrder: 'text' })
  for (const id of ['9', '10', '100']) portal.create('contacts', {}, { id })
  expect(idsOf(await post(SEARCH, { sorts: ['hs_object_id'] }))).toEqual(['10', '100', '9'])
  const found = await post(SEARCH, {
    ...filter('hs_object_id', 'GT', { value: '10' }),
    sorts: ['hs_object_id'],
  })
  expect(idsOf(found)).toEqual(['100', '9'])
})

test.each([
  { sort: 'number', filter: 'text', found: ['9', '11', '100'] },
  { sort: 'text', filter: 'number', found: ['100', '11'] },
] as const)(
  'record ids are sorted as $sort and filtered as $filter where the portal is told so',
  async ({ sort, filter: compared, found }) => {
    const { portal, post } = setUp({ idOrder: { sort, filter: compared } })
    for (const id of ['9', '10', '11', '100']) portal.create('contacts', {}, { id })
    const reply = await post(SEARCH, {
      ...filter('hs_object_id', 'GT', { value: '10' }),
      sorts: ['hs_object_id'],
    })
    expect(idsOf(reply)).toEqual(found)
  },
)

test('twelve thousand records of one millisecond are walked by their ids', async () => {
  const { portal, post } = setUp()
  const ids = portal.createMany('contacts', 12_000, () => ({}))
  portal.updateMany('contacts', ids, { city: 'Bonn' }, { updatedAt: MORNING + 1 })
  const walked: string[] = []
  for (let last = '0'; ; last = walked.at(-1)!) {
    const page = await post(SEARCH, {
      limit: 200,
      sorts: ['hs_object_id'],
      filterGroups: [
        {
          filters: [
            { propertyName: 'lastmodifieddate', operator: 'EQ', value: String(MORNING + 1) },
            { propertyName: 'hs_object_id', operator: 'GT', value: last },
          ],
        },
      ],
    })
    if (page.body.results.length === 0) break
    walked.push(...idsOf(page))
  }
  expect(walked).toEqual(ids)
})

test('a search can ask for the records of one association, but not with a custom object', async () => {
  const { portal, post } = setUp()
  portal.defineObject({ typeId: '2-100', name: 'pets', associatedObjects: ['contacts'] })
  const [ada] = portal.createMany('contacts', 2, () => ({}))
  const company = portal.create('companies', {})
  const search = () => post(SEARCH, filter('associations.company', 'EQ', { value: company }))
  expect(idsOf(await search())).toEqual([])
  portal.associate('contacts', ada!, 'companies', company)
  expect(idsOf(await search())).toEqual([ada])
  expect((await post(SEARCH, filter('associations.2-100', 'EQ', { value: '1' }))).status).toBe(400)
})

test('the asked properties replace those that search returns by default', async () => {
  const { portal, post } = setUp()
  portal.create('contacts', { phone: '1' })
  const always = ['createdate', 'hs_object_id', 'lastmodifieddate']
  const names = async (body: object) =>
    Object.keys((await post(SEARCH, body)).body.results[0].properties)
  expect(await names({})).toEqual(
    [...always, 'company', 'email', 'firstname', 'lastname', 'phone', 'website'].sort(),
  )
  expect(await names({ properties: ['city'] })).toEqual([...always, 'city'].sort())
})

test('archived records are never found', async () => {
  const { portal, post } = setUp()
  const id = portal.create('contacts', {})
  portal.archive('contacts', id)
  expect((await post(SEARCH)).body).toEqual({ total: 0, results: [] })
  expect((await post(`${SEARCH}?archived=true`)).body).toEqual({ total: 0, results: [] })
})

test('a number property that holds no number is found by no comparison and comes last in a sort', async () => {
  const { portal, post } = setUp()
  const amounts = ['9', '1;2', '5', '7']
  const [nine, none, five, seven] = portal.createMany('deals', 4, (index) => ({
    amount: amounts[index],
  }))
  const search = (body: object) =>
    post('/crm/v3/objects/deals/search', { ...body, sorts: ['amount'] })
  expect(idsOf(await search({}))).toEqual([five, seven, nine, none])
  expect(idsOf(await search(filter('amount', 'GTE', { value: '7' })))).toEqual([seven, nine])
  expect(idsOf(await search(filter('amount', 'LTE', { value: '7' })))).toEqual([five, seven])
})

test('a page that holds the last result has no paging, even when it is full', async () => {
  const { portal, post } = setUp()
  portal.createMany('contacts', 4, () => ({}))
  expect((await post(SEARCH, { limit: 2 })).body.paging).toEqual({ next: { after: '2' } })
  expect((await post(SEARCH, { limit: 2, after: '2' })).body).not.toHaveProperty('paging')
})

test('after a change of many records each is found once, at its new place', async () => {
  const { portal, post } = setUp()
  const ids = portal.createMany(
    'contacts',
    200,
    () => ({}),
    (index) => ({ updatedAt: MORNING - 1_000 + index }),
  )
  expect(idsOf(await post(SEARCH, modifiedSince(1)))).toEqual(ids)
  const moved = ids.filter((_, index) => index % 2 === 0)
  const removed = ids.slice(-20).filter((id) => !moved.includes(id))
  for (const [index, id] of moved.entries())
    portal.update('contacts', id, {}, { updatedAt: MORNING + index })
  for (const id of removed) portal.archive('contacts', id)
  const kept = ids.filter((id) => !moved.includes(id) && !removed.includes(id))
  expect(idsOf(await post(SEARCH, modifiedSince(1)))).toEqual([...kept, ...moved])
})

test.each([
  { filterGroups: { filters: [] } },
  { filterGroups: ['email'] },
  { filterGroups: [{ filters: { propertyName: 'email', operator: 'HAS_PROPERTY' } }] },
  { filterGroups: [{ filters: ['email'] }] },
  { filters: { propertyName: 'email', operator: 'HAS_PROPERTY' } },
  { sorts: { propertyName: 'email', direction: 'ASCENDING' } },
  { sorts: 'email' },
  { properties: 'email,firstname' },
])('a search of the wrong form is refused: %j', async (body) => {
  const { portal, post } = setUp()
  portal.create('contacts', { email: 'ada@example.com' })
  const refused = await post('/crm/v3/objects/contacts/search', body)
  expect(refused.status).toBe(400)
  expect(refused.body.category).toBe('VALIDATION_ERROR')
})

test('a search may have null where it wants nothing', async () => {
  const { portal, post } = setUp()
  portal.create('contacts', {})
  const body = { filterGroups: null, filters: null, sorts: null, properties: null }
  expect((await post('/crm/v3/objects/contacts/search', body)).body.total).toBe(1)
})
