import type { Account } from './account.js'
import type { ObjectTable } from './object-table.js'
import type { StoredRecord } from './stored-record.js'

/** A record as HubSpot sends it. */
export interface HubspotRecord {
  /** The record id. It is only unique within its object type. */
  id: string
  /** The values by property: text, or null if the property is empty. */
  properties: Record<string, string | null>
  /** The previous values of properties, latest first. Only if a call requests them. */
  propertiesWithHistory?: Record<string, HistoryEntry[]>
  /** The creation date: ISO-8601 in UTC with milliseconds. */
  createdAt: string
  /** The modification date, in the same form. */
  updatedAt: string
  /** Whether it is in the recycle bin. */
  archived: boolean
  /** When it was archived. Absent for an active record. */
  archivedAt?: string
  /** Its associations, by the plural name of the other type. Only if a call requests them. */
  associations?: Record<string, { results: { id: string; type: string }[]; paging?: unknown }>
  /** The URL of the record in HubSpot's user interface. */
  url: string
}

/** A previous value of a property. Source: HubSpot API specification; recorded reply. */
export interface HistoryEntry {
  /** The value. */
  value: string
  /** When it was set: ISO-8601 in UTC with milliseconds. */
  timestamp: string
  /** The kind of source that set it, such as `CRM_UI`. */
  sourceType: string
  /** The id of the source that set it. */
  sourceId: string
  /** The id of the user who set it. */
  updatedByUserId: number
}

/** Records share few times, and each is written again with every reply. */
const dates = new Map<number, string>()
const MOST_DATES = 1_000

/** A time in HubSpot's form. */
export function isoDate(at: number): string {
  const known = dates.get(at)
  if (known !== undefined) return known
  if (dates.size === MOST_DATES) dates.clear()
  const date = new Date(at).toISOString()
  dates.set(at, date)
  return date
}

/** The value of a property in replies: null if it is empty, `''` if it was cleared. */
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
 * The `archivedAt` in replies. For a contact it is its modification date. Source: HubSpot changelog, "New definition
 * for archivedAt".
 */
function archivedAtOf({ type }: ObjectTable, { archivedAt, updatedAt }: StoredRecord): number {
  return type.standard?.name === 'contacts' || archivedAt === undefined ? updatedAt : archivedAt
}

const source = { sourceType: 'CRM_UI', sourceId: 'userId:1', updatedByUserId: 1 }

/** The previous values of properties, newest first; none for a property that was never set. */
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
