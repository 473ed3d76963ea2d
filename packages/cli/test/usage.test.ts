import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createWorld, hubsync, temporaryFolder, use, writeConfig } from './support/world.js'

const env = { HUBSPOT_ACCESS_TOKEN: 'pat-eu1-token', HUBSPOT_BASE_URL: 'http://127.0.0.1:9' }

test.each([
  ['frobnicate', /unknown command 'frobnicate'\nCommands: sync, status, verify, plan, changes, /],
  ['sync --frobnicate', /unknown option '--frobnicate'\nOptions: --watch, --max-calls, /],
  ['sync kontacts', /Expected the name of a job \(contacts, .*census\), got "kontacts"/],
  ['sync --watch soon', /Expected a duration from 1s to 24d, such as 90s, 5m or 2h, got "soon"\./],
  ['sync --watch 0s', /Expected a duration from 1s to 24d/],
  ['sync --budget 5', /Expected a duration from 1s to 24d/],
  ['sync --max-calls none', /Expected a whole number from 1, got "none"\./],
  [
    'sync --store hubspot.db',
    /Expected --store to be sqlite:FILE, .*got something without a scheme/,
  ],
  ['sync --store mysql://localhost/hubspot', /Expected --store to be sqlite:FILE, .*got "mysql:…"/],
  [
    'sync --store sqlite:',
    /Expected --store to be sqlite:FILE, .*got "sqlite:" without a file name/,
  ],
  [
    'sync --config nowhere.ts',
    /Expected --config to be the name of a file that exists, got "nowhere.ts"/,
  ],
  ['status contacts', /too many arguments for 'status'/],
  ['changes --limit 2000', /Expected a whole number from 1 to 1000, got "2000"\./],
  ['emulate --port 99999', /Expected a whole number from 0 to 65535, got "99999"\./],
  ['init', /Expected a terminal to ask on/],
])('%s is refused with exit code 2, and told what was expected', async (args, expected) => {
  const { code, out, err } = await hubsync({ folder: temporaryFolder(), env }, args)
  expect(err).toMatch(expected)
  expect(out).toBe('')
  expect(code).toBe(2)
})

test('init leaves a configuration as it is, and says how to overwrite it', async () => {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'hubsync.config.ts'), 'mine')
  expect(await hubsync({ folder, env }, 'init')).toMatchObject({
    code: 2,
    err: expect.stringMatching(
      /^hubsync\.config\.ts already exists\. Pass --force to overwrite it\./,
    ),
  })
  expect(readFileSync(join(folder, 'hubsync.config.ts'), 'utf8')).toBe('mine')
})

test('without a command the help is shown, and the exit code is 2', async () => {
  const folder = temporaryFolder()
  const { outcome } = use({ folder, env }, [])
  expect(await outcome).toMatchObject({
    code: 2,
    err: expect.stringMatching(/^Usage: hubsync \[options\] \[command\]/),
  })
})

test.each([
  ['--help', /Exit codes: 0 complete, 1 failed, 2 usage, 3 partial/],
  ['sync --help', /--max-calls <number>/],
  ['help', /Exit codes: 0 complete, 1 failed, 2 usage, 3 partial/],
  ['help sync', /--max-calls <number>/],
  ['--version', /^\d+\.\d+\.\d+/],
])('%s is answered on standard output, with exit code 0', async (args, expected) => {
  const { code, out, err } = await hubsync({ folder: temporaryFolder(), env }, args)
  expect(out).toMatch(expected)
  expect(err).toBe('')
  expect(code).toBe(0)
})

test('without a token the message says where to get one, with the scopes on a line to copy, and what to try instead', async () => {
  const { code, err } = await hubsync({ folder: temporaryFolder(), env: {} }, 'sync')
  expect(err).toMatch(/^Expected a HubSpot access token in HUBSPOT_ACCESS_TOKEN, .*, got none\.$/m)
  expect(err).toContain('Development > Keys > Service keys > Create service key')
  expect(err).toMatch(
    /^crm\.objects\.contacts\.read crm\.objects\.companies\.read crm\.objects\.deals\.read crm\.objects\.owners\.read$/m,
  )
  expect(err).toContain('hubsync emulate')
  expect(code).toBe(2)
})

test.each([
  ['hubsync', {}],
  ['hubsync', { npm_command: 'run', npm_package_name: 'crm' }],
  ['npx hubsync', { npm_command: 'exec', npm_package_name: 'crm' }],
  ['npm run hubsync --', { npm_command: 'run', npm_package_name: 'hubsync' }],
])('a command in a message is %s where the program was called so: %o', async (command, env) => {
  const folder = temporaryFolder()
  expect((await hubsync({ folder, env }, 'sync')).err).toContain(`: ${command} emulate\n`)
  expect((await hubsync({ folder, env }, 'status')).err).toContain(`\`${command} sync\` makes`)
  expect((await hubsync({ folder, env }, 'init --yes')).out).toContain(` Then: ${command} sync\n`)
})

test('the scopes that are told are those of what the configuration mirrors', async () => {
  const folder = temporaryFolder()
  writeConfig(
    folder,
    `objects: [contacts.extend({ properties: 'all' }), ...[['0-5', 'tickets'], ['emails', 'emails'], ['2-77', 'pets']]
      .map(([type, name]) => defineObject({ type, name, columns: {} }))]`,
    'hubsync.config.mjs',
    "import { contacts, defineObject } from '@hubsync/core'\n",
  )
  expect((await hubsync({ folder, env: {} }, 'sync')).err.split('\n')).toContain(
    'crm.objects.contacts.read crm.schemas.contacts.read tickets sales-email-read crm.objects.custom.read crm.objects.owners.read',
  )
})

test.each(['false', "['pipelines']"])(
  'no scope of owners is told where the configuration has reference: %s',
  async (reference) => {
    const folder = temporaryFolder()
    writeConfig(folder, `reference: ${reference}`)
    const { err } = await hubsync({ folder, env: {} }, 'sync')
    expect(err).toContain('crm.objects.deals.read')
    expect(err).not.toContain('crm.objects.owners.read')
  },
)

test('with --json a wrong use is a document too', async () => {
  const folder = temporaryFolder()
  for (const args of ['sync --json --nope', 'sync --json kontacts', 'sync --json --store x'])
    expect(JSON.parse((await hubsync({ folder, env }, args)).out)).toMatchObject({
      error: { code: expect.stringMatching(/USAGE|UNKNOWN_JOB/), message: expect.any(String) },
    })
})

test('a file that is no database is left as it is, with exit code 1', async () => {
  const world = await createWorld()
  writeFileSync(join(world.folder, 'letter.txt'), 'Dear Sir or Madam, '.repeat(400))
  expect(await hubsync(world, 'sync --store sqlite:letter.txt')).toMatchObject({
    code: 1,
    err: expect.stringMatching(/^NOT_A_DATABASE: /),
  })
})
