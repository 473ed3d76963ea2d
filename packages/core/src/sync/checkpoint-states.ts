import type { ChangePart } from '../extract/change-part.js'
import type { Extent } from '../extract/extent-reader.js'
import type { ListRange } from '../extract/list-range.js'
import type { Trail } from '../extract/trail.js'

/** Where streams stood at a moment: the revision of each one's checkpoint. */
export type Standing = { [stream: string]: number }

/** How far the stream of one object's records has come. */
export type RecordState = {
  phase: 'backfill' | 'changes'
  /** When the backfill began, by HubSpot's clock: the first change window starts from there. */
  startedAt: string
  /** Where the streams stood then. What was written since without one of `pairs` isn't covered by having read that along. */
  startedFrom?: Standing
  /** When the backfill was done. */
  backfilledAt: string | null
  /** The stretches of record ids that are still to be read. */
  ranges: ListRange[]
  /** About what the backfill has to read, for progress and for reading side by side. */
  extent: Extent | null
  /** Whether the list may be read from several ids at once: not after it was seen out of order. */
  ordered: boolean
  read: number
  /** The pairs whose associations are read along with the backfill, from its first page to its last. None where its list may not have shown all. */
  pairs: string[]
  /** Every change up to this moment of HubSpot's clock is here. */
  completeUpTo: string | null
  /**
   * The change window that is being read: its end, itself included, and the parts that are still to be read. `failed` where the next
   * window takes those along: HubSpot could not answer them, and answered all others, or its list could not tell what is in them.
   */
  window: { to: string; parts: ChangePart[]; failed?: true } | null
  /** What the rows are filled from, as `presentMapping` gives it: what a definition or the portal adds later is filled in. */
  mapping: string[]
  /** Where the streams stood when the rows began to be filled from that: what was written since from less is filled in again. */
  filledFrom?: Standing
  /** How far that filling in has come, in rows too, towards which mapping, and where the streams stood when it began. */
  filling: { after: string | null; read: number; mapping: string[]; from?: Standing } | null
  /** Stretches of the list with records whose ids nothing has told yet. Left out where there are none. */
  unnamed?: ListRange[]
  pending: Pending
  refused?: Refused
}

/** Ids that HubSpot left unanswered, by object name: they are asked for again at the next run. */
export type Pending = { [object: string]: string[] }

/**
 * What constraints of the user's database refuse, by object and id: which constraint of which table. These ids are among those that are
 * asked for again. Left out where there are none.
 */
export type Refused = { [object: string]: { [id: string]: string } }

/** How far a walk over all records of an object has come: the recycle bin, or a sweep of associations. */
export type WalkState = {
  /** The record id up to which the walk has come; null before it begins. */
  after: string | null
  /** When the walk that is under way began; null where none is. */
  startedAt: string | null
  /** When the last whole walk began: what changed after that may have been missed by it. */
  completedAt: string | null
  /** Where the streams stood when the walk that is under way began, and when the last whole walk did. Kept by sweeps. */
  startedFrom?: Standing
  completedFrom?: Standing
  /** Stretches of a list with records whose ids nothing has told this walk, or the last one. Left out where there are none. */
  unnamed?: ListRange[]
  pending: Pending
  refused?: Refused
}

/** Where a walk stands that was never begun. */
export const unwalked = { after: null, startedAt: null, completedAt: null } as const

/** How far the walk over the recycle bin has come. */
export type BinState = WalkState & {
  /** Set while a walk doesn't rely on the order of the list, since a page was out of it. */
  ordered?: false
  /** The way of such a walk. */
  trail?: Trail
  /** How many whole walks there were. Left out by earlier versions, which didn't count them. */
  walks?: number
  /** How many calls the last whole walk took. */
  calls?: number
  /** How many pages the walk that is under way has listed. */
  listed?: number
  /** When the second walk began: a row that was written before may have been in the bin for long. Left out until then. */
  watchedSince?: string
}

/** Records that were found to differ: how many, and the first of them. */
export type Found = { count: number; ids: string[] }

/** How an object's mirror was found to differ from HubSpot. */
export type Differences = {
  /** How many records were compared. */
  compared: number
  /** In HubSpot and not here. */
  missing: Found
  /** Here in an older version, or in another state. */
  stale: Found
  /** Here, and nowhere in HubSpot. */
  extra: Found
  /** Changed in HubSpot after the moment up to which the mirror is complete: not a fault, but work for the next run. */
  newer: number
}

/**
 * Before any of many suspects is removed, HubSpot is asked for all of them. `gone`: the first n suspects are confirmed missing. `over`: all
 * suspects were asked for. `left` were not answered. Those that HubSpot's bin was to drop are removed at once, and counted in `dropped`.
 * `rows` is how many rows there were before that, and `before` what had been found.
 */
export type Sieve = {
  gone: number
  over: boolean
  left: string[]
  dropped: number
  rows: number
  before: Differences
}

/** Records by id, each with the number of the walk of the bin by whose end it has to be here. */
export type Awaited = { [id: string]: number }

/** How far a comparison has come: over the active records, over the recycle bin, then over what neither walk met. */
export type ComparisonState = WalkState & {
  phase: 'active' | 'bin' | 'confirm'
  /** Set where a page of a list was out of order: records are compared by their ids then, those of the mirror up to `after`. */
  ordered?: false
  /** The stretches of record ids that this walk has still to meet; null before it begins, none where it goes on by the ids of the mirror. */
  ranges: ListRange[] | null
  /** What is still to be searched for what a list of active records out of order may not have shown. Left out before that. */
  parts?: ChangePart[]
  /** Ids that the walks didn't meet where they are here: gone, or elsewhere, which is still to be found out. */
  suspects: string[]
  /** Records of the bin that were taken for archived a moment ago, by the last comparison and by this one. */
  awaited?: Awaited
  late?: Awaited
  /** How far finding that out has come, where they are too many to be asked for at once. */
  sieve?: Sieve
  found: Differences
  /** Which verification it belongs to. */
  round: number
}

/** How the associations of a pair were found to differ from HubSpot's. */
export type PairDifferences = {
  /** How many associations were compared. */
  compared: number
  /** In HubSpot and not here. */
  missing: number
  /** Here and not in HubSpot. */
  extra: number
  /** With a record that isn't here, or not in HubSpot any more: the comparison of its object tells of that, if HubSpot gives it at all. */
  unlinked: number
  /** The first 1,000 records with associations that are missing or extra. */
  ids: string[]
}

/** How far the comparison of a pair's associations has come. */
export type PairComparisonState = WalkState & {
  found: PairDifferences
  /** Which verification it belongs to. */
  round: number
}
