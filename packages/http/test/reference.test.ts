import { companies, contacts, createHubspotSync, deals, type ObjectDefinition } from '@hubsync/core'
import { createHttpHandler } from '@hubsync/http'
import { describe, expect, test } from 'vitest'
import { createOwnersWorld } from './support/owners-world.js'
import { caller, createWorld, pets } from './support/world.js'

const addresses = ['/owners', '/teams', '/pipelines/deals', '/properties/pets'] as const

describe('what lies around the records', () => {
  test.each(addresses)('is at %s for a handler with only a store', async (address) => {
    const { database, handler } = await createOwnersWorld()
    const given = { store: database.store(), objects: [contacts, companies, deals, pets] }
    const alone = createHttpHandler({ ...given, auth: 'all' })
    const { status, body } = await caller(alone, 'all')(address)
    expect(status).toBe(200)
    expect(body).toEqual((await caller(handler)(address)).body)
    expect(body.results).not.toEqual([])
  })

  test.each(addresses)("is at %s with objects: 'all'", async (address) => {
    const { database, portal, clock } = await createOwnersWorld()
    const limits = { burst: 1e9, search: 1e9, associations: 1e9 }
    const given = { accessToken: portal.token, clock, limits, objects: 'all' } as const
    const all = () =>
      createHubspotSync<readonly ObjectDefinition[]>({ ...given, store: database.store() })
    await all().run()
    const calls = portal.calls.length
    const handler = createHttpHandler({ sync: all(), auth: 'all' })
    const { status, body } = await caller(handler, 'all')(address)
    expect(status).toBe(200)
    expect(body.results).not.toEqual([])
    expect(portal.calls).toHaveLength(calls)
  })

  test.each(addresses)('at %s has an ETag', async (address) => {
    const { get } = await createOwnersWorld()
    const etag = (await get(address)).headers.get('etag') as string
    expect((await get(address, { headers: { 'if-none-match': etag } })).status).toBe(304)
  })

  test.each(addresses)('at %s needs the right read', async (address) => {
    const { handler } = await createWorld()
    expect((await caller(handler, '')(address)).status).toBe(401)
  })

  test.each(['/owners/99', '/teams/99', '/pipelines/tickets', '/properties/tickets'])(
    'is not found at %s, which the mirror does not have',
    async (address) => {
      const { get } = await createOwnersWorld()
      const { status, body } = await get(address)
      expect([status, body.code]).toEqual([404, 'NOT_FOUND'])
    },
  )

  test('is an empty list where HubSpot has none', async () => {
    const { handler, sync } = await createWorld({ run: false })
    await sync.run()
    expect(await caller(handler)('/teams')).toMatchObject({
      status: 200,
      body: { results: [], paging: {} },
    })
  })

  test.each([
    ['/owners', 'owners and teams'],
    ['/owners/1', 'owners and teams'],
    ['/teams', 'owners and teams'],
    ['/pipelines/deals', 'pipelines'],
    ['/properties/deals', "definitions of this object's properties"],
  ])('is not found at %s where `reference` leaves it out', async (address, what) => {
    const { handler } = await createWorld({ reference: false })
    const { status, body } = await caller(handler)(address)
    expect([status, body.code]).toEqual([404, 'PART_LEFT_OUT'])
    expect(body.detail).toBe(
      `The mirror has no ${what}: the mirror's option \`reference\` leaves them out.`,
    )
  })

  test.each([
    ['/owners', 'owners and teams'],
    ['/teams/1', 'owners and teams'],
    ['/pipelines/deals', 'pipelines'],
    ['/properties/deals', "definitions of this object's properties"],
  ])('is not found at %s before a run has read it', async (address, what) => {
    const { handler, sync } = await createWorld({ run: false })
    await sync.run({ jobs: ['companies'] })
    const { status, body } = await caller(handler)(address)
    expect([status, body.code]).toEqual([404, 'PART_NOT_READ'])
    expect(body.detail).toBe(`No run has read the ${what} yet.`)
  })

  test('is not found where a mirror without it was made, for a handler that has only the store', async () => {
    const { database } = await createWorld({ reference: false })
    const handler = createHttpHandler({ store: database.store(), auth: 'all' })
    expect((await caller(handler, 'all')('/owners')).body.code).toBe('PART_NOT_READ')
  })

  test('is not found where the token lacks the scope, which is named', async () => {
    const { portal, sync, handler } = await createWorld({ run: false })
    portal.fault({ kind: 'missing-scope', path: '/crm/owners', times: Number.POSITIVE_INFINITY })
    await sync.run()
    const { status, body } = await caller(handler)('/owners')
    expect([status, body.code]).toEqual([404, 'PART_LEFT_OUT'])
    expect(body.detail).toContain("the mirror's access token lacks crm.objects.owners.read")
  })

  test('is an empty list for an object without pipelines where only those of another are refused', async () => {
    const { portal, sync, handler } = await createWorld({ run: false })
    const path = /\/pipelines\/.*deals/
    portal.fault({ kind: 'missing-scope', path, times: Number.POSITIVE_INFINITY })
    await sync.run()
    const get = caller(handler)
    expect((await get('/pipelines/deals')).body.code).toBe('PART_LEFT_OUT')
    expect(await get('/pipelines/pets')).toMatchObject({ status: 200, body: { results: [] } })
  })

  test('is not found where HubSpot names no scope that the token lacks', async () => {
    const { handler, portal, sync } = await createWorld({ run: false })
    const body = { category: 'MISSING_SCOPES', message: 'No.' }
    portal.fault({ path: '/crm/owners', status: 403, body, times: Number.POSITIVE_INFINITY })
    await sync.run()
    const { body: problem } = await caller(handler)('/owners')
    expect(problem.detail).toMatch(/access token may not read them\.$/)
  })

  test('is answered with 503 before the first run', async () => {
    const { handler } = await createWorld({ run: false })
    expect(await caller(handler)('/owners')).toMatchObject({
      status: 503,
      body: { code: 'NOT_MIRRORED' },
    })
  })

  test('can be left out by a handler that has only a store', async () => {
    const { database } = await createOwnersWorld()
    const handler = createHttpHandler({
      store: database.store(),
      reference: ['pipelines'],
      auth: 'all',
    })
    const get = caller(handler, 'all')
    expect((await get('/pipelines/deals')).status).toBe(200)
    expect((await get('/owners')).body.code).toBe('PART_LEFT_OUT')
  })
})
