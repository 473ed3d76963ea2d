/** Anything that JSON can hold. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json }

/** A HubSpot record as it was delivered: the keys that hubsync uses, and all others that came with it. */
export interface HubspotRecord {
  /** The record id, unique within its object type only. */
  id: string
  /** Property values: always text, or null if the property is empty. */
  properties: Record<string, string | null>
  /** When it was made in HubSpot: ISO-8601 in UTC with milliseconds. */
  createdAt: string
  /** When it was last modified in HubSpot, in the same form. Versions of a record differ by it. */
  updatedAt: string
  /** Whether it is in HubSpot's recycle bin. */
  archived: boolean
  /** When it was put there; absent for an active record. */
  archivedAt?: string
  /** A link into HubSpot's own pages. */
  url?: string
  /** Everything else that HubSpot sent with it. */
  [key: string]: unknown
}

/** `ACTIVE`, or `ARCHIVED` while the record is in HubSpot's recycle bin. */
export type RecordStatus = 'ACTIVE' | 'ARCHIVED'

/** A column's value, as every store takes and returns it. */
export type ColumnValue = string | number | boolean | string[] | null

/** The version of a record. Nothing else distinguishes versions. */
export interface RowVersion {
  /** Whether the record is active, or in HubSpot's recycle bin. */
  status: RecordStatus
  /** When it was last modified in HubSpot: ISO-8601 in UTC with milliseconds. */
  updatedAt: string
  /** When it was put into the recycle bin, in the same form; null for an active record. */
  archivedAt: string | null
}

/** A stored version, and when it was written. */
export interface StoredVersion extends RowVersion {
  /** When the row was last written here. */
  syncedAt: string
}

/** A value that a property of a record had: an entry of its history in HubSpot. */
export interface HistoryEntry {
  /** When it was written in HubSpot: ISO-8601 in UTC with milliseconds. */
  changedAt: string
  /** The value as HubSpot has it, unlike a column's: not trimmed, and `''` where it was cleared. */
  value: string | null
  /** What wrote it: `CRM_UI`, `API`, `CALCULATED`, … HubSpot adds others. */
  sourceType: string
  /** HubSpot's `sourceId`: `userId:28604240`, the name of a worker, the id of a record; null if there is none. */
  sourceRef: string | null
  /** HubSpot's name of the source, or null. */
  sourceLabel: string | null
  /** The user who wrote it, by HubSpot's id, or null. */
  userId: string | null
}

/** An entry of a record's history as a store returns it. */
export interface StoredHistoryEntry extends HistoryEntry {
  /** The property, by its internal name. */
  property: string
  /**
   * The place of the entry among those of the same property and moment, in the order in which they were written. 0 where
   * a moment has one entry, as nearly always.
   */
  ordinal: number
  /** The id of the record that had the value, if that record was merged into this one; null for the record's own. */
  mergedFrom: string | null
  /** When this entry was written here. */
  syncedAt: string
}

/** A stretch of a property's history in which entries may be missing: HubSpot had dropped them before they were read. */
export interface HistoryGap {
  /** The property, by its internal name. */
  property: string
  /** The moment of the last known entry before the gap. Null: nothing before it is known. */
  after: string | null
  /** The moment of the first known entry after it. */
  before: string
  /** The id of the record whose history has the gap, if it was merged into this one; null for the record's own. */
  mergedFrom: string | null
  /** When the gap was found: the moment of the commit. */
  foundAt: string
}

/** A record on its way into a store. */
export interface MirrorRow {
  /** HubSpot's id of the record. */
  id: string
  /** Whether the record is active, or in HubSpot's recycle bin. */
  status: RecordStatus
  /** A link into HubSpot's own pages, or null. */
  url: string | null
  /** When the record was created in HubSpot: ISO-8601 in UTC with milliseconds, as all moments here. */
  createdAt: string | null
  /** When the record was last modified in HubSpot. */
  updatedAt: string
  /** When it was put into the recycle bin; null for an active record. */
  archivedAt: string | null
  /** By column name. If HubSpot left out a column's property, it is absent here, and keeps its stored value. */
  values: Record<string, ColumnValue>
  /** HubSpot's whole object, with its keys in a fixed order. */
  raw: HubspotRecord
  /**
   * Set if only some of the properties were read: they are merged into the stored row of the same version, and nothing
   * else happens.
   */
  partial?: boolean
  /**
   * What HubSpot gave of the history of the record: by property, all entries that it still had, newest first. A property
   * that is absent was not asked for; `[]` was never set. Entries are only added to those that are stored, whatever
   * becomes of the row itself, unless the record isn't in the mirror after the batch.
   */
  history?: Readonly<Record<string, readonly HistoryEntry[]>>
  /** A moment before HubSpot was asked for it. Absent if none is known. */
  readAt?: string
  /**
   * The version that was stored before HubSpot was asked for this record by its id. This row replaces it even if this
   * row is older: HubSpot, asked later, no longer has that version. If another version is stored by now, that one
   * stays.
   */
  replaces?: RowVersion
}

/** A record as a store returns it. */
export interface StoredRow extends MirrorRow {
  /** When this row was last written here. */
  syncedAt: string
}

/** One association: a type of link from one record to another. */
export interface AssociationEdge {
  /** The record at the other end, by HubSpot's id. */
  toId: string
  /** `HUBSPOT_DEFINED`, `USER_DEFINED`, `INTEGRATOR_DEFINED` or `WORK`. */
  category: string
  /** HubSpot's number of the type of link, unique within its category. */
  typeId: number
  /** The label of the type of link, such as `Primary` or one of the portal's own; null for the plain one. */
  label: string | null
}

/** All associations of one record with records of another type. It replaces the stored set. */
export interface AssociationSet {
  /** The pair's name, for example `contacts_companies`. */
  pair: string
  /** The record at the near end, by HubSpot's id. */
  fromId: string
  /** All its associations. Empty if it has none. */
  edges: AssociationEdge[]
}

/** Why a record was removed from the tables. */
export type TombstoneReason = 'merged' | 'purged'

/** A record that was removed from the tables, and the id that it was merged into. */
export interface Tombstone {
  /** The object's name, for example `contacts`. */
  object: string
  /** HubSpot's id of the record. */
  id: string
  /** Whether it was merged into another record or purged. */
  reason: TombstoneReason
  /** For `merged`: the id that the record has since then. */
  intoId: string | null
}
