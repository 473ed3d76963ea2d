import { expect, test, vi } from 'vitest'
import { createWorld, fill, hubsync, temporaryDatabase, use } from './support/world.js'

test('sync mirrors the portal into hubspot.db, and prints a report', async () => {
  const world = await createWorld()
  fill(world.portal)
  const { code, out, err } = await hubsync(world, 'sync')
  expect(code).toBe(0)
  expect(out).toMatch(/^portal 147000001: complete, \d+ calls in /)
  expect(out).toMatch(/^contacts +complete +\d+ +120 /m)
  expect(err).toContain('✓ contacts: ')
  expect(await hubsync(world, 'status')).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^contacts +changes +120 /m),
  })
})

test('sync works the same on Postgres', async () => {
  const world = await createWorld()
  fill(world.portal)
  world.env.HUBSYNC_STORE = await temporaryDatabase()
  expect((await hubsync(world, 'sync')).code).toBe(0)
  expect((await hubsync(world, 'status')).out).toMatch(/^contacts +changes +120 /m)
  expect((await hubsync(world, 'verify')).code).toBe(0)
})

test('sync runs just the jobs that are named', async () => {
  const world = await createWorld()
  fill(world.portal)
  const { out } = await hubsync(world, 'sync companies companies:archived --json')
  expect(Object.keys(JSON.parse(out).jobs)).toEqual(['companies', 'companies:archived'])
})

test('a run that ends by its budget of calls is partial, and the next one goes on', async () => {
  const world = await createWorld()
  fill(world.portal, 450)
  const { code, out } = await hubsync(world, 'sync --max-calls 5')
  expect(code).toBe(3)
  expect(out).toContain("The run's 5 calls are spent.")
  expect(out).toMatch(/^deals:archived +not started/m)
  expect((await hubsync(world, 'sync')).code).toBe(0)
})

test('a run that ends by its budget of time is partial', async () => {
  const world = await createWorld({ latency: 700 })
  fill(world.portal)
  expect(await hubsync(world, 'sync --budget 1s')).toMatchObject({
    code: 3,
    out: expect.stringContaining("The run's 1000 ms are over."),
  })
})

test('a job that fails makes the exit code 1, and the others go on', async () => {
  const world = await createWorld({ scopes: ['crm.objects.companies.read'] })
  fill(world.portal)
  const { code, out } = await hubsync(world, 'sync companies contacts')
  expect(code).toBe(1)
  expect(out).toMatch(/^companies +complete /m)
  expect(out).toMatch(/^contacts +failed /m)
  expect(out).toMatch(/^contacts: .*crm\.objects\.contacts\.read.*\(correlation id /m)
})

test('a store of another portal is told, and how to name another store', async () => {
  const world = await createWorld()
  await hubsync(world, 'sync')
  const other = await createWorld({ portalId: 5_550_001 })
  const { code, err } = await hubsync({ ...other, folder: world.folder }, 'sync')
  expect(code).toBe(1)
  expect(err).toMatch(/^PORTAL_MISMATCH: /m)
  expect(err).toContain('Use another store, or give each portal its `portalId`')
  expect(err).toContain('Name another store with `--store` or HUBSYNC_STORE.')
})

test('with --json the output is one document, and nothing else', async () => {
  const world = await createWorld()
  fill(world.portal)
  const { out, err } = await hubsync(world, 'sync --json')
  expect(JSON.parse(out)).toMatchObject({ status: 'complete', jobs: { deals: { created: 5 } } })
  expect(out.trim().split('\n')).toHaveLength(1)
  expect(err).toBe('')
})

test('with --json an error is a document too', async () => {
  const world = await createWorld()
  world.env.HUBSPOT_ACCESS_TOKEN = 'wrong'
  const { code, out } = await hubsync(world, 'sync --json')
  expect(code).toBe(1)
  expect(JSON.parse(out)).toMatchObject({
    error: { code: 'UNAUTHORIZED', message: expect.any(String), category: expect.any(String) },
  })
})

test('--watch runs again and again, over failures that pass, until it is told to stop', async () => {
  const world = await createWorld()
  fill(world.portal)
  world.portal.fault({ kind: 'migrating' })
  const going = use(world, ['sync', '--watch', '1s'])
  await going.shows('nothing new')
  going.signals.emit('SIGINT')
  const { code, out, err } = await going.outcome
  expect(code).toBe(0)
  expect(err).toMatch(/^PORTAL_MIGRATING: /m)
  expect(out).toMatch(/^\d{4}-\d\d-\d\d .*portal 147000001: complete, \d+ calls in /)
  expect(out).toMatch(/^contacts +complete +\d+ +120 /m)
  expect(out).toMatch(/^\d{4}-\d\d-\d\d .*complete, nothing new, \d+ calls in [\d.]+ s$/m)
})

test('--watch shows no progress of a run that finds nothing new', async () => {
  const world = await createWorld()
  fill(world.portal)
  await hubsync(world, 'sync')
  const going = use(world, ['sync', '--watch', '1s'])
  await going.shows('nothing new')
  going.signals.emit('SIGINT')
  expect((await going.outcome).err).not.toContain('contacts')
})

test('--watch prints a line of JSON for each run', async () => {
  const world = await createWorld()
  fill(world.portal)
  const going = use(world, ['sync', 'deals', '--json', '--watch', '1s'])
  await vi.waitFor(() => expect(going.written.out.split('\n').length).toBeGreaterThan(2), 9_000)
  going.signals.emit('SIGINT')
  const lines = (await going.outcome).out.trim().split('\n')
  for (const line of lines) expect(Object.keys(JSON.parse(line).jobs)).toEqual(['deals'])
})

test('--watch ends at a failure that no waiting mends', async () => {
  const world = await createWorld()
  world.env.HUBSPOT_ACCESS_TOKEN = 'wrong'
  expect(await hubsync(world, 'sync --watch 5m')).toMatchObject({
    code: 1,
    err: expect.stringMatching(/^UNAUTHORIZED: /),
  })
})

test('the first Ctrl-C lets the page come to its end, reports, and gives exit code 3', async () => {
  const world = await createWorld()
  // Many, so that the signal arrives long before the end.
  fill(world.portal, 4_500)
  const going = use(world, ['sync'])
  await going.shows('contacts backfill')
  going.signals.emit('SIGINT')
  const { code, out, err } = await going.outcome
  expect(code).toBe(3)
  expect(err).toContain('Ctrl-C again ends at once.')
  expect(out).toContain('Stopped on request. Run again to go on from here.')
  const rows = JSON.parse((await hubsync(world, 'status --json')).out).objects.contacts.active
  expect(rows).toBeGreaterThan(0)
  expect((await hubsync(world, 'sync')).code).toBe(0)
})

test('a page that takes too long after Ctrl-C is given up', async () => {
  const world = await createWorld()
  fill(world.portal)
  await hubsync(world, 'sync')
  world.portal.clearCalls()
  world.portal.fault({ kind: 'hang', operation: 'search' })
  const going = use(world, ['sync', 'contacts'], {
    clock: { now: Date.now, sleep: async () => {} },
  })
  await vi.waitFor(() => expect(world.portal.calls.length).toBeGreaterThan(1))
  going.signals.emit('SIGTERM')
  expect((await going.outcome).code).toBe(3)
})

test('the second Ctrl-C ends the process at once', async () => {
  const world = await createWorld()
  fill(world.portal)
  world.portal.fault({ kind: 'hang' })
  const going = use(world, ['sync'])
  await vi.waitFor(() => expect(world.portal.calls).toHaveLength(1))
  going.signals.emit('SIGINT')
  expect(going.ended()).toBeUndefined()
  going.signals.emit('SIGINT')
  expect(going.ended()).toBe(130)
})
