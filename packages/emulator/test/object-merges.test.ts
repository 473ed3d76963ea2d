import { expect, test } from 'vitest'
import { setUp } from './harness.js'
import * as shapes from './shapes.js'

const CONTACTS = '/crm/v3/objects/contacts'

test('a merge makes a third record, to which both old ids lead', async () => {
  const { portal, post, get } = setUp()
  const one = portal.create('contacts', { email: 'ada@example.com', city: 'London' })
  const other = portal.create('contacts', { email: 'countess@example.com', zip: 'W1' })
  const webhooks = portal.webhooks({ url: 'https://app.example.com/hooks', clientSecret: 'secret' })
  const { status, body } = await post(`${CONTACTS}/merge`, {
    primaryObjectId: one,
    objectIdToMerge: other,
  })
  expect(status).toBe(200)
  expect(shapes.mismatches(shapes.record, body)).toEqual([])
  expect([one, other]).not.toContain(body.id)
  expect(body.properties).toMatchObject({
    email: 'ada@example.com',
    hs_merged_object_ids: `${other};${one}`,
  })
  for (const id of [one, other]) expect((await get(`${CONTACTS}/${id}`)).body.id).toBe(body.id)
  expect(webhooks.pending.map(({ subscriptionType }) => subscriptionType)).toEqual([
    'contact.merge',
  ])
})

test('a merge needs two different records that are there', async () => {
  const { portal, post } = setUp()
  const id = portal.create('contacts', {})
  const merge = (primaryObjectId: unknown, objectIdToMerge: unknown) =>
    post(`${CONTACTS}/merge`, { primaryObjectId, objectIdToMerge })
  expect((await merge(id, id)).status).toBe(400)
  expect((await merge(id, '7')).status).toBe(404)
  const incomplete = await post(`${CONTACTS}/merge`, { primaryObjectId: id })
  expect(incomplete.body.message).toMatch(/required fields were not set: \[objectIdToMerge\]/)
})

test('a record can hold 250 others at most', async () => {
  const { portal, post } = setUp()
  const merged = Array.from({ length: 249 }, (_, index) => index + 1).join(';')
  const full = portal.create('contacts', { hs_merged_object_ids: merged })
  const objectIdToMerge = portal.create('contacts', {})
  const { status, body } = await post(`${CONTACTS}/merge`, {
    primaryObjectId: full,
    objectIdToMerge,
  })
  expect([status, body.message]).toEqual([414, 'Cannot have more than 250 identities on a profile'])
})

test('types can be merged where HubSpot has a path for it', async () => {
  const { portal, post } = setUp()
  portal.defineObject({ typeId: '2-7', name: 'pets' })
  const merge = (base: string, type: string) => {
    const [primaryObjectId, objectIdToMerge] = portal.createMany(type, 2, () => ({}))
    return post(`${base}/${type === 'pets' ? 'p_pets' : type}/merge`, {
      primaryObjectId,
      objectIdToMerge,
    })
  }
  const expected: [string, number, number][] = [
    ['contacts', 200, 200],
    ['companies', 200, 200],
    ['deals', 200, 200],
    ['tickets', 200, 200],
    ['pets', 200, 200],
    ['appointments', 404, 200],
    ['orders', 404, 200],
    ['line_items', 404, 404],
    ['notes', 404, 404],
  ]
  for (const [type, older, dated] of expected) {
    const statuses = [
      await merge('/crm/v3/objects', type),
      await merge('/crm/objects/2026-03', type),
    ]
    expect([type, ...statuses.map(({ status }) => status)]).toEqual([type, older, dated])
  }
})

test('a contact is deleted for privacy, by id or by e-mail address, and leaves nothing', async () => {
  const { portal, post, get } = setUp()
  const one = portal.create('contacts', { email: 'ada@example.com' })
  const other = portal.create('contacts', { email: 'bob@example.com' })
  const webhooks = portal.webhooks({ url: 'https://app.example.com/hooks', clientSecret: 'secret' })
  const bodies = [
    { objectId: one },
    { objectId: 'bob@example.com', idProperty: 'email' },
    { objectId: 'nobody@example.com', idProperty: 'email' },
  ]
  for (const body of bodies) {
    const { status, text } = await post(`${CONTACTS}/gdpr-delete`, body)
    expect([status, text]).toEqual([204, ''])
  }
  for (const id of [one, other])
    for (const archived of [true, false])
      expect((await get(`${CONTACTS}/${id}?archived=${archived}`)).status).toBe(404)
  expect(webhooks.pending.map(({ subscriptionType }) => subscriptionType)).toEqual([
    ...['contact.privacyDeletion', 'contact.deletion'],
    ...['contact.privacyDeletion', 'contact.deletion'],
  ])
  const others: [string, number][] = [
    ['/crm/v3/objects/companies', 404],
    ['/crm/v3/objects/appointments', 404],
    ['/crm/objects/2026-03/appointments', 204],
  ]
  for (const [path, status] of others)
    expect([path, (await post(`${path}/gdpr-delete`, { objectId: '1' })).status]).toEqual([
      path,
      status,
    ])
})
