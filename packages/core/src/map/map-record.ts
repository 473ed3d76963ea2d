import type { ColumnValue, HubspotRecord, MirrorRow } from '../model.js'
import type { ObjectDefinition } from '../objects/define-object.js'
import { mapValue } from './map-value.js'

/** A value that doesn't fit its column: the column is null, and `raw` keeps the value. */
export interface Misfit {
  /** The object's name. */
  object: string
  /** HubSpot's id of the record. */
  id: string
  /** The column that is null because of it, by its camelCase name. */
  column: string
  /** The property that it came from, by its internal name. */
  property: string
  /** The value as HubSpot has it, on one line and without credentials. A long one is cut. */
  value: string
}

/** The portal's part in a row. */
export interface RecordOrigin {
  portalId: string
  uiDomain: string
}

/** Makes the row of a record, by the object's definition. Pure: the same record gives the same row. */
export function mapRecord(
  definition: ObjectDefinition,
  record: HubspotRecord,
  origin: RecordOrigin,
): { row: MirrorRow; misfits: Misfit[] } {
  const values: Record<string, ColumnValue> = {}
  const misfits: Misfit[] = []
  for (const [name, column] of Object.entries(definition.columns)) {
    const { property } = column
    // A property that HubSpot left out is not empty: it may be unreadable, renamed or not asked for.
    if (!Object.hasOwn(record.properties, property)) continue
    const given = record.properties[property] ?? null
    const value = mapValue(column.kind, given)
    if (value === undefined)
      misfits.push({
        object: definition.name,
        id: record.id,
        column: name,
        property,
        value: String(given),
      })
    values[name] = value ?? null
  }
  const archivedAt = record.archived ? (record.archivedAt ?? record.updatedAt) : null
  return {
    row: {
      id: record.id,
      status: record.archived ? 'ARCHIVED' : 'ACTIVE',
      url: record.url ?? recordUrl(definition, record.id, origin),
      createdAt: record.createdAt,
      updatedAt: record.updatedAt,
      archivedAt,
      values,
      raw: inFixedOrder(record),
    },
    misfits,
  }
}

/** HubSpot's own link to a record (recorded replies: `https://{uiDomain}/contacts/{portalId}/record/{typeId}/{id}`). */
function recordUrl(definition: ObjectDefinition, id: string, origin: RecordOrigin): string | null {
  if (definition.typeId === undefined) return null
  return `https://${origin.uiDomain}/contacts/${origin.portalId}/record/${definition.typeId}/${id}`
}

/** Keys that belong to one reply and not to the record: they would make equal records look different. */
const ofTheReply = new Set(['associations', 'propertiesWithHistory', 'objectWriteTraceId'])

/** The same record gets the same text, whichever call it came by. */
function inFixedOrder(record: HubspotRecord): HubspotRecord {
  const { id, createdAt, updatedAt, archived, archivedAt, url, properties, ...others } = record
  const rest = Object.entries(others).filter(([key]) => !ofTheReply.has(key))
  return {
    id,
    createdAt,
    updatedAt,
    archived,
    ...(archivedAt === undefined ? {} : { archivedAt }),
    ...(url === undefined ? {} : { url }),
    ...Object.fromEntries(rest.sort(([a], [b]) => (a < b ? -1 : 1))),
    properties: sortedByName(properties),
  }
}

/** HubSpot already sends properties sorted by name. This is for the day it doesn't. */
function sortedByName<T>(entries: Record<string, T>): Record<string, T> {
  const names = Object.keys(entries)
  const sorted = names.every((name, index) => index === 0 || (names[index - 1] ?? '') < name)
  return sorted
    ? entries
    : Object.fromEntries(Object.entries(entries).sort(([a], [b]) => (a < b ? -1 : 1)))
}
