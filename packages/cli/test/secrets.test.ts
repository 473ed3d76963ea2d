import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, inject, test } from 'vitest'
import { Secrets } from '../src/secrets.js'
import { createWorld, fill, hubsync, temporaryFolder, type World } from './support/world.js'

const password = 'p@ss/w#rd %41"ü'
const encoded = encodeURIComponent(password)
const token = 'pat-eu1-11111111-2222-3333-4444-555555555555'
const forms = [password, encoded, JSON.stringify(password).slice(1, -1), 'w#rd', 'ss%2Fw', token]

const nowhere = { HUBSPOT_BASE_URL: 'http://127.0.0.1:9' }
const sqlite = { HUBSPOT_ACCESS_TOKEN: token, ...nowhere }
const served = new URL(inject('databaseUrl'))
const refused = `postgres://mirror:${encoded}@${served.host}/hubspot`

/** Failures of every kind whose text is close to a secret. */
const corpus: {
  name: string
  args?: string
  env: Record<string, string>
  config?: string
  code: number
}[] = [
  {
    name: 'a token that HubSpot refuses',
    env: { HUBSPOT_ACCESS_TOKEN: token, HUBSPOT_BASE_URL: 'portal' },
    code: 1,
  },
  {
    name: 'a token with a line break',
    env: { HUBSPOT_ACCESS_TOKEN: `${token}\nX-Other: ${password}`, ...nowhere },
    code: 2,
  },
  {
    name: 'a password that Postgres refuses',
    env: { ...sqlite, HUBSPOT_BASE_URL: 'portal', HUBSYNC_STORE: refused },
    code: 1,
  },
  { name: 'the same when reading', args: 'status', env: { HUBSYNC_STORE: refused }, code: 1 },
  { name: 'the same by --store', args: `status --store ${refused}`, env: {}, code: 1 },
  {
    name: 'a server that is not there',
    args: 'status',
    env: { HUBSYNC_STORE: `postgres://mirror:${encoded}@127.0.0.1:1/hubspot` },
    code: 1,
  },
  {
    name: 'a password that is not encoded',
    args: 'status',
    env: { HUBSYNC_STORE: `postgres://mirror:${password}@127.0.0.1:1/hubspot` },
    code: 2,
  },
  {
    name: 'a password as a parameter',
    args: 'status',
    env: { HUBSYNC_STORE: `postgres://mirror@127.0.0.1:1/hubspot?password=${encoded}` },
    code: 1,
  },
  {
    name: 'another kind of database',
    args: `status --store mysql://mirror:${encoded}@127.0.0.1/hubspot`,
    env: {},
    code: 2,
  },
  {
    name: 'a proxy with a password, and a wrong scheme',
    env: { ...sqlite, HUBSPOT_BASE_URL: `ftp://proxy:${encoded}@127.0.0.1` },
    code: 2,
  },
  {
    name: 'a configuration that throws what it knows',
    env: sqlite,
    config: `throw new Error('no such thing: ${token}')`,
    code: 2,
  },
  {
    name: 'a store of the configuration',
    args: 'status',
    env: {},
    config: `export default { store: 'postgres://mirror:${encoded}@127.0.0.1:1/hubspot' }`,
    code: 1,
  },
  {
    name: 'a token of the configuration that HubSpot refuses',
    env: { HUBSPOT_BASE_URL: 'portal' },
    config: `export default { accessToken: '${token}' }`,
    code: 1,
  },
  {
    name: 'a token function whose token HubSpot refuses',
    env: { HUBSPOT_BASE_URL: 'portal' },
    config: `export default { accessToken: async () => '${token}' }`,
    code: 1,
  },
  { name: 'an unknown job', args: `sync ${token}`, env: sqlite, code: 2 },
]

describe.each(['', ' --json'])('no secret is shown%s', (flag) => {
  test.each(corpus)('by $name', async ({ args = 'sync', env, config, code }) => {
    const portal: World = await createWorld()
    const folder = temporaryFolder()
    if (config !== undefined) writeFileSync(join(folder, 'hubsync.config.mjs'), config)
    const url = env.HUBSPOT_BASE_URL === 'portal' ? portal.env.HUBSPOT_BASE_URL : undefined
    const world = { folder, env: { ...env, ...(url ? { HUBSPOT_BASE_URL: url } : {}) } }
    const outcome = await hubsync(world, `${args}${flag}`)
    expect(outcome.code).toBe(code)
    expect(outcome.err).not.toBe('')
    for (const secret of forms) expect(outcome.out + outcome.err).not.toContain(secret)
  })
})

test('no secret is shown where all goes well', async () => {
  const world = await createWorld({ token })
  fill(world.portal)
  const outcomes = [
    await hubsync(world, 'sync'),
    await hubsync(world, 'sync --json'),
    await hubsync(world, 'status'),
  ]
  for (const { code, out, err } of outcomes) {
    expect(code).toBe(0)
    expect(out + err).not.toContain(token)
  }
})

test('a secret is hidden in URLs too', () => {
  const secrets = new Secrets()
  secrets.add('open sesame/1')
  expect(secrets.hide('https://crm.example/?token=open%20sesame%2F1')).not.toContain('sesame')
})

test('a word too short to be a secret leaves the output legible', () => {
  const secrets = new Secrets()
  secrets.addUrl('postgres://me:a@localhost/hubspot')
  expect(secrets.hide('a mirror of a portal')).toBe('a mirror of a portal')
})
