import { describe, expect, test } from 'vitest'
import { setUp } from './harness.js'

const CONTACTS = '/crm/v3/objects/contacts'

test('a contact is found by a further e-mail address, in the bin too', async () => {
  const { portal, get, post } = setUp()
  const ada = portal.create('contacts', {
    email: 'ada@example.com',
    hs_additional_emails: 'countess@example.com;a@example.com',
  })
  const found = async (query = '') => {
    const body = { idProperty: 'email', inputs: [{ id: 'Countess@example.com' }] }
    const batch = await post(`${CONTACTS}/batch/read${query.replace('&', '?')}`, body)
    const one = await get(`${CONTACTS}/a%40example.com?idProperty=email${query}`)
    return [one.body.id, batch.body.results[0]?.id]
  }
  expect(await found()).toEqual([ada, ada])
  portal.archive('contacts', ada)
  expect(await found()).toEqual([undefined, undefined])
  expect(await found('&archived=true')).toEqual([ada, ada])
})

test('records that are made in bulk keep their unique values as others do', async () => {
  const { portal, post } = setUp()
  portal.create('contacts', { email: 'ada@example.com' })
  const create = (email: string) => post(CONTACTS, { properties: { email } })
  expect((await create('ada@example.com')).status).toBe(409)
  portal.generate('contacts', 2, (index) => ({ email: `p${index}@example.com` }))
  expect((await create('p1@example.com')).status).toBe(409)
})

describe('merged records', () => {
  test('keep the e-mail addresses of both contacts, which nobody else can have then', async () => {
    const { portal, post, get } = setUp()
    const ada = portal.create('contacts', { email: 'ada@example.com' })
    const countess = portal.create('contacts', {
      email: 'countess@example.com',
      hs_additional_emails: 'c@example.com',
    })
    const merged = await post(`${CONTACTS}/merge`, {
      primaryObjectId: ada,
      objectIdToMerge: countess,
    })
    const { id } = merged.body
    expect(portal.record('contacts', id)!.properties).toMatchObject({
      email: 'ada@example.com',
      hs_additional_emails: 'countess@example.com;c@example.com',
    })
    const again = await post(CONTACTS, { properties: { email: 'countess@example.com' } })
    expect([again.status, again.body.message]).toEqual([
      409,
      `Contact already exists. Existing ID: ${id}`,
    ])
    const read = await get(`${CONTACTS}/countess%40example.com?idProperty=email`)
    expect(read.body.id).toBe(id)
  })

  test('keep the domains of both companies', () => {
    const { portal } = setUp()
    const one = portal.create('companies', { domain: 'one.example.com' })
    const other = portal.create('companies', {
      domain: 'other.example.com',
      hs_additional_domains: 'one.example.com;third.example.com',
    })
    const winner = portal.merge('companies', one, other)
    expect(portal.record('companies', winner)!.properties).toMatchObject({
      domain: 'one.example.com',
      hs_additional_domains: 'other.example.com;third.example.com',
    })
  })

  test('have no further address where the primary had none', () => {
    const { portal } = setUp()
    const one = portal.create('contacts', {})
    const other = portal.create('contacts', { email: 'other@example.com' })
    const { properties } = portal.record('contacts', portal.merge('contacts', one, other))!
    expect(properties.email).toBe('other@example.com')
    expect(properties.hs_additional_emails ?? null).toBeNull()
  })

  test.each(['contacts', 'companies'])('have the further lifecycle stage of two %s', (type) => {
    const { portal } = setUp()
    const lead = portal.create(type, { lifecyclestage: 'lead' })
    const customer = portal.create(type, { lifecyclestage: 'customer' })
    const winner = portal.merge(type, lead, customer)
    expect(portal.record(type, winner)!.properties.lifecyclestage).toBe('customer')
    const fan = portal.create(type, { lifecyclestage: 'subscriber' })
    const last = portal.merge(type, winner, fan)
    expect(portal.record(type, last)!.properties.lifecyclestage).toBe('customer')
  })
})

describe.each(['contacts', 'companies'])('a lifecycle stage of %s', (type) => {
  const path = `/crm/v3/objects/${type}`

  test('only goes forward, unless it is cleared first', async () => {
    const { portal, patch } = setUp()
    const id = portal.create(type, { lifecyclestage: 'lead' })
    const move = async (lifecyclestage: string) => {
      const { status, body } = await patch(`${path}/${id}`, { properties: { lifecyclestage } })
      return [status, body.properties.lifecyclestage]
    }
    expect(await move('customer')).toEqual([200, 'customer'])
    expect(await move('lead')).toEqual([200, 'customer'])
    expect(await move('')).toEqual([200, ''])
    expect(await move('lead')).toEqual([200, 'lead'])
  })

  test('is left as it is, while the other values of the call are written', async () => {
    const { portal, post } = setUp()
    const id = portal.create(type, { lifecyclestage: 'customer' })
    const properties = { lifecyclestage: 'lead', city: 'London' }
    const reply = await post(`${path}/batch/update`, { inputs: [{ id, properties }] })
    const expected = { lifecyclestage: 'customer', city: 'London' }
    expect(reply.body.results[0].properties).toMatchObject(expected)
    expect(portal.record(type, id)!.properties).toMatchObject(expected)
  })

  test('that would go back is no change', async () => {
    const { portal, clock, patch } = setUp()
    const id = portal.create(type, { lifecyclestage: 'customer' })
    const before = portal.record(type, id)
    await clock.advance(60_000)
    await patch(`${path}/${id}`, { properties: { lifecyclestage: 'lead' } })
    expect(portal.record(type, id)).toEqual(before)
  })
})

test('values are checked before a property is used to find the record', async () => {
  const { patch } = setUp()
  const { status, body } = await patch('/crm/v3/objects/companies/g1?idProperty=group_id', {
    properties: { name: 'G', group_id: 'g1' },
  })
  expect([status, body.errors]).toEqual([
    400,
    [
      {
        message: 'Property "group_id" does not exist',
        code: 'PROPERTY_DOESNT_EXIST',
        context: { propertyName: ['group_id'] },
      },
    ],
  ])
})

test.each(['objectId', 'email'])(
  'a contact in the bin is deleted for privacy by %s',
  async (by) => {
    const { portal, post } = setUp()
    const ada = portal.create('contacts', { email: 'ada@example.com' })
    portal.archive('contacts', ada)
    const body =
      by === 'email' ? { objectId: 'ada@example.com', idProperty: by } : { objectId: ada }
    expect((await post(`${CONTACTS}/gdpr-delete`, body)).status).toBe(204)
    expect(portal.count('contacts', { archived: true })).toBe(0)
  },
)

describe('a company that is written to a contact', () => {
  const linksOf = ({ portal }: ReturnType<typeof setUp>) =>
    [...portal.associations('contacts', 'companies')].map(({ toId, typeId }) => [toId, typeId])

  test('becomes its primary one, and is told of as a change of the contact', async () => {
    const world = setUp()
    const { portal, clock, post, patch } = world
    const [one, two] = portal.createMany('companies', 2, () => ({})) as [string, string]
    const { id } = (await post(CONTACTS, { properties: { associatedcompanyid: one } })).body
    expect(linksOf(world)).toEqual([
      [one, 279],
      [one, 1],
    ])
    await clock.advance(60_000)
    const changed = await patch(`${CONTACTS}/${id}`, { properties: { associatedcompanyid: two } })
    expect(changed.body.properties.associatedcompanyid).toBe(two)
    expect(changed.body.updatedAt).toBe('2026-03-30T12:01:00.000Z')
    expect(linksOf(world)).toEqual([
      [one, 279],
      [two, 279],
      [two, 1],
    ])
  })

  test('is no longer its primary one when the value is cleared', async () => {
    const world = setUp()
    const { portal, patch } = world
    const [ada, one] = [portal.create('contacts', {}), portal.create('companies', {})]
    portal.associate('contacts', ada, 'companies', one, { primary: true })
    await patch(`${CONTACTS}/${ada}`, { properties: { associatedcompanyid: '' } })
    expect(linksOf(world)).toEqual([[one, 279]])
  })

  test('has to be there', async () => {
    const world = setUp()
    const ada = world.portal.create('contacts', {})
    const before = world.portal.record('contacts', ada)
    const properties = { associatedcompanyid: '7', city: 'London' }
    expect((await world.patch(`${CONTACTS}/${ada}`, { properties })).status).toBe(400)
    expect(world.portal.record('contacts', ada)).toEqual(before)
  })
})

test.each(['objectId', 'email'])(
  'a privacy delete by an old %s deletes all of a merged contact',
  async (by) => {
    const { portal, get, post } = setUp({ mergedInBin: true })
    const ada = portal.create('contacts', { email: 'ada@example.com' })
    const countess = portal.create('contacts', { email: 'countess@example.com' })
    portal.merge('contacts', ada, countess)
    const binned = async () => (await get(`${CONTACTS}?archived=true`)).body.results.length
    expect(await binned()).toBe(2)
    const named = { objectId: 'countess@example.com', idProperty: by }
    await post(`${CONTACTS}/gdpr-delete`, by === 'email' ? named : { objectId: countess })
    expect([portal.count('contacts'), await binned()]).toEqual([0, 0])
  },
)
