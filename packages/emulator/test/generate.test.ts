import { expect, test } from 'vitest'
import { idsOf, MORNING, modifiedSince, setUp } from './harness.js'

const LIST = '/crm/v3/objects/contacts'
const SEARCH = `${LIST}/search`
const person = (index: number) => ({ firstname: `Person ${index}`, email: `${index}@example.com` })

test('generated records behave like created ones in list, search and batch read', async () => {
  const made = setUp()
  const generated = setUp()
  const moments = (index: number) => ({ createdAt: MORNING - 9, updatedAt: MORNING + (index % 7) })
  const ids = made.portal.createMany('contacts', 350, person, moments)
  const { count, id } = generated.portal.generate('contacts', 350, person, moments)
  expect(Array.from({ length: count }, (_, index) => id(index))).toEqual(ids)
  const inputs = ids.slice(40, 90).map((id) => ({ id }))
  const sorted = (propertyName: string, direction: string) => ({
    sorts: [{ propertyName, direction }],
    limit: 200,
  })
  for (const body of [
    modifiedSince(MORNING + 3, { limit: 200 }),
    sorted('hs_object_id', 'DESCENDING'),
    sorted('lastmodifieddate', 'ASCENDING'),
    sorted('firstname', 'ASCENDING'),
    { query: 'person 7', limit: 200 },
  ])
    expect((await generated.post(SEARCH, body)).body).toEqual((await made.post(SEARCH, body)).body)
  for (const path of [`${LIST}?limit=100`, `${LIST}?limit=100&after=${ids[212]}`])
    expect((await generated.get(path)).body).toEqual((await made.get(path)).body)
  expect((await generated.post(`${LIST}/batch/read`, { inputs })).body.results).toEqual(
    (await made.post(`${LIST}/batch/read`, { inputs })).body.results,
  )
  expect([...generated.portal.records('contacts')]).toEqual([...made.portal.records('contacts')])
})

test('a generated record can be changed, archived, restored, merged and purged as any other', async () => {
  const { portal, post, clock } = setUp()
  const ids = portal.generate('contacts', 10, person, { updatedAt: MORNING - 60_000 })
  const id = (index: number) => ids.id(index) as string
  await clock.advance(1_000)
  portal.update('contacts', id(2), { firstname: 'Ada' })
  portal.archive('contacts', id(3))
  portal.archive('contacts', id(4))
  portal.restore('contacts', id(4))
  portal.purge('contacts', id(5))
  const winner = portal.merge('contacts', id(6), id(7))
  expect(portal.record('contacts', id(2))?.properties).toMatchObject({
    firstname: 'Ada',
    email: '2@example.com',
  })
  expect(portal.count('contacts')).toBe(7)
  expect(portal.count('contacts', { archived: true })).toBe(1)
  expect(portal.record('contacts', id(3))?.properties.email).toBe('3@example.com')
  expect(portal.record('contacts', id(5))).toBeUndefined()
  expect(portal.resolve('contacts', id(7))).toBe(winner)
  const changed = await post(SEARCH, modifiedSince(MORNING - 1_000, { limit: 200 }))
  expect(idsOf(changed).sort()).toEqual([id(2), id(4), winner].sort())
  const all = await post(SEARCH, { limit: 200 })
  expect(all.body.total).toBe(7)
})

test('a million generated records are only generated when they are read', async () => {
  const { portal, get, post } = setUp()
  let made = 0
  const make = (index: number) => {
    made++
    return person(index)
  }
  const { id } = portal.generate('contacts', 1_000_000, make, { updatedAt: MORNING })
  expect(portal.count('contacts')).toBe(1_000_000)
  const page = await get(`${LIST}?limit=100&after=${id(654_321)}`)
  expect(idsOf(page)[0]).toBe(id(654_321))
  const body = { sorts: [{ propertyName: 'hs_object_id', direction: 'DESCENDING' }], limit: 1 }
  const last = await post(SEARCH, body)
  expect(last.body.total).toBe(1_000_000)
  expect(idsOf(last)).toEqual([id(999_999)])
  expect(made).toBeLessThan(1_000)
})

test('the properties of a generated record are made once for a reply, however many are asked for', async () => {
  const { portal, get } = setUp()
  let made = 0
  const make = (index: number) => {
    made++
    return person(index)
  }
  portal.generate('contacts', 100, make, { updatedAt: MORNING })
  await get(`${LIST}?limit=100&properties=firstname,lastname,email,phone`)
  expect(made).toBe(100)
})
