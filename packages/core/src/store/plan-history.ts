import type { HistoryEntry, HistoryGap, StoredHistoryEntry } from '../model.js'
import type { HistoryCounts } from './store.js'

/** What has to be looked up of the stored history of a record's property, before a reading of it can be planned. */
export interface HistoryLookup {
  /** The object's name. */
  object: string
  /** The record. */
  id: string
  /** The property, by its internal name. */
  property: string
  /** The moment of the oldest entry that was given. */
  from: string
  /** The moment of the newest one. */
  to: string
}

/** What is stored of the history of a record's property, as far as a {@link HistoryLookup} asks. In any order. */
export interface KnownHistory {
  /**
   * The entries from `from` to `to`, both included, merged ones too; of the record's own also the newest before `from` and
   * the oldest after `to`, with or without others of the same moments.
   */
  entries: readonly KnownEntry[]
  /** The record's own gaps in this property, all of them. */
  gaps: readonly KnownGap[]
}

/** A stored entry as {@link planHistory} needs it. */
export type KnownEntry = Pick<StoredHistoryEntry, 'changedAt' | 'ordinal' | 'value' | 'mergedFrom'>

/** A stored gap as {@link planHistory} needs it. */
export type KnownGap = Pick<HistoryGap, 'after' | 'before' | 'foundAt'>

/** An entry with its place among those of its moment. */
export type PlacedEntry = HistoryEntry & Pick<StoredHistoryEntry, 'ordinal'>

/** What a reading does to the stored history of a record's property. */
export interface HistoryChange {
  /**
   * Entries to write. They replace those of the same moment and ordinal: these were merged into the record, and HubSpot
   * gives them as its own.
   */
  written: PlacedEntry[]
  /** Gaps to write. They replace those of the same `before`. */
  gaps: KnownGap[]
  /** The `before` of gaps to delete. */
  filled: string[]
  /** What is counted. */
  counts: HistoryCounts
}

/** What to write about the history of an object's records, before what becomes of removed records' histories. */
export interface HistoryPlan {
  /** Entries to write. */
  written: (PlacedEntry & { id: string; property: string })[]
  /** Gaps to write. */
  gaps: (KnownGap & { id: string; property: string })[]
  /** Gaps to delete. */
  filled: { id: string; property: string; before: string }[]
}
