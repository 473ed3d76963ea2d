import type { Account } from './account.js'
import type { ObjectType } from './object-types.js'
import type { StoredRecord } from './stored-record.js'

/** A record as HubSpot sends it. */
export interface HubspotRecord {
  /** The record id. It is only unique within its object type. */
  id: string
  /** The values by property: text, or null if the property is empty. */
  properties: Record<string, string | null>
  /** The values that properties had, latest first. Only if a call requests them. */
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

/** Who or what changed a value, as histories tell it. Source: HubSpot API specification; recorded replies. */
export interface ChangeSource {
  /** The kind of source, such as `CRM_UI`, `API`, `IMPORT`. An open set. */
  readonly sourceType: string
  /** What it was: `userId:123`, the name of a worker, an id. Often absent. */
  readonly sourceId?: string
  /** The name that people see of it. Rarely there. */
  readonly sourceLabel?: string
  /** The id of the user, if one did it. */
  readonly updatedByUserId?: number
}

/** One value that a property had, as HubSpot sends it. Source: HubSpot API specification; recorded replies. */
export interface HistoryEntry extends ChangeSource {
  /** The value; `''` where it was emptied. */
  readonly value: string
  /** When it was written: ISO-8601 in UTC with milliseconds. */
  readonly timestamp: string
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

interface OfType {
  readonly type: ObjectType
}

/** The value of a property in replies: null if it is empty, `''` if it was cleared. */
function propertyOf(record: StoredRecord, name: string, { type }: OfType): string | null {
  if (name === 'hs_object_id') return String(record.id)
  if (name === type.createdProperty) return isoDate(record.createdAt)
  if (name === type.modifiedProperty) return isoDate(record.updatedAt)
  return record.properties[name] ?? null
}

/** A record with the named properties, and with histories if there are any to show. */
export function shapeRecord(
  table: OfType,
  record: StoredRecord,
  names: readonly string[],
  account: Account,
  history?: Record<string, HistoryEntry[]>,
): HubspotRecord {
  const properties: Record<string, string | null> = {}
  for (const name of names) properties[name] = propertyOf(record, name, table)
  return {
    id: String(record.id),
    properties,
    ...(history ? { propertiesWithHistory: history } : {}),
    createdAt: isoDate(record.createdAt),
    updatedAt: isoDate(record.updatedAt),
    archived: record.archivedAt !== undefined,
    ...(record.archivedAt === undefined
      ? {}
      : { archivedAt: isoDate(archivedAtOf(table, record)) }),
    url: recordUrl(account, table.type.typeId, record.id),
  }
}

/**
 * Where people see a record. Tasks and notes have no page of their own. Source: recorded replies (contacts, companies,
 * deals); live replies in public repositories (tasks, notes).
 */
function recordUrl({ uiDomain, portalId }: Account, typeId: string, id: number): string {
  if (typeId === '0-27') return `https://${uiDomain}/tasks/${portalId}/view/all/task/${id}`
  const records = `https://${uiDomain}/contacts/${portalId}`
  if (typeId !== '0-46') return `${records}/record/${typeId}/${id}`
  const filters = [{ property: 'hs_object_id', operator: 'EQ', value: String(id) }]
  const query = encodeURIComponent(JSON.stringify(filters))
  return `${records}/objects/${typeId}/views/all/list?filters=${query}`
}

/**
 * The `archivedAt` in replies. For a contact it is its modification date. Source: HubSpot changelog, "New definition
 * for archivedAt".
 */
function archivedAtOf({ type }: OfType, { archivedAt, updatedAt }: StoredRecord): number {
  return type.standard?.name === 'contacts' || archivedAt === undefined ? updatedAt : archivedAt
}
