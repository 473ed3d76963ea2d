import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { createPortal } from '@hubsync/emulator'
import { expect, onTestFinished, test } from 'vitest'
import { temporaryFolder } from '../integration/support/stores.js'

const script = new URL('../../scripts/demo.mjs', import.meta.url).pathname
const sizes = ['--contacts', '300', '--companies', '40', '--deals', '50']

async function demo(file: string, environment: Record<string, string> = {}): Promise<string> {
  const env = { ...process.env, HUBSPOT_ACCESS_TOKEN: '', ...environment }
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [script, '--file', file, ...sizes],
    { env },
  )
  return stdout.trim()
}

test('the demo ends equal, and so it does over its own hubspot.db', async () => {
  const file = join(temporaryFolder(), 'hubspot.db')
  expect((await demo(file)).split('\n').at(-1)).toBe('equal')
  const second = await demo(file)
  expect(second).toContain('is there already')
  expect(second.split('\n').at(-1)).toBe('equal')
})

test('with a token the demo mirrors that portal, compares by reading it again, and changes nothing in it', async () => {
  const portal = createPortal({ seed: 11, portalId: 5_550_001 })
  const people = portal.createMany('contacts', 120, (index) => ({ email: `p${index}@example.com` }))
  const company = portal.create('companies', { name: 'Engines' })
  for (const id of people) portal.associate('contacts', id, 'companies', company, { primary: true })
  portal.archive('contacts', people[0] as string)
  const server = await portal.listen()
  onTestFinished(() => server.close())
  const file = join(temporaryFolder(), 'hubspot.db')
  const environment = { HUBSPOT_ACCESS_TOKEN: portal.token, HUBSPOT_BASE_URL: server.url }
  const printed = await demo(file, environment)
  expect(printed).toContain('238 contacts → companies')
  expect(printed.split('\n').at(-1)).toBe('equal')
})

test('with a wrong token the demo says so, and its exit code too', async () => {
  const server = await createPortal({ seed: 11 }).listen()
  onTestFinished(() => server.close())
  const file = join(temporaryFolder(), 'hubspot.db')
  const environment = { HUBSPOT_ACCESS_TOKEN: 'wrong', HUBSPOT_BASE_URL: server.url }
  await expect(demo(file, environment)).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^\s*UNAUTHORIZED: .*Expected a valid access token/),
  })
})
