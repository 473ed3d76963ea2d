import { InvalidOptionError } from '../errors.js'
import { noOptionNamed, show, unexpected } from '../expected.js'
import type { HubspotRecord, RecordStatus } from '../model.js'
import { type Column, type ColumnTypes, column } from './columns.js'
import { type CanonicalType, typeNamed } from './type-names.js'

/** The columns of an object, by their camelCase names. */
export type Columns = Record<string, Column>

/** Which properties are read: those that the columns name, every one the portal has, or a list. */
export type PropertySelection = 'mapped' | 'all' | readonly string[]

/** What {@link defineObject} takes. */
export interface ObjectDefinitionInput<
  Name extends string,
  Type extends string,
  C extends Columns,
> {
  /**
   * HubSpot's object type by any name that HubSpot takes for it: `contacts`, `contact`, `0-1`; of a custom object its type id,
   * `2-1234567`.
   */
  type: Type
  /** The name of the table and of the jobs. Default: HubSpot's name of the type in the plural; required for a custom object. */
  name?: Name
  /** HubSpot's type id, used in record links and to know webhooks by. Default: that of the type, where it is published. */
  typeId?: string
  /**
   * The property that changes when a record does. Default: `lastmodifieddate` for contacts,
   * `hs_lastmodifieddate` for every other type (HubSpot docs, CRM search, "Default search properties").
   * With the wrong one HubSpot's search answers with no rows and no error.
   */
  modifiedProperty?: string
  /** The mapped columns, by camelCase name; the tables have them in snake_case. */
  columns: C
  /** Default: `'mapped'`. */
  properties?: PropertySelection
}

/** A type of HubSpot object, and how it is mirrored. */
export interface ObjectDefinition<
  Name extends string = string,
  Type extends string = string,
  C extends Columns = Columns,
> {
  /** HubSpot's object type by one name, whatever name it was defined by: `contacts`, or the type id of a custom object. */
  readonly type: Type
  /** The name of the table, and of the jobs and paths of the object. */
  readonly name: Name
  /** HubSpot's type id, such as `0-1`; undefined where it isn't known. */
  readonly typeId: string | undefined
  /** The property that changes when a record does, by which HubSpot is asked for changes. */
  readonly modifiedProperty: string
  /** The mapped columns, by their camelCase names. */
  readonly columns: C
  /** Which properties are read of each record. */
  readonly properties: PropertySelection
  /**
   * The same object with more columns, other properties, or another name: of its table, its jobs and its pairs. The original stays as it is.
   *
   * @throws {@link InvalidOptionError} as {@link defineObject} does.
   */
  extend<
    More extends Columns = Record<never, never>,
    const Renamed extends string = Name,
  >(addition: {
    name?: Renamed
    columns?: More
    properties?: PropertySelection
  }): ObjectDefinition<Renamed, Type, Omit<C, keyof More> & More>
}

/** The row that a definition gives: base fields, mapped columns, and HubSpot's object in `raw`. */
export type InferRow<Definition extends ObjectDefinition> = SpelledOut<
  {
    id: string
    status: RecordStatus
    url: string | null
    createdAt: string | null
    updatedAt: string
    archivedAt: string | null
  } & ColumnValues<Definition['columns']> & { raw: HubspotRecord }
>

/** The values of columns. Of a definition whose columns aren't known they may be anything. */
type ColumnValues<C extends Columns> = string extends keyof C
  ? { [column: string]: unknown }
  : { -readonly [Key in keyof C]: ColumnTypes[C[Key]['kind']] | null }

/** The same type, with its own members for an editor to show. */
export type SpelledOut<Type> = { [Key in keyof Type]: Type[Key] } & {}

/** A column name as the tables spell it. */
export function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}

const baseFields = ['id', 'status', 'url', 'createdAt', 'updatedAt', 'archivedAt', 'raw']
const baseColumns = [
  ...['portal_id', 'source_id', 'source_status', 'source_url', 'source_created_at'],
  ...['source_updated_at', 'source_archived_at', 'source_created_year', 'raw', 'synced_at'],
]

/** Columns that PostgreSQL and SQLite have in every table: it refuses others of their name, or gives its own instead. */
const systemColumns = [...['ctid', 'xmin', 'xmax', 'cmin', 'cmax', 'tableoid'], ...['rowid', 'oid']]

/**
 * Describes an object type: from it follow the table, the properties that are read, and the row type.
 *
 * @throws {@link InvalidOptionError} where a name can't be that of a table or column.
 *
 * @example
 * ```ts
 * const tickets = defineObject({ type: 'tickets', columns: { subject: column.text('subject') } })
 * const pets = defineObject({ type: '2-1234567', name: 'pets', columns: { name: column.text('name') } })
 * ```
 */
export function defineObject<
  const Type extends string,
  const Name extends string = CanonicalType<Type>,
  const C extends Columns = Columns,
>(input: ObjectDefinitionInput<Name, Type, C>): ObjectDefinition<Name, CanonicalType<Type>, C> {
  expectMembers(input, 'defineObject(…)', members)
  const { columns, properties = 'mapped' } = input
  const { type, typeId } = typeNamed(input.type, input.typeId)
  const name = (input.name ?? type) as Name
  expectTableName(name, type)
  expectColumns(name, columns)
  expectProperties(name, properties)
  return Object.freeze({
    type,
    name,
    typeId,
    modifiedProperty:
      input.modifiedProperty ?? (type === 'contacts' ? 'lastmodifieddate' : 'hs_lastmodifieddate'),
    columns: Object.freeze({ ...columns }) as C,
    properties,
    extend(addition: { name?: string; columns?: Columns; properties?: PropertySelection }) {
      expectMembers(addition, 'extend(…)', ['name', 'columns', 'properties'])
      return defineObject({
        ...input,
        name: addition.name ?? name,
        columns: { ...columns, ...addition.columns },
        properties: addition.properties ?? properties,
      })
    },
  }) as unknown as ObjectDefinition<Name, CanonicalType<Type>, C>
}

const members: readonly string[] = Object.keys({
  type: true,
  name: true,
  typeId: true,
  modifiedProperty: true,
  columns: true,
  properties: true,
} satisfies Record<keyof ObjectDefinitionInput<string, string, Columns>, true>)

function expectMembers(given: unknown, where: string, known: readonly string[]): void {
  if (given === null || typeof given !== 'object' || Array.isArray(given))
    throw unexpected(`${where} to be given an object`, given)
  const unknown = Object.keys(given).find((name) => !known.includes(name))
  if (unknown !== undefined) throw new InvalidOptionError(noOptionNamed(unknown, where, known))
}

function expectTableName(name: string, type: string): void {
  if (/^(?!sync_|sqlite_)[a-z][a-z0-9_]{0,39}$/.test(name) && !(name in {})) return
  throw unexpected(
    `\`name\` of the object "${type}" to be a table name (lower-case letters, digits and _, at most 40, not starting with sync_ or sqlite_)`,
    name,
    'Give the definition a `name`.',
  )
}

function expectColumns(object: string, columns: Columns): void {
  const seen = new Map<string, string>()
  if (columns === null || typeof columns !== 'object' || Array.isArray(columns))
    throw unexpected(
      `\`columns\` of "${object}" to be an object such as { email: column.email('email') }`,
      columns,
    )
  for (const [name, each] of Object.entries(columns)) {
    const spelled = snakeCase(name)
    if (!/^[a-z][A-Za-z0-9]*$/.test(name) || spelled.length > 60)
      throw unexpected(
        `the columns of "${object}" to have camelCase names of letters and digits, at most 60 long`,
        name,
      )
    if (baseFields.includes(name) || baseColumns.includes(spelled))
      throw new InvalidOptionError(
        `Expected the columns of "${object}" to leave ${show(name)} alone: every row has a field or column of that name already.`,
      )
    if (systemColumns.includes(spelled))
      throw new InvalidOptionError(
        `Expected the columns of "${object}" to leave ${show(name)} alone: PostgreSQL or SQLite has a column of its own called ${spelled} in every table. Give the column another name.`,
      )
    if (seen.has(spelled))
      throw new InvalidOptionError(
        `Expected the columns of "${object}" to differ in snake_case, but ${show(seen.get(spelled))} and ${show(name)} are both "${spelled}".`,
      )
    if (!isColumn(each))
      throw unexpected(
        `the column ${show(name)} of "${object}" to be made by column.text(…), column.email(…) or another kind of column with a property name`,
        each,
      )
    seen.set(spelled, name)
  }
}

function isColumn(value: Partial<Column> | null | undefined): boolean {
  const { kind, property } = value ?? {}
  return (
    typeof property === 'string' && property.trim() !== '' && Object.hasOwn(column, String(kind))
  )
}

function expectProperties(object: string, properties: PropertySelection): void {
  if (properties === 'mapped' || properties === 'all') return
  if (Array.isArray(properties) && properties.every((name) => typeof name === 'string' && name))
    return
  throw unexpected(
    `\`properties\` of "${object}" to be 'mapped', 'all' or a list of property names`,
    properties,
  )
}
