import { expect, test } from 'vitest'
import { createPortal, type PortalOptions } from '../src/index.js'
import { MORNING, setUp } from './harness.js'

const LIST = '/crm/v3/objects/contacts'

const tell = async (seed: number) => {
  const { portal, get, post } = setUp({ seed, limits: {}, searchLag: { min: 0, max: 1_000 } })
  const ids = portal.createMany('contacts', 20, (index) => ({ firstname: index }))
  portal.merge('contacts', ids[0]!, ids[1]!)
  const answers = [await get(LIST), await post(`${LIST}/search`), await get('/crm/v3/objects/none')]
  return answers.map(({ text, headers }) => [text, ...headers])
}

test('the same seed and the same calls give the same answers, byte for byte', async () => {
  expect(await tell(1)).toEqual(await tell(1))
  expect(await tell(1)).not.toEqual(await tell(2))
})

test('new ids ascend with gaps, among ids as large as real ones', () => {
  const { portal } = setUp()
  const ids = portal.createMany('deals', 1_000, () => ({})).map(Number)
  expect(ids).toEqual([...ids].sort((a, b) => a - b))
  expect(ids[0]).toBeGreaterThan(1e11)
  expect(ids.at(-1)).toBeLessThan(1e12)
  expect(ids.some((id, index) => index > 0 && id - ids[index - 1]! > 1)).toBe(true)
})

test('an id is unique within its type only', () => {
  const { portal } = setUp()
  expect(portal.create('contacts', {}, { id: 7 })).toBe('7')
  expect(portal.create('companies', {}, { id: '7' })).toBe('7')
  expect(() => portal.create('contacts', {}, { id: 7 })).toThrow('Expected a new contact id, got 7')
})

test('values are kept as the text that HubSpot would send', () => {
  const { portal } = setUp()
  const id = portal.create('deals', {
    amount: 5.5,
    hs_is_closed: false,
    closedate: new Date(0),
    dealname: 'A\nB',
  })
  expect(portal.record('deals', id)!.properties).toMatchObject({
    amount: '5.5',
    hs_is_closed: 'false',
    closedate: '1970-01-01T00:00:00.000Z',
    dealname: 'A\nB',
    description: null,
  })
})

test('values that do not fit their definition are answered as they are, by every read', async () => {
  const { portal, get, post } = setUp()
  const values = {
    annualrevenue: '1.000,50 EUR',
    numberofemployees: '3092727991;3881228353',
    founded_year: 'long ago',
    hs_date_entered_customer: '1648771200000.5',
    is_public: '',
    lifecyclestage: 'no longer a stage',
  }
  const id = portal.create('companies', values)
  const properties = Object.keys(values)
  const path = '/crm/v3/objects/companies'
  const replies = [
    await get(`${path}?properties=${properties}`),
    await post(`${path}/batch/read`, { inputs: [{ id }], properties }),
    await post(`${path}/search`, { properties }),
  ]
  for (const { body } of replies) expect(body.results[0].properties).toMatchObject(values)
})

test('many records can be made with moments and ids of their own', () => {
  const { portal } = setUp()
  const ids = portal.createMany(
    'contacts',
    3,
    () => ({}),
    (index) => ({ id: 10 - index, updatedAt: MORNING + index }),
  )
  expect(ids).toEqual(['10', '9', '8'])
  expect(
    [...portal.records('contacts')].map(({ id, updatedAt }) => [
      id,
      Date.parse(updatedAt) - MORNING,
    ]),
  ).toEqual([
    ['8', 2],
    ['9', 1],
    ['10', 0],
  ])
})

test('many records can be changed in the same millisecond, each in its way', async () => {
  const { portal, clock } = setUp()
  const ids = portal.createMany('contacts', 3, () => ({}))
  await clock.advance(1)
  portal.updateMany('contacts', ids, (id, index) => ({ firstname: `${id}/${index}` }))
  const records = [...portal.records('contacts')]
  expect(records.map(({ properties }) => properties.firstname)).toEqual(
    ids.map((id, index) => `${id}/${index}`),
  )
  expect(new Set(records.map(({ updatedAt }) => updatedAt))).toEqual(
    new Set(['2026-03-30T12:00:00.001Z']),
  )
})

test('the truth is all records with all properties, active or archived', async () => {
  const { portal, get } = setUp()
  const [active, archived] = portal.createMany('companies', 2, (index) => ({ name: index }))
  portal.archive('companies', archived!)
  const all = await get(
    `/crm/v3/objects/companies?properties=${(await get('/crm/v3/properties/companies')).body.results.map(({ name }: { name: string }) => name)}`,
  )
  expect([...portal.records('companies')]).toEqual(all.body.results)
  expect([...portal.records('companies', { archived: true })].map(({ id }) => id)).toEqual([
    archived,
  ])
  expect([portal.count('companies'), portal.count('companies', { archived: true })]).toEqual([1, 1])
  expect(portal.resolve('companies', active!)).toBe(active)
})

test('the journal has each call with its result', async () => {
  const { portal, get, post, clock } = setUp({ limits: { search: 1 }, latency: { search: 250 } })
  portal.create('contacts', {})
  await get(`${LIST}?limit=5&properties=a&properties=b`)
  await post(`${LIST}/search`, { limit: 7 })
  await post('/crm/v4/associations/contacts/companies/batch/read', {
    inputs: [{ id: '1' }, { id: '2' }],
  })
  await get('/nonsense')
  expect(portal.calls).toMatchObject([
    {
      number: 1,
      at: MORNING,
      method: 'GET',
      path: LIST,
      query: { limit: '5', properties: 'a,b' },
      operation: 'list',
      objectType: 'contacts',
      lane: 'burst',
      limit: 5,
      status: 200,
      results: 1,
    },
    {
      operation: 'search',
      lane: 'search',
      limit: 7,
      body: { limit: 7 },
      answeredAt: MORNING + 250,
    },
    {
      operation: 'associations',
      lane: 'associations',
      objectType: 'contacts>companies',
      ids: 2,
      status: 207,
    },
    { operation: undefined, status: 404 },
  ])
  expect(clock.now()).toBe(MORNING + 250)
  portal.clearCalls()
  expect(portal.calls).toEqual([])
})

test('a fault is in the journal, and a call without an answer has no status', async () => {
  const { portal, get } = setUp()
  portal.fault({ kind: 'reset' })
  await expect(get(LIST)).rejects.toThrow('fetch failed')
  expect(portal.calls[0]).toMatchObject({ fault: 'reset', status: undefined })
})

test('latency passes on the portal’s clock, the same for all or by what is asked', async () => {
  const all = setUp({ latency: 100 })
  await all.get(LIST)
  expect(all.clock.now()).toBe(MORNING + 100)
  const some = setUp({ latency: { batch: 300 } })
  await some.get(LIST)
  expect(some.clock.now()).toBe(MORNING)
  await some.post(`${LIST}/batch/read`, { inputs: [] })
  expect(some.clock.now()).toBe(MORNING + 300)
})

test('a portal of its own accord has a token and the real time', () => {
  const portal = createPortal()
  expect(portal.portalId).toBe(147_000_001)
  expect(portal.token).toMatch(/^pat-eu1-[0-9a-f-]{36}$/)
  expect(Math.abs(portal.clock.now() - Date.now())).toBeLessThan(60_000)
})

test('an unknown option is refused, and the known ones are listed', () => {
  const mistyped = { serchLag: { min: 1, max: 2 } } as PortalOptions
  expect(() => createPortal(mistyped)).toThrow(
    /^Expected createPortal to have no option named serchLag\. The options are seed, clock, .*, journal, fill\.$/,
  )
})

test('invalid options are refused', () => {
  expect(() => createPortal({ latency: -1 })).toThrow(
    'Expected latency (all) to be a number from 0 on, got -1',
  )
  expect(() => createPortal({ latency: { search: Number.NaN } })).toThrow(
    'Expected latency (search)',
  )
  expect(() => createPortal({ limits: { burst: -5 } })).toThrow('Expected limits.burst')
  expect(() => createPortal({ associationPageSize: 0 })).toThrow(
    'Expected associationPageSize to be a number from 1 on, got 0',
  )
  expect(() => createPortal({ searchLag: { min: 2, max: 1 } })).toThrow(
    'Expected searchLag.max to be a number from 2 on, got 1',
  )
  expect(() => createPortal({ timeZone: 'Mars/Olympus' })).toThrow(
    'Expected timeZone to be the name of a time zone',
  )
})
