import { describe, expect, expectTypeOf, test } from 'vitest'
import {
  column,
  companies,
  contacts,
  createMirrorReader,
  deals,
  defineObject,
  type InferTables,
  memoryStore,
  type RowOf,
} from '../src/index.js'

const columns = { email: column.text('email') }

describe('a standard type', () => {
  test.each(['contacts', 'contact', 'Contacts', 'CONTACT', '0-1'])(
    'is known by its name %s',
    (type) => {
      expect(defineObject({ type, columns })).toMatchObject({
        type: 'contacts',
        name: 'contacts',
        typeId: '0-1',
        modifiedProperty: 'lastmodifieddate',
      })
    },
  )

  test.each([
    ['company', 'companies', '0-2'],
    ['Line_Item', 'line_items', '0-8'],
    ['0-74', 'goal_targets', '0-74'],
    ['feedback_submission', 'feedback_submissions', '0-19'],
    ['commerce_payment', 'commerce_payments', '0-101'],
    ['tax', 'taxes', '0-86'],
    ['postal_mail', 'postal_mail', '0-116'],
    ['contract', 'contracts', undefined],
  ])('named %s is %s, of the type id %s', (type, name, typeId) => {
    const modifiedProperty = 'hs_lastmodifieddate'
    expect(defineObject({ type, columns })).toMatchObject({
      ...{ type: name, name, typeId, modifiedProperty },
    })
  })

  test('keeps the name that it is given, and its type when it is extended', () => {
    const people = defineObject({ type: '0-1', name: 'people', columns })
    expect(people).toMatchObject({ type: 'contacts', name: 'people' })
    const more = people.extend({ columns: { phone: column.text('phone') } })
    expect(more).toMatchObject({ type: 'contacts', name: 'people', typeId: '0-1' })
  })

  test('has its canonical name in TypeScript too', () => {
    const person = defineObject({ type: 'Contact', columns })
    expectTypeOf(person.type).toEqualTypeOf<'contacts'>()
    expectTypeOf(person.name).toEqualTypeOf<'contacts'>()
    const byId = defineObject({ type: '0-8', columns: { price: column.text('price') } })
    expectTypeOf(byId.name).toEqualTypeOf<'line_items'>()
    const named = defineObject({ type: '0-2', name: 'firms', columns })
    expectTypeOf(named.type).toEqualTypeOf<'companies'>()
    expectTypeOf(named.name).toEqualTypeOf<'firms'>()
    const pets = defineObject({ type: '2-1234567', name: 'pets', columns })
    expectTypeOf(pets.type).toEqualTypeOf<'2-1234567'>()
    const unknown = defineObject({ type: String('contacts'), columns })
    expectTypeOf(unknown.type).toEqualTypeOf<string>()
    expectTypeOf<RowOf<[typeof person], 'contacts'>['email']>().toEqualTypeOf<string | null>()
    type Tables = InferTables<[typeof person, typeof named], 'sqlite', [['0-1', 'Company']]>
    expectTypeOf<Tables>().toHaveProperty('contacts_firms')
    expectTypeOf<InferTables<[typeof person, typeof named]>>().toHaveProperty('contacts_firms')
  })
})

describe('a type is refused', () => {
  test.each([
    ['line-items', /"line_items"/],
    ['lineItems', /"line_items"/],
    ['payments', /"commerce_payments"/],
    ['Goal', /"goal_targets"/],
    ['feedback', /"feedback_submissions"/],
    ['p_pets', /type id, such as "2-1234567".*got "p_pets".*objectTypeId/],
    ['p4711_Pets', /type id, such as "2-1234567".*got "p4711_Pets"/],
    ['marketing_events', /an API of its own/],
    ['0-54', /an API of its own/],
    ['campaign', /an API of its own/],
    ['con tacts', /a HubSpot object type such as/],
    ['2-', /a HubSpot object type such as/],
  ])('that is called %s, with what to write', (type, message) => {
    expect(() => defineObject({ type, name: 'mine', columns })).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTION', message: expect.stringMatching(message) }),
    )
  })

  test.each([
    ['contacts', '0-2', /`typeId` of the type "contacts" to be "0-1", got "0-2"/],
    ['kontakte', '0-1', /"0-1" is that of "contacts"/],
    ['pets', '2-1234567', /`type` .* to be its type id "2-1234567", got "pets"/],
    ['2-1234567', '2-7654321', /`typeId` of the type "2-1234567" to be "2-1234567"/],
  ])('that is called %s where its id is said to be %s', (type, typeId, message) => {
    expect(() => defineObject({ type, typeId, name: 'mine', columns })).toThrow(message)
  })
})

describe('a mirror', () => {
  const open = (given: object) =>
    createMirrorReader({
      store: memoryStore(),
      objects: [contacts, companies, deals],
      ...given,
    } as never)

  test.each([
    [contacts, defineObject({ type: '0-1', name: 'people', columns }), 'contacts', 'people'],
    [
      defineObject({ type: '2-1', name: 'pets', columns }),
      defineObject({ type: '2-1', name: 'animals', columns }),
      ...(['pets', 'animals'] as const),
    ],
    [
      defineObject({ type: 'New_Type', name: 'these', columns }),
      defineObject({ type: 'new_type', name: 'those', columns }),
      ...(['these', 'those'] as const),
    ],
  ])('refuses two definitions of one type, and names both', (one, other, first, second) => {
    expect(() => open({ objects: [one, other] })).toThrow(
      new RegExp(`each type once, got "${first}" and "${second}", which are both`),
    )
  })

  test('knows the ends of its associations by any name of their types', () => {
    const people = defineObject({ type: 'contact', name: 'people', columns })
    const objects = [people, companies, deals]
    const pairs = (associations: unknown) => open({ objects, associations }).pairs
    expect(pairs([['0-1', 'Company']])).toEqual([['people', 'companies']])
    expect(pairs([['people', '0-3']])).toEqual([['people', 'deals']])
    expect(pairs(undefined)).toContainEqual(['people', 'companies'])
    // A name that the user chose comes first.
    const pets = defineObject({ type: '2-1', name: 'contacts', columns })
    const both = open({
      objects: [people, companies, pets],
      associations: [['contacts', 'companies']],
    })
    expect(both.pairs).toEqual([['contacts', 'companies']])
  })

  test('refuses a pair that is given twice, by whatever names', () => {
    const associations = [
      ['contacts', 'companies'],
      ['contact', '0-2'],
    ]
    expect(() => open({ associations })).toThrow(
      /each pair .* once, got contacts → companies twice/,
    )
  })
})
