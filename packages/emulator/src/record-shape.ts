import type { Account } from './account.js'
import type { ObjectTable } from './object-table.js'
import type { StoredRecord } from './stored-record.js'

/** A record as HubSpot sends it. */
export interface HubspotRecord {
  /** The record id, unique within its object type only. */
  id: string
  /** The values by property: text, or null where the property is empty. */
  properties: Record<string, string | null>
  /** The values that each property had, the latest first. Only where a call asks for them. */
  propertiesWithHistory?: Record<string, HistoryEntry[]>
  /** When it was made: ISO-8601 in UTC with milliseconds. */
  createdAt: string
  /** When it was last modified, in the same form. */
  updatedAt: string
  /** Whether it lies in the recycle bin. */
  archived: boolean
  /** When it was put there. Absent for an active record. */
  archivedAt?: string
  /** Its associations, by the plural name of the other type. Only where a call asks for them. */
  associations?: Record<string, { results: { id: string; type: string }[]; paging?: unknown }>
  /** A link into HubSpot's own pages. */
  url: string
}

/** One value that a property had. Source: HubSpot API specification; recorded reply. */
export interface HistoryEntry {
  /** The value. */
  value: string
  /** When it was set: ISO-8601 in UTC with milliseconds. */
  timestamp: string
  /** What set it, such as `CRM_UI`. */
  sourceType: string
  /** Which one of that kind set it. */
  sourceId: string
  /** The id of the user who set it. */
  updatedByUserId: number
}

/** A moment as HubSpot writes it. */
export function isoDate(at: number): string {
  return new Date(at).toISOString()
}

/** The value of a property as replies hold it: empty is null, cleared is `''`. */
export function propertyOf(
  record: StoredRecord,
  name: string,
  { type }: ObjectTable,
): string | null {
  if (name === 'hs_object_id') return String(record.id)
  if (name === type.createdProperty) return isoDate(record.createdAt)
  if (name === type.modifiedProperty) return isoDate(record.updatedAt)
  return record.properties[name] ?? null
}

/** A record with the named properties. */
export function shapeRecord(
  table: ObjectTable,
  record: StoredRecord,
  names: readonly string[],
  account: Account,
  history: readonly string[] = [],
): HubspotRecord {
  const properties: Record<string, string | null> = {}
  for (const name of names) properties[name] = propertyOf(record, name, table)
  return {
    id: String(record.id),
    properties,
    ...(history.length === 0
      ? {}
      : { propertiesWithHistory: shapeHistory(table, record, history) }),
    createdAt: isoDate(record.createdAt),
    updatedAt: isoDate(record.updatedAt),
    archived: record.archivedAt !== undefined,
    ...(record.archivedAt === undefined
      ? {}
      : { archivedAt: isoDate(archivedAtOf(table, record)) }),
    url: `https://${account.uiDomain}/contacts/${account.portalId}/record/${table.type.typeId}/${record.id}`,
  }
}

/**
 * The moment that a record of the bin shows. A contact's is its last modification, whenever it was archived.
 * Source: HubSpot changelog, "New definition for archivedAt".
 */
function archivedAtOf({ type }: ObjectTable, { archivedAt, updatedAt }: StoredRecord): number {
  return type.name === 'contacts' || archivedAt === undefined ? updatedAt : archivedAt
}

const source = { sourceType: 'CRM_UI', sourceId: 'userId:1', updatedByUserId: 1 }

/** The values that properties had, newest first; none for one that was never set. */
function shapeHistory(
  table: ObjectTable,
  record: StoredRecord,
  names: readonly string[],
): Record<string, HistoryEntry[]> {
  const history: Record<string, HistoryEntry[]> = {}
  for (const name of names) {
    const entries: HistoryEntry[] = []
    for (let version: StoredRecord | undefined = record; version; version = version.previous) {
      const value = propertyOf(version, name, table)
      const earlier: string | null = version.previous
        ? propertyOf(version.previous, name, table)
        : null
      if (value === earlier) continue
      const timestamp = isoDate(version.updatedAt)
      entries.push({ value: value ?? '', timestamp, ...source })
    }
    history[name] = entries
  }
  return history
}
