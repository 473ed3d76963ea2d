import { createHubspotSync, createMirrorReader, type ObjectDefinition } from '@hubsync/core'
import { createHttpHandler } from '@hubsync/http'
import { expect, test } from 'vitest'
import { caller, createWorld, pets } from './support/world.js'

type Any = readonly ObjectDefinition[]

/** A mirror of everything that the portal has, and a handler that is made before anything was asked. */
async function allOf({ run = true } = {}) {
  const world = await createWorld({ run: false })
  const { portal, clock, database } = world
  const limits = { burst: 1e9, search: 1e9, associations: 1e9 }
  const given = { accessToken: portal.token, clock, limits, objects: 'all' } as const
  const mirror = () => createHubspotSync<Any>({ ...given, store: database.store() })
  if (run) await mirror().run()
  const sync = mirror()
  const handler = createHttpHandler({ sync, auth: 'all' })
  return { ...world, sync, handler, call: caller(handler, 'all'), calls: portal.calls.length }
}

test("with objects: 'all', a handler has the routes of what the mirror has, from the first request on", async () => {
  const { call, ids, portal, calls } = await allOf()
  expect((await call('/pets')).body.results).toHaveLength(3)
  expect((await call(`/contacts/${ids.contacts[0]}`)).body.companies).toHaveLength(1)
  expect((await call('/tickets')).status).toBe(404)
  expect(portal.calls).toHaveLength(calls)
})

test("with objects: 'all', the OpenAPI document describes what the mirror has", async () => {
  const { call } = await allOf()
  const { paths } = (await call('/api/docs-json')).body
  expect(Object.keys(paths)).toEqual(
    expect.arrayContaining(['/pets', '/pets/{id}', '/etl/hubspot/pets', '/deals/{id}']),
  )
  expect(paths).not.toHaveProperty('/tickets')
})

test("with objects: 'all', the health names each object", async () => {
  const { call } = await allOf()
  expect(Object.keys((await call('/health')).body.objects)).toEqual(
    expect.arrayContaining(['contacts', 'companies', 'deals', 'pets']),
  )
})

test("with objects: 'all', a job can be started", async () => {
  const { call } = await allOf()
  expect((await call('/etl/hubspot/pets?wait=true', { method: 'POST' })).status).toBe(200)
})

test("with objects: 'all', a handler says before the first run that nothing is mirrored, and has all routes after it", async () => {
  const { call, sync, portal } = await allOf({ run: false })
  expect(await call('/contacts')).toMatchObject({ status: 503, body: { code: 'NOT_MIRRORED' } })
  expect((await call('/health')).body).toMatchObject({ mirrored: false, objects: {} })
  expect(portal.calls).toHaveLength(0)
  await sync.run()
  expect((await call('/contacts')).body.results).toHaveLength(30)
  expect((await call('/api/docs-json')).body.paths).toHaveProperty('/pets/{id}')
})

test("with objects: 'all', the first run can be started, and everything is there after it", async () => {
  const { call, portal } = await allOf({ run: false })
  const { status, body } = await call('/etl/hubspot?wait=true', { method: 'POST' })
  expect([status, body.status]).toEqual([200, 'complete'])
  expect(body.jobs).toEqual(expect.arrayContaining(['contacts', 'pets:archived']))
  expect(portal.calls.length).toBeGreaterThan(0)
  expect((await call('/pets')).body.results).toHaveLength(3)
})

test("with objects: 'all', the first run is started once", async () => {
  const { call } = await allOf({ run: false })
  const starts = [1, 2].map(() => call('/etl/hubspot?wait=true', { method: 'POST' }))
  expect((await Promise.all(starts)).map(({ status }) => status).sort()).toEqual([200, 409])
})

test("with objects: 'all', the rows of a type that HubSpot no longer has stay, and no job of it can be started", async () => {
  const { portal, sync, call } = await allOf()
  portal.archiveObject(pets.type)
  await sync.run({ jobs: ['contacts'] })
  expect((await call('/etl/hubspot/pets', { method: 'POST' })).status).toBe(404)
  expect((await call('/pets')).body.results).toHaveLength(3)
  expect((await call('/status')).body.objects.pets.phase).toBe('gone')
})

test("with objects: 'all', who has no token doesn't learn what is mirrored", async () => {
  const { handler } = await allOf({ run: false })
  expect((await caller(handler)('/contacts')).status).toBe(401)
})

test("with objects: 'all', a handler with only a store shows what the mirror has", async () => {
  const { database } = await allOf()
  const handler = createHttpHandler({ store: database.store(), objects: 'all', auth: 'all' })
  expect((await caller(handler, 'all')('/pets')).body.results).toHaveLength(3)
})

test('a record has the pairs of custom objects that the store knows, from the first request on', async () => {
  const { database, ids } = await createWorld()
  const store = database.store()
  const handler = createHttpHandler({ store, objects: [pets], auth: 'all' })
  const both = createHttpHandler({
    store,
    objects: [...createMirrorReader({ store }).objects, pets],
    auth: 'all',
  })
  const path = `/pets/${ids.pets[0]}`
  expect((await caller(handler, 'all')(path)).body).not.toHaveProperty('contacts')
  expect((await caller(both, 'all')(path)).body.contacts).toEqual(expect.any(Array))
})
