import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { createPortal } from '@hubsync/emulator'
import { describe, expect, test } from 'vitest'
import { databaseNamed } from './docs-mirrors.js'
import { places, temporaryFile } from './places.js'

const script = new URL('../../scripts/demo.mjs', import.meta.url).pathname
const sizes = ['--contacts', '300', '--companies', '40', '--deals', '50']

async function demo(place: string, environment: Record<string, string> = {}): Promise<string> {
  const env = { ...process.env, HUBSPOT_ACCESS_TOKEN: '', HUBSYNC_STORE: place, ...environment }
  const { stdout } = await promisify(execFile)(process.execPath, [script, ...sizes], { env })
  return stdout.trim()
}

// All at once: a demo waits for HubSpot's limits most of the time.
describe.concurrent.each(places)('in $name', ({ open }) => {
  test('the demo ends equal, and so it does over its own mirror', async ({ onTestFinished }) => {
    const place = await open(onTestFinished)
    const first = await demo(place)
    expect(first.split('\n').at(-1)).toBe('equal')
    expect(first).not.toContain('is there already')
    expect(first).not.toMatch(/\b0 associations/)
    const second = await demo(place)
    expect(second).toContain('is there already')
    expect(second.split('\n').at(-1)).toBe('equal')
  })

  test('the demo answers what the open pipeline of each owner is, in tables of 80 columns', async ({
    onTestFinished,
  }) => {
    const printed = await demo(await open(onTestFinished))
    const [, answers = ''] = printed.split('have the most contacts?')
    expect(answers).toMatch(/^owner +pipeline +stage +deals +amount$/m)
    expect(answers).toMatch(/^Barbara Tanaka +Sales pipeline +Contract sent +\d +[\d.]+$/m)
    expect(answers).toMatch(/^Barbara Tanaka +Partners +In talks +\d +[\d.]+$/m)
    expect(answers.split('\n').filter((line) => line.length > 80)).toEqual([])
  })

  test('the demo answers how many days deals are in each stage', async ({ onTestFinished }) => {
    const printed = await demo(await open(onTestFinished))
    const [, answers = ''] = printed.split('until they leave it?')
    expect(answers).toMatch(/^pipeline +stage +stays +days$/m)
    // Counted in the story: 42 of the 50 deals are in the sales pipeline, and every fifth has not moved.
    expect(answers).toMatch(/^Sales pipeline +Appointment scheduled +34 +12\.2$/m)
    expect(answers).toMatch(/^Sales pipeline +Qualified to buy +25 +13(\.0)?$/m)
    expect(answers).toMatch(/^Sales pipeline +Contract sent +9 +12\.7$/m)
    expect(answers).toMatch(/^Partners +In talks +4 +15(\.0)?$/m)
    expect(answers.split('\n').filter((line) => line.length > 80)).toEqual([])
  })

  test('with a token the demo mirrors that portal, compares by reading it again, and changes nothing in it', async ({
    onTestFinished,
  }) => {
    const portal = createPortal({ seed: 11, portalId: 5_550_001 })
    const people = portal.createMany('contacts', 120, (index) => ({
      email: `p${index}@example.com`,
    }))
    const company = portal.create('companies', { name: 'Engines' })
    for (const id of people)
      portal.associate('contacts', id, 'companies', company, { primary: true })
    portal.archive('contacts', people[0] as string)
    const server = await portal.listen()
    onTestFinished(() => server.close())
    const environment = { HUBSPOT_ACCESS_TOKEN: portal.token, HUBSPOT_BASE_URL: server.url }
    const printed = await demo(await open(onTestFinished), environment)
    expect(printed).toContain('238 contacts → companies')
    expect(printed.split('\n').at(-1)).toBe('equal')
  })
})

test.concurrent('with a wrong token the demo says so, and its exit code too', async ({
  onTestFinished,
}) => {
  const server = await createPortal({ seed: 11 }).listen()
  onTestFinished(() => server.close())
  const environment = { HUBSPOT_ACCESS_TOKEN: 'wrong', HUBSPOT_BASE_URL: server.url }
  await expect(demo(await temporaryFile(onTestFinished), environment)).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^\s*UNAUTHORIZED: .*Expected a valid access token/),
  })
})

test.concurrent('a store that the demo does not know is refused, in words', async () => {
  await expect(demo('mysql://localhost/crm')).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining('Expected HUBSYNC_STORE to be sqlite:FILE or postgres://'),
  })
})

test.concurrent.each([
  [
    'a server that is not there',
    () => 'postgres://me:secret-word@127.0.0.1:1/crm',
    'No PostgreSQL server answers',
  ],
  [
    'a database that is not there',
    () => databaseNamed('nowhere').href,
    'Expected the database to exist',
  ],
  [
    'an address that is none',
    () => 'postgres://me:secret-word#@[/crm',
    'Expected HUBSYNC_STORE to be',
  ],
])('of %s the demo tells what to do, without a stack or a password', async (_, place, expected) => {
  const { stderr } = await demo(place()).catch((error) => error)
  expect(stderr).toMatch(/^\s*(STORE_FAILED|INVALID_OPTION): .+\n$/)
  expect(stderr).toContain(expected)
  expect(stderr).not.toContain('secret-word')
})

test.concurrent('without HUBSYNC_STORE the demo mirrors into the file that it is given', async ({
  onTestFinished,
}) => {
  const file = (await temporaryFile(onTestFinished)).replace(/^sqlite:/, '')
  const env = { ...process.env, HUBSPOT_ACCESS_TOKEN: '', HUBSYNC_STORE: '' }
  const args = [script, '--file', file, ...sizes]
  const { stdout } = await promisify(execFile)(process.execPath, args, { env })
  expect(stdout.trim().split('\n').at(-1)).toBe('equal')
  expect(existsSync(file)).toBe(true)
})

test.concurrent('a token that is set after the demo meets no mirror of the emulated portal', async ({
  onTestFinished,
}) => {
  const cwd = mkdtempSync(join(tmpdir(), 'hubsync-demo-'))
  onTestFinished(() => rmSync(cwd, { recursive: true, force: true }))
  const demoHere = async (environment: Record<string, string>) => {
    const env = { ...process.env, HUBSYNC_STORE: '', ...environment }
    const args = [script, ...sizes]
    return (await promisify(execFile)(process.execPath, args, { cwd, env })).stdout.trim()
  }
  await demoHere({ HUBSPOT_ACCESS_TOKEN: '' })
  expect(readdirSync(cwd)).toEqual(['demo.db'])
  const portal = createPortal({ seed: 11, portalId: 5_550_001 })
  portal.create('contacts', { email: 'ada@example.com' })
  const server = await portal.listen()
  onTestFinished(() => server.close())
  const printed = await demoHere({
    HUBSPOT_ACCESS_TOKEN: portal.token,
    HUBSPOT_BASE_URL: server.url,
  })
  expect(printed.split('\n').at(-1)).toBe('equal')
  expect(readdirSync(cwd).sort()).toEqual(['demo.db', 'hubspot.db'])
})
