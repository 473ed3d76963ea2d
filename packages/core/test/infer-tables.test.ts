import { describe, expect, expectTypeOf, test } from 'vitest'
import {
  column,
  companies,
  contacts,
  deals,
  defineObject,
  type HubspotRecord,
  type InferTables,
  type Json,
} from '../src/index.js'
import { snakeCase } from '../src/objects/define-object.js'
import type { SnakeCase } from '../src/objects/infer-tables.js'
import { pairsAmong } from '../src/objects/pairs.js'
import { mirrorSchema, type ReferenceName } from '../src/store.js'

const names = [
  ...(['email', 'firstName', 'hsObjectId', 'aB', 'a1', 'a1B2c', 'aBC', 'hsABTest', 'x9'] as const),
  ...(['lastModifiedDateOfTheVeryLongNameThatGoesOnAndOnAndOnAndOnYes', 'ownerID', 'z'] as const),
] as const

test('columns are spelled alike in types and in tables', () => {
  type Spelled<Names extends readonly string[]> = {
    [Index in keyof Names]: SnakeCase<Names[Index]>
  }
  const spelled: Spelled<typeof names> = [
    ...(['email', 'first_name', 'hs_object_id', 'a_b', 'a1', 'a1_b2c', 'a_b_c'] as const),
    ...(['hs_a_b_test', 'x9'] as const),
    'last_modified_date_of_the_very_long_name_that_goes_on_and_on_and_on_and_on_yes',
    ...(['owner_i_d', 'z'] as const),
  ]
  expect(names.map(snakeCase)).toEqual(spelled)
})

const pets = defineObject({
  type: '2-1234567',
  name: 'pets',
  columns: {
    ...{
      petName: column.text('name'),
      born: column.date('born_on'),
      weight: column.decimal('weight'),
    },
    ...{
      seenAt: column.datetime('seen_at'),
      legs: column.integer('legs'),
      mood: column.number('mood'),
    },
    ...{ good: column.boolean('is_good'), toys: column.list('toys') },
  },
})
const objects = [contacts, companies, deals] as const

describe('the types of the tables', () => {
  test('have the values that pg gives', () => {
    expectTypeOf<InferTables<[typeof pets]>['pets']>().toEqualTypeOf<{
      portal_id: string
      source_id: string
      source_status: 'ACTIVE' | 'ARCHIVED'
      source_url: string | null
      source_created_at: Date | null
      source_updated_at: Date
      source_archived_at: Date | null
      source_created_year: number | null
      pet_name: string | null
      born: Date | null
      weight: string | null
      seen_at: Date | null
      legs: string | null
      mood: number | null
      good: boolean | null
      toys: string[] | null
      raw: HubspotRecord
      synced_at: Date
    }>()
  })

  test('have the choices that a definition types its text and lists by', () => {
    type Mood = 'calm' | 'wild' | (string & {})
    const typed = pets.extend({
      columns: {
        temper: column.text<Mood>('temper'),
        strict: column.text<'a' | 'b'>('strict'),
        moods: column.list<Mood>('moods'),
      },
    })
    type Line = InferTables<[typeof typed]>['pets']
    expectTypeOf<Line['temper']>().toEqualTypeOf<Mood | null>()
    expectTypeOf<Line['strict']>().toEqualTypeOf<'a' | 'b' | null>()
    expectTypeOf<Line['moods']>().toEqualTypeOf<Mood[] | null>()
    type InSqlite = InferTables<[typeof typed], 'sqlite'>['pets']
    expectTypeOf<InSqlite['temper']>().toEqualTypeOf<Mood | null>()
    expectTypeOf<InSqlite['moods']>().toEqualTypeOf<string | null>()
  })

  test('have the values that SQLite gives', () => {
    type Pet = InferTables<[typeof pets], 'sqlite'>['pets']
    expectTypeOf<Pet['seen_at' | 'born' | 'weight' | 'toys' | 'pet_name']>().toEqualTypeOf<
      string | null
    >()
    expectTypeOf<Pet['legs' | 'mood' | 'good']>().toEqualTypeOf<number | null>()
    expectTypeOf<Pet['raw' | 'source_updated_at']>().toEqualTypeOf<string>()
  })

  test('have the pairs that the mirror has by itself, and no others', () => {
    type Tables = InferTables<typeof objects, 'sqlite'>
    expectTypeOf<keyof Tables>().toEqualTypeOf<
      | ('contacts' | 'companies' | 'deals')
      | ('contacts_companies' | 'contacts_deals' | 'deals_companies')
      | ReferenceName
      | ('sync_portals' | 'sync_checkpoints' | 'sync_runs')
      | ('sync_changes' | 'sync_tombstones' | 'sync_pairs' | 'sync_leases' | 'sync_schema')
    >()
    const { pairs } = mirrorSchema(objects, pairsAmong(objects, undefined))
    const named: Record<Extract<keyof Tables, `${string}s_${'companies' | 'deals'}`>, true> = {
      ...{ contacts_companies: true, contacts_deals: true, deals_companies: true },
    }
    expect(pairs.map(({ name }) => name).sort()).toEqual(Object.keys(named).sort())
  })

  test('have the reference tables, with the values that pg gives', () => {
    type Tables = InferTables<typeof objects>
    expectTypeOf<Tables['pipeline_stages']>().toEqualTypeOf<{
      portal_id: string
      object: string
      pipeline_id: string
      source_id: string
      source_status: 'ACTIVE' | 'ARCHIVED'
      source_created_at: Date | null
      source_updated_at: Date | null
      source_archived_at: Date | null
      label: string | null
      display_order: string | null
      is_closed: boolean | null
      is_won: boolean | null
      probability: string | null
      state: string | null
      raw: Json | null
      synced_at: Date
    }>()
    expectTypeOf<Tables['association_types']>().toEqualTypeOf<{
      portal_id: string
      from_object: string
      to_object: string
      category: string
      type_id: string
      source_status: 'ACTIVE' | 'ARCHIVED'
      label: string | null
      max_to: string | null
      synced_at: Date
    }>()
    expectTypeOf<Tables['owners_teams']>().toEqualTypeOf<{
      portal_id: string
      owner_id: string
      team_id: string
      is_primary: boolean | null
      synced_at: Date
    }>()
  })

  test('have the reference tables, with the values that SQLite gives', () => {
    type Tables = InferTables<typeof objects, 'sqlite'>
    type Stage = Tables['pipeline_stages']
    expectTypeOf<Stage['display_order' | 'is_won']>().toEqualTypeOf<number | null>()
    expectTypeOf<Stage['probability' | 'raw' | 'source_created_at']>().toEqualTypeOf<
      string | null
    >()
    expectTypeOf<Tables['association_types']['type_id']>().toEqualTypeOf<number>()
    expectTypeOf<Stage['synced_at']>().toEqualTypeOf<string>()
  })

  test('have the pairs that are asked for, by name or by type', () => {
    const people = defineObject({ type: 'contacts', name: 'people', columns: {} })
    type Objects = [typeof people, typeof pets, typeof companies]
    type Pairs = [['people', 'pets'], ['2-1234567', 'companies'], ['pets', 'deals']]
    type Tables = InferTables<Objects, 'postgres', Pairs>
    expectTypeOf<Extract<keyof Tables, `pe${string}_${string}`>>().toEqualTypeOf<
      'people_pets' | 'pets_companies'
    >()
    expectTypeOf<InferTables<Objects>>().toHaveProperty('people_companies')
    expectTypeOf<Tables['people_pets']>().toEqualTypeOf<{
      portal_id: string
      from_id: string
      to_id: string
      category: string
      type_id: string
      label: string | null
    }>()
  })
})
