import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createWorld, fill, hubsync, temporaryFolder, type World } from './support/world.js'

/** A portal whose token and address are in a `.env` and nowhere else. */
async function withEnvFile(more = ''): Promise<World> {
  const world = await createWorld()
  fill(world.portal)
  const { HUBSPOT_ACCESS_TOKEN, HUBSPOT_BASE_URL } = world.env
  const lines = [
    '# of the test',
    `HUBSPOT_ACCESS_TOKEN="${HUBSPOT_ACCESS_TOKEN}"`,
    `export HUBSPOT_BASE_URL=${HUBSPOT_BASE_URL}`,
    more,
  ]
  writeFileSync(join(world.folder, '.env'), lines.join('\n'))
  return { ...world, env: {} }
}

test('.env in the working directory is read', async () => {
  expect(await hubsync(await withEnvFile(), 'sync companies')).toMatchObject({ code: 0 })
})

test('.env beside the configuration that --config names is read, and not the one of the working directory', async () => {
  const world = await withEnvFile()
  const elsewhere = temporaryFolder()
  writeFileSync(join(elsewhere, '.env'), 'HUBSYNC_STORE=sqlite:elsewhere.db')
  const config = join(world.folder, 'hubsync.config.mjs')
  const { code, out } = await hubsync(
    { ...world, folder: elsewhere },
    `sync companies --config ${config} --json`,
  )
  expect(code).toBe(0)
  expect(JSON.parse(out).jobs.companies.created).toBe(10)
  expect(
    await hubsync({ folder: elsewhere, env: {} }, 'status --store sqlite:elsewhere.db'),
  ).toMatchObject({
    err: expect.stringMatching(/^NOT_MIRRORED/),
  })
})

test('a variable that is set goes before .env', async () => {
  const world = await withEnvFile('HUBSYNC_STORE=sqlite:from-file.db')
  world.env.HUBSYNC_STORE = 'sqlite:from-environment.db'
  await hubsync(world, 'sync companies')
  const { err } = await hubsync({ folder: world.folder, env: {} }, 'status --store sqlite:x.db')
  expect(err).toContain('x.db')
  expect((await hubsync(world, 'status')).out).toMatch(/^companies /m)
  expect((await hubsync(world, 'status --store sqlite:from-file.db')).code).toBe(1)
})

test('a token of .env is hidden like one of the environment', async () => {
  const folder = temporaryFolder()
  const token = 'pat-eu1-of-the-file'
  writeFileSync(join(folder, '.env'), `HUBSPOT_ACCESS_TOKEN=${token}`)
  writeFileSync(join(folder, 'hubsync.config.mjs'), `throw new Error('with ${token}')`)
  const { err } = await hubsync({ folder, env: {} }, 'sync')
  expect(err).toContain('with ***')
})

test.each([
  [
    'a line that is no variable',
    'A=1\n\nHUBSPOT_ACCESS_TOKEN pat-eu1-secret',
    /line 3 of \S+\.env to be NAME=value/,
  ],
  [
    'a quote without an end',
    'A=1\nHUBSPOT_ACCESS_TOKEN="pat-eu1-secret',
    /the quote in line 2 of \S+\.env to be closed/,
  ],
  [
    'a line after an indented comment with a quote that is not closed',
    '  # HUBSYNC_STORE="sqlite:x.db\nHUBSPOT_ACCESS_TOKEN pat-eu1-secret\nA="1"',
    /line 2 of \S+\.env to be NAME=value/,
  ],
  [
    'another encoding',
    Buffer.from('HUBSPOT_ACCESS_TOKEN=pat-eu1-secret', 'utf16le'),
    /\.env to be text in UTF-8, got another encoding\. Save it as UTF-8\./,
  ],
])('%s in .env is refused, and nothing of it is shown', async (_, content, expected) => {
  const folder = temporaryFolder()
  writeFileSync(join(folder, '.env'), content)
  const { code, err } = await hubsync({ folder, env: {} }, 'status')
  expect(err).toMatch(expected)
  expect(err).not.toContain('secret')
  expect(code).toBe(2)
})

test('a .env that is a folder is told as one that can not be read', async () => {
  const folder = temporaryFolder()
  mkdirSync(join(folder, '.env'))
  expect(await hubsync({ folder, env: {} }, 'status')).toMatchObject({
    code: 2,
    err: expect.stringMatching(/^Expected \S+\.env to be a file that can be read: EISDIR/),
  })
})

test('values of several lines, comments and empty lines in .env are no mistakes', async () => {
  const world = await withEnvFile('KEY="one\ntwo\n# three"\n\n  # it\'s "fine\nOTHER=it\'s\nLAST=')
  expect(await hubsync(world, 'sync companies')).toMatchObject({ code: 0 })
})

test('a command that has no mirror leaves .env alone', async () => {
  const folder = temporaryFolder()
  writeFileSync(join(folder, '.env'), 'broken')
  const { err } = await hubsync({ folder, env: {} }, 'init')
  expect(err).not.toContain('.env')
})
