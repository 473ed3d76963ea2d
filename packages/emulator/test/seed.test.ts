import { expect, test } from 'vitest'
import { createPortal, type PortalSeed } from '../src/index.js'

const seed: PortalSeed = {
  schemas: [
    {
      typeId: '2-7000001',
      name: 'pets',
      labels: { singular: 'Pet', plural: 'Pets' },
      properties: [{ name: 'species', type: 'string' }],
      associatedObjects: ['contacts', '2-7000002'],
    },
    { typeId: '2-7000002', name: 'vets' },
  ],
  properties: {
    contacts: [{ name: 'tier', type: 'enumeration', options: [{ label: 'Gold', value: 'g' }] }],
  },
  associationTypes: [
    { from: 'contacts', to: 'companies', typeId: 91, inverseTypeId: 92, label: 'Adviser' },
    { from: 'contacts', to: 'companies', typeId: 1, category: 'HUBSPOT_DEFINED', label: 'Primary' },
  ],
  owners: [
    { id: '71', email: 'ada@example.com', teams: [{ id: 5, name: 'North', primary: true }] },
    { id: '72', email: 'bo@example.com', teams: [{ id: 5, name: 'North' }], archived: true },
  ],
  pipelines: {
    deals: [{ id: 'default', label: 'Sales', stages: [{ id: 'open', label: 'Open' }] }],
  },
  records: {
    contacts: [
      {
        id: '101',
        properties: { email: 'ada@example.com', tier: 'g', hubspot_owner_id: '71' },
        createdAt: '2026-01-02T03:04:05Z',
        updatedAt: '2026-01-03T03:04:05Z',
      },
      { id: '102', properties: { email: 'bo@example.com' }, archived: true },
    ],
    companies: [{ id: '201', properties: { name: 'Engines' } }],
    '2-7000001': [{ id: '301', properties: { species: 'cat' } }],
  },
  associations: [
    { from: 'contacts', fromId: '101', to: 'companies', toId: '201', primary: true },
    { from: 'contacts', fromId: '101', to: 'companies', toId: '201', typeId: 91 },
    { from: 'contacts', fromId: '102', to: 'companies', toId: '201' },
    { from: '2-7000001', fromId: '301', to: 'contacts', toId: '101' },
  ],
}

test('a seed fills a portal with definitions, owners, pipelines, records and associations', () => {
  const portal = createPortal({ fill: (filled) => filled.load(seed) })
  expect(portal.record('contacts', 101)).toMatchObject({
    createdAt: '2026-01-02T03:04:05.000Z',
    updatedAt: '2026-01-03T03:04:05.000Z',
    properties: { tier: 'g', associatedcompanyid: '201' },
  })
  expect([...portal.records('contacts', { archived: true })]).toMatchObject([{ id: '102' }])
  expect([...portal.associations('contacts', 'companies')].map(({ label }) => label)).toEqual(
    expect.arrayContaining([null, 'Primary', 'Adviser']),
  )
  expect([...portal.associations('pets', 'contacts')]).toMatchObject([{ toId: '101' }])
  expect(portal.associationTypes('pets', 'vets')).toHaveLength(1)
  expect(portal.owners()).toMatchObject([{ id: '71', teams: [{ name: 'North', primary: true }] }])
  expect(portal.owners({ archived: true })).toMatchObject([{ id: '72' }])
  expect(portal.pipelines('deals')).toMatchObject([{ label: 'Sales', stages: [{ id: 'open' }] }])
  const tier = portal.properties('contacts').find(({ name }) => name === 'tier')
  expect(tier?.options).toMatchObject([{ label: 'Gold', value: 'g' }])
  portal.restore('contacts', 102)
  expect([...portal.associations('contacts', 'companies')].map(({ fromId }) => fromId)).toContain(
    '102',
  )
})

test.each([
  [{ record: {} }, /no field named record\. The fields are schemas, properties/],
  [{ records: { contacts: [{ properties: { a: {} } }] } }, /records\.contacts\[0\]\.properties\.a/],
  [
    { records: { contacts: [{}, { id: 'x' }] } },
    /records\.contacts\[1\]\.id to be an id of digits/,
  ],
  [{ records: { contacts: [{ createdAt: 'soon' }] } }, /createdAt to be an ISO date/],
  [{ properties: { contacts: [{ name: 'a' }] } }, /contacts\[0\]\.type to be one of string/],
  [{ associations: [{ from: 'contacts' }] }, /associations\[0\]\.fromId/],
  [{ records: { unicorns: [{}] } }, /records\.unicorns\[0\]: Expected an object type/],
  [{ records: { contacts: [{ id: 1 }, { id: 1 }] } }, /records\.contacts\[1\]: Expected a new/],
  [{ owners: [{}] }, /owners\[0\]: Expected an e-mail address/],
])('the seed %j is refused, with its place', (wrong, message) => {
  expect(() => createPortal().load(wrong as PortalSeed)).toThrow(message)
})

test('a seed whose form is wrong anywhere changes nothing', () => {
  const portal = createPortal()
  const wrong = { records: { contacts: [{ id: 1 }] }, owners: [{ id: 'x' }] }
  expect(() => portal.load(wrong as unknown as PortalSeed)).toThrow(/owners\[0\]\.id/)
  expect(portal.count('contacts')).toBe(0)
})

test('a seed has lists with their members, those that filters fill as well', () => {
  const portal = createPortal()
  const filterBranch = { filterBranchType: 'OR', filterBranches: [], filters: [] }
  portal.load({
    records: { contacts: [{ id: '101' }, { id: '102' }] },
    lists: {
      contacts: [
        { name: 'Friends', members: ['102', 101] },
        { name: 'Leads', kind: 'DYNAMIC', filterBranch },
      ],
    },
  })
  const [friends, leads] = portal.lists()
  expect(friends).toMatchObject({ name: 'Friends', processingType: 'MANUAL', size: 2 })
  expect(leads).toMatchObject({ name: 'Leads', processingType: 'DYNAMIC', size: 0 })
  expect(portal.listMembers(friends!.listId)).toEqual(['101', '102'])
})

test.each([
  [{ lists: { contacts: [{ kind: 'MANUAL' }] } }, 'lists.contacts[0].name'],
  [{ lists: { contacts: [{ name: 'A', kind: 'STATIC' }] } }, 'lists.contacts[0].kind'],
  [{ lists: { contacts: [{ name: 'A', members: ['7'] }] } }, 'lists.contacts[0]'],
])('a seed with a wrong list is refused at its place: %o', (seed, place) => {
  const portal = createPortal()
  expect(() => portal.load(seed as never)).toThrow(place)
})
