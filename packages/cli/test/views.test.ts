import { expect, test } from 'vitest'
import { createWorld, fill, hubsync, temporaryDatabase } from './support/world.js'

async function mirroredWorld(store?: string) {
  const world = await createWorld()
  if (store) world.env.HUBSYNC_STORE = store
  fill(world.portal, 20)
  await hubsync(world, 'sync')
  return world
}

test.each([
  ['SQLite', undefined],
  ['Postgres', temporaryDatabase],
])('views makes a view of each table with labels, on %s, and says which', async (_, database) => {
  const world = await mirroredWorld(await database?.())
  const { code, out } = await hubsync(world, 'views')
  expect(out).toMatch(/^made contacts_labelled, with .*lifecycle_stage_label, owner_name$/m)
  expect(out).toMatch(/^made deals_labelled, with stage_label, pipeline_label, owner_name$/m)
  expect(code).toBe(0)
  const again = await hubsync(world, 'views --json')
  expect(JSON.parse(again.out).views).toContainEqual({
    name: 'deals_labelled',
    labels: ['stage_label', 'pipeline_label', 'owner_name'],
  })
})

test('views needs no token', async () => {
  const world = await mirroredWorld()
  delete world.env.HUBSPOT_ACCESS_TOKEN
  expect(await hubsync(world, 'views')).toMatchObject({ code: 0 })
})

test('views before the first run ends with 1, and says that a run comes first', async () => {
  const { code, err } = await hubsync(await createWorld(), 'views')
  expect(err).toMatch(/NOT_MIRRORED: Expected a mirror, but no run has been made/)
  expect(code).toBe(1)
})
