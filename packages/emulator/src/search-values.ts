import type { ObjectType } from './object-types.js'
import type { IdOrder } from './portal-options.js'
import type { PropertySet } from './properties.js'
import type { ViewKey } from './sorted-view.js'
import type { StoredRecord } from './stored-record.js'

/** What search compares values as. */
export type Comparable = number | string

/** What comparing needs to know. */
export interface ComparisonContext {
  readonly type: ObjectType
  readonly properties: PropertySet
  readonly idOrder: IdOrder
}

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

/** Whether a text has all these words, `*` standing for any letters. */
export function hasToken(text: string, wanted: string): boolean {
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
  { type, properties, idOrder }: ComparisonContext,
): (record: StoredRecord) => Comparable | undefined {
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

/** How a value of a property is read from its text. */
export function parserOf(name: string, properties: PropertySet): (text: string) => Comparable {
  const kind = properties.get(name)?.type
  if (kind === 'datetime' || kind === 'date') return parseMoment
  if (kind === 'number') return Number
  return (text) => text.toLowerCase()
}

/** The key that the index is sorted by for a property, where there is one. */
export function viewOf(name: string, { type, idOrder }: ComparisonContext): ViewKey | undefined {
  if (name === 'hs_object_id') return idOrder === 'number' ? 'id' : 'id-text'
  if (name === type.modifiedProperty) return 'modified'
  return name === type.createdProperty ? 'created' : undefined
}
