import type {
  AssociationEdge,
  AssociationSet,
  ColumnValue,
  HistoryGap,
  Json,
  MirrorRow,
  RecordStatus,
  StoredHistoryEntry,
  StoredRow,
  StoredVersion,
  Tombstone,
} from '../model.js'
import type { LabelledView } from './labelled-views.js'
import type { ReferenceName, ReferenceSet, StoredReferenceRow } from './reference-tables.js'
import type { MirrorSchema, MissingTables, TablePart } from './tables.js'

/** The state of a stream. Stores keep it and compare it. Only the stream understands it. */
export type Checkpoint = { [key: string]: Json }

/** Rows of one object. */
export interface RowGroup {
  /** The object's name. */
  object: string
  /** The rows, each id once. */
  rows: MirrorRow[]
  /** Whether the change feed gets entries for them: not while the object is being backfilled. */
  feed: boolean
}

/** A portal that this store holds. */
export interface PortalRecord {
  /** HubSpot's number of the portal. */
  portalId: string
  /** The host of HubSpot's pages for this portal, such as `app-eu1.hubspot.com`. */
  uiDomain: string
  /** The time zone of the portal, such as `Europe/Vienna`. */
  timeZone: string
  /** When the first run into this store began: ISO-8601 in UTC with milliseconds. */
  firstRunAt: string
  /** When the latest run into this store began, in the same form. */
  lastRunAt: string
}

/** A run as it is stored. */
export interface RunRecord {
  /** The id of the run, a UUID. */
  id: string
  /** The names of its jobs. */
  jobs: string[]
  /** How it ended. `running` until then, and for ever if its process died. */
  status: 'running' | 'complete' | 'partial' | 'failed'
  /** When it began: ISO-8601 in UTC with milliseconds. */
  startedAt: string
  /** When it ended, in the same form; null until then. */
  finishedAt: string | null
  /** The report's counts by job, or null until the run ends. */
  counts: Json
  /** The error that ended the run, or else the first error of its jobs; null if there was none. */
  error: string | null
}

/** A checkpoint that is moved from one state to the next. */
export interface CheckpointMove {
  /** The stream of the checkpoint. */
  stream: string
  /** The stored checkpoint; null if there must be none. */
  expected: Checkpoint | null
  /** The new checkpoint. */
  next: Checkpoint
}

/** What is written in one transaction. */
export interface Batch {
  /** The portal that all of it belongs to. */
  portalId: string
  /** The moment of the commit, by HubSpot's clock if it writes rows or tombstones: it is their `synced_at` and `at`. */
  at: string
  /** The checkpoint of the stream that the batch belongs to. Absent if it belongs to none. */
  checkpoint?: CheckpointMove
  /** Checkpoints of other streams that are moved too, by the same rule. */
  fences?: CheckpointMove[]
  /** Rows to write, by object. */
  rows?: RowGroup[]
  /** Association sets. Each replaces the stored set. */
  associations?: AssociationSet[]
  /** Records to delete. */
  tombstones?: Tombstone[]
  /** Complete readings of reference data, each part once. Each replaces what is stored of its part. */
  reference?: ReferenceSet[]
  /** The portal. It replaces what is stored about it, except for `firstRunAt`, which stays. */
  portal?: PortalRecord
  /** A run to store. It replaces the stored run of the same id. */
  run?: RunRecord
  /** Delete the entries of the change feed up to this number, inclusive. None of this batch's entries is among them. */
  forgetChangesUpTo?: number
  /** Ids of runs to delete. The batch's own `run` is none of them. An id that isn't stored is no error. */
  forgetRuns?: string[]
  /**
   * Set if somebody relies on this commit, and HubSpot couldn't supply it again: the end of a run, a webhook that was
   * accepted. It and everything before it must be on the disk when `commit` resolves. A store that writes every commit
   * to disk, or none, can ignore it.
   */
  durable?: boolean
}

/** The result of a commit for the rows of an object. */
export interface RowCounts {
  /** Rows written for the first time. */
  created: number
  /** Existing rows that have changed. */
  updated: number
  /** Rows that have not changed, and were not written. */
  unchanged: number
  /** Active rows that became archived. */
  archived: number
  /** Archived rows that became active again. */
  restored: number
  /** Rows that were deleted. */
  removed: number
  /** Rows older than the stored ones. They were not written. */
  stale: number
}

/** The result of a commit for the history of an object. */
export interface HistoryCounts {
  /** Entries that were written. */
  added: number
  /** Gaps that were found. */
  gaps: number
  /** Gaps that were filled, because the entries between were read after all. */
  filled: number
  /** Of the entries that were written: those that share property and moment with another entry of the record. */
  tied: number
}

/** The result of a commit. */
export interface CommitResult {
  /** By the name of an object or of a reference table. One without rows or tombstones in the batch may be absent. */
  rows: Record<string, RowCounts>
  /** Of the batch's association sets: new associations, deleted ones, and those left out because an end is missing. */
  associations: { added: number; removed: number; unlinked: number }
  /** By the name of an object. An object without history in the batch is absent; so is all of it without any. */
  history?: Record<string, HistoryCounts>
}

/** Which entries of a record's history to return: newest first, and those of one moment by property and ordinal. */
export interface HistoryRead {
  /** Only entries of this property, by its internal name. Default: of all. */
  property?: string | undefined
  /** Only entries after this one in that order, so older ones: the last of the page before. Default: from the newest. */
  after?: Pick<StoredHistoryEntry, 'changedAt' | 'property' | 'ordinal'> | undefined
  /** The most entries to give. */
  limit: number
}

/** The gaps in the histories of all records of an object. */
export interface ObjectGaps {
  /** How many there are, by property. One without any is absent. */
  counts: Record<string, number>
  /** Those that were found last. */
  latest: RecordGap[]
}

/** A gap, with the record whose history has it. */
export interface RecordGap extends HistoryGap {
  /** HubSpot's id of the record. */
  id: string
}

/** A claim that HubSpot has a record in this version. */
export interface Claim {
  /** HubSpot's id of the record. */
  id: string
  /** `''` claims no version: only that the record is active. */
  updatedAt: string
  /** Set for a record in the recycle bin. */
  archivedAt?: string | null
}

/** A claim that doesn't match the store, and why. */
export interface Difference {
  /** The id of the claim. */
  id: string
  /**
   * `missing`: not stored; `older`, `newer`: stored in such a version; `archived`: stored as archived, but claimed to
   * be active.
   */
  reason: 'missing' | 'older' | 'newer' | 'archived'
  /** The stored version. Absent if the record is missing. */
  stored?: StoredVersion
}

/** An entry of the change feed. */
export interface ChangeEntry {
  /**
   * Its number: within a portal, later commits have higher numbers. A number is never used again, even after its entry
   * is deleted.
   */
  seq: number
  /** The object's name, or that of a reference table. */
  object: string
  /**
   * HubSpot's id of the record. Of a row of a reference table, the values of its key, joined by `/`: only the last of
   * them may contain one.
   */
  id: string
  /** What happened to the record. `merged`: it now has another id. `removed`: it is gone from HubSpot. */
  kind: 'created' | 'updated' | 'archived' | 'restored' | 'merged' | 'removed'
  /**
   * Mapped columns that changed, by camelCase name. Emptied when the record is merged or purged; the rest of the entry
   * stays.
   */
  columns: Record<string, { old: ColumnValue; new: ColumnValue }>
  /** When it was committed, by HubSpot's clock: ISO-8601 in UTC with milliseconds. */
  at: string
}

/** How rows are read. */
export interface RowRead {
  /**
   * False if the caller doesn't need `raw`. It is most of a row, so a store may leave it out then, although the type of
   * a row has it. Default: true.
   */
  raw?: boolean | undefined
}

/** A record at the other end of one or more associations. */
export interface RelatedRow {
  /** The row of the record at the other end. */
  row: StoredRow
  /** One entry for each type of link to it. */
  associations: Omit<AssociationEdge, 'toId'>[]
}

/** A job that somebody is at. Others leave it to them as long as they live. */
export interface Lease {
  /** The name of the job. */
  job: string
  /** Who holds it: the id of a run, or of other work. */
  holder: string
  /** Since when: ISO-8601 in UTC with milliseconds. */
  startedAt: string
  /** When its holder last said that it lives, in the same form. */
  renewedAt: string
  /** How many milliseconds ago that was. */
  silentMs: number
}

/** What is asked about the leases of jobs. */
export interface LeaseRequest {
  /** The portal that the jobs are of. */
  portalId: string
  /** The names of the jobs. */
  jobs: readonly string[]
  /** Who asks. */
  holder: string
  /** `take` those that are free, or `take all` of them or none; `renew` or `release` those that the holder has. */
  want: 'take' | 'take all' | 'renew' | 'release'
  /** Holders that are known to be over, though they couldn't release what they held. Default: none. */
  over?: readonly string[]
  /** The moment of this machine, for a store whose database has no clock of its own. */
  at: string
}

/** Which ids to return, in ascending order of their number (shorter first, then as text). */
export interface IdRange {
  /** Only ids after this one. Default: from the first. */
  after?: string | undefined
  /** Only ids up to this one, inclusive. Default: to the last. */
  upTo?: string | undefined
  /** The most ids to give. */
  limit: number
  /** Only ids of records with this status. Default: both. */
  status?: RecordStatus | undefined
}

/**
 * Where the mirror lives. It has few methods, all required. {@link Store.commit} is the only one that writes data.
 *
 * The invariants, which `@hubsync/conformance` checks for every store:
 *
 * 1. A commit is atomic: after a failure at any point, nothing of it can be seen, on any connection.
 * 2. Compare and set: if `checkpoint.expected` isn't the stored checkpoint, `commit` throws a `CheckpointConflictError`
 *    that names its stream, and writes nothing. `null` means that there must be none. The same is true for each of
 *    `fences`.
 * 3. An older version never overwrites a newer one. Versions are compared by `updatedAt`. At the same `updatedAt`,
 *    archived is later than active, and of equal versions the one that is written later wins. Only a row with
 *    `replaces` overwrites that version, even if it is newer, and no other.
 * 4. A row that didn't change isn't written: `syncedAt` stays, and the change feed has no entry.
 * 5. A column or raw property that a row doesn't carry keeps its stored value.
 * 6. An association set replaces the stored set of that pair and record. Other records' sets stay.
 * 7. Both ends of an association are in the mirror, and active. An association without one is left out and counted.
 * 8. When a row is archived or removed, its associations are deleted, at both ends.
 * 9. A tombstone deletes its row and the values in the feed. A later row of a merged id is left out. So is one of a
 *    purged id, unless it was modified, or asked for, after the tombstone. A merged id in the bin is no difference.
 * 10. Values are returned as they were given: any text, any id, any decimal, and `raw` whole. Only half a surrogate
 *     pair becomes U+FFFD in a column.
 * 11. Portals are separate: nothing of one portal is seen, changed or counted in another.
 * 12. `migrate` can be repeated, and run by many processes at once. It throws if it failed, and refuses a newer schema.
 *     `missing` returns what it would make, and makes nothing. No read makes anything either, and after `missing` alone
 *     they return what exists.
 * 13. Nothing is opened before the first call, and nothing that was lent is closed.
 * 14. Reads return the documented order, and their pages continue by key: what stays is returned once, whatever comes
 *     and goes.
 * 15. An entry of the change feed keeps its number, object, id, kind and moment. It is deleted only on request, and its
 *     number is never used again.
 * 16. A run stays until it is deleted on request.
 * 17. A job has one holder. If several ask for it at once, one of them gets it. Nobody else gets it before that one
 *     releases it, or has been silent for two minutes by the database's clock, if it has one.
 * 18. A filtered list has the rows whose columns have these values, and no others. Decimals compare as numbers.
 * 19. `prune` deletes the given parts of one portal, all or none of them. It drops no table that has rows of another
 *     portal, and no column that has values of another portal. A table or column that isn't the store's own stays.
 * 20. A reference set replaces the stored rows of its part. Other parts stay. A row that is no longer listed becomes
 *     `ARCHIVED` and keeps its values, or is deleted from a table that keeps none.
 * 21. `makeViews` replaces no table and no view that the store didn't make. No view keeps `migrate` or `prune` from what
 *     they do.
 * 22. A history is only added to: no entry is stored twice, changed, or lost. Where entries may be missing, there is a gap,
 *     until it is filled. What `planCommit` says becomes of the history of a record that is gone is done, even if the
 *     schema no longer has that history.
 */
export interface Store {
  /**
   * Creates missing tables, and adds missing columns, and the indexes of columns. An index that is no longer asked for
   * stays. A store may go without indexes: they make reads faster, and change none.
   */
  migrate(schema: MirrorSchema): Promise<void>

  /**
   * What {@link Store.migrate} would create and add, found by reads only. Core calls it before `migrate`, and notes
   * what has to be read again: an empty column or table that was dropped and made again would otherwise look like a
   * filled one. If portals are pinned here, core also reads checkpoints, and commits batches with nothing but a
   * checkpoint, before `migrate`.
   *
   * A reader calls only this and never `migrate`, even if nothing may be written: its role may only `SELECT`, or the
   * file is read-only. After this call, reads return what exists of the schema. Missing columns are absent from the
   * values of a row.
   *
   * @throws as `migrate` does if the schema here is newer, or if what is here can't be read as this schema.
   */
  missing(schema: MirrorSchema): Promise<MissingTables>

  /**
   * Deletes parts of a portal that no definition names any more, in one transaction: its rows or its values in a column,
   * those in its entries of the change feed, and the tombstones of an object. Then it drops the table or column, unless
   * that is `shared` or has content of another portal. Columns and pairs are given before their objects. Checkpoints
   * stay. It may be called before {@link Store.migrate}.
   *
   * @param options - `dryRun`: only counts.
   * @returns for each part, how many rows of the portal its table has, counted up to `COUNTED_ROWS`; null if it
   * doesn't exist, or isn't the store's.
   */
  prune(
    portalId: string,
    parts: readonly TablePart[],
    options: { dryRun: boolean },
  ): Promise<(number | null)[]>

  /**
   * Makes these views, in one transaction, and replaces those of the same names that the store made before. The tables
   * exist. `prune` drops a view that has the dropped column, or is of the dropped table.
   *
   * A store may go without views, and then gives no name: they are for people who write SQL.
   *
   * @returns the names of the views that were made.
   * @throws `HubsyncError` with code `SCHEMA_CONFLICT` if something else has the name. Nothing is made then.
   */
  makeViews(views: readonly LabelledView[]): Promise<string[]>

  /** The portals that are pinned here. May be called before {@link Store.migrate}, and creates nothing then. */
  portals(): Promise<PortalRecord[]>

  /** The checkpoint of a stream, or null. */
  readCheckpoint(portalId: string, stream: string): Promise<Checkpoint | null>

  /** All checkpoints of a portal, by stream, as of one moment. */
  checkpoints(portalId: string): Promise<Map<string, Checkpoint>>

  /**
   * Writes a batch in one transaction: rows first, then tombstones, then association sets, then reference sets. The
   * batch belongs to the store until it is written.
   *
   * @throws `CheckpointConflictError` if another runner has moved the checkpoint, or a fence. `ConstraintError`
   * (recognized by its code, `ROW_REFUSED`) if a constraint that the user has added refuses the batch: core then finds
   * the record, and continues without it. After any other error the job fails.
   */
  commit(batch: Batch): Promise<CommitResult>

  /**
   * Takes, renews or releases leases, and gives those of the named jobs as they are then. In one short transaction, apart from every commit:
   * read what is there, let `planLease` decide, write what it lists.
   */
  lease(request: LeaseRequest): Promise<Lease[]>

  /**
   * All leases of a portal, those of dead holders too. It only reads, and gives none where a store of an earlier version has no place for
   * them.
   *
   * @param at - the moment of this machine, as in a request.
   */
  leases(portalId: string, at: string): Promise<Lease[]>

  /** A row, active or archived, or null. */
  get(portalId: string, object: string, id: string, read?: RowRead): Promise<StoredRow | null>

  /** Rows after `after`, in the order of the key (text). */
  list(
    portalId: string,
    object: string,
    page: RowRead & {
      after?: string | undefined
      limit: number
      status?: RecordStatus | undefined
      /** Only rows whose `updatedAt` is this moment or later. */
      updatedSince?: string | undefined
      /**
       * Only rows with these values, by the column's name in TypeScript, each in the form of its kind, and never a
       * list. Null: only rows without a value. A column that the table doesn't have yet is null in every row: see
       * `filtersOf`.
       */
      where?: Readonly<Record<string, Exclude<ColumnValue, string[]>>> | undefined
    },
  ): Promise<StoredRow[]>

  /** The records at the other end of a pair, seen from one of its records, by their id (text). */
  related(
    portalId: string,
    pair: string,
    end: ({ fromId: string } | { toId: string }) &
      RowRead & {
        after?: string | undefined
        limit?: number | undefined
      },
  ): Promise<RelatedRow[]>

  /**
   * The association sets of these records, in the order of `fromIds`. A record without associations has an empty set.
   */
  sets(portalId: string, pair: string, fromIds: readonly string[]): Promise<AssociationSet[]>

  /** Ids of an object. */
  ids(portalId: string, object: string, range: IdRange): Promise<string[]>

  /** The claims that differ from what is stored, in the order of the claims. */
  differing(portalId: string, object: string, claims: readonly Claim[]): Promise<Difference[]>

  /** The tombstone of an id, or null. */
  tombstone(portalId: string, object: string, id: string): Promise<Tombstone | null>

  /**
   * The change feed after an entry, in the order of the commits. With `newestFirst`: from its end, in reverse order.
   * With `before`: only entries before that one. With `of`: only the entries of that record.
   */
  changes(
    portalId: string,
    page: {
      after?: number | undefined
      before?: number | undefined
      limit: number
      newestFirst?: boolean | undefined
      of?: { object: string; id: string } | undefined
    },
  ): Promise<ChangeEntry[]>

  /** The latest runs, newest first. With `startedBefore`: only runs that began before that moment. */
  runs(
    portalId: string,
    page: { limit: number; startedBefore?: string | undefined },
  ): Promise<RunRecord[]>

  /**
   * A part of a reference table, in the order of its key: texts byte by byte, numbers as numbers. Nothing where the
   * table doesn't exist.
   *
   * @param scope - the first values of the key; all of them for one row; none for the whole portal.
   */
  reference(
    portalId: string,
    table: ReferenceName,
    scope: readonly (string | number)[],
  ): Promise<StoredReferenceRow[]>

  /**
   * The history of a record: newest first by `changedAt`, then by property from the last to the first in the order of
   * their bytes, then by `ordinal` from the highest. Nothing where its table doesn't exist.
   */
  history(
    portalId: string,
    object: string,
    id: string,
    read: HistoryRead,
  ): Promise<StoredHistoryEntry[]>

  /**
   * The gaps in the history of a record, the newest first by `before`, then by property as above. Nothing where its table
   * doesn't exist.
   */
  historyGaps(
    portalId: string,
    object: string,
    id: string,
    read: { property?: string | undefined; limit: number },
  ): Promise<HistoryGap[]>

  /**
   * The gaps in the histories of an object: how many, and the latest of them by `foundAt`, then as above, then by id from
   * the last to the first (text). Nothing where their table doesn't exist.
   *
   * @param latest - the most gaps to give.
   */
  gapsOf(portalId: string, object: string, latest: number): Promise<ObjectGaps>

  /** The number of rows, by object and status. */
  counts(portalId: string): Promise<Record<string, { active: number; archived: number }>>

  /**
   * Releases what the store itself has opened. Calls that are under way may be given up: runs wait for no answer longer
   * than 5 seconds after their end.
   */
  close(): Promise<void>
}
