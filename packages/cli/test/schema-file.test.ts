import { execFileSync } from 'node:child_process'
import { createRequire } from 'node:module'
import {
  type ColumnKind,
  column,
  contacts,
  type DescribedObject,
  type DescribedProperty,
  defineObject,
} from '@hubsync/core'
import ts from 'typescript'
import { describe, expect, test } from 'vitest'
import { columnNames } from '../src/schema-file/column-names.js'
import { pulledColumns } from '../src/schema-file/pulled-columns.js'
import { type DefinitionsBefore, pulledObjects } from '../src/schema-file/pulled-objects.js'
import { optionsIn, schemaText } from '../src/schema-file/schema-text.js'

const property = (name: string, more: Partial<DescribedProperty> = {}): DescribedProperty => ({
  ...{ name, label: null, type: 'string', fieldType: 'text', groupName: null, description: null },
  ...{ isCalculated: false, isCustom: true, isUnique: false, isHidden: false, isReadOnly: false },
  ...{ referencesObject: null, sensitivity: 'non_sensitive', options: [], archived: false },
  ...{ createdAt: null, updatedAt: null, archivedAt: null, raw: null, kind: 'text', isUsed: null },
  ...more,
})

const object = (type: string, more: Partial<DescribedObject> = {}): DescribedObject => ({
  ...{ type, typeId: type, singular: null, plural: null, name: null, displayProperty: null },
  ...{ isCustom: type.startsWith('2-'), isEnabled: null, records: 1, allowsSensitive: null },
  ...{ associatedWith: [], raw: null, mirroredAs: null, isAsked: true, groups: null },
  properties: [],
  definition: type === 'contacts' ? contacts : defineObject({ type, name: 'pets', columns: {} }),
  ...more,
})

const nothing: DefinitionsBefore = {
  inFile: [],
  standard: new Map([['contacts', contacts]]),
}
const everything = { omit: [], used: false }

/** The text of a file with these objects, where there was none. */
const textOf = (...described: DescribedObject[]) =>
  schemaText(pulledObjects(described, nothing, everything).objects, everything)

const nameOf = (name: string) => columnNames([{ name, createdAt: null }], []).get(name)

describe('the name of a column', () => {
  test.each([
    ['email', 'email'],
    ['hs_lead_status', 'hsLeadStatus'],
    ['address_2', 'address2'],
    ['Some-Name', 'someName'],
    ['50_percent', 'property50Percent'],
    ['___', 'property'],
    // Base fields, columns of every table, columns of the databases, and what every object has in JavaScript.
    ['status', 'statusProperty'],
    ['portal_id', 'portalIdProperty'],
    ['source_id', 'sourceIdProperty'],
    ['ctid', 'ctidProperty'],
    ['constructor', 'constructorProperty'],
    ['to_string', 'toStringProperty'],
  ])('%s is %s', (name, expected) => {
    expect(nameOf(name)).toBe(expected)
  })

  test('is at most 60 long in snake_case, and differs for each property', () => {
    const long = 'a_property_whose_name_is_as_long_as_hubspot_allows_it_to_be_for_any_of_'
    const names = [`${long}them1`, `${long}them2`, 'x'.repeat(75), 'été', 'êté'].map(nameOf)
    for (const name of names) {
      expect(name).toMatch(/^[a-z][A-Za-z0-9]*X[0-9a-f]{6}$/)
      const spelled = String(name).replace(/[A-Z]/g, (letter) => `_${letter}`)
      expect(spelled.length).toBeLessThanOrEqual(60)
    }
    expect(new Set(names).size).toBe(names.length)
  })

  test('stays when a younger property comes that would have the same one', () => {
    const old = { name: 'address_2', createdAt: '2024-01-01T00:00:00.000Z' }
    const young = { name: 'address2', createdAt: '2025-01-01T00:00:00.000Z' }
    for (const properties of [
      [old, young],
      [young, old],
    ]) {
      const names = columnNames(properties, [])
      expect(names.get('address_2')).toBe('address2')
      expect(names.get('address2')).toMatch(/^address2X[0-9a-f]{6}$/)
    }
  })

  test('of a column that is there goes to no other property', () => {
    expect(columnNames([{ name: 'email', createdAt: null }], ['email']).get('email')).toMatch(
      /^emailX/,
    )
  })
})

describe('the columns of an object', () => {
  const known = (name: string, kind: ColumnKind, of = name) => ({
    ...{ name, kind, property: of, index: false },
  })
  const of = (properties: DescribedProperty[], ...inFile: ReturnType<typeof known>[]) =>
    pulledColumns(properties, { inFile, others: [] }, everything)
  const shown = ({ columns }: ReturnType<typeof of>) =>
    columns.map(({ name, kind }) => [name, kind])

  test('keep the names that they have in the file', () => {
    const { columns } = of([property('address2'), property('address_2')], known('address2', 'text'))
    expect(columns.map(({ name }) => name)).toEqual([
      'address2',
      expect.stringMatching(/^address2X/),
    ])
    const other = of(
      [property('address2'), property('address_2')],
      known('address2', 'text', 'address_2'),
    )
    expect(other.columns.find((each) => each.property === 'address_2')?.name).toBe('address2')
  })

  test('keep a kind that holds the values of the new type', () => {
    const result = of(
      [property('score', { type: 'number', kind: 'number' })],
      known('score', 'text'),
    )
    expect(shown(result)).toEqual([['score', 'text']])
    expect(result.columns[0]?.notes).toEqual(['Stays text; HubSpot has changed it to number.'])
    expect(result.told).toEqual([])
  })

  test('tell where a column of telephone numbers is kept for a property that takes any text', () => {
    const result = of([property('fax')], known('fax', 'phone'))
    expect(shown(result)).toEqual([['fax', 'phone']])
    expect(result.columns[0]?.notes).toEqual([
      'HubSpot takes any text here: one that is no telephone number is null, and whole in `raw`.',
    ])
    expect(result.told).toEqual([expect.stringContaining('HubSpot takes any text for fax')])
    const natural = of([property('fax', { kind: 'phone' })], known('fax', 'phone'))
    expect([natural.told, natural.columns[0]?.notes]).toEqual([[], []])
  })

  test.each([
    ['number', 'number', 'faxNumber'],
    ['enumeration', 'list', 'faxList'],
    ['enumeration', 'text', 'faxText'],
    ['bool', 'boolean', 'faxBoolean'],
    ['datetime', 'datetime', 'faxDatetime'],
  ] as const)(
    'keep no telephone number in a property of type %s and kind %s',
    (type, kind, name) => {
      const result = of([property('fax', { type, kind })], known('fax', 'phone'))
      expect(shown(result)).toEqual([[name, kind]])
      expect(result.told).toEqual([expect.stringContaining(`They are in ${name} from now on.`)])
    },
  )

  test('get another name where the kind would not hold them, and it is told', () => {
    const result = of([property('score')], known('score', 'number'))
    expect(shown(result)).toEqual([['scoreText', 'text']])
    expect(result.told).toEqual([expect.stringContaining('They are in scoreText from now on.')])
    const again = of([property('score')], known('scoreText', 'text', 'score'))
    expect(shown(again)).toEqual([['scoreText', 'text']])
    expect(again.told).toEqual([])
  })

  test('keep those of archived properties, as deprecated, and add none for others', () => {
    const archived = { archived: true }
    const result = of(
      [property('old', archived), property('older', archived)],
      known('old', 'text'),
    )
    expect(shown(result)).toEqual([['old', 'text']])
    expect(result.columns[0]?.isArchived).toBe(true)
  })

  test('leave out what HubSpot has deleted, and it is told', () => {
    const result = of([], known('old', 'text'))
    expect(result.columns).toEqual([])
    expect(result.told).toEqual([
      expect.stringContaining('old: HubSpot has no property old any more'),
    ])
  })

  test('leave out what no record has, unless it is in the file', () => {
    const properties = ['a', 'b', 'c'].map((name) => property(name, { isUsed: name === 'a' }))
    const { columns } = pulledColumns(
      properties,
      { inFile: [known('b', 'text')], others: [] },
      { omit: [], used: true },
    )
    expect(columns.map(({ name }) => name)).toEqual(['a', 'b'])
  })

  test('leave out names and patterns', () => {
    const properties = ['hs_a', 'hs_b', 'x.y', 'xay', 'own'].map((name) => property(name))
    const selection = { omit: ['hs_*', 'x.y', 'wn'], used: false }
    const { columns } = pulledColumns(properties, { inFile: [], others: [] }, selection)
    expect(columns.map((each) => each.property)).toEqual(['own', 'xay'])
  })

  test('have the names of definitions elsewhere, if their kinds fit', () => {
    const others = [known('vip', 'boolean', 'is_vip'), known('tags', 'list', 'labels')]
    const properties = [property('is_vip', { type: 'bool', kind: 'boolean' }), property('labels')]
    const result = pulledColumns(properties, { inFile: [], others }, everything)
    expect(shown(result)).toEqual([
      ['vip', 'boolean'],
      ['labels', 'text'],
    ])
  })

  test.each([
    ['the configuration', [], [known('phone', 'text', 'mobile'), known('phone', 'text')]],
    ['the file', [known('phone', 'text', 'mobile')], [known('phone', 'text')]],
  ])('that %s has for one property go to no other', (_, inFile, others) => {
    const properties = ['mobile', 'phone'].map((name) => property(name))
    const { columns } = pulledColumns(properties, { inFile, others }, everything)
    expect(columns.map(({ name, property }) => [property, name])).toEqual([
      ['mobile', 'phone'],
      ['phone', expect.stringMatching(/^phoneX[0-9a-f]{6}$/)],
    ])
  })
})

describe('the objects of the file', () => {
  const named = (...described: DescribedObject[]) =>
    pulledObjects(described, nothing, everything).objects.map(({ name, variable }) => [
      name,
      variable,
    ])

  test.each([
    ['pets', 'pets'],
    ['therapist_address', 'therapistAddress'],
    ['class', 'classObject'],
    ['column', 'columnObject'],
    ['objects', 'objectsObject'],
    ['exports', 'exportsObject'],
    ['module', 'moduleObject'],
    ['global_this', 'globalThisObject'],
    ['owners_2_7', 'owners27'],
  ])('that are mirrored as %s are the constant %s', (name, variable) => {
    const definition = defineObject({ type: '2-7', name, columns: {} })
    expect(named(object('contacts'), object('2-7', { definition }))).toEqual([
      ['contacts', 'contacts'],
      [name, variable],
    ])
  })

  test('differ, whatever the portal calls them', () => {
    const types = ['class_object', 'class', 'a_b', 'a__b'].map((name, index) =>
      object(`2-${index}`, { definition: defineObject({ type: `2-${index}`, name, columns: {} }) }),
    )
    const variables = named(...types).map(([, variable]) => variable)
    expect(new Set(variables).size).toBe(types.length)
  })

  test('keep the names of their tables', () => {
    const pets = contacts.extend({ name: 'people' })
    const { objects } = pulledObjects(
      [object('contacts')],
      { ...nothing, inFile: [pets] },
      everything,
    )
    expect(objects[0]?.name).toBe('people')
    expect(schemaText(objects, everything)).toContain("  name: 'people',\n")
  })
})

/** The syntax errors of a file, and what it exports. */
function parsed(text: string) {
  const file = ts.createSourceFile('hubsync.schema.ts', text, ts.ScriptTarget.Latest, true)
  const { parseDiagnostics } = file as unknown as { parseDiagnostics: ts.Diagnostic[] }
  return { file, errors: parseDiagnostics.map(({ messageText }) => messageText) }
}

const hostile = [
  ['the end of a comment', '*/ export const x = 1 /*'],
  ['line breaks', 'a\nexport const x = 1\r\n'],
  ['separators of Unicode', 'a\u2028export const x = 1\u2029b\u0085c'],
  ['backticks and templates', `\`\${process.exit()}\``],
  ['quotes', `a'b"c\\'d`],
  ['a backslash at the end', 'a\\'],
  ['text that runs backwards', 'a\u202Eb\u2066c'],
  ['half a letter', 'a\uD800b'],
  ['a null', 'a\u0000b'],
  ['a tag', '@deprecated {@link x} @internal'],
  ['a directive', '@ts-nocheck'],
] as const

test.each(hostile)('%s in a label, a description or a choice stays text', (_, text) => {
  const choice = { value: text, label: text, displayOrder: 0, hidden: true }
  const odd = property('odd', {
    ...{ label: text, description: text, type: 'enumeration', options: [choice] },
  })
  const written = textOf(object('contacts', { plural: text, properties: [odd] }))
  const { file, errors } = parsed(written)
  expect(errors).toEqual([])
  expect(written.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u)
  // The imports, the choices, the object, and the list of objects.
  expect(file.statements).toHaveLength(4)
  const tags: string[] = []
  const visit = (node: ts.Node): void => {
    tags.push(...ts.getJSDocTags(node).map(({ tagName }) => tagName.text))
    ts.forEachChild(node, visit)
  }
  visit(file)
  expect(tags).toEqual([])
  const union = file.statements[1] as ts.TypeAliasDeclaration
  const [first] = (union.type as ts.UnionTypeNode).types
  const { literal } = first as ts.LiteralTypeNode
  expect((literal as ts.StringLiteral).text).toBe(text)
})

const long = 'a_property_whose_name_is_very_long_indeed_and_goes_on_for_most_of_a_line'
const varied = [
  object('contacts', {
    plural: 'People',
    properties: [
      property('email', { kind: 'email', label: 'Email' }),
      property(long, {
        ...{ label: 'Long', type: 'enumeration', description: 'Words and more words. '.repeat(12) },
        options: ["it's", 'a "b"', `'"`].map((value) => ({
          ...{ value, label: value.toUpperCase(), displayOrder: 0, hidden: false },
        })),
      }),
      property('bare'),
      // Lines of every length around the width.
      ...Array.from({ length: 70 }, (_, length) =>
        property(`p${'x'.repeat(length)}`, {
          type: 'enumeration',
          options: [{ value: 'a', label: 'A', displayOrder: 0, hidden: false }],
        }),
      ),
      ...Array.from({ length: 70 }, (_, length) => property(`q${'_x'.repeat(length / 2)}`)),
      ...Array.from({ length: 70 }, (_, length) =>
        property(`r_${length}`, {
          type: 'enumeration',
          options: ['x'.repeat(length), 'y'].map((value) => ({
            ...{ value, label: value, displayOrder: 0, hidden: false },
          })),
        }),
      ),
      ...['日', '한', 'é', 'e\u0301', '😀', '𝒜', 'ﾊ', '！'].flatMap((letter, kind) =>
        Array.from({ length: 16 }, (_, index) =>
          property(`s_${kind}_${index}`, {
            type: 'enumeration',
            options: [letter.repeat(20 + 2 * index), 'y'].map((value) => ({
              ...{ value, label: value, displayOrder: 0, hidden: false },
            })),
          }),
        ),
      ),
      property('sum', { type: 'number', kind: 'decimal', isCalculated: true }),
    ],
  }),
  ...Array.from({ length: 12 }, (_, index) =>
    object(`2-${index}`, {
      definition: defineObject({ type: `2-${index}`, name: `custom_object_${index}`, columns: {} }),
      properties: [property('a')],
    }),
  ),
  object('2-99', { name: 'empty' }),
]

test('the file is formatted, and its imports are in order', () => {
  const biome = createRequire(import.meta.url).resolve('@biomejs/biome/bin/biome')
  const text = textOf(...varied)
  const args = [biome, 'check', '--write', '--stdin-file-path=hubsync.schema.ts']
  const formatted = execFileSync(process.execPath, args, { input: text, encoding: 'utf8' })
  expect(formatted).toBe(text)
})

test('the file is the same for the same portal, in whatever order HubSpot tells of it', () => {
  const [people] = varied as [DescribedObject]
  const turned = { ...people, properties: [...(people.properties ?? [])].reverse() }
  expect(textOf(turned)).toBe(textOf(people))
})

test('the file says what it was written with, whatever that is', () => {
  const options = { objects: ['a\u2028b', "it's"], omit: ['*/', 'hs_*'], used: true }
  const { objects } = pulledObjects([object('contacts')], nothing, everything)
  const text = schemaText(objects, options)
  expect(optionsIn(text)).toEqual(options)
  expect(parsed(text).errors).toEqual([])
})

test('a column with an index keeps it', () => {
  const indexed = contacts.extend({ columns: { town: column.text('city', { index: true }) } })
  const { objects } = pulledObjects(
    [object('contacts', { definition: indexed, properties: [property('city')] })],
    nothing,
    everything,
  )
  expect(schemaText(objects, everything)).toContain("town: column.text('city', { index: true }),")
})
