import type { ObjectType } from './object-types.js'
import type { IdOrder } from './portal-variants.js'
import type { PropertySet } from './properties.js'
import type { ViewKey } from './sorted-view.js'
import type { StoredRecord } from './stored-record.js'

/** A value as search compares it. */
export type Comparable = number | string

/** The context for comparisons. */
export interface ComparisonContext {
  readonly type: ObjectType
  readonly properties: PropertySet
  readonly idOrder: IdOrder
}

/** Parses a date in a filter or a value: epoch milliseconds or ISO 8601. Ignores fractions of a millisecond. */
function parseMoment(text: string): number {
  return Math.floor(/^-?\d+(\.\d+)?$/.test(text) ? Number(text) : Date.parse(text))
}

function tokens(text: string): string[] {
  return text
    .toLowerCase()
    .split(/[^\p{L}\p{N}*]+/u)
    .filter(Boolean)
}

/** Whether a text contains all these words. `*` stands for any letters. */
export function hasToken(text: string, wanted: string): boolean {
  const present = tokens(text)
  return tokens(wanted).every((token) => {
    const pattern = new RegExp(`^${token.replaceAll('*', '.*')}$`, 'u')
    return present.some((word) => pattern.test(word))
  })
}

/** The text of a property in the index; undefined if it is empty. */
export function textOf(record: StoredRecord, name: string, type: ObjectType): string | undefined {
  if (name === 'hs_object_id') return String(record.id)
  if (name === type.modifiedProperty) return new Date(record.updatedAt).toISOString()
  if (name === type.createdProperty) return new Date(record.createdAt).toISOString()
  return record.properties[name] || undefined
}

/** The value of a property for sorts and for less or greater than. */
export function comparableOf(
  name: string,
  { type, properties, idOrder }: ComparisonContext,
): (record: StoredRecord) => Comparable | undefined {
  if (name === 'hs_object_id') return idOrder === 'number' ? ({ id }) => id : ({ id }) => String(id)
  if (name === type.modifiedProperty) return ({ updatedAt }) => updatedAt
  if (name === type.createdProperty) return ({ createdAt }) => createdAt
  const parse = parserOf(name, properties)
  return ({ properties: values }) => {
    const text = values[name]
    const parsed = text ? parse(text) : undefined
    // A number property can contain a text, such as several ids. It doesn't compare with anything.
    return Number.isNaN(parsed) ? undefined : parsed
  }
}

/** The parser for the texts of a property. */
export function parserOf(name: string, properties: PropertySet): (text: string) => Comparable {
  const kind = properties.get(name)?.type
  if (kind === 'datetime' || kind === 'date') return parseMoment
  if (kind === 'number') return Number
  return (text) => text.toLowerCase()
}

/** The key of the index for a property, if it is sorted by that. */
export function viewOf(name: string, { type, idOrder }: ComparisonContext): ViewKey | undefined {
  if (name === 'hs_object_id') return idOrder === 'number' ? 'id' : 'id-text'
  if (name === type.modifiedProperty) return 'modified'
  return name === type.createdProperty ? 'created' : undefined
}
