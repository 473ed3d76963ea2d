import { describe, expect, test } from 'vitest'
import { createOwnersWorld, idsIn } from './support/owners-world.js'
import { databases } from './support/stores.js'

describe.each(databases)('owners on $name', ({ open }) => {
  test('are a page in camelCase without raw', async () => {
    const { get, ada, ben } = await createOwnersWorld({ database: open() })
    const { status, body } = await get('/owners')
    expect(status).toBe(200)
    expect(body.paging).toEqual({})
    expect(idsIn({ body })).toEqual([ada, ben].sort())
    expect(body.results.find(({ id }: { id: string }) => id === ada)).toEqual({
      id: ada,
      status: 'ACTIVE',
      createdAt: expect.stringMatching(/Z$/),
      updatedAt: expect.stringMatching(/Z$/),
      email: 'ada@example.com',
      firstName: 'Ada',
      lastName: 'Okafor',
      type: 'PERSON',
      userId: expect.stringMatching(/^\d+$/),
    })
  })

  test('continue from page to page', async () => {
    const { get, ada, ben, cy } = await createOwnersWorld({ database: open() })
    const first = await get('/owners?status=ALL&limit=2')
    const { after } = first.body.paging.next
    const second = await get(`/owners?status=ALL&limit=2&after=${after}`)
    expect([...idsIn(first), ...idsIn(second)]).toEqual([ada, ben, cy].sort())
    expect(second.body.paging).toEqual({})
  })

  test('are filtered by state', async () => {
    const { get, cy } = await createOwnersWorld({ database: open() })
    expect(idsIn(await get('/owners?status=ARCHIVED'))).toEqual([cy])
  })

  test('are filtered by their values', async () => {
    const { get, ada, ben } = await createOwnersWorld({ database: open() })
    expect(idsIn(await get('/owners?email=ada@example.com'))).toEqual([ada])
    expect(idsIn(await get('/owners?firstName='))).toEqual([ben])
    expect(idsIn(await get('/owners?firstName=&email=ada@example.com'))).toEqual([])
  })

  test('have their teams, and which is the main one', async () => {
    const { get, ada, sales } = await createOwnersWorld({ database: open() })
    const { body } = await get(`/owners/${ada}`)
    expect(body).toMatchObject({ id: ada, email: 'ada@example.com' })
    expect(body.teams).toEqual([{ id: sales, name: 'Sales', isPrimary: true }])
    expect(body).not.toHaveProperty('raw')
  })

  test('have the raw object of HubSpot if that is requested', async () => {
    const { get, ada } = await createOwnersWorld({ database: open() })
    expect((await get(`/owners/${ada}?raw=true`)).body.raw).toMatchObject({ id: ada })
  })

  test('who have left are still found by their ids', async () => {
    const { get, cy } = await createOwnersWorld({ database: open() })
    expect((await get(`/owners/${cy}`)).body).toMatchObject({ firstName: 'Cy', status: 'ARCHIVED' })
  })
})

describe.each(databases)('teams on $name', ({ open }) => {
  test('are a page, filtered by name', async () => {
    const { get, sales } = await createOwnersWorld({ database: open() })
    const { body } = await get('/teams?name=Sales')
    expect(body).toEqual({ results: [{ id: sales, status: 'ACTIVE', name: 'Sales' }], paging: {} })
  })

  test('have their owners', async () => {
    const { get, sales, ada, ben } = await createOwnersWorld({ database: open() })
    const { body } = await get(`/teams/${sales}`)
    const owners = [
      { id: ada, name: 'Ada Okafor', isPrimary: true },
      { id: ben, name: 'ben@example.com', isPrimary: expect.toBeOneOf([false, null]) },
    ]
    expect(body).toMatchObject({ id: sales, name: 'Sales' })
    expect(body.owners).toHaveLength(2)
    expect(body.owners).toEqual(expect.arrayContaining(owners))
  })
})
