import { expect, test } from 'vitest'
import { idsOf, MORNING, modifiedSince, setUp } from './harness.js'

const SEARCH = '/crm/v3/objects/contacts/search'
const MINUTE = 60_000

test('search finds a new record only when its lag is over', async () => {
  const { portal, post, clock } = setUp({ searchLag: { min: MINUTE, max: MINUTE } })
  const id = portal.create('contacts', {})
  await clock.advance(MINUTE - 1)
  expect((await post(SEARCH)).body).toEqual({ total: 0, results: [] })
  await clock.advance(1)
  expect(idsOf(await post(SEARCH))).toEqual([id])
})

test('changes arrive in another order than they happened', async () => {
  const { portal, post, clock } = setUp({ searchLag: { min: 0, max: MINUTE } })
  const ids: string[] = []
  for (let index = 0; index < 90; index++) {
    ids.push(portal.create('contacts', {}))
    await clock.advance(1_000)
  }
  const seen = idsOf(await post(SEARCH, modifiedSince(MORNING)))
  const missing = ids.filter((id) => !seen.includes(id))
  expect(missing.length).toBeGreaterThan(0)
  expect(ids.indexOf(missing[0]!)).toBeLessThan(ids.indexOf(seen.at(-1)!))
  await clock.advance(MINUTE)
  expect(idsOf(await post(SEARCH, modifiedSince(MORNING)))).toEqual(ids)
})

test('a record archived since the index saw it is counted but not returned', async () => {
  const { portal, post, clock } = setUp({ searchLag: { min: MINUTE, max: MINUTE } })
  const id = portal.create('contacts', {})
  await clock.advance(MINUTE)
  portal.archive('contacts', id)
  expect((await post(SEARCH)).body).toEqual({ total: 1, results: [] })
  await clock.advance(MINUTE)
  expect((await post(SEARCH)).body).toEqual({ total: 0, results: [] })
})

test('a record purged or merged away is counted likewise', async () => {
  const { portal, post, clock } = setUp({ searchLag: { min: MINUTE, max: MINUTE } })
  const [first, second, third] = portal.createMany('contacts', 3, () => ({}))
  await clock.advance(MINUTE)
  portal.privacyDelete('contacts', first!)
  const winner = portal.merge('contacts', second!, third!)
  expect((await post(SEARCH)).body).toEqual({ total: 3, results: [] })
  await clock.advance(MINUTE)
  expect(idsOf(await post(SEARCH))).toEqual([winner])
})

test('a record found by its old values comes with its current ones, past the end of the window', async () => {
  const { portal, post, clock } = setUp({ searchLag: { min: MINUTE, max: MINUTE } })
  const id = portal.create('contacts', { firstname: 'old' })
  await clock.advance(MINUTE)
  portal.update('contacts', id, { firstname: 'new' })
  const found = await post(SEARCH, {
    filterGroups: [
      {
        filters: [
          {
            propertyName: 'lastmodifieddate',
            operator: 'BETWEEN',
            value: String(MORNING),
            highValue: String(MORNING + 1),
          },
        ],
      },
    ],
  })
  expect(found.body.results[0].properties.firstname).toBe('new')
  expect(found.body.results[0].updatedAt).toBe('2026-03-30T12:01:00.000Z')
})

test('an older version that arrives late does not hide a newer one', async () => {
  const { portal, post, clock } = setUp({ searchLag: { min: 0, max: 10 * MINUTE } })
  const ids = portal.createMany('contacts', 30, () => ({ city: 'first' }))
  portal.updateMany('contacts', ids, { city: 'second' })
  await clock.advance(10 * MINUTE)
  const found = await post(SEARCH, {
    limit: 200,
    filterGroups: [{ filters: [{ propertyName: 'city', operator: 'EQ', value: 'first' }] }],
  })
  expect(found.body.total).toBe(0)
})

test('a record dated back has been in the index since', async () => {
  const { portal, post } = setUp({ searchLag: { min: MINUTE, max: MINUTE } })
  const id = portal.create('contacts', {}, { updatedAt: MORNING - MINUTE })
  expect(idsOf(await post(SEARCH))).toEqual([id])
})
