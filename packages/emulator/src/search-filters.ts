import type { ObjectType } from './object-types.js'
import type { IdOrder } from './portal-options.js'
import type { PropertySet } from './properties.js'
import type { ViewKey } from './sorted-view.js'
import type { StoredRecord } from './stored-record.js'

/** One condition of a search, as it comes in the body. */
export interface Filter {
  propertyName?: unknown
  operator?: unknown
  value?: unknown
  highValue?: unknown
  values?: unknown
}

/** What makes HubSpot answer a search with an error. */
export class FilterError extends Error {
  readonly status: 400 | 500
  constructor(status: 400 | 500, message: string) {
    super(message)
    this.status = status
  }
}

/** Tells whether a record in the index meets a condition. */
export type Predicate = (record: StoredRecord) => boolean

/** Bounds, both included, that a condition puts on a key that the index is sorted by. */
export interface Bounds {
  readonly key: ViewKey
  readonly low: number | string | undefined
  readonly high: number | string | undefined
}

/** What compiling conditions needs to know. */
export interface FilterContext {
  readonly type: ObjectType
  readonly properties: PropertySet
  readonly idOrder: IdOrder
  /** Whether a record is associated with one record of another type. */
  readonly associated: (record: StoredRecord, typeName: string, id: number) => boolean
}

const OPERATORS = new Set([
  'EQ',
  'NEQ',
  'LT',
  'LTE',
  'GT',
  'GTE',
  'BETWEEN',
  'IN',
  'NOT_IN',
  'HAS_PROPERTY',
  'NOT_HAS_PROPERTY',
  'CONTAINS_TOKEN',
  'NOT_CONTAINS_TOKEN',
])

/** A date in a filter or a value: epoch milliseconds or ISO 8601. What is finer than a millisecond is ignored. */
function parseMoment(text: string): number {
  return Math.floor(/^-?\d+(\.\d+)?$/.test(text) ? Number(text) : Date.parse(text))
}

function tokens(text: string): string[] {
  return text
    .toLowerCase()
    .split(/[^\p{L}\p{N}*]+/u)
    .filter(Boolean)
}

function hasToken(text: string, wanted: string): boolean {
  const present = tokens(text)
  return tokens(wanted).every((token) => {
    const pattern = new RegExp(`^${token.replaceAll('*', '.*')}$`, 'u')
    return present.some((word) => pattern.test(word))
  })
}

/** The text of a property in the index, undefined when it is empty. */
export function textOf(record: StoredRecord, name: string, type: ObjectType): string | undefined {
  if (name === 'hs_object_id') return String(record.id)
  if (name === type.modifiedProperty) return new Date(record.updatedAt).toISOString()
  if (name === type.createdProperty) return new Date(record.createdAt).toISOString()
  return record.properties[name] || undefined
}

/** What a property is compared as, when sorting and with less or greater than. */
export function comparableOf(
  name: string,
  { type, properties, idOrder }: Pick<FilterContext, 'type' | 'properties' | 'idOrder'>,
): (record: StoredRecord) => number | string | undefined {
  if (name === 'hs_object_id') return idOrder === 'number' ? ({ id }) => id : ({ id }) => String(id)
  if (name === type.modifiedProperty) return ({ updatedAt }) => updatedAt
  if (name === type.createdProperty) return ({ createdAt }) => createdAt
  const parse = parserOf(name, properties)
  return ({ properties: values }) => {
    const text = values[name]
    const parsed = text ? parse(text) : undefined
    // A number property may hold what is none, such as several ids: it compares with nothing.
    return Number.isNaN(parsed) ? undefined : parsed
  }
}

function parserOf(name: string, properties: PropertySet): (text: string) => number | string {
  const kind = properties.get(name)?.type
  if (kind === 'datetime' || kind === 'date') return parseMoment
  if (kind === 'number') return Number
  return (text) => text.toLowerCase()
}

function viewOf(name: string, { type, idOrder }: FilterContext): ViewKey | undefined {
  if (name === 'hs_object_id') return idOrder === 'number' ? 'id' : 'id-text'
  if (name === type.modifiedProperty) return 'modified'
  return name === type.createdProperty ? 'created' : undefined
}

function text(value: unknown, what: string, filter: Filter): string {
  if (typeof value === 'string' && value !== '') return value
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  throw new FilterError(400, `operator ${String(filter.operator)} requires a ${what}`)
}

/** Makes a condition out of one filter; what it bounds too, where it bounds something. */
export function compileFilter(
  filter: Filter,
  context: FilterContext,
): { matches: Predicate; bounds?: Bounds } {
  const { propertyName: name, operator } = filter
  if (typeof name !== 'string' || typeof operator !== 'string' || !OPERATORS.has(operator)) {
    throw new FilterError(
      400,
      `Invalid filter: propertyName ${String(name)}, operator ${String(operator)}`,
    )
  }
  if (name.startsWith('associations.')) return compileAssociationFilter(filter, name, context)
  const kind = context.properties.get(name)?.type
  if (!kind) throw new FilterError(400, `Property ${name} does not exist`)

  if (operator === 'HAS_PROPERTY')
    return { matches: (record) => textOf(record, name, context.type) !== undefined }
  if (operator === 'NOT_HAS_PROPERTY')
    return { matches: (record) => textOf(record, name, context.type) === undefined }
  if (operator.endsWith('CONTAINS_TOKEN')) {
    const wanted = text(filter.value, 'value', filter)
    const expected = operator === 'CONTAINS_TOKEN'
    return {
      matches: (record) => hasToken(textOf(record, name, context.type) ?? '', wanted) === expected,
    }
  }

  const dated = kind === 'datetime' || kind === 'date'
  const parse =
    name === 'hs_object_id' && context.idOrder === 'text'
      ? String
      : parserOf(name, context.properties)
  const operand = (value: unknown, what: string) => {
    const parsed = parse(text(value, what, filter))
    if (typeof parsed === 'number' && Number.isNaN(parsed))
      throw new FilterError(400, `Invalid value for ${name}: ${String(value)}`)
    // Observed by several: searching from the epoch fails inside HubSpot, from 1 on it works.
    if (dated && parsed === 0) throw new FilterError(500, 'internal error')
    return parsed
  }

  const readValue = comparableOf(name, context)
  if (operator === 'IN' || operator === 'NOT_IN') {
    if (!Array.isArray(filter.values) || filter.values.length === 0)
      throw new FilterError(400, `operator ${operator} requires values`)
    // Text is indexed in lower case and the values of IN are taken as they are. Source: docs, "CRM search".
    const set = new Set(
      filter.values.map((value) => (kind === 'string' ? String(value) : operand(value, 'value'))),
    )
    return { matches: oneOf(set, readValue, kind === 'enumeration', operator === 'IN') }
  }

  const low = operand(filter.value, 'value')
  if (operator === 'EQ' || operator === 'NEQ') {
    const matches = oneOf(new Set([low]), readValue, kind === 'enumeration', operator === 'EQ')
    return bounded({ matches }, name, context, operator === 'EQ' ? [low, low] : undefined)
  }
  const compare =
    (test: (value: number | string) => boolean): Predicate =>
    (record) => {
      const value = readValue(record)
      return value !== undefined && test(value)
    }
  if (operator === 'BETWEEN') {
    const high = operand(filter.highValue, 'highValue')
    return bounded({ matches: compare((value) => value >= low && value <= high) }, name, context, [
      low,
      high,
    ])
  }
  if (operator === 'LT')
    return bounded({ matches: compare((value) => value < low) }, name, context, [undefined, low])
  if (operator === 'LTE')
    return bounded({ matches: compare((value) => value <= low) }, name, context, [undefined, low])
  if (operator === 'GT')
    return bounded({ matches: compare((value) => value > low) }, name, context, [low, undefined])
  return bounded({ matches: compare((value) => value >= low) }, name, context, [low, undefined])
}

/** A record without a value matches neither a list nor its opposite. */
function oneOf(
  set: ReadonlySet<number | string>,
  readValue: (record: StoredRecord) => number | string | undefined,
  several: boolean,
  expected: boolean,
): Predicate {
  return (record) => {
    const value = readValue(record)
    if (value === undefined) return false
    const found = several
      ? String(value)
          .split(';')
          .some((one) => set.has(one))
      : set.has(value)
    return found === expected
  }
}

function bounded(
  condition: { matches: Predicate },
  name: string,
  context: FilterContext,
  range: [low: number | string | undefined, high: number | string | undefined] | undefined,
) {
  const key = viewOf(name, context)
  return key && range ? { ...condition, bounds: { key, low: range[0], high: range[1] } } : condition
}

function compileAssociationFilter(filter: Filter, name: string, { associated }: FilterContext) {
  const id = Number(text(filter.value, 'value', filter))
  if (filter.operator !== 'EQ' || !Number.isSafeInteger(id))
    throw new FilterError(400, `Invalid association filter on ${name}`)
  const typeName = name.slice('associations.'.length)
  return { matches: (record: StoredRecord) => associated(record, typeName, id) }
}
