import { expect, test } from 'vitest'
import { idsOf, setUp } from './harness.js'

const LIST = '/crm/v3/objects/contacts'
const DEALS = '/crm/v3/objects/deals'
const DAY = 86_400_000

test('an archived record is only in the bin, with its time of archiving and its other dates unchanged', async () => {
  const { portal, get, clock } = setUp()
  const [kept, binned] = portal.createMany('deals', 2, () => ({}))
  await clock.advance(5_000)
  portal.archive('deals', binned!)
  expect(idsOf(await get(DEALS))).toEqual([kept])
  const bin = await get(`${DEALS}?archived=true`)
  expect(idsOf(bin)).toEqual([binned])
  expect(bin.body.results[0]).toMatchObject({
    archived: true,
    archivedAt: '2026-03-30T12:00:05.000Z',
    updatedAt: '2026-03-30T12:00:00.000Z',
  })
  expect((await get(`${DEALS}/${binned}`)).status).toBe(404)
  expect((await get(`${DEALS}/${binned}?archived=true`)).status).toBe(200)
})

test('a contact in the bin shows the moment of its last modification, and is there for ninety days from its archiving', async () => {
  const { portal, get, clock } = setUp()
  const id = portal.create('contacts', {})
  await clock.advance(30 * DAY)
  portal.archive('contacts', id)
  await clock.advance(90 * DAY - 1)
  expect((await get(`${LIST}?archived=true`)).body.results[0]).toMatchObject({
    archivedAt: '2026-03-30T12:00:00.000Z',
    updatedAt: '2026-03-30T12:00:00.000Z',
  })
  await clock.advance(1)
  expect(idsOf(await get(`${LIST}?archived=true`))).toEqual([])
})

test('the bin is listed by ascending ids, page by page', async () => {
  const { portal, get } = setUp()
  const ids = portal.createMany('contacts', 5, () => ({}))
  for (const id of [...ids].reverse()) portal.archive('contacts', id)
  const first = await get(`${LIST}?archived=true&limit=3`)
  expect(idsOf(first)).toEqual(ids.slice(0, 3))
  const rest = await get(`${LIST}?archived=true&limit=3&after=${first.body.paging.next.after}`)
  expect(idsOf(rest)).toEqual(ids.slice(3))
})

test('restoring keeps the id and is a modification that search sees', async () => {
  const { portal, get, post, clock } = setUp()
  const id = portal.create('contacts', {})
  portal.archive('contacts', id)
  await clock.advance(1_000)
  portal.restore('contacts', id)
  expect((await get(LIST)).body.results[0]).toMatchObject({
    id,
    archived: false,
    updatedAt: '2026-03-30T12:00:01.000Z',
  })
  expect((await get(LIST)).body.results[0]).not.toHaveProperty('archivedAt')
  expect(idsOf(await post(`${LIST}/search`))).toEqual([id])
})

test('after ninety days a record leaves the bin without a trace', async () => {
  const { portal, get, clock } = setUp()
  const [first, second] = portal.createMany('contacts', 2, () => ({}))
  portal.archive('contacts', first!)
  await clock.advance(DAY)
  portal.archive('contacts', second!)
  await clock.advance(89 * DAY - 1)
  expect(idsOf(await get(`${LIST}?archived=true`))).toEqual([first, second])
  await clock.advance(1)
  expect(idsOf(await get(`${LIST}?archived=true`))).toEqual([second])
  expect(portal.record('contacts', first!)).toBeUndefined()
  await clock.advance(DAY)
  expect(portal.count('contacts', { archived: true })).toBe(0)
})

test('emptying the bin purges what is in it and nothing else', () => {
  const { portal } = setUp()
  const [kept, binned] = portal.createMany('contacts', 2, () => ({}))
  portal.archive('contacts', binned!)
  portal.emptyBin()
  expect(portal.count('contacts', { archived: true })).toBe(0)
  expect(portal.record('contacts', kept!)).toBeDefined()
})

test('a privacy delete bypasses the bin and removes the associations too', async () => {
  const { portal, get, post } = setUp()
  const id = portal.create('contacts', {})
  const company = portal.create('companies', {})
  portal.associate('contacts', id, 'companies', company)
  portal.privacyDelete('contacts', id)
  expect(idsOf(await get(LIST))).toEqual([])
  expect(idsOf(await get(`${LIST}?archived=true`))).toEqual([])
  for (const suffix of ['', '?archived=true']) {
    const batch = await post(`${LIST}/batch/read${suffix}`, { inputs: [{ id }] })
    expect(batch.body.errors[0].context.ids).toEqual([id])
  }
  expect([...portal.associations('companies', 'contacts')]).toEqual([])
})

test('deleted e-mails can not be restored', () => {
  const { portal } = setUp()
  const id = portal.create('emails', {})
  portal.archive('emails', id)
  expect(portal.count('emails', { archived: true })).toBe(0)
})

test('calculated values change without a modification', async () => {
  const { portal, clock } = setUp()
  const id = portal.create('contacts', {})
  const before = portal.record('contacts', id)!.updatedAt
  await clock.advance(1_000)
  portal.setCalculated('contacts', id, { num_associated_deals: 3 })
  const { updatedAt, properties } = portal.record('contacts', id)!
  expect(updatedAt).toBe(before)
  expect(properties.num_associated_deals).toBe('3')
})

test('a missing record cannot be changed', () => {
  const { portal } = setUp()
  expect(() => portal.update('contacts', 7, {})).toThrow('Expected an active contact, got 7')
  expect(() => portal.restore('contacts', 7)).toThrow('Expected an archived contact, got 7')
  expect(() => portal.purge('contacts', 7)).toThrow('Expected a contact, got 7')
  expect(() => portal.archive('contacts', 'x')).toThrow('Expected a record id in digits, got x')
  expect(() => portal.create('wombats', {})).toThrow(
    'Expected an object type of the portal, got wombats',
  )
  expect(() => portal.create('contacts', { lastmodifieddate: '1' })).toThrow('as an option')
})
