import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import {
  createWorld,
  fill,
  hubsync,
  temporaryDatabase,
  unlimited,
  use,
  type World,
} from './support/world.js'

function define(world: World, objects: string, file = 'hubsync.config.mjs'): void {
  writeFileSync(
    join(world.folder, file),
    `import { column, companies, contacts, deals } from '@hubsync/core'
export default { ${unlimited}, objects: [${objects}] }`,
  )
}

const all = "contacts.extend({ columns: { job: column.text('jobtitle') } }), companies, deals"

/** Runs with all definitions, as another process does. */
async function runWithAll(world: World): Promise<void> {
  define(world, all, 'all.config.mjs')
  expect((await hubsync(world, 'sync --config all.config.mjs')).code).toBe(0)
}

/** A mirror whose definitions no longer have deals and a column of contacts, on SQLite unless a store is given. */
async function changedWorld(store?: string): Promise<World> {
  const world = await createWorld()
  if (store) world.env.HUBSYNC_STORE = store
  fill(world.portal, 20)
  define(world, all)
  await hubsync(world, 'sync')
  define(world, "contacts.extend({ columns: { town: column.text('city') } }), companies")
  return world
}

const listed = [
  /^ {2}contacts\.job +20 rows$/m,
  /^ {2}contacts_deals +0 rows$/m,
  /^ {2}deals +5 rows, since \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC$/m,
]

const isLeft = async (world: World) =>
  JSON.parse((await hubsync(world, 'status --json')).out).definitions.stale.length > 0

test.each(['status', 'plan'])(
  '%s tells what the next run adds, and what is left of earlier definitions',
  async (command) => {
    const { code, out } = await hubsync(await changedWorld(), command)
    expect(code).toBe(0)
    expect(out).toContain('added by the next run:\n  contacts.town, read again: 1 call')
    expect(out).toContain('left of earlier definitions, and no longer written:')
    for (const line of listed) expect(out).toMatch(line)
    expect(out).toContain('`hubsync prune` drops it.')
  },
)

test.each(['status', 'plan'])('%s tells of a column whose kind has changed', async (command) => {
  const world = await changedWorld()
  define(world, "contacts.extend({ columns: { job: column.email('jobtitle') } }), companies, deals")
  const { code, out } = await hubsync(world, command)
  expect(code).toBe(0)
  expect(out).toMatch(
    /^refused: contacts\.job has values of the kind text, but the definition says email\.$/m,
  )
  expect(out).toMatch(/^ {2}what to do: Drop it with `hubsync prune`: the next run /m)
})

test.each([
  ['SQLite', undefined],
  ['Postgres', temporaryDatabase],
])('prune --yes drops it, on %s, and lists what went', async (_, database) => {
  const world = await changedWorld(await database?.())
  const { code, out } = await hubsync(world, 'prune --yes')
  for (const line of listed) expect(out).toMatch(line)
  expect(out).toMatch(/^Dropped\. /m)
  expect(code).toBe(0)
  expect(await isLeft(world)).toBe(false)
  expect(await hubsync(world, 'prune --yes')).toMatchObject({
    code: 0,
    out: 'Nothing is left of earlier definitions.\n',
  })
  expect((await hubsync(world, 'sync')).code).toBe(0)
  expect((await hubsync(world, 'verify')).code).toBe(0)
})

test.each([
  ['prune', /Expected a terminal to ask on, or --yes/],
  ['prune --json', /Expected --yes or --dry-run with --json/],
])('%s without a terminal drops nothing, and ends with 2', async (command, expected) => {
  const world = await changedWorld()
  const { code, err } = await hubsync(world, command)
  expect(err).toMatch(expected)
  expect(code).toBe(2)
  expect(await isLeft(world)).toBe(true)
})

test('prune --dry-run lists what it would drop', async () => {
  const world = await changedWorld()
  const { code, out } = await hubsync(world, 'prune --dry-run')
  for (const line of listed) expect(out).toMatch(line)
  expect(code).toBe(0)
  const json = JSON.parse((await hubsync(world, 'prune --dry-run --json')).out)
  expect(json).toMatchObject({ status: 'listed', parts: [{ column: 'job' }, {}, {}, {}] })
  expect(await isLeft(world)).toBe(true)
})

test.each([
  ['y', 0, false],
  ['n', 3, true],
  ['\x03', 3, true],
])('prune asks on a terminal: the answer %j ends it with %i', async (key, code, left) => {
  const world = await changedWorld()
  const { outcome, shows, stdin } = use(world, ['prune'], { terminal: true })
  await shows('Drop all of it?')
  stdin.write(key)
  expect((await outcome).code).toBe(code)
  expect(await isLeft(world)).toBe(left)
})

test('prune drops nothing if what it has listed has changed before the answer', async () => {
  const world = await changedWorld()
  const { outcome, shows, stdin } = use(world, ['prune'], { terminal: true })
  await shows('Drop all of it?')
  world.portal.create('deals', {})
  await runWithAll(world)
  stdin.write('y')
  const { code, out } = await outcome
  expect(out).toContain('deals had 5 rows when it was listed, and has 6 now. Nothing was dropped.')
  expect(code).toBe(3)
  expect(await isLeft(world)).toBe(true)
})

test('prune needs no token', async () => {
  const world = await changedWorld()
  const { HUBSPOT_ACCESS_TOKEN, ...env } = world.env
  expect((await hubsync({ ...world, env }, 'prune --yes')).code).toBe(0)
  expect(await isLeft(world)).toBe(false)
})

test('prune leaves what another process keeps up to date, unless --all is given', async () => {
  const world = await changedWorld()
  await hubsync(world, 'sync')
  await runWithAll(world)
  const { code, out } = await hubsync(world, 'prune --yes')
  expect(out).toMatch(/^kept up to date by another process, so it stays \(--all drops it too\):$/m)
  expect(out).toMatch(
    /^ {2}deals +5 rows, written by a run of \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC$/m,
  )
  expect(out).toContain('Nothing is left of earlier definitions.')
  expect(code).toBe(0)
  const status = await hubsync(world, 'status')
  expect(status.out).toContain('not in these definitions, and kept by another process:')
  expect(status.out).not.toContain('left of earlier definitions')
  expect((await hubsync(world, 'prune --yes --all')).out).toMatch(/^Dropped\. /m)
  expect(await isLeft(world)).toBe(false)
})
