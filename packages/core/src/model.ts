/** Anything that JSON can hold. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json }

/** A HubSpot record as it was delivered: the keys that are used, and whatever else came with it. */
export interface HubspotRecord {
  /** The record id, unique within its object type only. */
  id: string
  /** Property values: always text, or null where the property is empty. */
  properties: Record<string, string | null>
  /** When it was made in HubSpot: ISO-8601 in UTC with milliseconds. */
  createdAt: string
  /** When it was last modified in HubSpot, in the same form. It tells versions of a record apart. */
  updatedAt: string
  /** Whether it lies in HubSpot's recycle bin. */
  archived: boolean
  /** When it was put there; absent for an active record. */
  archivedAt?: string
  /** A link into HubSpot's own pages. */
  url?: string
  /** Whatever else HubSpot sent with it. */
  [key: string]: unknown
}

/** `ACTIVE`, or `ARCHIVED` while the record lies in HubSpot's recycle bin. */
export type RecordStatus = 'ACTIVE' | 'ARCHIVED'

/** A column's value as every store takes it and gives it back. */
export type ColumnValue = string | number | boolean | string[] | null

/** Which version of a record a row is: nothing else tells versions apart. */
export interface RowVersion {
  /** Whether the record is active, or in HubSpot's recycle bin. */
  status: RecordStatus
  /** When it was last modified in HubSpot: ISO-8601 in UTC with milliseconds. */
  updatedAt: string
  /** When it was put into the recycle bin, in the same form; null for an active record. */
  archivedAt: string | null
}

/** A version that is here, and since when. */
export interface StoredVersion extends RowVersion {
  /** When the row was last written here. */
  syncedAt: string
}

/** A record on its way into a store. */
export interface MirrorRow {
  /** HubSpot's id of the record. */
  id: string
  /** Whether the record is active, or in HubSpot's recycle bin. */
  status: RecordStatus
  /** A link into HubSpot's own pages, or null. */
  url: string | null
  /** ISO-8601 in UTC with milliseconds, as are all moments here. */
  createdAt: string | null
  /** When the record was last modified in HubSpot. */
  updatedAt: string
  /** When it was put into the recycle bin; null for an active record. */
  archivedAt: string | null
  /** By column name. A column whose property HubSpot left out has no key here, and keeps its stored value. */
  values: Record<string, ColumnValue>
  /** HubSpot's whole object, with its keys in a fixed order. */
  raw: HubspotRecord
  /**
   * Set where only some of the properties were read: they are merged into the stored row of the same version, and nothing
   * else is done with them.
   */
  partial?: boolean
  /** A moment before HubSpot was asked for it. Left out where none is known. */
  readAt?: string
  /**
   * The version that was here before HubSpot was asked for this record by its id. This row takes its place even where it is older: HubSpot,
   * asked later, doesn't have that version any more. Where another version is here by now, it doesn't.
   */
  replaces?: RowVersion
}

/** A record as a store gives it back: the row, its columns beside the base fields. */
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

/** All that links one record to the records of another type: it replaces what was there before. */
export interface AssociationSet {
  /** The pair's name, for example `contacts_companies`. */
  pair: string
  /** The record at the near end, by HubSpot's id. */
  fromId: string
  /** Its associations, all of them; empty where it has none. */
  edges: AssociationEdge[]
}

/** Why a record is gone from the tables. */
export type TombstoneReason = 'merged' | 'purged'

/** A record that has left the tables, and where it went. */
export interface Tombstone {
  /** The object's name, for example `contacts`. */
  object: string
  /** HubSpot's id of the record. */
  id: string
  /** Whether it was merged into another record or purged. */
  reason: TombstoneReason
  /** For `merged`: the id that the record lives under since. */
  intoId: string | null
}
