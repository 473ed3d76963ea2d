import { expect, test } from 'vitest'
import { idsOf, MORNING, setUp } from './harness.js'

const LIST = '/crm/v3/objects/contacts'

test('a page holds ten records unless a limit is given, and at most a hundred', async () => {
  const { portal, get } = setUp()
  portal.createMany('contacts', 120, () => ({}))
  expect((await get(LIST)).body.results).toHaveLength(10)
  expect((await get(`${LIST}?limit=100`)).body.results).toHaveLength(100)
  const refused = await get(`${LIST}?limit=101`)
  expect(refused.status).toBe(400)
  expect(refused.body.category).toBe('VALIDATION_ERROR')
})

test('records come in ascending order of their ids as numbers, in whatever order they were made', async () => {
  const { portal, get } = setUp()
  for (const id of ['1000', '51', '9', '101']) portal.create('contacts', {}, { id })
  expect(idsOf(await get(LIST))).toEqual(['9', '51', '101', '1000'])
})

test('after is the id of the next record, and the walk ends where paging is absent', async () => {
  const { portal, get } = setUp()
  const ids = portal.createMany('contacts', 5, () => ({}))
  const first = await get(`${LIST}?limit=3`)
  expect(idsOf(first)).toEqual(ids.slice(0, 3))
  expect(first.body.paging.next.after).toBe(ids[3])
  const second = await get(`${LIST}?limit=3&after=${first.body.paging.next.after}`)
  expect(idsOf(second)).toEqual(ids.slice(3))
  expect(second.body).not.toHaveProperty('paging')
})

test('the link of a page leads to the next one with the same parameters', async () => {
  const { portal, get } = setUp()
  const ids = portal.createMany('contacts', 3, () => ({ phone: '1' }))
  const { link } = (await get(`${LIST}?limit=2&properties=phone`)).body.paging.next
  const next = await get(link.replace('https://api.hubapi.com', ''))
  expect(idsOf(next)).toEqual([ids[2]])
  expect(next.body.results[0].properties.phone).toBe('1')
})

test('after may be any number, also of a record that does not exist', async () => {
  const { portal, get } = setUp()
  for (const id of [10, 20, 30]) portal.create('contacts', {}, { id })
  expect(idsOf(await get(`${LIST}?after=11`))).toEqual(['20', '30'])
  expect(idsOf(await get(`${LIST}?after=31`))).toEqual([])
  expect((await get(`${LIST}?after=x`)).status).toBe(400)
})

test('without properties the defaults come, sorted by name', async () => {
  const { portal, get } = setUp()
  portal.create('contacts', { firstname: 'Ada', phone: '1' })
  const [record] = (await get(LIST)).body.results
  expect(Object.keys(record.properties)).toEqual([
    'createdate',
    'email',
    'firstname',
    'hs_object_id',
    'lastmodifieddate',
    'lastname',
  ])
})

test('asked properties replace the defaults, unknown ones are left out and empty ones are null', async () => {
  const { portal, get } = setUp()
  const id = portal.create('companies', { name: 'Acme', domain: 'acme.test' })
  const { body } = await get('/crm/v3/objects/companies?properties=domain,phone,no_such_thing')
  expect(body.results[0].properties).toEqual({
    createdate: '2026-03-30T12:00:00.000Z',
    domain: 'acme.test',
    hs_lastmodifieddate: '2026-03-30T12:00:00.000Z',
    hs_object_id: id,
    phone: null,
  })
})

test('properties may be comma-separated or repeated', async () => {
  const { portal, get } = setUp()
  portal.create('contacts', { phone: '1', city: 'Bonn' })
  const joined = await get(`${LIST}?properties=phone,city`)
  const repeated = await get(`${LIST}?properties=phone&properties=city`)
  expect(joined.body).toEqual(repeated.body)
})

test('a cleared value is the empty text, an empty one null', async () => {
  const { portal, get } = setUp()
  const id = portal.create('contacts', { phone: '1', city: 'Bonn' })
  portal.update('contacts', id, { phone: '', city: null })
  const { properties } = (await get(`${LIST}?properties=phone,city`)).body.results[0]
  expect(properties).toMatchObject({ phone: '', city: null })
})

test('a value of a property that nobody defined is kept but not returned', async () => {
  const { portal, get } = setUp()
  portal.create('contacts', { shoe_size: 42 })
  const before = await get(`${LIST}?properties=shoe_size`)
  expect(before.body.results[0].properties).not.toHaveProperty('shoe_size')
  portal.defineProperty('contacts', { name: 'shoe_size', type: 'number' })
  const after = await get(`${LIST}?properties=shoe_size`)
  expect(after.body.results[0].properties.shoe_size).toBe('42')
})

test('the dates of a record are those of its properties', async () => {
  const { portal, get } = setUp()
  portal.create('deals', {}, { createdAt: '2024-01-02T03:04:05.678Z', updatedAt: MORNING - 5 })
  const [record] = (await get('/crm/v3/objects/deals')).body.results
  expect(record.createdAt).toBe('2024-01-02T03:04:05.678Z')
  expect(record.properties.createdate).toBe(record.createdAt)
  expect(record.properties.hs_lastmodifieddate).toBe(record.updatedAt)
  expect(record.updatedAt).toBe('2026-03-30T11:59:59.995Z')
})

test('the url leads to the record in the user interface of the portal', async () => {
  const { portal, get } = setUp({ portalId: 4711, uiDomain: 'app.hubspot.com' })
  const id = portal.create('deals', {})
  const [record] = (await get('/crm/v3/objects/deals')).body.results
  expect(record.url).toBe(`https://app.hubspot.com/contacts/4711/record/0-3/${id}`)
})

test('tasks and notes have no page of their own, so their addresses are those of a view', async () => {
  const { portal, get } = setUp({ portalId: 4711, uiDomain: 'app.hubspot.com' })
  const [task, note] = [portal.create('tasks', {}), portal.create('notes', {})]
  const urlOf = async (type: string) => (await get(`/crm/v3/objects/${type}`)).body.results[0].url
  expect(await urlOf('tasks')).toBe(`https://app.hubspot.com/tasks/4711/view/all/task/${task}`)
  expect(await urlOf('notes')).toBe(
    `https://app.hubspot.com/contacts/4711/objects/0-46/views/all/list?filters=%5B%7B%22property%22%3A%22hs_object_id%22%2C%22operator%22%3A%22EQ%22%2C%22value%22%3A%22${note}%22%7D%5D`,
  )
})

test('archived records come for True and TRUE as for true', async () => {
  const { portal, get } = setUp()
  const id = portal.create('contacts', {})
  portal.archive('contacts', id)
  for (const yes of ['true', 'True', 'TRUE']) {
    expect(idsOf(await get(`${LIST}?archived=${yes}`))).toEqual([id])
    expect((await get(`${LIST}/${id}?archived=${yes}`)).status).toBe(200)
  }
  for (const no of ['false', 'False', '1'])
    expect(idsOf(await get(`${LIST}?archived=${no}`))).toEqual([])
})

test('an association with a label of the users has the name of the label, and one of a pair without a primary a plain name', async () => {
  const { portal, get } = setUp()
  const deal = portal.create('deals', {})
  const contact = portal.create('contacts', {})
  portal.defineAssociation('deals', 'contacts', { label: 'Decision maker' })
  portal.associate('deals', deal, 'contacts', contact, { label: 'Decision maker' })
  const { associations } = (await get('/crm/v3/objects/deals?associations=contacts')).body
    .results[0]
  expect(associations.contacts.results.map(({ type }: { type: string }) => type)).toEqual([
    'deal_to_contact',
    'decision_maker',
  ])
})

test('history lowers the limit to fifty', async () => {
  const { portal, get } = setUp()
  portal.createMany('contacts', 60, () => ({}))
  const refused = await get(`${LIST}?limit=51&propertiesWithHistory=phone`)
  expect(refused.status).toBe(400)
  expect(refused.body.message).toContain('property histories is 50')
  expect((await get(`${LIST}?limit=50&propertiesWithHistory=phone`)).body.results).toHaveLength(50)
})

test('history holds the values newest first, and nothing for a property never set', async () => {
  const { portal, get, clock } = setUp()
  const id = portal.create('contacts', { phone: '1' })
  await clock.advance(1_000)
  portal.update('contacts', id, { phone: '2' })
  const [record] = (await get(`${LIST}?propertiesWithHistory=phone,city`)).body.results
  const { phone, city } = record.propertiesWithHistory
  expect(phone.map(({ value }: { value: string }) => value)).toEqual(['2', '1'])
  expect(phone.map(({ timestamp }: { timestamp: string }) => timestamp)).toEqual([
    '2026-03-30T12:00:01.000Z',
    '2026-03-30T12:00:00.000Z',
  ])
  expect(city).toEqual([])
})

test('inline associations repeat an id for each type, and the key is absent where there are none', async () => {
  const { portal, get } = setUp()
  const [first, second] = portal.createMany('contacts', 2, () => ({}))
  const company = portal.create('companies', {})
  portal.associate('contacts', first!, 'companies', company, { primary: true })
  const { results } = (await get(`${LIST}?associations=companies,deals,nonsense`)).body
  expect(results[0].associations).toEqual({
    companies: {
      results: [
        { id: company, type: 'contact_to_company_unlabeled' },
        { id: company, type: 'contact_to_company' },
      ],
    },
  })
  expect(results[1].id).toBe(second)
  expect(results[1]).not.toHaveProperty('associations')
})

test('inline associations are the first page only', async () => {
  const { portal, get } = setUp()
  const company = portal.create('companies', {})
  for (const contact of portal.createMany('contacts', 130, () => ({})))
    portal.associate('companies', company, 'contacts', contact)
  const { contacts } = (await get('/crm/v3/objects/companies?associations=contacts')).body
    .results[0].associations
  expect(contacts.results).toHaveLength(100)
  expect(contacts.paging.next).toHaveProperty('after')
})

test('an address of more than 8,000 characters gets 414 as HTML', async () => {
  const { get } = setUp()
  const long = await get(`${LIST}?properties=${'x'.repeat(8_000)}`)
  expect(long.status).toBe(414)
  expect(long.headers.get('content-type')).toContain('text/html')
  expect(long.text).toContain('414 Request-URI Too Large')
  expect((await get(`${LIST}?properties=${'x'.repeat(7_900)}`)).status).toBe(200)
})

test('a type can be named by plural, singular, upper case and type id, in every version of the path', async () => {
  const { portal, get } = setUp()
  portal.create('companies', { name: 'Acme' })
  const expected = (await get('/crm/v3/objects/companies')).body
  for (const name of ['company', 'COMPANY', 'COMPANIES', '0-2'])
    expect((await get(`/crm/v3/objects/${name}`)).body).toEqual(expected)
  for (const version of ['2025-09', '2026-03', '2026-09'])
    expect((await get(`/crm/objects/${version}/companies`)).body).toEqual(expected)
  expect((await get('/crm/objects/2019-01/companies')).status).toBe(404)
})

test('a record edited during a walk comes with the value it has when its page is read', async () => {
  const { portal, get } = setUp()
  const ids = portal.createMany('contacts', 2, () => ({ firstname: 'old' }))
  const first = await get(`${LIST}?limit=1`)
  portal.updateMany('contacts', ids, { firstname: 'new' })
  const second = await get(`${LIST}?limit=1&after=${first.body.paging.next.after}`)
  expect(first.body.results[0].properties.firstname).toBe('old')
  expect(second.body.results[0].properties.firstname).toBe('new')
})

test('one record is read by its id, and a missing one is 404 with a header that says so', async () => {
  const { portal, get } = setUp()
  const id = portal.create('contacts', { email: 'ada@example.com' })
  expect((await get(`${LIST}/${id}`)).body.properties.email).toBe('ada@example.com')
  const missing = await get(`${LIST}/7`)
  expect(missing.status).toBe(404)
  expect(missing.headers.get('x-hubspot-notfound')).toBe('true')
})

async function walk(get: ReturnType<typeof setUp>['get'], limit: number): Promise<string[][]> {
  const pages: string[][] = []
  for (let after = ''; ; ) {
    const reply = await get(`${LIST}?limit=${limit}${after}`)
    pages.push(idsOf(reply))
    if (!reply.body.paging) return pages
    after = `&after=${reply.body.paging.next.after}`
  }
}

test('repeating lists begin with the record before their page, and name its first one twice', async () => {
  const { portal, get } = setUp({ listOrder: 'repeating' })
  const ids = portal.createMany('contacts', 5, () => ({}))
  expect(await walk(get, 4)).toEqual([
    [ids[0], ids[0], ids[1]],
    [ids[1], ids[2], ids[2], ids[3]],
    [ids[3], ids[4], ids[4]],
  ])
})

test('scrambled lists show every record once, in no order', async () => {
  const { portal, get } = setUp({ listOrder: 'scrambled' })
  const ids = portal.createMany('contacts', 25, () => ({}))
  const shown = (await walk(get, 4)).flat()
  expect(shown).not.toEqual(ids)
  expect(shown.toSorted()).toEqual(ids.toSorted())
})
