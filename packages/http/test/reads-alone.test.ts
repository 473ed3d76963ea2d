import { createHttpHandler } from '@hubsync/http'
import { expect, test } from 'vitest'
import { caller, createWorld, pets } from './support/world.js'

test('a handler with only a store reads, and has no jobs to start', async () => {
  const { database, ids } = await createWorld()
  const store = database.store()
  const call = caller(createHttpHandler({ store, auth: 'all' }), 'all')
  expect((await call('/contacts')).body.results).toHaveLength(30)
  expect((await call(`/contacts/${ids.contacts[0]}`)).body.companies).toHaveLength(1)
  expect((await call('/etl/hubspot/runs')).body.results).toHaveLength(1)
  expect((await call('/status')).status).toBe(200)
  expect((await call('/etl/hubspot/contacts', { method: 'POST' })).status).toBe(404)
  expect((await call('/pets')).status).toBe(404)
  const { paths } = (await call('/api/docs-json')).body
  expect(Object.values(paths).flatMap((path) => Object.keys(path as object))).not.toContain('post')
})

test('a handler with only a store shows the objects that it is given', async () => {
  const { database } = await createWorld()
  const handler = createHttpHandler({ store: database.store(), objects: [pets], auth: 'all' })
  const call = caller(handler, 'all')
  expect((await call('/pets')).body.results).toHaveLength(3)
  expect((await call('/contacts')).status).toBe(404)
})

test('the status tells what the definitions of the handler no longer name', async () => {
  const { database } = await createWorld()
  const handler = createHttpHandler({ store: database.store(), objects: [pets], auth: 'all' })
  const { status, body } = await caller(handler, 'all')('/status')
  expect(status).toBe(200)
  expect(body.definitions).toMatchObject({ added: [], refused: [] })
  expect(body.definitions.stale).toContainEqual({
    table: 'contacts',
    column: null,
    rows: 30,
    since: expect.stringMatching(/Z$/),
    shared: false,
  })
})
