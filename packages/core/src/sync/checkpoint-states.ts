import type { ChangePart } from '../extract/change-part.js'
import type { Extent } from '../extract/extent-reader.js'
import type { ListRange } from '../extract/list-range.js'
import type { Trail } from '../extract/trail.js'

/** What a process reads of a mirror's records: by object name, what the rows are filled from; and the pairs. */
export type Coverage = {
  objects: { [name: string]: string[] }
  /** HubSpot's type ids of the objects, if they are known. */
  types: { [name: string]: string }
  pairs: PairEnds[]
  /** By object name, the properties whose history is read; `*` for all. Absent if there are none. */
  history?: { [name: string]: string[] }
  /** When the first run with it was made, by this machine's clock. Absent in states of earlier versions. */
  since?: string
  /**
   * When the latest run with it began, or one within the hour before that if nobody else ran meanwhile. Absent in states of
   * earlier versions, and if no run had it: it is what is left of others.
   */
  ranAt?: string
}

/** A pair, and the names of the objects at its ends. */
export type PairEnds = { name: string; from: string; to: string }

/** The revisions of the checkpoints of several streams at one moment. */
export type Standing = { [stream: string]: number }

/** How far the stream of one object's records has come. */
export type RecordState = {
  phase: 'backfill' | 'changes'
  /** When the backfill began, by HubSpot's clock: the first change window starts from there. */
  startedAt: string
  /**
   * The revisions of other streams' checkpoints then. What was written later without one of `pairs` isn't covered by
   * this backfill.
   */
  startedFrom?: Standing
  /** When the backfill ended. */
  backfilledAt: string | null
  /**
   * The ranges of record ids that are still to be read: by the backfill, or later, of a type that HubSpot can't search,
   * by the list that shows what has changed.
   */
  ranges: ListRange[]
  /** About how many records the backfill has to read, for progress and for reading in parallel. */
  extent: Extent | null
  /** Whether the list can be read from several ids at the same time. False once a page was out of order. */
  ordered: boolean
  /** How many records the backfill has read, or the list that shows what has changed. */
  read: number
  /**
   * The pairs whose associations are read with the backfill, from its first page to its last. None if its list may not
   * have shown every record.
   */
  pairs: string[]
  /** Every change up to this moment of HubSpot's clock is here. */
  completeUpTo: string | null
  /**
   * The change window that is being read: its end (inclusive), and the parts that are still to be read. `failed`: the
   * next window takes these parts over, because HubSpot could not answer them, or because its list could not show what
   * is in them.
   */
  window: { to: string; parts: ChangePart[]; failed?: true } | null
  /**
   * What the rows are filled from, as `presentMapping` returns it. What a definition or the portal adds later is filled
   * in.
   */
  mapping: string[]
  /**
   * The revisions of other streams' checkpoints when filling from that mapping began. What was written later from less
   * is filled in again.
   */
  filledFrom?: Standing
  /**
   * The properties whose histories are read with the backfill, from its first page to its last. None if rows were here
   * before it. Absent in states of earlier versions.
   */
  history?: string[]
  /**
   * The progress of filling in: the last row, the number of rows, the mapping, and the revisions of other streams'
   * checkpoints when it began.
   */
  filling: { after: string | null; read: number; mapping: string[]; from?: Standing } | null
  /** Ranges of the list with records whose ids are still unknown. Absent if there are none. */
  unnamed?: ListRange[]
  pending: Pending
  refused?: Refused
}

/** Ids that HubSpot left unanswered, by object name. The next run asks for them again. */
export type Pending = { [object: string]: string[] }

/**
 * Records that constraints of the user's database refuse: by object and id, the constraint and its table. These ids are
 * among those that are asked for again. Absent if there are none.
 */
export type Refused = { [object: string]: { [id: string]: string } }

/** The progress of a walk over all records of an object: the recycle bin, or a sweep of associations. */
export type WalkState = {
  /** The last record id that the walk has met; null before it begins. */
  after: string | null
  /** When the current walk began, or null if there is none. */
  startedAt: string | null
  /** When the last completed walk began: it may have missed later changes. */
  completedAt: string | null
  /**
   * The revisions of other streams' checkpoints when the current walk began, and when the last completed one did.
   * Stored by sweeps.
   */
  startedFrom?: Standing
  completedFrom?: Standing
  /**
   * Ranges of a list with records whose ids are still unknown after this walk, or the last one. Absent if there are
   * none.
   */
  unnamed?: ListRange[]
  pending: Pending
  refused?: Refused
}

/** The progress of a walk that reads the histories of all records. */
export type HistoryState = WalkState & {
  /** Set once it is at the archived records, which come last. */
  inBin?: true
  /** The properties of the current walk, and of the last completed one. */
  reading: string[]
  filled: string[]
}

/** The state of a walk that has never begun. */
export const unwalked = { after: null, startedAt: null, completedAt: null } as const

/** The progress of the walk over the recycle bin. */
export type BinState = WalkState & {
  /** Set if the current walk can't rely on the order of the list, because a page was out of order. */
  ordered?: false
  /** How such a walk has come to its place. */
  trail?: Trail
  /** How many walks were completed. Absent in states of earlier versions. */
  walks?: number
  /** How many calls the last completed walk took. */
  calls?: number
  /** How many pages the current walk has listed. */
  listed?: number
  /**
   * When the second walk began. A row that was written before may have been in the bin for a long time. Absent before
   * that.
   */
  watchedSince?: string
}

/** Records that differ: how many, and the first ids. */
export type Found = { count: number; ids: string[] }

/** How an object's mirror differs from HubSpot. */
export type Differences = {
  /** How many records were compared. */
  compared: number
  /** In HubSpot, but not in the mirror. */
  missing: Found
  /** In the mirror, but in an older version or another state. */
  stale: Found
  /** In the mirror, but nowhere in HubSpot. */
  extra: Found
  /**
   * Changed in HubSpot after the moment up to which the mirror is complete. That is no fault: the next run reads them.
   */
  newer: number
}

/**
 * Before any of many suspects is removed, HubSpot is asked for all of them. `gone`: the first n suspects are confirmed
 * missing. `over`: all suspects were asked for. `left`: suspects that HubSpot left unanswered. `dropped`: how many were
 * removed at once, because HubSpot has dropped them from the bin. `rows`: how many rows there were before. `before`:
 * what had been found before.
 */
export type Sieve = {
  gone: number
  over: boolean
  left: string[]
  dropped: number
  rows: number
  before: Differences
}

/** Records by id, each with the number of the bin walk that has to meet it. */
export type Awaited = { [id: string]: number }

/**
 * The progress of a comparison: first the active records, then the recycle bin, then the rows that neither walk has
 * met.
 */
export type ComparisonState = WalkState & {
  phase: 'active' | 'bin' | 'confirm'
  /** Set if a page of a list was out of order. Records are then compared by id, those of the mirror up to `after`. */
  ordered?: false
  /**
   * The ranges of record ids that this walk still has to meet. Null before it begins; empty if it continues by the ids
   * of the mirror.
   */
  ranges: ListRange[] | null
  /**
   * The parts that still have to be searched for records that a list out of order may not have shown. Absent before
   * that.
   */
  parts?: ChangePart[]
  /** Ids of rows that the walks didn't meet. Their records may be gone or elsewhere: HubSpot is still to be asked. */
  suspects: string[]
  /**
   * Records that were found to be archived a moment ago, and that a later bin walk has to meet: of the last comparison
   * and of this one.
   */
  awaited?: Awaited
  late?: Awaited
  /** The progress of asking HubSpot about suspects, if they are too many to be asked for at once. */
  sieve?: Sieve
  found: Differences
  /** The number of the verification that this belongs to. */
  round: number
}

/** How the associations of a pair differ from HubSpot's. */
export type PairDifferences = {
  /** How many associations were compared. */
  compared: number
  /** In HubSpot, but not in the mirror. */
  missing: number
  /** In the mirror, but not in HubSpot. */
  extra: number
  /**
   * Associations with a record that isn't in the mirror, or no longer in HubSpot. The comparison of its object reports
   * such a record, if HubSpot gives it at all.
   */
  unlinked: number
  /** The first 1,000 records with missing or extra associations. */
  ids: string[]
}

/** How the history of an object's properties differs from HubSpot's. */
export type HistoryDifferences = {
  /** How many records were compared. */
  compared: number
  /** Values that HubSpot gives and the mirror doesn't have. */
  missing: number
  /** Records that have changed after the moment up to which the mirror is complete: the next run reads them. */
  newer: number
  /** Histories whose newest value isn't the one that HubSpot gives for the property. */
  unsettled: number
  /** The first 1,000 records with missing values. */
  ids: string[]
}

/** The progress of the comparison of an object's history. */
export type HistoryComparisonState = WalkState & {
  /** Set once it is at the archived records, which come last. */
  inBin?: true
  found: HistoryDifferences
  /** The number of the verification that this belongs to. */
  round: number
}

/** The progress of the comparison of a pair's associations. */
export type PairComparisonState = WalkState & {
  found: PairDifferences
  /** The number of the verification that this belongs to. */
  round: number
}
