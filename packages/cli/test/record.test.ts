import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createHubspotSync, memoryStore } from '@hubsync/core'
import { createPortal, type Portal, type PortalSeed } from '@hubsync/emulator'
import { expect, onTestFinished, test } from 'vitest'
import { createWorld, hubsync, type World } from './support/world.js'

/** What must not be in a recording. */
const PERSONAL = /lovelace|ada\.l|countess|byron|engines ltd|\+44|secret plan|1815-12-10|grace/i

function fill(portal: Portal) {
  const owner = portal.createOwner({
    email: 'grace@navy.example',
    firstName: 'Grace',
    lastName: 'Hopper',
  })
  portal.defineProperty('contacts', { name: 'plan', type: 'string' })
  portal.defineProperty('contacts', { name: 'external_ref', type: 'string' })
  portal.defineProperty('contacts', { name: 'salary', type: 'number' })
  portal.defineProperty('contacts', {
    name: 'health',
    type: 'string',
    dataSensitivity: 'sensitive',
  })
  portal.defineObject({
    typeId: '2-7000001',
    name: 'pets',
    properties: [{ name: 'name', type: 'string' }],
    associatedObjects: ['contacts'],
  })
  portal.defineAssociation('contacts', 'companies', { label: 'Adviser', inverseLabel: 'Advised' })
  const ada = portal.create('contacts', {
    email: 'Ada.L@Example.org',
    firstname: 'Ada',
    lastname: 'Lovelace',
    phone: '+44 20 7946 0000',
    date_of_birth: '1815-12-10',
    plan: 'A secret plan with the Countess',
    external_ref: 'crm-17',
    salary: '4200.50',
    health: 'well, says Byron',
    lifecyclestage: 'lead',
    hubspot_owner_id: owner,
  })
  const twin = portal.create('contacts', { firstname: 'Ada', email: 'ada.l@example.org ' })
  const gone = portal.create('contacts', { lastname: 'Byron' })
  portal.archive('contacts', gone)
  const firm = portal.create('companies', { name: 'Engines Ltd', domain: 'engines.example' })
  const pet = portal.create('pets', { name: 'Countess' })
  const deal = portal.create('deals', { dealname: 'Engines Ltd deal', amount: '10.50' })
  portal.associate('contacts', ada, 'companies', firm, { primary: true })
  portal.associate('contacts', ada, 'companies', firm, { label: 'Adviser' })
  portal.associate('pets', pet, 'contacts', ada)
  portal.associate('deals', deal, 'contacts', twin)
  return { ada, twin, gone, firm, pet, deal, owner }
}

async function recorded(world: World, more = '') {
  const outcome = await hubsync(world, `record ${more}`.trim())
  const text = readFileSync(join(world.folder, 'portal.json'), 'utf8')
  return { ...outcome, text, seed: JSON.parse(text) as PortalSeed }
}

test('record writes a portal without names, addresses, phone numbers, free text and sensitive values', async () => {
  const world = await createWorld()
  const { ada, twin } = fill(world.portal)
  const { code, out, text, seed } = await recorded(world)
  expect(code).toBe(0)
  expect(out).toMatch(/^portal\.json has 6 records of \d+ object types?, and \d+ associations\./)
  expect(text).not.toMatch(PERSONAL)
  const people = new Map(seed.records?.contacts?.map((one) => [one.id, one.properties ?? {}]))
  expect(people.get(ada)).toMatchObject({ salary: '4200.50', lifecyclestage: 'lead' })
  expect(people.get(ada)).not.toHaveProperty('health')
  // The same value is the same replacement.
  expect(people.get(ada)?.email).toMatch(/^person\.\d+@example\.com$/)
  expect(people.get(twin)?.email).toBe(people.get(ada)?.email)
  expect(people.get(twin)?.firstname).toBe(people.get(ada)?.firstname)
  expect(people.get(ada)?.external_ref).not.toBe('crm-17')
})

test('record makes only reads, and the same portal gives the same file', async () => {
  const world = await createWorld()
  fill(world.portal)
  const first = await recorded(world)
  const methods = world.portal.calls.map(({ method, path }) =>
    method === 'POST' && /\/(search|batch\/read)$/.test(path) ? 'GET' : method,
  )
  expect(new Set(methods)).toEqual(new Set(['GET']))
  expect((await recorded(world)).text).toBe(first.text)
})

test('record keeps and replaces the properties that are named, and reads a number of records', async () => {
  const world = await createWorld()
  const { ada } = fill(world.portal)
  const { seed } = await recorded(world, 'contacts --keep external_* --replace salary --records 1')
  expect(Object.keys(seed.records ?? {})).toEqual(['contacts'])
  expect(seed.records?.contacts?.filter(({ archived }) => !archived)).toMatchObject([
    { id: ada, properties: { external_ref: 'crm-17' } },
  ])
  expect(seed.records?.contacts?.[0]?.properties?.salary).not.toBe('4200.50')
})

/** A mirror of a portal: its rows without values of text, and its associations. */
async function mirrorOf(portal: Portal) {
  const server = await portal.listen()
  onTestFinished(() => server.close())
  const store = memoryStore()
  const sync = createHubspotSync({
    baseUrl: server.url,
    accessToken: portal.token,
    store,
    objects: 'all',
    limits: { burst: 1e9, search: 1e9, associations: 1e9 },
  })
  onTestFinished(() => sync.close())
  const { status } = await sync.run()
  const shapes: Record<string, unknown> = { status }
  for (const type of ['contacts', 'companies', 'deals', 'pets'])
    shapes[type] = [...portal.records(type)].map(({ id, createdAt, updatedAt, properties }) => ({
      ...{ id, createdAt, updatedAt },
      filled: Object.keys(properties)
        .filter((name) => properties[name] && name !== 'health')
        .sort(),
    }))
  for (const [from, to] of [
    ['contacts', 'companies'],
    ['pets', 'contacts'],
    ['deals', 'contacts'],
  ] as const)
    shapes[`${from}>${to}`] = [...portal.associations(from, to)]
      .map(({ fromId, toId, label }) => ({ fromId, toId, label }))
      .sort((one, other) => String(one.label).localeCompare(String(other.label)))
  const { results } = (await sync.list('contacts' as never)) as { results: { id: string }[] }
  shapes.mirrored = results.map(({ id }) => id)
  expect(shapes.mirrored).not.toContain(undefined)
  shapes.owners = portal.owners().map(({ id }) => id)
  shapes.stages = portal.pipelines('deals').map(({ stages }) => stages.map(({ id }) => id))
  shapes.properties = portal
    .properties('contacts')
    .map(({ name, type }) => `${name} ${type}`)
    .sort()
  shapes.archived = [...portal.records('contacts', { archived: true })].map(({ id }) => id)
  return shapes
}

test('a mirror of the recording has the shape of a mirror of the portal', async () => {
  const world = await createWorld()
  fill(world.portal)
  const { seed } = await recorded(world)
  const replay = createPortal({ limits: false, fill: (portal) => portal.load(seed) })
  expect(await mirrorOf(replay)).toEqual(await mirrorOf(world.portal))
})
