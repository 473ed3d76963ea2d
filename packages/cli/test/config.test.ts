import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ObjectDefinition } from '@hubsync/core'
import { expect, test } from 'vitest'
import { configFile, offeredObjects } from '../src/config-file.js'
import { loadConfig } from '../src/load-config.js'
import {
  createWorld,
  fill,
  hubsync,
  temporaryFolder,
  unlimited,
  type World,
  writeConfig,
} from './support/world.js'

const typed = `import { defineConfig } from '@hubsync/cli'
import { column, contacts } from '@hubsync/core'

const mine: typeof contacts = contacts
export default defineConfig({
  store: 'sqlite:crm.db',
  objects: [mine.extend({ columns: { city: column.text('city') } })],
  associations: [],
})
`

function write(folder: string, text: string, name = 'hubsync.config.ts'): void {
  writeFileSync(join(folder, name), text)
}

/** A portal, and a folder without a configuration. */
async function withoutConfig(): Promise<World> {
  return { ...(await createWorld()), folder: temporaryFolder() }
}

/** The jobs of what lies around the records, in whatever order they end. */
const around = ['owners', 'pipelines', 'catalogue']

test('hubsync.config.ts of the working directory says what is mirrored, and where to', async () => {
  const world = await withoutConfig()
  world.portal.create('contacts', { city: 'Graz' })
  write(world.folder, typed)
  const { jobs } = JSON.parse((await hubsync(world, 'sync --json')).out)
  const ofRecords = Object.keys(jobs).filter((job) => !around.includes(job))
  expect(ofRecords).toEqual(['contacts', 'contacts:archived'])
  expect(existsSync(join(world.folder, 'crm.db'))).toBe(true)
  expect((await hubsync(world, 'status')).out).toMatch(/^contacts +changes +1 /m)
})

test('--store goes before HUBSYNC_STORE, and that before the configuration', async () => {
  const world = await withoutConfig()
  fill(world.portal, 3)
  write(world.folder, typed)
  world.env.HUBSYNC_STORE = 'sqlite:environment.db'
  await hubsync(world, 'sync')
  await hubsync(world, 'sync --store sqlite:flag.db')
  const there = ['crm.db', 'environment.db', 'flag.db'].map((name) =>
    existsSync(join(world.folder, name)),
  )
  expect(there).toEqual([false, true, true])
})

test('--config names another file', async () => {
  const world = await withoutConfig()
  write(world.folder, typed, 'other.ts')
  const { jobs } = JSON.parse((await hubsync(world, 'sync --json --config other.ts')).out)
  const ofRecords = Object.keys(jobs).filter((job) => !around.includes(job))
  expect(ofRecords).toEqual(['contacts', 'contacts:archived'])
})

test('a token function of the configuration is asked where the environment has no token', async () => {
  const world = await withoutConfig()
  const { HUBSPOT_ACCESS_TOKEN: token = '', ...env } = world.env
  writeConfig(world.folder, `accessToken: async () => '${token}'`)
  expect((await hubsync({ ...world, env }, 'plan')).code).toBe(0)
})

test.each([
  [
    'a syntax error',
    'export default {',
    /Expected hubsync\.config\.ts to be loaded, but it failed: /,
  ],
  [
    'no default export',
    'export const objects = []',
    /to have a configuration as its default export/,
  ],
  ['a list', 'export default []', /to have a configuration as its default export/],
  [
    'an unknown option',
    'export default { object: [] }',
    /no option named `object` in hubsync\.config\.ts\. The options are accessToken, store, /,
  ],
  [
    'a wrong value',
    "export default { census: 'daily' }",
    /Expected `census` in hubsync\.config\.ts to be a duration such as '90m'.*got "daily"/,
  ],
  [
    'a wrong object',
    "export default { objects: ['contacts'] }",
    /Expected `objects\.0` in hubsync\.config\.ts to be an object definition/,
  ],
  [
    'a pair without its end',
    "export default { associations: [['contacts', 'pets']] }",
    /to be among the objects \(contacts, companies, deals\), got "pets"/,
  ],
  ['a wrong store', "export default { store: 'oracle:x' }", /`store` of the configuration to be /],
])('%s in the configuration is told with exit code 2', async (_, text, expected) => {
  const world = await withoutConfig()
  write(world.folder, text)
  const { code, err } = await hubsync(world, 'sync')
  expect(err).toMatch(expected)
  expect(code).toBe(2)
})

test('a configuration may be a CommonJS module', async () => {
  const folder = temporaryFolder()
  write(folder, "module.exports = { store: 'sqlite:common.db' }", 'hubsync.config.js')
  const { config } = await loadConfig(folder, undefined)
  expect(config.store).toBe('sqlite:common.db')
})

test('two configurations are one too many', async () => {
  const folder = temporaryFolder()
  write(folder, typed)
  write(folder, typed, 'hubsync.config.js')
  await expect(loadConfig(folder, undefined)).rejects.toThrow(
    'got hubsync.config.ts and hubsync.config.js',
  )
})

test.each(['mapped', 'all'] as const)(
  'what init writes, with %s properties, can be loaded',
  async (properties) => {
    const folder = temporaryFolder()
    const names = offeredObjects
    write(folder, configFile({ store: "sqlite:it's.db", objects: names, properties }))
    const { config } = await loadConfig(folder, undefined)
    expect(config.store).toBe("sqlite:it's.db")
    const objects = config.objects as readonly ObjectDefinition[]
    expect(objects.map((object) => [object.name, object.properties])).toEqual(
      names.map((name) => [name, properties]),
    )
  },
)

test("with objects: 'all', every command works on what the portal has", async () => {
  const world = await createWorld()
  fill(world.portal, 3)
  world.portal.create('tickets', {})
  writeConfig(world.folder, `objects: 'all', ${unlimited}`)
  expect((await hubsync(world, 'status')).err).toMatch(/^NOT_MIRRORED: /)
  expect((await hubsync(world, 'plan')).out).toMatch(/^tickets +1 /m)
  expect((await hubsync(world, 'sync')).out).toMatch(/^tickets /m)
  expect((await hubsync(world, 'sync tickets')).code).toBe(0)
  expect((await hubsync(world, 'verify')).code).toBe(0)
  const calls = world.portal.calls.length
  const { HUBSPOT_ACCESS_TOKEN: _, ...env } = world.env
  const tokenless = { ...world, env }
  expect((await hubsync(tokenless, 'status')).out).toMatch(/^tickets +changes +1 /m)
  expect((await hubsync(tokenless, 'changes')).code).toBe(0)
  expect((await hubsync(tokenless, 'prune --dry-run')).out).toContain('Nothing is left')
  expect(world.portal.calls).toHaveLength(calls)
})

test("with objects: 'all', the advice on a token names the scopes of every object", async () => {
  const world = await createWorld()
  writeConfig(world.folder, `objects: 'all'`)
  const { HUBSPOT_ACCESS_TOKEN: _, ...env } = world.env
  const { err } = await hubsync({ ...world, env }, 'sync')
  expect(err).toContain('crm.objects.quotes.read')
  expect(err).toContain('crm.schemas.custom.read')
})
