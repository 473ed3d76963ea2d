import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import pg from 'pg'
import { describe, expect, test } from 'vitest'
import { typeProblems } from '../../../test/type-problems.js'
import { createWorld, hubsync, temporaryDatabase, unlimited, type World } from './support/world.js'

const pathOf = ({ folder }: World) => join(folder, 'hubsync.schema.ts')
const schemaOf = (world: World) => readFileSync(pathOf(world), 'utf8')

/** The lines of the columns of an object, without comments. */
function columnsIn(world: World): string[] {
  return schemaOf(world)
    .split('\n')
    .filter((line) => line.startsWith('    ') && line.includes(': column.'))
    .map((line) => line.trim())
}

/** A configuration with these objects. */
function configure({ folder }: World, objects: string, imports: string): void {
  // A process loads an .mjs once only, and here several uses of the program share one.
  rmSync(join(folder, 'hubsync.config.mjs'), { force: true })
  writeFileSync(
    join(folder, 'hubsync.config.ts'),
    `${imports}\nexport default { ${unlimited}, objects: ${objects} }\n`,
  )
}

const useFile = (world: World) =>
  configure(world, 'objects', "import { objects } from './hubsync.schema.js'")

async function portalWith(...properties: { name: string; type: string }[]): Promise<World> {
  const world = await createWorld()
  for (const property of properties) world.portal.defineProperty('deals', property as never)
  return world
}

/** Makes the file smaller: only the portal's own properties. */
const own = 'pull deals --omit hs_*'

async function pulled(world: World, args = own) {
  const { code, out, err } = await hubsync(world, args)
  expect(err).not.toContain('UNEXPECTED')
  expect(code).toBe(0)
  return { out, err }
}

test('a definition is written for each object, with a column for each property', async () => {
  const world = await createWorld()
  world.portal.defineObject({
    ...{ typeId: '2-1234567', name: 'pets', primaryDisplayProperty: 'pet_name' },
    properties: [
      { name: 'pet_name', type: 'string', label: 'Name of the pet' },
      { name: 'kind', type: 'enumeration', options: ['cat', 'dog'] },
    ],
  })
  const { out } = await pulled(world, 'pull deals pets')
  expect(out).toMatch(/^hubsync\.schema\.ts is written: 2 objects, \d+ columns\.$/m)
  const text = schemaOf(world)
  expect(text).toContain('export const deals = standardDeals.extend({')
  expect(text).toContain("stage: column.text<DealsStage>('dealstage'),")
  expect(text).toContain(
    "export const pets = defineObject({\n  type: '2-1234567',\n  name: 'pets',",
  )
  expect(text).toContain("/** Name of the pet. */\n    name: column.text('pet_name'),")
  expect(text).toContain("kind: column.text<PetsKind>('kind'),")
  expect(text).toContain(
    "export type PetsKind =\n  | 'cat' // Cat\n  | 'dog' // Dog\n  | (string & {})",
  )
  expect(text).toContain('export const objects = [deals, pets] as const')
})

test('lifecycle stages are choices, though HubSpot keeps them elsewhere, and owners are not', async () => {
  const world = await createWorld()
  await pulled(world, 'pull contacts')
  const text = schemaOf(world)
  expect(text).toContain('lifecycleStage: column.text<ContactsLifecycleStage>(')
  expect(text).toContain("  | 'lead' // Lead\n")
  expect(text).toContain("ownerId: column.text('hubspot_owner_id'),")
})

test('an enumeration of yes and no has a column of truth values, which has no choices', async () => {
  const world = await createWorld()
  await pulled(world, 'pull contacts')
  expect(schemaOf(world)).toContain("hsMarketableStatus: column.boolean('hs_marketable_status'),")
})

test('--all pulls what the portal has records of', async () => {
  const world = await createWorld()
  world.portal.defineObject({ typeId: '2-7', name: 'pets' })
  world.portal.create('2-7', {})
  world.portal.create('line_items', { name: 'Screw' })
  await pulled(world, 'pull --all')
  expect(schemaOf(world)).toMatch(/^export const objects = \[lineItems, pets\] as const$/m)
})

test('--all keeps an object whose last record is gone, and tells of one that HubSpot no longer has', async () => {
  const world = await createWorld()
  world.portal.defineObject({ typeId: '2-7', name: 'pets' })
  world.portal.create('2-7', {})
  const screw = world.portal.create('line_items', { name: 'Screw' })
  world.portal.create('products', { name: 'Screw' })
  await pulled(world, 'pull --all')
  world.portal.archive('line_items', screw)
  world.portal.archiveObject('2-7')
  const { err } = await pulled(world, 'pull')
  expect(err).toContain('pets: HubSpot has no such object any more, so it is left out.')
  expect(schemaOf(world)).toMatch(/^export const objects = \[products, lineItems\] as const$/m)
})

test('--all writes nothing if HubSpot refuses to tell whether it still has an object of the file', async () => {
  const world = await createWorld()
  world.portal.defineObject({ typeId: '2-7', name: 'pets' })
  world.portal.create('2-7', {})
  world.portal.create('products', { name: 'Screw' })
  await pulled(world, 'pull --all')
  const before = schemaOf(world)
  world.portal.fault({ kind: 'missing-scope', operation: 'schemas', times: Infinity })
  const body = { hubspotDefinedObjectTypes: [{ objectTypeId: '0-7', usage: 1 }] }
  world.portal.fault({ operation: 'record-limits', status: 200, body, times: Infinity })
  expect((await hubsync(world, 'pull')).code).toBe(1)
  expect(schemaOf(world)).toBe(before)
})

test('four calls for each object are enough, however many properties it has', async () => {
  const world = await createWorld({ custom: { properties: 1_000, objects: 5 } })
  const types = await customTypes(world)
  expect(types).toHaveLength(5)
  const before = world.portal.calls.length
  const { out } = await pulled(world, `pull contacts companies deals ${types.join(' ')}`)
  expect(out).toMatch(/8 objects, 1,\d{3} columns\.$/m)
  const paths = world.portal.calls.slice(before).map(({ path }) => path)
  const ofObjects = paths.filter((path) => path.startsWith('/crm/properties/'))
  expect(ofObjects).toHaveLength(4 * 8)
  // Three lists of object types, the association types of three pairs in both directions, and their limits.
  expect(paths).toHaveLength(ofObjects.length + 3 + 6 + 1)
})

async function customTypes({ env }: World): Promise<string[]> {
  const headers = { authorization: `Bearer ${env.HUBSPOT_ACCESS_TOKEN}` }
  const path = '/crm-object-schemas/2026-03/schemas'
  const reply = await fetch(`${env.HUBSPOT_BASE_URL}${path}`, { headers })
  const { results } = (await reply.json()) as { results: { objectTypeId: string }[] }
  return results.map(({ objectTypeId }) => objectTypeId)
}

test('the file and code that uses it fit the types', async () => {
  const world = await createWorld()
  world.portal.defineProperty('deals', {
    ...{ name: 'size', type: 'enumeration', options: ['small', 'large'] },
  })
  world.portal.defineObject({ typeId: '2-7', name: 'pets' })
  await pulled(world, 'pull contacts companies deals pets')
  const use = `import { createHubspotSync, type InferRow, memoryStore } from '@hubsync/core'
import { type DealsSize, deals, objects } from './hubsync.schema.js'
type Deal = InferRow<typeof deals>
export const size: DealsSize = 'new in HubSpot'
export const of = (deal: Deal): [DealsSize | null, string | null] => [deal.size, deal.closeDate]
// @ts-expect-error An amount is exact, and so is text.
export const amount = (deal: Deal): number | null => deal.amount
const sync = createHubspotSync({ store: memoryStore(), objects })
export const large = await sync.list('deals', { where: { size: 'large' } })
export const pets = await sync.list('pets')
// @ts-expect-error There is no such object.
export const none = await sync.list('tickets')
`
  const file = join(world.folder, 'use.ts')
  writeFileSync(file, use)
  writeFileSync(join(world.folder, 'package.json'), '{ "type": "module" }')
  expect(typeProblems([file])).toBe('')
})

test('without names, the objects of the configuration are pulled', async () => {
  const world = await createWorld()
  await pulled(world, 'pull')
  expect(schemaOf(world)).toContain('export const objects = [contacts, companies, deals] as const')
  rmSync(pathOf(world))
  configure(world, '[contacts]', "import { contacts } from '@hubsync/core'")
  await pulled(world, 'pull')
  expect(schemaOf(world)).toContain('export const objects = [contacts] as const')
})

test('a pull without options asks for what the file was written with, and changes nothing', async () => {
  const world = await createWorld()
  await pulled(world, 'pull companies --omit hs_* --omit city,country')
  const text = schemaOf(world)
  expect(text).not.toContain("'hs_")
  expect(text).not.toContain("'city'")
  const { out } = await pulled(world, 'pull')
  expect(out).toContain('hubsync.schema.ts is as HubSpot has it')
  expect(schemaOf(world)).toBe(text)
})

test('the mirror of a pulled object has its values', async () => {
  const world = await portalWith({ name: 'flavour', type: 'string' })
  world.portal.create('deals', { dealname: 'Cake', flavour: 'lemon' })
  await pulled(world)
  useFile(world)
  expect((await hubsync(world, 'sync')).code).toBe(0)
  expect(await rowsOf(world)).toMatchObject([{ name: 'Cake', flavour: 'lemon' }])
})

const rowsOf = async ({ folder }: World) => {
  const database = new DatabaseSync(join(folder, 'hubspot.db'), { readOnly: true })
  const rows = database.prepare('SELECT * FROM deals ORDER BY name').all()
  database.close()
  return rows
}

const rowsOn = async (connectionString: string) => {
  const client = new pg.Client({ connectionString })
  await client.connect()
  const { rows } = await client.query('SELECT * FROM hubspot.deals ORDER BY name')
  await client.end()
  return rows
}

/** The databases of mirrors, each with a way to see the deals of a mirror in it. */
const databases: { name: string; place(world: World): Promise<() => Promise<object[]>> }[] = [
  { name: 'SQLite', place: async (world) => () => rowsOf(world) },
  {
    name: 'Postgres',
    async place({ env }) {
      const url = await temporaryDatabase()
      env.HUBSYNC_STORE = url
      return () => rowsOn(url)
    },
  },
]

describe.each(databases)('after a change in HubSpot, a pull and a run on $name,', ({ place }) => {
  /** A mirror of two deals with a file, whose property is changed in HubSpot; then it is pulled and synced again. */
  async function afterChange(change: (portal: World['portal']) => void, type = 'number') {
    const world = await portalWith({ name: 'score', type })
    const rows = await place(world)
    const { portal } = world
    const [first] = ['1.5', '2'].map((score, index) =>
      portal.create('deals', { dealname: `Deal ${index}`, score }),
    )
    await pulled(world)
    useFile(world)
    expect((await hubsync(world, 'sync')).code).toBe(0)
    const before = await rows()
    change(portal)
    portal.update('deals', first as string, { description: 'changed' })
    const { err } = await pulled(world, 'pull')
    const { code } = await hubsync(world, 'sync')
    expect(code).toBe(0)
    return { world, before, after: await rows(), told: err }
  }

  test('a new label has changed a comment, and no column', async () => {
    const { world, before, after } = await afterChange((portal) =>
      portal.defineProperty('deals', { name: 'score', type: 'number', label: 'Points' }),
    )
    expect(schemaOf(world)).toContain("/** Points. */\n    score: column.number('score'),")
    expect(before).toMatchObject([{ score: 1.5 }, { score: 2 }])
    expect(after).toMatchObject([{ score: 1.5 }, { score: 2 }])
  })

  test('a new type has a new column where the old one would lose values, and the old values stay', async () => {
    const { world, after, told } = await afterChange((portal) =>
      portal.defineProperty('deals', { name: 'score', type: 'string', label: 'Score' }),
    )
    expect(told).toContain('deals.score: HubSpot has changed score to string')
    expect(columnsIn(world)).toContain("scoreText: column.text('score'),")
    expect(after).toMatchObject([
      { score: 1.5, score_text: '1.5' },
      { score: 2, score_text: '2' },
    ])
  })

  test('a new type has kept the column where it holds all values', async () => {
    const { world, after, told } = await afterChange(
      (portal) => portal.defineProperty('deals', { name: 'score', type: 'number' }),
      'string',
    )
    expect(told).not.toContain('score')
    expect(columnsIn(world)).toContain("score: column.text('score'),")
    expect(schemaOf(world)).toContain('Stays text; HubSpot has changed it to number.')
    expect(after).toMatchObject([{ score: '1.5' }, { score: '2' }])
  })

  test('a telephone number that takes any text now has kept the column, and it is told', async () => {
    const phone = { name: 'score', type: 'string' as const, fieldType: 'phonenumber' }
    const world = await portalWith(phone)
    const rows = await place(world)
    const { portal } = world
    const ids = ['+49 30 12', '030 34'].map((score, index) =>
      portal.create('deals', { dealname: `Deal ${index}`, score }),
    )
    await pulled(world)
    useFile(world)
    expect((await hubsync(world, 'sync')).code).toBe(0)
    portal.defineProperty('deals', { ...phone, fieldType: 'text' })
    portal.update('deals', ids[0] as string, { score: 'ask Bob' })
    const check = await hubsync(world, 'pull --check')
    expect(check).toMatchObject({ code: 1, out: expect.stringContaining('takes any text here') })
    expect((await pulled(world, 'pull')).err).toContain('deals.score: HubSpot takes any text')
    expect(columnsIn(world)).toContain("score: column.phone('score'),")
    const { out } = await hubsync(world, 'sync --json')
    expect(JSON.parse(out).jobs.deals).toMatchObject({ misfits: 1 })
    const after = await rows()
    expect(after).toMatchObject([{ score: null }, { score: '03034' }])
    expect(JSON.stringify((after[0] as { raw: unknown }).raw)).toContain('ask Bob')
  })

  test.each([
    ['number', { type: 'number' as const }, 'score_number', [7, 3034]],
    [
      'a choice',
      { type: 'enumeration' as const, options: [{ label: 'Seven', value: '7' }] },
      'score_text',
      ['7', '03034'],
    ],
  ])(
    'a telephone number that is %s now has another column, and both are told',
    async (_, now, name, values) => {
      const phone = { name: 'score', type: 'string' as const, fieldType: 'phonenumber' }
      const world = await portalWith(phone)
      const rows = await place(world)
      const { portal } = world
      const ids = ['+49 30 12', '03034'].map((score, index) =>
        portal.create('deals', { dealname: `Deal ${index}`, score }),
      )
      await pulled(world)
      useFile(world)
      expect((await hubsync(world, 'sync')).code).toBe(0)
      portal.defineProperty('deals', { name: 'score', ...now })
      portal.update('deals', ids[0] as string, { score: '7' })
      expect((await hubsync(world, 'pull --check')).code).toBe(1)
      expect((await pulled(world, 'pull')).err).toContain('HubSpot has changed score to')
      const plan = JSON.parse((await hubsync(world, 'plan --json')).out)
      expect(JSON.stringify(plan.definitions.added)).toContain(
        name === 'score_text' ? 'scoreText' : 'scoreNumber',
      )
      expect(JSON.stringify(plan.definitions.stale)).toContain('score')
      expect((await hubsync(world, 'sync')).code).toBe(0)
      expect(await rows()).toMatchObject([
        { score: '+493012', [name]: values[0] },
        { score: '03034', [name]: values[1] },
      ])
    },
  )

  test('an archived property has kept its column and its values', async () => {
    const { world, after } = await afterChange((portal) => portal.archiveProperty('deals', 'score'))
    expect(schemaOf(world)).toContain(
      "     * @deprecated Archived in HubSpot, which deletes it after 90 days.\n     */\n    score: column.number('score'),",
    )
    expect(after).toMatchObject([{ score: 1.5 }, { score: 2 }])
  })

  test('a renamed property is a new one, and the old column has kept its values', async () => {
    const { world, after, told } = await afterChange((portal) => {
      portal.deleteProperty('deals', 'score')
      portal.defineProperty('deals', { name: 'points', type: 'number' })
      for (const { id } of portal.records('deals')) portal.update('deals', id, { points: '7' })
    })
    expect(told).toContain('deals.score: HubSpot has no property score any more')
    expect(columnsIn(world)).toContain("points: column.number('points'),")
    expect(after).toMatchObject([
      { score: 1.5, points: 7 },
      { score: 2, points: 7 },
    ])
  })
})

test('an archived property gets no column in a file that has none', async () => {
  const world = await portalWith({ name: 'score', type: 'number' })
  world.portal.archiveProperty('deals', 'score')
  await pulled(world)
  expect(columnsIn(world).filter((line) => line.includes('score'))).toEqual([])
})

test('a property that comes takes no name of another', async () => {
  const world = await portalWith({ name: 'line_2', type: 'string' })
  await pulled(world)
  expect(columnsIn(world)).toContain("line2: column.text('line_2'),")
  world.portal.defineProperty('deals', { name: 'line2', type: 'string' })
  await pulled(world, 'pull')
  expect(columnsIn(world)).toContain("line2: column.text('line_2'),")
  expect(columnsIn(world).filter((line) => line.includes("('line2')"))).toHaveLength(1)
})

test('columns of the configuration keep their names', async () => {
  const world = await portalWith({ name: 'score', type: 'number' })
  configure(
    world,
    '[deals.extend({ columns: { points: column.integer("score") } })]',
    "import { column, deals } from '@hubsync/core'",
  )
  await pulled(world, 'pull --omit hs_*')
  expect(columnsIn(world)).toContain("points: column.integer('score'),")
  await pulled(world, 'pull')
  expect(columnsIn(world)).toContain("points: column.integer('score'),")
})

test('--check says what differs and exits 1, and writes nothing', async () => {
  const world = await portalWith({ name: 'score', type: 'number' })
  const none = await hubsync(world, `${own} --check`)
  expect(none).toMatchObject({
    code: 1,
    out: expect.stringContaining('There is no hubsync.schema.ts'),
  })
  expect(existsSync(pathOf(world))).toBe(false)
  await pulled(world)
  const text = schemaOf(world)
  expect(await hubsync(world, 'pull --check')).toMatchObject({ code: 0 })
  world.portal.defineProperty('deals', { name: 'size', type: 'number', label: 'Size' })
  const { code, out } = await hubsync(world, 'pull --check')
  expect(code).toBe(1)
  expect(out).toContain("  + /** Size. */\n  + size: column.number('size'),")
  expect(schemaOf(world)).toBe(text)
  const { out: json } = await hubsync(world, 'pull --check --json')
  expect(JSON.parse(json)).toMatchObject({
    ...{ same: false, removed: [] },
    added: ['/** Size. */', "size: column.number('size'),"],
  })
})

test('line ends of Windows are no difference', async () => {
  const world = await portalWith()
  await pulled(world)
  writeFileSync(pathOf(world), schemaOf(world).replaceAll('\n', '\r\n'))
  expect(await hubsync(world, 'pull --check')).toMatchObject({ code: 0 })
})

test('--used leaves out what no record has, and says before what that takes', async () => {
  const names = ['first', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh']
  const world = await portalWith(...names.map((name) => ({ name, type: 'string' })))
  const { portal } = world
  portal.create('deals', { dealname: 'Old', second: 'x', first: '' })
  portal.createMany('deals', 150, () => ({ dealname: 'New', sixth: 'y' }))
  const { err } = await pulled(world, `${own} --used`)
  expect(err).toMatch(/To see which of \d+ properties have values takes up to about \d+ searches, /)
  expect(
    columnsIn(world).filter((line) => names.some((name) => line.startsWith(`${name}:`))),
  ).toEqual(["second: column.text('second'),", "sixth: column.text('sixth'),"])
})

test('if HubSpot refuses the properties of an object, nothing is written', async () => {
  const world = await createWorld()
  const scopes = ['crm.schemas.deals.read']
  world.portal.fault({ kind: 'missing-scope', operation: 'properties', scopes, times: Infinity })
  const { code, err } = await hubsync(world, own)
  expect(code).toBe(1)
  expect(err).toContain('MISSING_SCOPE: Expected HubSpot to tell all properties of deals')
  expect(err).toContain('crm.schemas.deals.read')
  expect(existsSync(pathOf(world))).toBe(false)
})

test('a file that cannot be read is not written over', async () => {
  const world = await portalWith()
  writeFileSync(pathOf(world), '<<<<<<< ours\n')
  const { code, err } = await hubsync(world, own)
  expect(code).toBe(2)
  expect(err).toContain('Restore it, or remove it to begin anew.')
  expect(schemaOf(world)).toBe('<<<<<<< ours\n')
})

test('the file can be pulled where the configuration imports it already', async () => {
  const world = await portalWith()
  useFile(world)
  const { err } = await pulled(world, 'pull')
  expect(err).toContain("The configuration imports hubsync.schema.ts, which isn't there yet.")
  expect((await hubsync(world, 'pull --check')).code).toBe(0)
})

test('it says how to import the file, until that is done', async () => {
  const world = await portalWith()
  expect((await pulled(world)).err).toContain("import { objects } from './hubsync.schema.js'")
  useFile(world)
  expect((await pulled(world)).err).toBe('')
})

test.each([
  ['pull --all deals', 'Expected names of objects, or --all, got both.'],
  ['pull ducks', 'Expected the portal to have every object in describe(…), got "ducks".'],
])('%s is refused', async (args, message) => {
  const { code, err } = await hubsync(await portalWith(), args)
  expect(code).toBe(2)
  expect(err).toContain(message)
})
