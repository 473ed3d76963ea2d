import { InvalidOptionError } from '../errors.js'
import { noOptionNamed, show, unexpected } from '../expected.js'
import type { HubspotRecord, RecordStatus } from '../model.js'
import { type Column, column } from './columns.js'
import { type HistorySelection, historyNamed } from './history-selection.js'
import { standardTypeOf } from './standard-types.js'
import { type CanonicalType, typeNamed } from './type-names.js'

/** The columns of an object, by their camelCase names. */
export type Columns = Record<string, Column>

/**
 * The properties that are read: those that the columns name (`'mapped'`), every property of the portal (`'all'`), or a
 * list.
 */
export type PropertySelection = 'mapped' | 'all' | readonly string[]

/** Whether a selection keeps the history of any property. */
export type KeepsHistory<History extends HistorySelection> = History extends readonly []
  ? false
  : true

/** What {@link defineObject} takes. */
export interface ObjectDefinitionInput<
  Name extends string,
  Type extends string,
  C extends Columns,
  History extends HistorySelection = HistorySelection,
> {
  /**
   * HubSpot's object type, by any name that HubSpot takes: `contacts`, `contact`, `0-1`. For a custom object: its type
   * id, `2-1234567`.
   */
  type: Type
  /**
   * The name of the table and of the jobs. Required for a custom object. Default: HubSpot's plural name of the type.
   */
  name?: Name
  /**
   * HubSpot's type id, used in links to records and to recognize webhooks. Default: the published one of the type, if
   * there is one.
   */
  typeId?: string
  /**
   * The property that changes when a record changes. Default: `lastmodifieddate` for contacts, `hs_lastmodifieddate`
   * for every other type (HubSpot docs, CRM search, "Default search properties"). With a wrong one, HubSpot's search
   * returns no rows and no error.
   */
  modifiedProperty?: string
  /** The mapped columns, by camelCase name. The tables have them in snake_case. */
  columns: C
  /** Default: `'mapped'`. */
  properties?: PropertySelection
  /**
   * The properties of which every value is kept, with when it was written, by what and by whom. Where that of the stage
   * is kept, that of the pipeline is too. Default: none.
   */
  history?: History
}

/** A type of HubSpot object, and how it is mirrored. */
export interface ObjectDefinition<
  Name extends string = string,
  Type extends string = string,
  C extends Columns = Columns,
  Kept extends boolean = boolean,
> {
  /**
   * HubSpot's object type by its one name here, whatever name it was defined by: `contacts`, or the type id of a custom
   * object.
   */
  readonly type: Type
  /** The name of the table, and of the jobs and paths of the object. */
  readonly name: Name
  /** HubSpot's type id, such as `0-1`; undefined if it isn't known. */
  readonly typeId: string | undefined
  /** The property that changes when a record changes. HubSpot's search finds changes by it. */
  readonly modifiedProperty: string
  /** The mapped columns, by their camelCase names. */
  readonly columns: C
  /** The properties that are read of each record. */
  readonly properties: PropertySelection
  /** The properties whose history is kept, by their internal names in HubSpot, or `'all'`. Empty: none. */
  readonly history: Kept extends false ? readonly [] : HistorySelection
  /**
   * Returns the same object with more columns, other properties, or another name for its table, its jobs and its pairs.
   * The original doesn't change.
   *
   * @throws {@link InvalidOptionError} as {@link defineObject} does.
   */
  extend<
    More extends Columns = Record<never, never>,
    const Renamed extends string = Name,
    const History extends HistorySelection | undefined = undefined,
  >(addition: {
    name?: Renamed
    columns?: More
    properties?: PropertySelection
    history?: History
  }): ObjectDefinition<
    NoInfer<Renamed>,
    Type,
    SpelledOut<Omit<C, keyof More> & More>,
    History extends HistorySelection ? KeepsHistory<History> : Kept
  >
}

/** The names of those of these objects whose definitions keep the history of any property. */
export type WithHistory<Object extends ObjectDefinition> = Object extends {
  readonly history: readonly []
}
  ? never
  : Object['name']

/** The type of the rows of a definition: base fields, mapped columns, and HubSpot's object in `raw`. */
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

/** The values of columns. If the columns of a definition aren't known, anything. */
type ColumnValues<C extends Columns> = string extends keyof C
  ? { [column: string]: unknown }
  : { -readonly [Key in keyof C]: ValueOf<C[Key]> | null }

/** The type of a column's values. */
export type ValueOf<C extends Column> = Exclude<C['value'], undefined>

/** The same type with its members spelled out, for editors to show. */
export type SpelledOut<Type> = { [Key in keyof Type]: Type[Key] } & {}

/** A column's name in the tables. */
export function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}

const baseFields = ['id', 'status', 'url', 'createdAt', 'updatedAt', 'archivedAt', 'raw']
const baseColumns = [
  ...['portal_id', 'source_id', 'source_status', 'source_url', 'source_created_at'],
  ...['source_updated_at', 'source_archived_at', 'source_created_year', 'raw', 'synced_at'],
]

/**
 * Columns that PostgreSQL or SQLite have in every table: they refuse other columns of that name, or return their own
 * instead.
 */
const systemColumns = [...['ctid', 'xmin', 'xmax', 'cmin', 'cmax', 'tableoid'], ...['rowid', 'oid']]

/**
 * Describes an object type. Its table, the properties that are read, and the row type follow from it.
 *
 * @throws {@link InvalidOptionError} if a name can't be that of a table or column.
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
  const History extends HistorySelection = readonly [],
>(
  input: ObjectDefinitionInput<Name, Type, C, History>,
): ObjectDefinition<Name, CanonicalType<Type>, C, KeepsHistory<History>> {
  expectMembers(input, 'defineObject(…)', members)
  const { columns, properties = 'mapped' } = input
  const { type, typeId } = typeNamed(input.type, input.typeId)
  const name = (input.name ?? type) as Name
  expectTableName(name, type)
  expectColumns(name, columns)
  expectProperties(name, properties)
  const history = historyNamed(name, type, columns, input.history)
  return Object.freeze({
    type,
    name,
    typeId,
    modifiedProperty:
      input.modifiedProperty ?? standardTypeOf({ type })?.modifiedProperty ?? 'hs_lastmodifieddate',
    columns: Object.freeze({ ...columns }) as C,
    properties,
    history,
    extend(addition: Addition) {
      expectMembers(addition, 'extend(…)', ['name', 'columns', 'properties', 'history'])
      return defineObject({
        ...input,
        history: addition.history ?? input.history ?? [],
        name: addition.name ?? name,
        columns: { ...columns, ...addition.columns },
        properties: addition.properties ?? properties,
      })
    },
  }) as unknown as ObjectDefinition<Name, CanonicalType<Type>, C, KeepsHistory<History>>
}

interface Addition {
  name?: string
  columns?: Columns
  properties?: PropertySelection
  history?: HistorySelection
}

const members: readonly string[] = Object.keys({
  type: true,
  name: true,
  typeId: true,
  modifiedProperty: true,
  columns: true,
  properties: true,
  history: true,
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
        `Expected no column of "${object}" to be called ${show(name)}: every row already has a field or column of that name.`,
      )
    if (systemColumns.includes(spelled))
      throw new InvalidOptionError(
        `Expected no column of "${object}" to be called ${show(name)}: PostgreSQL or SQLite has its own column ${spelled} in every table. Give the column another name.`,
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
