import { expect, test } from 'vitest'
import { idsOf, setUp } from './harness.js'

test.each(['contacts', 'companies', 'deals'])(
  'merging two %s makes a third with a new id',
  async (type) => {
    const { portal, get } = setUp()
    const [first, second] = portal.createMany(type, 2, () => ({}))
    const winner = portal.merge(type, first!, second!)
    expect([first, second]).not.toContain(winner)
    expect(idsOf(await get(`/crm/v3/objects/${type}`))).toEqual([winner])
    expect(portal.record(type, winner)!.properties.hs_merged_object_ids).toBe(`${second};${first}`)
  },
)

test('an old id answers under the new one, in a read and in a batch', async () => {
  const { portal, get, post } = setUp()
  const [first, second, other] = portal.createMany('contacts', 3, () => ({}))
  const winner = portal.merge('contacts', first!, second!)
  expect((await get(`/crm/v3/objects/contacts/${first}`)).body.id).toBe(winner)
  const batch = await post('/crm/v3/objects/contacts/batch/read', {
    inputs: [{ id: first }, { id: other }, { id: second }],
  })
  expect(batch.status).toBe(200)
  expect(new Set(idsOf(batch))).toEqual(new Set([winner, other]))
  expect(portal.resolve('contacts', second!)).toBe(winner)
  expect(portal.record('contacts', second!)).toBeUndefined()
})

test('a chain of merges leaves every old id an alias of the last, and listed there', async () => {
  const { portal } = setUp()
  const [a, b, c] = portal.createMany('contacts', 3, () => ({}))
  const first = portal.merge('contacts', a!, b!)
  const last = portal.merge('contacts', c!, first)
  for (const id of [a, b, c, first]) expect(portal.resolve('contacts', id!)).toBe(last)
  const listed = portal.record('contacts', last)!.properties.hs_merged_object_ids!.split(';')
  expect(new Set(listed)).toEqual(new Set([a, b, c, first]))
})

test('the values of the primary win, its gaps are filled from the other', () => {
  const { portal } = setUp()
  const primary = portal.create(
    'contacts',
    { firstname: 'Ada', city: 'Bonn' },
    { createdAt: 2_000 },
  )
  const secondary = portal.create(
    'contacts',
    { firstname: 'Augusta', phone: '1' },
    { createdAt: 1_000 },
  )
  const winner = portal.merge('contacts', primary, secondary)
  const { properties, createdAt, updatedAt } = portal.record('contacts', winner)!
  expect(properties).toMatchObject({ firstname: 'Ada', city: 'Bonn', phone: '1' })
  expect(createdAt).toBe('1970-01-01T00:00:01.000Z')
  expect(updatedAt).toBe('2026-03-30T12:00:00.000Z')
})

test('a value that the primary was cleared of is a gap too', async () => {
  const { portal, patch } = setUp()
  const values = { city: 'Bonn', email: 'ada@example.com', lifecyclestage: 'lead' }
  const primary = portal.create('contacts', values)
  const other = { city: 'Köln', email: 'augusta@example.com', lifecyclestage: 'customer' }
  const secondary = portal.create('contacts', other)
  const cleared = { city: '', email: '', lifecyclestage: '' }
  expect((await patch(`/crm/v3/objects/contacts/${primary}`, { properties: cleared })).status).toBe(
    200,
  )
  const winner = portal.merge('contacts', primary, secondary)
  expect(portal.record('contacts', winner)!.properties).toMatchObject(other)
})

test('the winner is in the lists of the primary, since the primary joined them', async () => {
  const { portal, get, clock } = setUp()
  const [primary, secondary] = portal.createMany('contacts', 2, () => ({}))
  const [own, others] = ['Own', 'Others'].map((name) => portal.createList('contacts', { name }))
  portal.addToList(own!, primary!)
  portal.addToList(others!, secondary!)
  const joined = new Date(clock.now()).toISOString()
  await clock.advance(60_000)
  const winner = portal.merge('contacts', primary!, secondary!)
  expect([portal.listMembers(own!), portal.listMembers(others!)]).toEqual([[winner], []])
  const { body } = await get(`/crm/v3/lists/records/0-1/${winner}/memberships`)
  expect(body.results).toMatchObject([
    { listId: own, firstAddedTimestamp: joined, lastAddedTimestamp: joined },
  ])
})

test('associations move to the winner, without a date at their other ends', async () => {
  const { portal, post, clock } = setUp()
  const [first, second] = portal.createMany('contacts', 2, () => ({}))
  const [one, two] = portal.createMany('companies', 2, () => ({}))
  portal.associate('contacts', first!, 'companies', one!, { primary: true })
  portal.associate('contacts', second!, 'companies', two!, { primary: true })
  portal.associate('contacts', first!, 'contacts', second!)
  await clock.advance(1_000)
  const winner = portal.merge('contacts', first!, second!)
  const rows = [...portal.associations('contacts', 'companies')].map(({ fromId, toId, typeId }) => [
    fromId,
    toId,
    typeId,
  ])
  expect(rows).toEqual([
    [winner, one, 279],
    [winner, one, 1],
    [winner, two, 279],
  ])
  expect([...portal.associations('contacts', 'contacts')]).toEqual([])
  expect(portal.record('companies', one!)!.updatedAt).toBe('2026-03-30T12:00:00.000Z')
  const old = await post('/crm/v4/associations/contacts/companies/batch/read', {
    inputs: [{ id: first }],
  })
  expect(old.body.results).toEqual([])
  expect(old.body.errors[0].subCategory).toBe('crm.associations.NO_ASSOCIATIONS_FOUND')
})

test('search finds the winner as modified now, and the losers no more', async () => {
  const { portal, post, clock } = setUp()
  const [first, second] = portal.createMany('companies', 2, () => ({}))
  await clock.advance(1_000)
  const winner = portal.merge('companies', first!, second!)
  expect(idsOf(await post('/crm/v3/objects/companies/search'))).toEqual([winner])
})

test('a merged record is neither in the bin nor to be merged again', () => {
  const { portal } = setUp()
  const [first, second] = portal.createMany('contacts', 2, () => ({}))
  portal.merge('contacts', first!, second!)
  expect(portal.count('contacts', { archived: true })).toBe(0)
  expect(() => portal.merge('contacts', first!, second!)).toThrow('Expected an active contact')
  expect(() => portal.create('contacts', {}, { id: first! })).toThrow('Expected a new contact id')
})

test('with `mergedInBin` the losers lie in the bin for ninety days, and outside of it answer as the winner', async () => {
  const { portal, get, post, clock } = setUp({ mergedInBin: true })
  const path = '/crm/v3/objects/companies'
  const [first, second] = portal.createMany('companies', 2, () => ({})) as [string, string]
  await clock.advance(5_000)
  const winner = portal.merge('companies', first, second)
  const bin = await get(`${path}?archived=true`)
  expect(idsOf(bin)).toEqual([first, second])
  expect(bin.body.results[0]).toMatchObject({ archivedAt: '2026-03-30T12:00:05.000Z' })
  expect((await get(`${path}/${first}`)).body.id).toBe(winner)
  expect((await get(`${path}/${first}?archived=true`)).body.id).toBe(first)
  const inputs = { inputs: [{ id: second }] }
  expect(idsOf(await post(`${path}/batch/read`, inputs))).toEqual([winner])
  expect(idsOf(await post(`${path}/batch/read?archived=true`, inputs))).toEqual([second])
  expect([...portal.records('companies', { archived: true })]).toEqual([])
  expect(portal.count('companies', { archived: true })).toBe(0)
  expect(() => portal.restore('companies', first)).toThrow('that was not merged away')
  await clock.advance(90 * 86_400_000)
  expect(idsOf(await get(`${path}?archived=true`))).toEqual([])
  expect((await get(`${path}/${first}`)).body.id).toBe(winner)
})

test('when the winner is gone its old ids are gone with it', async () => {
  const { portal, get } = setUp()
  const [first, second] = portal.createMany('contacts', 2, () => ({}))
  portal.purge('contacts', portal.merge('contacts', first!, second!))
  expect((await get(`/crm/v3/objects/contacts/${first}`)).status).toBe(404)
  expect(portal.resolve('contacts', first!)).toBeUndefined()
})
