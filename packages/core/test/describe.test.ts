import {
  contacts,
  createHubspotSync,
  deals,
  type HubspotSyncOptions,
  memoryStore,
} from '@hubsync/core'
import { createPortal, type Portal, type PortalOptions } from '@hubsync/emulator'
import { expect, onTestFinished, test } from 'vitest'

async function mirrorOf(
  options: PortalOptions = {},
  more: Partial<HubspotSyncOptions<readonly (typeof contacts | typeof deals)[]>> = {},
) {
  const portal = createPortal({ limits: false, ...options })
  const server = await portal.listen()
  onTestFinished(() => server.close())
  const limits = { burst: 1e9, search: 1e9, associations: 1e9 }
  const sync = createHubspotSync({
    ...{ store: memoryStore(), accessToken: portal.token, baseUrl: server.url, limits },
    objects: [contacts, deals],
    ...more,
  })
  onTestFinished(() => sync.close())
  return { portal, sync }
}

function definePets(portal: Portal): void {
  portal.defineObject({
    ...{ typeId: '2-1234567', name: 'pets', associatedObjects: ['contacts'] },
    properties: [{ name: 'pet_name', type: 'string', label: 'Name' }],
  })
  portal.createMany('2-1234567', 3, (index) => ({ pet_name: `Pet ${index}` }))
}

test('every type of object is described with its number of records, mirrored or not', async () => {
  const { portal, sync } = await mirrorOf()
  definePets(portal)
  portal.createMany('contacts', 4, () => ({}))
  portal.createMany('tickets', 2, () => ({}))
  const { objects, missing } = await sync.describe()
  expect(missing).toEqual([])
  const shown = Object.fromEntries(
    objects.map(({ type, typeId, records, mirroredAs, isCustom }) => [
      type,
      { typeId, records, mirroredAs, isCustom },
    ]),
  )
  expect(shown).toMatchObject({
    contacts: { typeId: '0-1', records: 4, mirroredAs: 'contacts', isCustom: false },
    deals: { typeId: '0-3', records: 0, mirroredAs: 'deals' },
    tickets: { typeId: '0-5', records: 2, mirroredAs: null },
    '2-1234567': { typeId: '2-1234567', records: 3, mirroredAs: null, isCustom: true },
  })
})

test('the properties of the mirrored objects are described, with kinds and options', async () => {
  const { portal, sync } = await mirrorOf()
  portal.defineProperty('deals', {
    ...{ name: 'size', type: 'enumeration', label: 'Size' },
    options: [{ value: 's', label: 'Small' }],
  })
  portal.defineProperty('deals', { name: 'old', type: 'string' })
  portal.archiveProperty('deals', 'old')
  const { objects } = await sync.describe()
  expect(objects.filter(({ properties }) => properties).map(({ type }) => type)).toEqual([
    'contacts',
    'deals',
  ])
  const properties = objects.find(({ type }) => type === 'deals')?.properties
  const named = (name: string) => properties?.find((each) => each.name === name)
  expect(named('size')).toMatchObject({
    ...{ label: 'Size', kind: 'text', isCustom: true, archived: false, isUsed: null },
    options: [{ value: 's', label: 'Small' }],
  })
  expect(named('amount')).toMatchObject({ kind: 'decimal', isCustom: false })
  expect(named('closedate')).toMatchObject({ kind: 'datetime' })
  expect(named('hs_is_closed')).toMatchObject({ kind: 'boolean', isCalculated: true })
  expect(named('hs_merged_object_ids')).toMatchObject({ kind: 'list' })
  expect(named('hs_object_id')).toMatchObject({ kind: 'text' })
  expect(named('old')).toMatchObject({ archived: true })
})

test('sensitive properties are described', async () => {
  const { portal, sync } = await mirrorOf()
  portal.defineProperty('contacts', {
    ...{ name: 'illness', type: 'string', dataSensitivity: 'sensitive' },
  })
  const { objects } = await sync.describe()
  const [people] = objects
  expect(people?.properties?.find(({ name }) => name === 'illness')).toMatchObject({
    sensitivity: 'sensitive',
  })
})

test.each(['tickets', 'ticket', '0-5', 'pets', '2-1234567'])(
  'an object that is not mirrored is described if it is named %s',
  async (name) => {
    const { portal, sync } = await mirrorOf()
    definePets(portal)
    const { objects } = await sync.describe({ objects: [name] })
    const asked = objects.filter(({ isAsked }) => isAsked)
    expect(asked.map(({ type }) => type)).toEqual([
      name === 'pets' || name.startsWith('2-') ? '2-1234567' : 'tickets',
    ])
    expect(asked[0]?.properties?.length).toBeGreaterThan(5)
  },
)

test("'all' describes what the portal has records of", async () => {
  const { portal, sync } = await mirrorOf()
  definePets(portal)
  portal.createMany('line_items', 2, () => ({}))
  const { objects } = await sync.describe({ objects: 'all' })
  expect(objects.filter(({ isAsked }) => isAsked).map(({ type }) => type)).toEqual([
    'line_items',
    '2-1234567',
  ])
})

test('association types of the mirrored pairs are described in both directions', async () => {
  const { portal, sync } = await mirrorOf()
  portal.defineAssociation('contacts', 'deals', { label: 'Signs', inverseLabel: 'Signed by' })
  const { associationTypes } = await sync.describe()
  const own = associationTypes.filter(({ category }) => category === 'USER_DEFINED')
  expect(own.map(({ from, to, label }) => [from, to, label])).toEqual([
    ['contacts', 'deals', 'Signs'],
    ['deals', 'contacts', 'Signed by'],
  ])
})

test('with `used`, it is described which properties any record has a value of', async () => {
  const { portal, sync } = await mirrorOf()
  const names = Array.from({ length: 12 }, (_, index) => `field_${index}`)
  for (const name of names) portal.defineProperty('deals', { name, type: 'string' })
  portal.create('deals', { field_3: 'rare' })
  portal.create('deals', { field_4: '' })
  portal.createMany('deals', 150, () => ({ field_7: 'often' }))
  const { objects } = await sync.describe({ objects: ['deals'], used: true })
  const { properties } = objects.find(({ type }) => type === 'deals') ?? {}
  const used = properties?.filter(({ name, isUsed }) => names.includes(name) && isUsed)
  expect(used?.map(({ name }) => name)).toEqual(['field_3', 'field_7'])
})

test('unused properties take a search for each five of them', async () => {
  const { portal, sync } = await mirrorOf()
  for (let index = 0; index < 50; index++)
    portal.defineProperty('deals', { name: `field_${index}`, type: 'string' })
  portal.create('deals', { dealname: 'One' })
  const searches = async (used: boolean) => {
    const before = portal.calls.length
    const { objects } = await sync.describe({ objects: ['deals'], used })
    const count = portal.calls.slice(before).filter(({ lane }) => lane === 'search').length
    const { properties } = objects.find(({ type }) => type === 'deals') ?? {}
    return { count, unused: properties?.filter(({ isUsed }) => isUsed === false).length ?? 0 }
  }
  expect((await searches(false)).count).toBe(0)
  const { count, unused } = await searches(true)
  expect(unused).toBeGreaterThanOrEqual(50)
  // One more to find the latest records.
  expect(count).toBe(Math.ceil(unused / 5) + 1)
})

test('what HubSpot refuses is missing, by the scope that it wants', async () => {
  const { portal, sync } = await mirrorOf()
  const refusal = { kind: 'missing-scope', times: Number.POSITIVE_INFINITY } as const
  portal.fault({ ...refusal, path: '/crm/properties/2026-03/deals', scopes: ['deals.read'] })
  const { objects, missing } = await sync.describe()
  const of = (wanted: string) => objects.find(({ type }) => type === wanted)
  expect(of('contacts')?.properties).not.toBeNull()
  expect(of('deals')).toMatchObject({ isAsked: true, properties: null, groups: null })
  expect(new Set(missing.map(({ code }) => code))).toEqual(new Set(['MISSING_SCOPE']))
  expect(missing[0]?.requiredScopes).toEqual(['deals.read'])
})

test('the store is not used', async () => {
  const store = new Proxy(memoryStore(), {
    get(target, name, receiver) {
      if (name === 'close' || typeof name === 'symbol') return Reflect.get(target, name, receiver)
      return () => Promise.reject(new Error(`Expected no ${name}.`))
    },
  })
  const { sync } = await mirrorOf({}, { store })
  expect((await sync.describe()).objects.length).toBeGreaterThan(3)
})

test.each([
  [
    { objects: ['ducks'] },
    'Expected the portal to have every object in describe(…), got "ducks". It has: ',
  ],
  [
    { objects: [] },
    "Expected `objects` in describe(…) to be 'all', or a list of at least one object name",
  ],
  [{ used: 'yes' }, 'Expected `used` in describe(…) to be true or false, got "yes".'],
])('%j is refused', async (given, message) => {
  const { sync } = await mirrorOf()
  await expect(sync.describe(given as never)).rejects.toMatchObject({
    ...{ code: 'INVALID_OPTION', message: expect.stringContaining(message) },
  })
})

test('a closed mirror describes nothing', async () => {
  const { sync } = await mirrorOf()
  await sync.close()
  await expect(sync.describe()).rejects.toMatchObject({ code: 'CLOSED' })
})
