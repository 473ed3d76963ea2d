import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { quietText } from '../src/run-text.js'
import { Session, type Surroundings } from '../src/session.js'
import { createWorld, hubsync, unlimited, type World } from './support/world.js'

const DEALS = 120

/** Has the configuration mirror deals alone, with the history of these properties. */
function configure({ folder }: World, history: string, imports = "from '@hubsync/core'"): void {
  // A process loads an .mjs once only, and here several uses of the program share one.
  rmSync(join(folder, 'hubsync.config.mjs'), { force: true })
  writeFileSync(
    join(folder, 'hubsync.config.ts'),
    `import { deals } ${imports}
export default { ${unlimited}, reference: false, objects: [deals.extend({ history: ${history} })] }
`,
  )
}

/** A portal with deals, the first of which changed its amount so often that HubSpot has dropped values. */
async function dealsWorld(): Promise<World & { first: string }> {
  const world = await createWorld()
  const ids = world.portal.createMany('deals', DEALS, (index) => ({
    ...{ dealname: `Deal ${index}`, pipeline: 'default', dealstage: 'qualifiedtobuy' },
  }))
  const [first = ''] = ids
  for (let turn = 0; turn < 30; turn++)
    world.portal.update('deals', first, { amount: `${turn}.00` }, { updatedAt: turn + 1 })
  return { ...world, first }
}

test('plan tells what history costs: in the lists of a backfill, and later in a column of its own', async () => {
  const world = await dealsWorld()
  configure(world, "['stage']")
  const first = await hubsync(world, 'plan')
  expect(first.out).toContain('With history HubSpot gives 50 records in a call, not 100: deals.')
  expect(first.out).toMatch(/^deals +120 +120 +\d+ +3 /m)
  expect((await hubsync(world, 'sync')).code).toBe(0)
  configure(world, "['stage', 'amount']")
  const { out } = await hubsync(world, 'plan')
  expect(out).toMatch(/^object +rows +properties +history/m)
  expect(out).toMatch(/^deals +120 +\d+ +3 /m)
  expect(out).not.toContain('50 records in a call')
})

test('plan says nothing of history where none is kept', async () => {
  const world = await dealsWorld()
  configure(world, '[]')
  expect((await hubsync(world, 'plan')).out).not.toMatch(/history/i)
})

test('sync and status name a gap', async () => {
  const world = await dealsWorld()
  configure(world, "['amount']")
  const { code, out } = await hubsync(world, 'sync')
  expect(code).toBe(0)
  const named = `amount of ${world.first}, before 1970-01-01 00:00:00 UTC`
  expect(out).toContain(
    `deals: 1 gap in histories, because HubSpot had dropped values already, for example in ${named}`,
  )
  const status = await hubsync(world, 'status')
  expect(status.out).toMatch(/^history +read +gaps$/m)
  expect(status.out).toMatch(/^deals +with the records +1$/m)
  expect(status.out).toContain(`deals: gap in ${named}`)
})

test('status names the properties whose history the next run reads', async () => {
  const world = await dealsWorld()
  configure(world, "['stage']")
  await hubsync(world, 'sync')
  configure(world, "['stage', 'amount']")
  const { out } = await hubsync(world, 'status')
  expect(out).toMatch(/^deals +to be read$/m)
  expect(out).toContain('deals: the next run reads amount')
  await hubsync(world, 'sync')
  expect((await hubsync(world, 'status')).out).not.toContain('the next run reads')
})

test('a run that has only read history found something new', async () => {
  const world = await dealsWorld()
  configure(world, "['stage']")
  await hubsync(world, 'sync')
  configure(world, "['stage', 'amount']")
  const session = new Session({ env: {}, stdout: new PassThrough() } as unknown as Surroundings)
  const told = async () => {
    const report = JSON.parse((await hubsync(world, 'sync --json')).out)
    expect(report.status).toBe('complete')
    return quietText(session, report, 'now')
  }
  expect(await told()).toBeUndefined()
  expect(await told()).toMatch(/^now {2}complete, nothing new, /)
})

test('verify names the records in whose history values are missing', async () => {
  const world = await dealsWorld()
  configure(world, "['stage']")
  await hubsync(world, 'sync')
  const database = new DatabaseSync(join(world.folder, 'hubspot.db'))
  database.prepare('DELETE FROM deals_history WHERE source_id = ?').run(world.first)
  database.close()
  const { code, out } = await hubsync(world, 'verify')
  expect(code).toBe(1)
  expect(out).toMatch(/^history +compared +missing$/m)
  expect(out).toContain(`deals: values are missing in the history of ${world.first}`)
})

test('a pulled definition is extended with history', async () => {
  const world = await dealsWorld()
  await hubsync(world, 'pull deals --omit hs_*')
  configure(world, "['stage']", "from './hubsync.schema.js'")
  expect((await hubsync(world, 'sync')).code).toBe(0)
  const database = new DatabaseSync(join(world.folder, 'hubspot.db'), { readOnly: true })
  const [line] = database.prepare('SELECT count(*) AS stays FROM deals_stages').all()
  database.close()
  expect(line?.stays).toBe(DEALS)
  expect((await hubsync(world, 'pull --check')).code).toBe(0)
})
