import type { PropertyType } from './catalogue/definition.js'
import {
  type Comparable,
  type ComparisonContext,
  comparableOf,
  hasToken,
  parserOf,
  textOf,
  viewOf,
} from './search-values.js'
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

/** An invalid filter, which HubSpot answers with an error. */
export class FilterError extends Error {
  readonly status: 400 | 500
  constructor(status: 400 | 500, message: string) {
    super(message)
    this.status = status
  }
}

/** Whether a record in the index matches a condition. */
export type Predicate = (record: StoredRecord) => boolean

/** Bounds, both included, that a condition puts on a key that the index is sorted by. */
export interface Bounds {
  readonly key: ViewKey
  readonly low: Comparable | undefined
  readonly high: Comparable | undefined
}

/** The context for compiling conditions. */
export interface FilterContext extends ComparisonContext {
  /** Whether a record is associated with one record of another type. */
  readonly associated: (record: StoredRecord, typeName: string, id: number) => boolean
}

/** A condition, with the bounds that it puts on a key, if any. */
export interface Condition {
  readonly matches: Predicate
  readonly bounds?: Bounds
}

/** A filter by a known property. */
interface PropertyFilter extends Filter {
  readonly propertyName: string
  readonly operator: string
  readonly kind: PropertyType
}

/** The lowest and the highest value, both included; undefined for an open end. */
type Stretch = readonly [low: Comparable | undefined, high: Comparable | undefined]

/** The predicate of an operator, and the range of values that can match. */
interface Comparison {
  readonly holds: (value: Comparable, low: Comparable, high: Comparable) => boolean
  readonly stretch: (low: Comparable, high: Comparable) => Stretch
}

const COMPARISONS: Readonly<Record<string, Comparison>> = {
  LT: { holds: (value, low) => value < low, stretch: (low) => [undefined, low] },
  LTE: { holds: (value, low) => value <= low, stretch: (low) => [undefined, low] },
  GT: { holds: (value, low) => value > low, stretch: (low) => [low, undefined] },
  GTE: { holds: (value, low) => value >= low, stretch: (low) => [low, undefined] },
  BETWEEN: {
    holds: (value, low, high) => value >= low && value <= high,
    stretch: (low, high) => [low, high],
  },
}

const LISTS = ['EQ', 'NEQ', 'IN', 'NOT_IN']
const TEXTS = ['HAS_PROPERTY', 'NOT_HAS_PROPERTY', 'CONTAINS_TOKEN', 'NOT_CONTAINS_TOKEN']
const OPERATORS = new Set([...Object.keys(COMPARISONS), ...LISTS, ...TEXTS])

/** Compiles a filter to a condition. */
export function compileFilter(filter: Filter, context: FilterContext): Condition {
  const { propertyName, operator } = filter
  if (typeof propertyName !== 'string' || typeof operator !== 'string' || !OPERATORS.has(operator))
    throw new FilterError(
      400,
      `Invalid filter: propertyName ${String(propertyName)}, operator ${String(operator)}`,
    )
  if (propertyName.startsWith('associations.'))
    return compileAssociationFilter(filter, propertyName, context)
  const kind = context.properties.get(propertyName)?.type
  if (!kind) throw new FilterError(400, `Property ${propertyName} does not exist`)
  const known: PropertyFilter = { ...filter, propertyName, operator, kind }
  if (TEXTS.includes(operator)) return { matches: compileText(known, context) }
  return LISTS.includes(operator) ? compileList(known, context) : compileComparison(known, context)
}

function compileText(filter: PropertyFilter, { type }: FilterContext): Predicate {
  const { propertyName, operator, value } = filter
  const expected = !operator.startsWith('NOT_')
  const textIn = (record: StoredRecord) => textOf(record, propertyName, type)
  if (operator.endsWith('HAS_PROPERTY'))
    return (record) => (textIn(record) !== undefined) === expected
  const wanted = text(value, 'value', filter)
  return (record) => hasToken(textIn(record) ?? '', wanted) === expected
}

function compileList(filter: PropertyFilter, context: FilterContext): Condition {
  const { propertyName, operator, kind } = filter
  const read = comparableOf(propertyName, context)
  const isExpected = operator === 'EQ' || operator === 'IN'
  if (operator.endsWith('EQ')) {
    const wanted = operand(filter, 'value', filter.value, context)
    const matches = oneOf(new Set([wanted]), read, kind === 'enumeration', isExpected)
    return isExpected ? bounded(matches, propertyName, context, [wanted, wanted]) : { matches }
  }
  if (!Array.isArray(filter.values) || filter.values.length === 0)
    throw new FilterError(400, `operator ${operator} requires values`)
  // The index has text in lower case, and the values of IN are not converted. Source: docs, "CRM search".
  const set = new Set(
    filter.values.map((value: unknown) =>
      kind === 'string' ? String(value) : operand(filter, 'value', value, context),
    ),
  )
  return { matches: oneOf(set, read, kind === 'enumeration', isExpected) }
}

function compileComparison(filter: PropertyFilter, context: FilterContext): Condition {
  const { propertyName, operator } = filter
  const { holds, stretch } = COMPARISONS[operator]!
  const read = comparableOf(propertyName, context)
  const low = operand(filter, 'value', filter.value, context)
  const high =
    operator === 'BETWEEN' ? operand(filter, 'highValue', filter.highValue, context) : low
  const matches: Predicate = (record) => {
    const value = read(record)
    return value !== undefined && holds(value, low, high)
  }
  return bounded(matches, propertyName, context, stretch(low, high))
}

/** Parses a value of a filter for comparison. */
function operand(
  filter: PropertyFilter,
  what: string,
  value: unknown,
  { properties, idOrder }: FilterContext,
): Comparable {
  const { propertyName, kind } = filter
  const isTextualId = propertyName === 'hs_object_id' && idOrder === 'text'
  const parse = isTextualId ? String : parserOf(propertyName, properties)
  const parsed = parse(text(value, what, filter))
  if (typeof parsed === 'number' && Number.isNaN(parsed))
    throw new FilterError(400, `Invalid value for ${propertyName}: ${String(value)}`)
  // Observed by several: a search from the time 0 fails inside HubSpot; from 1 on it works.
  if ((kind === 'datetime' || kind === 'date') && parsed === 0)
    throw new FilterError(500, 'internal error')
  return parsed
}

function text(value: unknown, what: string, filter: Filter): string {
  if (typeof value === 'string' && value !== '') return value
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  throw new FilterError(400, `operator ${String(filter.operator)} requires a ${what}`)
}

/** IN and NOT_IN. A record without a value matches neither. */
function oneOf(
  set: ReadonlySet<Comparable>,
  readValue: (record: StoredRecord) => Comparable | undefined,
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

/** A condition with its range in the index, if the index is sorted by the property. */
function bounded(
  matches: Predicate,
  name: string,
  context: FilterContext,
  [low, high]: Stretch,
): Condition {
  const key = viewOf(name, context)
  return key ? { matches, bounds: { key, low, high } } : { matches }
}

function compileAssociationFilter(
  filter: Filter,
  name: string,
  { associated }: FilterContext,
): Condition {
  const id = Number(text(filter.value, 'value', filter))
  if (filter.operator !== 'EQ' || !Number.isSafeInteger(id))
    throw new FilterError(400, `Invalid association filter on ${name}`)
  const typeName = name.slice('associations.'.length)
  return { matches: (record: StoredRecord) => associated(record, typeName, id) }
}
