import { describe, expect, test } from 'vitest'
import { companies, contacts, tickets, users } from '../src/index.js'
import { pairsAmong } from '../src/objects/pairs.js'
import { type CustomType, customObjects, portalPairs } from '../src/objects/portal-objects.js'

const custom = (typeId: string, name: string | null, ...associatedWith: string[]): CustomType => ({
  ...{ typeId, name, associatedWith, displayProperty: 'full_name' },
})

const namesOf = (...types: CustomType[]) => customObjects(types).map(({ name }) => name)

describe('the definition of a custom object', () => {
  test('has the columns that all of them have, and everything in raw', () => {
    const [pets] = customObjects([custom('2-7', 'pets')])
    expect(pets).toMatchObject({ type: '2-7', typeId: '2-7', name: 'pets', properties: 'all' })
    expect(pets?.columns).toMatchObject({
      name: { kind: 'text', property: 'full_name' },
      stage: { property: 'hs_pipeline_stage' },
      ownerId: { property: 'hubspot_owner_id' },
    })
  })

  test.each([
    ['Pets & Co.', 'pets_co'],
    ['7_seas', 'object_7_seas'],
    ['sync_jobs', 'object_sync_jobs'],
    [null, 'object_2_7'],
    ['Ünïcödé', 'n_c_d'],
    ['a_name_that_is_longer_than_any_table_needs', 'a_name_that_is_longer_th'],
  ])('of HubSpot’s name %s has the table %s', (name, table) => {
    expect(namesOf(custom('2-7', name))).toEqual([table])
  })

  test.each(['contacts', 'services', 'owners', 'status', 'deals_companies', 'contacts_history'])(
    'has its type id in its name if %s is taken, whatever has records',
    (name) => expect(namesOf(custom('2-7', name))).toEqual([`${name}_2_7`.slice(0, 40)]),
  )

  test('has its type id in its name if another custom object has that name', () => {
    const types = [custom('2-8', 'pets'), custom('2-7', 'Pets')]
    expect(namesOf(...types)).toEqual(['pets', 'pets_2_8'])
    expect(namesOf(...types.toReversed())).toEqual(['pets', 'pets_2_8'])
  })

  test('keeps its name when another custom object of that name is made', () => {
    const older = custom('2-9999999', 'equipment_maintenance_records')
    const younger = custom('2-10000000', 'equipment_maintenance_requests')
    expect(namesOf(younger, older)).toEqual([
      ...namesOf(older),
      'equipment_maintenance_re_2_10000000',
    ])
  })

  test('keeps the name that it is known by', () => {
    const [known] = customObjects([custom('2-8', 'pets')])
    const types = [custom('2-7', 'Pets'), custom('2-8', 'pets')]
    const objects = customObjects(types, known ? [contacts, known] : [])
    expect(objects.map(({ type, name }) => [type, name])).toEqual([
      ['2-7', 'pets_2_7'],
      ['2-8', 'pets'],
    ])
  })

  test('has its type id in its name if an older one has a pair of that name', () => {
    expect(namesOf(custom('2-7', 'visits', '0-1'), custom('2-8', 'visits_contacts'))).toEqual([
      'visits',
      'visits_contacts_2_8',
    ])
  })
})

describe('the pairs of a portal', () => {
  test('are read from the other end if a table has their name', () => {
    const types = [custom('2-7', 'visits_contacts'), custom('2-8', 'visits', '0-1')]
    const objects = [contacts, ...customObjects(types)]
    expect(portalPairs(objects, types, [])).toEqual([['contacts', 'visits']])
    expect(pairsAmong(objects, portalPairs(objects, types, []))).toHaveLength(1)
  })

  test('are those of the standard objects, and each link of a custom one, once', () => {
    const types = [
      custom('2-7', 'pets', '0-1', '2-8', '0-115', '0-3'),
      custom('2-8', 'vets', '2-7', '0-2'),
    ]
    const objects = [contacts, companies, tickets, users, ...customObjects(types)]
    expect(portalPairs(objects, types, [])).toEqual([
      ['contacts', 'companies'],
      ['contacts', 'tickets'],
      ['tickets', 'companies'],
      ['pets', 'contacts'],
      ['pets', 'vets'],
      ['vets', 'companies'],
    ])
  })

  test('of a custom object stay as the mirror has them', () => {
    const types = [custom('2-7', 'pets', '0-1', '0-2')]
    const objects = [contacts, companies, ...customObjects(types)]
    const known = [
      { from: 'contacts', to: 'pets' },
      { from: 'pets', to: 'pets' },
      { from: 'pets', to: 'gone' },
      { from: 'companies', to: 'companies' },
    ]
    expect(portalPairs(objects, types, known)).toEqual([
      ['contacts', 'companies'],
      ['contacts', 'pets'],
      ['pets', 'pets'],
      ['pets', 'companies'],
    ])
  })
})
