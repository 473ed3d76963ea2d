import { describe, expect, test } from 'vitest'
import { databases } from './support/stores.js'
import { caller, createWorld } from './support/world.js'

describe.each(databases)('a page of records on $name', ({ open }) => {
  test('has rows in camelCase without raw, the cursor of the next page, and how fresh it is', async () => {
    const { handler, sync } = await createWorld({ database: open() })
    const { status, headers, body } = await caller(handler)('/contacts?limit=2')
    expect(status).toBe(200)
    expect(body).toEqual({
      results: [
        expect.objectContaining({ status: 'ACTIVE', firstName: expect.any(String) }),
        expect.anything(),
      ],
      paging: { next: { after: body.results[1].id } },
      completeUpTo: (await sync.status()).objects.contacts?.completeUpTo,
    })
    expect(Object.keys(body.results[0])).toEqual([
      'id',
      'status',
      'url',
      'createdAt',
      'updatedAt',
      'archivedAt',
      'email',
      'firstName',
      'lastName',
      'phone',
      'lifecycleStage',
      'ownerId',
      'ownerName',
    ])
    expect(headers.get('cache-control')).toBe('private, no-cache')
  })

  test('continues while rows change, with no row twice and none missing', async () => {
    const { handler, portal, sync, clock, ids } = await createWorld({ database: open() })
    const get = caller(handler)
    const seen: string[] = []
    for (let after = ''; ; ) {
      const { body } = await get(`/contacts?limit=7${after}`)
      seen.push(...body.results.map(({ id }: { id: string }) => id))
      if (!body.paging.next) break
      after = `&after=${body.paging.next.after}`
      await clock.advance(60_000)
      portal.updateMany('contacts', ids.contacts.slice(0, 20), { firstname: `after ${after}` })
      portal.create('contacts', { email: 'late@example.com' })
      await sync.run({ jobs: ['contacts'] })
    }
    expect(new Set(seen).size).toBe(seen.length)
    expect(seen).toEqual(expect.arrayContaining(ids.contacts))
  })

  test('is filtered by state and by when records were modified', async () => {
    const { handler, portal, sync, clock, ids } = await createWorld({ database: open() })
    await clock.advance(60_000)
    portal.archive('contacts', ids.contacts[3] as string)
    portal.update('contacts', ids.contacts[4] as string, { firstname: 'New' })
    await sync.run()
    const idsOf = async (query: string) => {
      const { body } = await caller(handler)(`/contacts?${query}`)
      return body.results.map(({ id }: { id: string }) => id)
    }
    expect(await idsOf('status=ARCHIVED')).toEqual([ids.contacts[3]])
    expect(await idsOf('status=ALL')).toHaveLength(30)
    expect(await idsOf('')).toHaveLength(29)
    expect(await idsOf('updatedSince=2026-06-01T08:00:30Z')).toEqual([ids.contacts[4]])
    expect(await idsOf('updatedSince=2026-06-01T10:00:30%2B02:00')).toEqual([ids.contacts[4]])
  })
})

describe.each(databases)('a record on $name', ({ open }) => {
  test('has its associated records under the names of their objects, from both ends', async () => {
    const { handler, ids } = await createWorld({ database: open() })
    const get = caller(handler)
    const contact = (await get(`/contacts/${ids.contacts[0]}`)).body
    expect(contact).toMatchObject({
      id: ids.contacts[0],
      email: 'person.0@example.com',
      companies: [{ id: ids.companies[0], name: 'Company 0', labels: ['Primary'] }],
      deals: [{ id: ids.deals[0], name: 'Deal 0', labels: [] }],
      pets: [{ id: ids.pets[0], name: 'Pet 0', labels: [] }],
    })
    expect(contact).not.toHaveProperty('raw')
    const company = (await get(`/companies/${ids.companies[0]}`)).body
    expect(company.contacts).toContainEqual({
      id: ids.contacts[4],
      name: 'First 4 Last 4',
      labels: ['Primary'],
    })
    expect(company.deals).toContainEqual({ id: ids.deals[0], name: 'Deal 0', labels: [] })
    const deal = (await get(`/deals/${ids.deals[0]}`)).body
    expect(deal.contacts).toEqual([{ id: ids.contacts[0], name: 'First 0', labels: [] }])
    expect(deal.amount).toBe('0.50')
    expect((await get(`/pets/${ids.pets[0]}`)).body.contacts).toHaveLength(1)
  })

  test('has the raw object of HubSpot if that is requested', async () => {
    const { handler, ids } = await createWorld({ database: open() })
    const { body } = await caller(handler)(`/contacts/${ids.contacts[1]}?raw=true`)
    expect(body.raw).toMatchObject({ id: ids.contacts[1], properties: { firstname: 'First 1' } })
  })

  test('that was merged is a problem with the id of the winner', async () => {
    const { handler, portal, sync, clock, ids } = await createWorld({ database: open() })
    await clock.advance(60_000)
    const winner = portal.merge('contacts', ids.contacts[5] as string, ids.contacts[6] as string)
    await sync.run()
    const { status, headers, body } = await caller(handler)(`/contacts/${ids.contacts[6]}`)
    expect([status, headers.get('content-type')]).toEqual([404, 'application/problem+json'])
    expect(body).toMatchObject({ code: 'MERGED', mergedInto: winner })
  })

  test('that does not exist is not found', async () => {
    const { handler } = await createWorld({ database: open() })
    const { status, body } = await caller(handler)('/contacts/99999999')
    expect([status, body.code]).toEqual([404, 'NOT_FOUND'])
    expect(body).not.toHaveProperty('mergedInto')
  })
})

test('associated records have further pages of their own', async () => {
  const { handler, ids } = await createWorld()
  const get = caller(handler)
  const first = (await get(`/companies/${ids.companies[0]}/contacts?limit=5`)).body
  expect(first.results).toHaveLength(5)
  const { after } = first.paging.next
  const second = (await get(`/companies/${ids.companies[0]}/contacts?limit=5&after=${after}`)).body
  expect(second.results).toHaveLength(3)
  expect(second.paging).toEqual({})
  const all = [...first.results, ...second.results].map(({ id }) => id)
  const { body } = await get(`/companies/${ids.companies[0]}`)
  expect(all).toEqual(body.contacts.map(({ id }: { id: string }) => id))
  expect((await get('/companies/999/contacts')).status).toBe(404)
})
