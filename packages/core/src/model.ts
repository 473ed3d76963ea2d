/** Anything that JSON can hold. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json }

/** A HubSpot record as it was delivered: the keys that are used, and whatever else came with it. */
export interface HubspotRecord {
  /** The record id, unique within its object type only. */
  id: string
  /** Property values: always text, or null where the property is empty. */
  properties: Record<string, string | null>
  createdAt: string
  updatedAt: string
  archived: boolean
  archivedAt?: string
  /** A link into HubSpot's own pages. */
  url?: string
  [key: string]: unknown
}

/** `ACTIVE`, or `ARCHIVED` while the record lies in HubSpot's recycle bin. */
export type RecordStatus = 'ACTIVE' | 'ARCHIVED'

/** A column's value as every store takes it and gives it back. */
export type ColumnValue = string | number | boolean | string[] | null

/** Which version of a record a row is: nothing else tells versions apart. */
export interface RowVersion {
  status: RecordStatus
  updatedAt: string
  archivedAt: string | null
}

/** A version that is here, and since when. */
export interface StoredVersion extends RowVersion {
  /** When the row was last written here. */
  syncedAt: string
}

/** A record on its way into a store. */
export interface MirrorRow {
  id: string
  status: RecordStatus
  url: string | null
  /** ISO-8601 in UTC with milliseconds, as are all moments here. */
  createdAt: string | null
  updatedAt: string
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
  toId: string
  /** `HUBSPOT_DEFINED`, `USER_DEFINED`, `INTEGRATOR_DEFINED` or `WORK`. */
  category: string
  typeId: number
  label: string | null
}

/** All that links one record to the records of another type: it replaces what was there before. */
export interface AssociationSet {
  /** The pair's name, for example `contacts_companies`. */
  pair: string
  fromId: string
  edges: AssociationEdge[]
}

/** Why a record is gone from the tables. */
export type TombstoneReason = 'merged' | 'purged'

/** A record that has left the tables, and where it went. */
export interface Tombstone {
  /** The object's name, for example `contacts`. */
  object: string
  id: string
  reason: TombstoneReason
  /** For `merged`: the id that the record lives under since. */
  intoId: string | null
}
