import { expect, test } from 'vitest'
import { HubspotClient } from '../src/client/hubspot-client.js'
import { type CatalogueQuery, readCatalogue } from '../src/extract/catalogue-reader.js'
import { companies } from '../src/objects/companies.js'
import { contacts } from '../src/objects/contacts.js'
import { defineObject } from '../src/objects/define-object.js'
import { catalogueSets } from '../src/sync/catalogue-sets.js'

type Answer = unknown[] | Record<string, unknown> | number

/** A portal that answers by path and query: a list as `results`, a number as the status of a refusal. */
function portalOf(answers: Record<string, Answer>) {
  const asked: string[] = []
  const client = new HubspotClient({
    requester: {
      async apiRequest({ path, qs = {} }) {
        const query = new URLSearchParams(qs).toString()
        const short = path.replace('/2026-03', '') + (query && `?${query}`)
        asked.push(short)
        const answer = answers[short] ?? []
        const status = typeof answer === 'number' ? answer : 200
        return Response.json(Array.isArray(answer) ? { results: answer } : answer, { status })
      },
    },
    clock: { now: Date.now, sleep: async () => {} },
    apiVersion: '2026-03',
    limits: { burst: 10_000, associations: 10_000 },
    timeoutMs: 60_000,
  })
  const silent = { call() {}, retry() {}, answered() {}, wait() {} }
  return { asked, hubspot: client.observedBy(silent) }
}

const usual = {
  '/crm/limits/records': {
    hubspotDefinedObjectTypes: [
      { objectTypeId: '0-1', singularLabel: 'Person', pluralLabel: 'People', usage: 12 },
    ],
    customObjectTypes: {
      byObjectType: [{ objectTypeId: '2-7', singularLabel: 'Pet', pluralLabel: 'Pets', usage: 3 }],
    },
  },
  '/crm-object-schemas/schemas?includePropertyDefinitions=false': [
    {
      ...{ objectTypeId: '2-7', name: 'pets', labels: {}, primaryDisplayProperty: 'pet_name' },
      associations: [{ fromObjectTypeId: '2-7', toObjectTypeId: '0-1' }],
    },
  ],
  '/crm/object-library/enablement': { enablementByObjectTypeId: { '0-162': false, '0-410': true } },
  '/crm/properties/contacts': [
    {
      ...{ name: 'status', label: 'Status', type: 'enumeration', fieldType: 'select' },
      ...{ groupName: 'contactinformation', description: '', hubspotDefined: true },
      options: [
        { value: 'a', label: 'A', displayOrder: 0, hidden: false },
        { value: 'b', label: 'B', displayOrder: 1, hidden: true },
      ],
    },
    { name: 'days', label: 'Days', fieldType: 'calculation_equation', calculated: false },
  ],
  '/crm/properties/contacts?archived=true': [
    { name: 'old', label: 'Old', archived: true, archivedAt: '2026-01-02T03:04:05Z' },
  ],
  '/crm/properties/companies': [{ name: 'domain', label: 'Domain' }],
  '/crm/properties/companies/groups': [{ name: 'c', label: 'C', displayOrder: 0, archived: false }],
  '/crm/properties/contacts/groups': [{ name: 'g', label: 'G', displayOrder: 2, archived: false }],
  '/crm/associations/contacts/companies/labels': [
    { category: 'HUBSPOT_DEFINED', typeId: 1, label: 'Primary' },
    { category: 'USER_DEFINED', typeId: 30, label: 'Boss' },
  ],
  '/crm/associations/companies/contacts/labels': [
    { category: 'HUBSPOT_DEFINED', typeId: 2, label: 'Primary' },
  ],
  '/crm/associations/definitions/configurations/all': [
    { category: 'USER_DEFINED', typeId: 30, label: 'Boss', userEnforcedMaxToObjectIds: 1 },
  ],
}

const query: CatalogueQuery = {
  objects: [contacts, companies],
  pairs: [{ from: contacts, to: companies }],
}

async function read(answers: Record<string, Answer> = {}, given: CatalogueQuery = query) {
  const { asked, hubspot } = portalOf({ ...usual, ...answers })
  const catalogue = await readCatalogue(hubspot, given)
  return { asked, catalogue, sets: catalogueSets(catalogue) }
}

const of = ({ sets }: Awaited<ReturnType<typeof read>>, table: string) =>
  sets.filter((set) => set.table === table)

test('two objects and a pair without sensitive data take fourteen calls', async () => {
  const { asked } = await read()
  expect(asked).toHaveLength(new Set(asked).size)
  expect(asked).toHaveLength(14)
})

test('a type of object is put together from all lists that name it', async () => {
  const { catalogue } = await read()
  const { items, complete } = catalogue.objectTypes
  expect(complete).toBe(true)
  expect(items.map(({ typeId }) => typeId)).toEqual(['0-1', '0-162', '0-410', '2-7'])
  expect(items[0]).toMatchObject({ singular: 'Person', plural: 'People', records: 12 })
  expect(items[1]).toMatchObject({ isEnabled: false, records: null })
  expect(items[3]).toMatchObject({
    ...{ singular: 'Pet', records: 3, name: 'pets', isCustom: true },
    ...{ displayProperty: 'pet_name', associatedWith: ['0-1'] },
  })
})

test('definitions come with their options, and are calculated by flag, field type or formula', async () => {
  const { catalogue } = await read()
  const [status, days, old] = catalogue.objects[0]?.properties.items ?? []
  expect(status).toMatchObject({ isCustom: false, isCalculated: false, archived: false })
  expect(status?.options).toMatchObject([
    { value: 'a', label: 'A', hidden: false },
    { value: 'b', hidden: true },
  ])
  expect(days).toMatchObject({ isCustom: true, isCalculated: true, options: [] })
  expect(old).toMatchObject({ archived: true, archivedAt: '2026-01-02T03:04:05.000Z' })
})

test('each direction of a pair has its own types, with the limits of the portal', async () => {
  const { catalogue } = await read()
  const [there, back] = catalogue.associationTypes
  expect(there?.types.items.map(({ typeId, maxTo }) => [typeId, maxTo])).toEqual([
    [1, null],
    [30, 1],
  ])
  expect(back?.types.items.map(({ typeId }) => typeId)).toEqual([2])
})

const sensitiveList = (object: string) => `/crm/properties/${object}?dataSensitivity=sensitive`

test.each([
  [
    'every object if a schema allows them',
    {
      '/crm-object-schemas/schemas?includePropertyDefinitions=false': [
        { objectTypeId: '2-7', allowsSensitiveProperties: true },
      ],
    },
    ['contacts', 'companies'],
  ],
  [
    'an object that has some',
    { [sensitiveList('companies')]: [{ name: 'x', dataSensitivity: 'sensitive' }] },
    ['companies'],
  ],
  ['no object where there are none', {}, []],
])('the definitions of all levels of sensitivity are read of %s', async (_, answers, objects) => {
  const { asked } = await read(answers)
  const levels = ['', 'archived=true&'].flatMap((archived) =>
    ['sensitive', 'highly_sensitive'].map((level) => `${archived}dataSensitivity=${level}`),
  )
  const whole = ['contacts', 'companies'].filter((object) =>
    levels.every((level) => asked.includes(`/crm/properties/${object}?${level}`)),
  )
  expect(whole).toEqual(objects)
})

test('a portal that refuses to list sensitive definitions has none', async () => {
  const { catalogue } = await read({ [sensitiveList('contacts')]: 403 })
  expect(catalogue.objects[0]?.properties).toMatchObject({ complete: true, failures: [] })
})

test('definitions are incomplete if HubSpot cannot say whether there are sensitive ones', async () => {
  const { catalogue } = await read({ [sensitiveList('contacts')]: 500 })
  expect(catalogue.objects[0]?.properties).toMatchObject({ complete: false })
})

test('a definition that several lists name is there once, and active if one of them says so', async () => {
  const { catalogue } = await read({
    [sensitiveList('contacts')]: [{ name: 'status' }, { name: 'old' }],
  })
  const names = catalogue.objects[0]?.properties.items.map(({ name, archived }) => [name, archived])
  expect(names).toEqual([
    ['status', false],
    ['days', false],
    ['old', false],
  ])
})

test('a complete catalogue is written as one set for each part', async () => {
  const result = await read()
  expect(result.sets.map(({ table, scope }) => [table, ...scope].join(' '))).toEqual([
    'object_types',
    'property_groups contacts',
    'property_definitions contacts',
    'property_options contacts',
    'property_groups companies',
    'property_definitions companies',
    'property_options companies',
    'association_types contacts companies',
    'association_types companies contacts',
  ])
  const [definitions] = of(result, 'property_definitions')
  expect(definitions?.rows.map(({ key, status }) => [...key, status])).toEqual([
    ['contacts', 'status', 'ACTIVE'],
    ['contacts', 'days', 'ACTIVE'],
    ['contacts', 'old', 'ARCHIVED'],
  ])
  const [types] = of(result, 'object_types')
  expect(types?.rows.map(({ key, values }) => [...key, values.object])).toEqual([
    ['0-1', 'contacts'],
    ['0-162', null],
    ['0-410', null],
    ['2-7', null],
    ['0-2', 'companies'],
  ])
})

test.each([
  ['/crm/properties/contacts', ['property_definitions contacts', 'property_options contacts']],
  [
    '/crm/properties/contacts?archived=true',
    ['property_definitions contacts', 'property_options contacts'],
  ],
  ['/crm/properties/contacts/groups', ['property_groups contacts']],
  ['/crm/associations/companies/contacts/labels', ['association_types companies contacts']],
])('a refusal of %s leaves its own part alone', async (path, missing) => {
  const whole = await read()
  const parts = ({ sets }: typeof whole) =>
    sets.map(({ table, scope }) => [table, ...scope].join(' '))
  const cut = await read({ [path]: 403 })
  expect(parts(cut)).toEqual(parts(whole).filter((part) => !missing.includes(part)))
})

test.each([
  '/crm/limits/records',
  '/crm-object-schemas/schemas?includePropertyDefinitions=false',
  '/crm/object-library/enablement',
])('if %s is refused, the types that the other lists name are written one by one', async (path) => {
  const result = await read({ [path]: 403 })
  const { complete, failures, items } = result.catalogue.objectTypes
  expect(complete).toBe(false)
  expect(failures).toMatchObject([{ status: 403 }])
  const sets = of(result, 'object_types')
  expect(sets.map(({ scope }) => scope[0])).toEqual([
    ...items.map(({ typeId }) => typeId),
    ...['0-1', '0-2'].filter((id) => !items.some(({ typeId }) => typeId === id)),
  ])
})

test('a schema that is none of a custom object is left out, and the types are incomplete', async () => {
  const path = '/crm-object-schemas/schemas?includePropertyDefinitions=false'
  const { catalogue } = await read({ [path]: [{ objectTypeId: '0-5', name: 'tickets' }] })
  expect(catalogue.objectTypes.items.map(({ typeId }) => typeId)).not.toContain('0-5')
  expect(catalogue.objectTypes.complete).toBe(false)
})

test('a custom type that is mirrored and that HubSpot no longer lists is not among the types', async () => {
  const gone = defineObject({ type: '2-8', name: 'gone', columns: {} })
  const properties = { '/crm/properties/2-8': 404, '/crm/properties/2-8/groups': 404 }
  const idsOf = async (answers: Record<string, Answer>) => {
    const given = { ...query, objects: [contacts, gone] }
    const sets = of(await read({ ...properties, ...answers }, given), 'object_types')
    return sets.flatMap(({ rows }) => rows.map(({ key }) => key[0]))
  }
  expect(await idsOf({})).not.toContain('2-8')
  const schemas = '/crm-object-schemas/schemas?includePropertyDefinitions=false'
  expect(await idsOf({ [schemas]: 403 })).toContain('2-8')
})

test('types of objects are not written at all if HubSpot is out of order', async () => {
  const result = await read({ '/crm/limits/records': 500 })
  expect(of(result, 'object_types')).toEqual([])
})

test('limits that are refused leave association types without limits', async () => {
  const result = await read({ '/crm/associations/definitions/configurations/all': 403 })
  expect(of(result, 'association_types')[0]?.rows.map(({ values }) => values.maxTo)).toEqual([
    null,
    null,
  ])
})

test('limits that fail leave association types as they are stored', async () => {
  const result = await read({ '/crm/associations/definitions/configurations/all': 500 })
  expect(of(result, 'association_types')).toEqual([])
})

test.each([
  ['no list', {}],
  ['a definition without a name', [{ label: 'Nameless' }]],
  ['a second page', { results: [], paging: { next: { after: '1' } } }],
])('a reply with %s changes nothing of its part', async (_, answer) => {
  const result = await read({ '/crm/properties/contacts': answer as Answer })
  expect(of(result, 'property_definitions').map(({ scope }) => scope)).toEqual([['companies']])
  const { failures } = result.catalogue.objects[0]?.properties ?? {}
  expect(failures).toMatchObject([{ code: 'HUBSPOT_REPLY' }])
})

test.each([
  ['/crm/properties/contacts', ['property_definitions contacts', 'property_options contacts']],
  ['/crm/properties/contacts/groups', ['property_groups contacts']],
])(
  'an empty list of %s changes nothing of its part: HubSpot always has some',
  async (path, missing) => {
    const parts = ({ sets }: Awaited<ReturnType<typeof read>>) =>
      sets.map(({ table, scope }) => [table, ...scope].join(' '))
    const empty = await read({ [path]: [] })
    expect(parts(empty)).toEqual(parts(await read()).filter((part) => !missing.includes(part)))
    const { groups, properties } = empty.catalogue.objects[0] ?? {}
    expect([...(groups?.failures ?? []), ...(properties?.failures ?? [])]).toMatchObject([
      { code: 'HUBSPOT_REPLY', message: expect.stringContaining('empty list') },
    ])
  },
)

test('types of objects are not written if HubSpot counts the records of none: it always has contacts', async () => {
  const path = '/crm/limits/records'
  const none = await read({ [path]: { hubspotDefinedObjectTypes: [], customObjectTypes: {} } })
  expect(of(none, 'object_types')).toEqual([])
})

test.each([
  '/crm/properties/contacts?archived=true',
  '/crm-object-schemas/schemas?includePropertyDefinitions=false',
  '/crm/associations/contacts/companies/labels',
  '/crm/associations/definitions/configurations/all',
])('an empty list of %s is believed', async (path) => {
  const { catalogue, sets } = await read({ [path]: [] })
  expect(sets).toHaveLength((await read()).sets.length)
  expect(catalogue.objectTypes.failures).toEqual([])
})

test('bad data in a definition is left out, and the rest is read', async () => {
  const result = await read({
    '/crm/properties/contacts': [
      {
        ...{ name: 'odd', label: 7, type: null, hidden: 'yes', createdAt: 'soon' },
        options: [null, { value: 'x' }, { value: 'x', label: 'again' }, { label: 'no value' }, 5],
      },
      { name: 'broken', label: 'lone \uD800', options: { not: 'a list' } },
      { name: 'long', options: [{ value: 'v'.repeat(3_000) }, { value: '\uD800' }] },
    ],
  })
  const [definitions] = of(result, 'property_definitions')
  expect(definitions?.rows.map(({ key }) => key[1])).toEqual(['odd', 'broken', 'long', 'old'])
  const [options] = of(result, 'property_options')
  expect(options?.rows.map(({ key }) => key)).toEqual([
    ['contacts', 'odd', 'x'],
    ['contacts', 'long', '\uFFFD'],
  ])
})

test('an option has the value that columns have, without spaces at its ends, once', async () => {
  const options = [{ value: ' a ', label: 'A' }, { value: 'a' }, { value: ' ' }, { value: 'b c' }]
  const result = await read({ '/crm/properties/contacts': [{ name: 'odd', options }] })
  const [rows] = of(result, 'property_options')
  expect(rows?.rows.map(({ key, values }) => [key[2], values.label])).toEqual([
    ['a', 'A'],
    ['b c', null],
  ])
})

test('an error that is about more than one call ends the reading', async () => {
  await expect(read({ '/crm/properties/contacts': 401 })).rejects.toMatchObject({
    code: 'UNAUTHORIZED',
  })
})
