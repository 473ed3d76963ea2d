import { once } from 'node:events'
import { existsSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { createClock, createPortal } from '@hubsync/emulator'
import { expect, onTestFinished, test } from 'vitest'
import { fillPortal } from '../src/fill-portal.js'
import {
  createWorld,
  fill,
  hubsync,
  temporaryDatabase,
  temporaryFolder,
  unlimited,
  use,
  writeConfig,
} from './support/world.js'

test('status, before the first run, says that nothing is mirrored, and makes no file', async () => {
  const world = await createWorld()
  const { code, err } = await hubsync(world, 'status')
  expect(code).toBe(1)
  expect(err).toMatch(/^NOT_MIRRORED: /)
  expect(existsSync(join(world.folder, 'hubspot.db'))).toBe(false)
})

test('before the first run the file of the store is named, and what to run', async () => {
  const folder = temporaryFolder()
  const { err } = await hubsync({ folder, env: { HUBSYNC_STORE: 'sqlite:other.db' } }, 'status')
  const file = join(folder, 'other.db')
  expect(err).toContain(`The store is sqlite:${file}; \`hubsync sync\` makes the first run.`)
})

test('before the first run the server of the store is named, without a password', async () => {
  const url = new URL(await temporaryDatabase())
  const env = { HUBSYNC_STORE: url.href }
  const { err } = await hubsync({ folder: temporaryFolder(), env }, 'status')
  const shown = `postgres://${url.username}@${url.host}${url.pathname}`
  expect(err).toContain(`The store is ${shown}; \`hubsync sync\` makes the first run.`)
})

test('status tells of no part that the configuration leaves out', async () => {
  const world = await createWorld()
  writeConfig(world.folder, `${unlimited}, reference: ['owners']`)
  fill(world.portal, 3)
  await hubsync(world, 'sync')
  const { reference } = JSON.parse((await hubsync(world, 'status --json')).out)
  expect(Object.keys(reference)).toEqual(['owners'])
})

test('status and changes need no token', async () => {
  const world = await createWorld()
  fill(world.portal)
  await hubsync(world, 'sync')
  const { folder } = world
  for (const command of ['status', 'changes'])
    expect(await hubsync({ folder, env: {} }, command)).toMatchObject({ code: 0, err: '' })
})

test('status tells the last error, and what to do about it', async () => {
  const world = await createWorld()
  fill(world.portal)
  await hubsync(world, 'sync')
  world.portal.fault({ kind: 'missing-scope', path: '/deals/' })
  expect((await hubsync(world, 'sync deals')).code).toBe(1)
  const { out } = await hubsync(world, 'status')
  expect(out).toMatch(/^last error: MISSING_SCOPE in deals, /m)
  expect(out).toMatch(/^ {2}what to do: Grant the token /m)
})

test('status tells the last error of each object', async () => {
  const world = await createWorld()
  fill(world.portal)
  await hubsync(world, 'sync')
  for (const path of ['/deals/', '/companies/']) world.portal.fault({ kind: 'missing-scope', path })
  expect((await hubsync(world, 'sync companies deals')).code).toBe(1)
  const { out } = await hubsync(world, 'status')
  expect(out.match(/^last error: MISSING_SCOPE in (companies|deals), /gm)).toHaveLength(2)
})

test('verify ends with 0 where mirror and portal are equal', async () => {
  const world = await createWorld()
  fill(world.portal)
  await hubsync(world, 'sync')
  const { code, out } = await hubsync(world, 'verify')
  expect(code).toBe(0)
  expect(out).toMatch(/^portal 147000001: equal, /)
  expect(out).toMatch(/^contacts_companies +120$/m)
})

test('verify ends with 1 where they differ, names what differs, and mends it with --repair', async () => {
  const world = await createWorld()
  const [gone = ''] = fill(world.portal)
  await hubsync(world, 'sync')
  world.portal.purge('contacts', gone)
  const { code, out } = await hubsync(world, 'verify')
  expect(code).toBe(1)
  expect(out).toContain(`contacts extra: ${gone}`)
  expect(await hubsync(world, 'verify --repair')).toMatchObject({
    code: 1,
    out: expect.stringContaining('repaired'),
  })
  const { status } = JSON.parse((await hubsync(world, 'verify --json')).out)
  expect(status).toBe('equal')
})

test('a verification that ends early is partial', async () => {
  const world = await createWorld()
  fill(world.portal, 450)
  await hubsync(world, 'sync')
  expect(await hubsync(world, 'verify --max-calls 2')).toMatchObject({
    code: 3,
    out: expect.stringContaining('It ended early: '),
  })
})

test('plan prices a backfill and writes nothing', async () => {
  const world = await createWorld()
  fill(world.portal)
  const { code, out } = await hubsync(world, 'plan')
  expect(code).toBe(0)
  expect(out).toMatch(/^portal 147000001: 135 rows, /)
  expect(JSON.parse((await hubsync(world, 'plan --json')).out)).toMatchObject({ rows: 135 })
  expect((await hubsync(world, 'status')).err).toMatch(/^NOT_MIRRORED: /)
})

test('plan names properties that the portal does not have', async () => {
  const world = await createWorld()
  writeFileSync(
    join(world.folder, 'hubsync.config.mjs'),
    `import { column, contacts } from '@hubsync/core'
    export default { objects: [contacts.extend({ columns: { vip: column.boolean('is_vpi') } })] }`,
  )
  expect((await hubsync(world, 'plan')).out).toContain(
    'contacts: HubSpot has no property named is_vpi. Its columns stay empty.',
  )
})

test('plan names an object that HubSpot refuses, and prices the others', async () => {
  const world = await createWorld()
  fill(world.portal)
  const refused = { path: /\/deals/, status: 403, body: {}, times: Number.POSITIVE_INFINITY }
  world.portal.fault(refused)
  const { code, out } = await hubsync(world, 'plan')
  expect(code).toBe(0)
  expect(out).toMatch(/^contacts +\d*1/m)
  expect(out).toMatch(/^deals: not priced\. .* the token needs crm\.objects\.deals\.read\.$/m)
  expect(out).not.toMatch(/Not read yet: .*deals/)
})

test('changes gives pages of the feed, each with the cursor to go on from', async () => {
  const world = await createWorld()
  const [first = '', second = ''] = fill(world.portal)
  await hubsync(world, 'sync')
  world.portal.update('contacts', first, { firstname: 'Ada' })
  world.portal.archive('contacts', second)
  await hubsync(world, 'sync')
  const { out } = await hubsync(world, 'changes --limit 1')
  expect(out).toContain(`updated  contacts ${first}\n    firstName: null → "Ada"`)
  const [, cursor] = /1 change; to go on: --after (\S+)/.exec(out) ?? []
  const { results } = JSON.parse((await hubsync(world, `changes --after ${cursor} --json`)).out)
  expect(results).toEqual([expect.objectContaining({ kind: 'archived', id: second })])
})

test('changes refuses a cursor that can not be followed from, and says how to start again', async () => {
  const world = await createWorld()
  await hubsync(world, 'sync')
  const { code, out, err } = await hubsync(world, 'changes --after 30 --json')
  expect(code).toBe(1)
  expect(err).toMatch(
    /^CURSOR_LOST: .* Start again: .*`hubsync changes --after now` prints the present cursor\./,
  )
  expect(JSON.parse(out)).toMatchObject({ error: { code: 'CURSOR_LOST' } })
  expect(await hubsync(world, 'changes --after later')).toMatchObject({
    code: 2,
    err: expect.stringMatching(/^INVALID_OPTION: Expected `after` to be the cursor of a page/),
  })
})

test('changes says that its first entries are forgotten', async () => {
  const world = await createWorld()
  const [first = ''] = fill(world.portal)
  await hubsync(world, 'sync')
  world.portal.update('contacts', first, { firstname: 'Ada' })
  await hubsync(world, 'sync')
  writeConfig(world.folder, `${unlimited}, changeRetention: 0`, 'forgetting.mjs')
  await hubsync(world, 'sync --config forgetting.mjs')
  expect((await hubsync(world, 'changes')).out).toMatch(
    /^Older changes are forgotten \(changeRetention\)\.\nNothing new; to go on: --after \S+$/m,
  )
})

test('changes --follow prints what is there and what comes, until Ctrl-C', async () => {
  const world = await createWorld()
  const [first = '', second = '', third = ''] = fill(world.portal)
  await hubsync(world, 'sync')
  const { cursor } = JSON.parse((await hubsync(world, 'changes --after now --json')).out)
  for (const id of [first, second]) world.portal.update('contacts', id, { firstname: 'Ada' })
  await hubsync(world, 'sync')
  const clock = createClock()
  const args = `changes --follow --limit 1 --after ${cursor}`
  const going = use(world, args.split(' '), { clock })
  await going.shows(`contacts ${second}`)
  world.portal.update('contacts', third, { firstname: 'Eve' })
  await hubsync(world, 'sync')
  await clock.advance(10_000)
  await going.shows(`contacts ${third}`)
  going.signals.emit('SIGINT')
  const { code, out } = await going.outcome
  expect(code).toBe(0)
  expect(out.match(/contacts \d+/g)).toEqual([first, second, third].map((id) => `contacts ${id}`))
})

test('changes --follow --json prints a line of JSON for each page', async () => {
  const world = await createWorld()
  const [first = '', second = ''] = fill(world.portal)
  await hubsync(world, 'sync')
  for (const id of [first, second]) world.portal.update('contacts', id, { firstname: 'Ada' })
  await hubsync(world, 'sync')
  const clock = createClock()
  const going = use(world, ['changes', '--follow', '--limit', '1', '--json'], { clock })
  await going.shows(second)
  going.signals.emit('SIGINT')
  const { out } = await going.outcome
  const pages = out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(pages.map(({ results }) => results.map(({ id }: { id: string }) => id))).toEqual([
    [first],
    [second],
  ])
})

test('changes --follow ends with Ctrl-C while the database is silent', async () => {
  const silent = createServer().listen(0, '127.0.0.1')
  onTestFinished(() => void silent.close())
  await once(silent, 'listening')
  const { port } = silent.address() as AddressInfo
  const env = { HUBSYNC_STORE: `postgres://nobody@127.0.0.1:${port}/none` }
  const going = use({ folder: temporaryFolder(), env }, ['changes', '--follow'])
  const [socket] = (await once(silent, 'connection')) as [Socket]
  onTestFinished(() => void socket.destroy())
  going.signals.emit('SIGINT')
  expect(await going.outcome).toMatchObject({ code: 0, out: '' })
})

test('emulate prints address and token of a portal that can be mirrored, until Ctrl-C', async () => {
  const { folder } = await createWorld()
  const args = 'emulate --port 0 --contacts 30 --companies 4 --deals 6 --seed test --json'
  const going = use({ folder, env: {} }, args.split(' '))
  await going.shows('"token"')
  const { url, token } = JSON.parse(going.written.out)
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
  const env = { HUBSPOT_BASE_URL: url, HUBSPOT_ACCESS_TOKEN: token }
  expect(JSON.parse((await hubsync({ folder, env }, 'sync --json')).out)).toMatchObject({
    status: 'complete',
    jobs: { contacts: { created: 30 }, companies: { created: 4 }, deals: { created: 6 } },
  })
  going.signals.emit('SIGINT')
  expect((await going.outcome).code).toBe(0)
})

test('emulate has a portal of its own, which does not get into the mirror of another', async () => {
  const { folder } = await createWorld()
  const going = use({ folder, env: {} }, ['emulate', '--port', '0', '--contacts', '3', '--json'])
  await going.shows('"token"')
  going.signals.emit('SIGINT')
  await going.outcome
  expect(JSON.parse(going.written.out).portalId).not.toBe(createPortal().portalId)
})

test.each(['--contacts 3', '--companies 3', '--deals 3', '--seed other'])(
  'emulate %s is another portal than that of the default, whose mirror would go on without its records',
  async (args) => {
    const { folder } = await createWorld()
    const [usual, other] = await Promise.all(
      ['', args].map(async (more) => {
        const given = `emulate --port 0 --json ${more}`.trim().split(' ')
        const going = use({ folder, env: {} }, given)
        await going.shows('"token"')
        going.signals.emit('SIGINT')
        return JSON.parse((await going.outcome).out).portalId
      }),
    )
    expect(usual).toBe(147_000_002)
    expect(other).not.toBe(usual)
  },
)

test('an emulated portal that is started again has the same records, with the same dates', () => {
  const [before, after] = ['2026-06-01', '2026-06-02'].map((day) => {
    const portal = createPortal({ seed: 'hubsync', clock: createClock({ now: day }) })
    fillPortal(portal, { contacts: 20, companies: 4, deals: 6 })
    return {
      records: ['contacts', 'companies', 'deals'].map((type) => [...portal.records(type)]),
      associations: [...portal.associations('contacts', 'companies')],
    }
  })
  expect(after).toEqual(before)
})

test('emulate names a file of its own, so that a token that is set later meets no mirror of it', async () => {
  const { folder } = await createWorld()
  const going = use({ folder, env: {} }, ['emulate', '--port', '0', '--contacts', '3'])
  await going.shows('HUBSPOT_ACCESS_TOKEN')
  going.signals.emit('SIGINT')
  const { out } = await going.outcome
  expect(out).toMatch(/^export HUBSYNC_STORE=sqlite:emulated\.db$/m)
})

test('emulate shows its token also where that is the one of the environment', async () => {
  const { folder } = await createWorld()
  const { token } = createPortal({ seed: 'hubsync' })
  const going = use({ folder, env: { HUBSPOT_ACCESS_TOKEN: token } }, ['emulate', '--port', '0'])
  await going.shows(`HUBSPOT_ACCESS_TOKEN=${token}`)
  going.signals.emit('SIGINT')
  await going.outcome
})
