import type {
  AssociationEdge,
  AssociationSet,
  ColumnValue,
  Json,
  MirrorRow,
  RecordStatus,
  StoredRow,
  StoredVersion,
  Tombstone,
} from '../model.js'
import type { MirrorSchema, MissingTables } from './tables.js'

/** How far a stream has come. Stores keep it and compare it; only the stream understands it. */
export type Checkpoint = { [key: string]: Json }

/** Rows of one object. */
export interface RowGroup {
  /** The object's name. */
  object: string
  /** The rows, each id once. */
  rows: MirrorRow[]
  /** Whether the change feed tells of them: not while the object is being backfilled. */
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

/** A run, as it is kept. */
export interface RunRecord {
  /** The id of the run, a UUID. */
  id: string
  /** The names of its jobs. */
  jobs: string[]
  /** How it ended; `running` while it goes on, and for ever where its process died. */
  status: 'running' | 'complete' | 'partial' | 'failed'
  /** When it began: ISO-8601 in UTC with milliseconds. */
  startedAt: string
  /** When it ended, in the same form; null while it goes on. */
  finishedAt: string | null
  /** The report's counts by job, or null while the run goes on. */
  counts: Json
  /** What ended it before its jobs were done, or else what the first job that failed did so with; null where nothing did. */
  error: string | null
}

/** A checkpoint, moved from where it is expected to where it comes to stand. */
export interface CheckpointMove {
  /** The stream that it is the checkpoint of. */
  stream: string
  /** What is stored; null where there must be none. */
  expected: Checkpoint | null
  /** What is stored from then on. */
  next: Checkpoint
}

/** What is written together, or not at all. */
export interface Batch {
  /** The portal that all of it belongs to. */
  portalId: string
  /** The moment of the commit, by HubSpot's clock where it writes rows or tombstones: their `synced_at` and `at`. */
  at: string
  /** The checkpoint of the stream that the batch covers. Left out where no stream moves. */
  checkpoint?: CheckpointMove
  /** Checkpoints of other streams that are moved with it, by the same rule. */
  fences?: CheckpointMove[]
  /** Rows to write, by object. */
  rows?: RowGroup[]
  /** Association sets that replace those that are there. */
  associations?: AssociationSet[]
  /** Records that leave the tables. */
  tombstones?: Tombstone[]
  /** What is now known of the portal, in the place of what was, but for `firstRunAt`: that stays as it was first written. */
  portal?: PortalRecord
  /** A run to keep, in the place of what was kept of it. */
  run?: RunRecord
  /** The entries that the change feed has up to this number are forgotten, the one with that number too; none of this batch's. */
  forgetChangesUpTo?: number
  /** Ids of runs that are forgotten. The batch's own `run` is none of them, and one that isn't here is no error. */
  forgetRuns?: string[]
  /**
   * Set where somebody relies on this commit that HubSpot couldn't tell again: the end of a run, a hint that was accepted. It is on the
   * disk when `commit` resolves, with all before it. To a store that brings each commit there, or none, it means nothing.
   */
  durable?: boolean
}

/** What a commit did to the rows of an object. */
export interface RowCounts {
  /** Rows written for the first time. */
  created: number
  /** Rows that were there and have changed. */
  updated: number
  /** Rows that were as they are, which weren't written. */
  unchanged: number
  /** Active rows that became archived. */
  archived: number
  /** Archived rows that became active again. */
  restored: number
  /** Rows that left the table. */
  removed: number
  /** Rows older than what is stored, which were left out. */
  stale: number
}

/** What a commit did. */
export interface CommitResult {
  /** By object name; an object without rows or tombstones in the batch may be left out. */
  rows: Record<string, RowCounts>
  /** Associations of the batch's sets that are new, those that are gone, and those left out for want of an end. */
  associations: { added: number; removed: number; unlinked: number }
}

/** A record that is claimed to be in HubSpot, at this version. */
export interface Claim {
  /** HubSpot's id of the record. */
  id: string
  /** `''` claims no version: the record is active, whatever its date. */
  updatedAt: string
  /** Given for a record in the recycle bin. */
  archivedAt?: string | null
}

/** A claim that the store can't confirm, and why. */
export interface Difference {
  /** The id of the claim. */
  id: string
  /** Not here; here as an older version; here as a newer one; or here as archived while the claim says active. */
  reason: 'missing' | 'older' | 'newer' | 'archived'
  /** The version that is here. Left out where the record is missing. */
  stored?: StoredVersion
}

/** An entry of the change feed. */
export interface ChangeEntry {
  /** Its place: within a portal, a later commit has higher numbers. None is given to another entry, even once this one is forgotten. */
  seq: number
  /** The object's name. */
  object: string
  /** HubSpot's id of the record. */
  id: string
  /** What happened to the record. `merged`: it lives on under another id. `removed`: it is gone from HubSpot. */
  kind: 'created' | 'updated' | 'archived' | 'restored' | 'merged' | 'removed'
  /** Mapped columns that changed, by camelCase name. Erased when the record is merged away or purged; the rest of the entry stays. */
  columns: Record<string, { old: ColumnValue; new: ColumnValue }>
  /** When it was committed, by HubSpot's clock: ISO-8601 in UTC with milliseconds. */
  at: string
}

/** How rows are read. */
export interface RowRead {
  /**
   * False where `raw` isn't looked at. It is most of a row, so a store may leave it out then, although the type of a row has it.
   * Default: true.
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

/** Which ids to give: in ascending order of their number (shorter first, then as text). */
export interface IdRange {
  /** Only ids after this one. Default: from the first. */
  after?: string | undefined
  /** Only ids up to this one, itself included. Default: to the last. */
  upTo?: string | undefined
  /** The most ids to give. */
  limit: number
  /** Only ids of records with this status. Default: of both. */
  status?: RecordStatus | undefined
}

/**
 * Where the mirror lives. Few methods, all required; {@link Store.commit} is the only way in.
 *
 * The invariants, which `@hubsync/conformance` holds every store to:
 *
 * 1. A commit is atomic: after a failure at any point, nothing of it can be seen, by whatever connection.
 * 2. Compare and set: where `checkpoint.expected` isn't the stored checkpoint, `commit` throws a
 *    `CheckpointConflictError` that names its stream, and writes nothing. `null` means that there must be none. So does each of `fences`.
 * 3. An older version never overwrites a newer one. Versions go by `updatedAt`; at the same `updatedAt`, archived
 *    comes after active, and among equals the one that comes later in time wins. Only a row that `replaces` a version
 *    overwrites it, be it newer, and no other.
 * 4. A row that didn't change isn't written: `syncedAt` stays, and the change feed has no entry.
 * 5. A column or raw property that a row doesn't carry keeps its stored value.
 * 6. An association set replaces what was there for that pair and record; other records' sets stay.
 * 7. An association has both its ends in the mirror, both active; one without is left out and counted.
 * 8. A row that is archived or removed takes its associations with it, at both ends.
 * 9. A tombstone removes its row and the content; a later row of a merged id is left out, and one of a purged id too
 *    unless it was modified, or asked for, after the tombstone. That a merged id lies in the bin is no difference.
 * 10. Values come back as they went in: any text, any id, any decimal, and `raw` whole. Only half a surrogate pair
 *     becomes U+FFFD in a column.
 * 11. Portals don't touch: nothing of one portal is seen, changed or counted in another.
 * 12. `migrate` can be repeated, and run by many at once; it throws where it failed, and refuses a newer schema. `missing` says before
 *     what it would make, and makes nothing. No read makes anything either, and after `missing` alone they give what is there.
 * 13. Nothing is opened before the first call, and nothing that was lent is closed.
 * 14. Reads come in the order that is said of each, and go on by key: what stays is given once, whatever comes and goes.
 * 15. An entry of the change feed keeps its number, object, id, kind and moment. It goes when it is to be forgotten and at no other
 *     time, and its number is never given again.
 * 16. A run stays until it is to be forgotten.
 */
export interface Store {
  /** Creates what is missing of the tables, and adds columns. */
  migrate(schema: MirrorSchema): Promise<void>

  /**
   * What {@link Store.migrate} would create and add, found by reading alone. It is called before that, so that core notes what has to be
   * read again before there is an empty column or table that nothing tells from one that was filled. Where portals are pinned here, core
   * then also reads checkpoints, and commits batches with nothing but a checkpoint, before `migrate`.
   *
   * Who only reads calls this and never `migrate`, also where nothing may be written: a role that may only `SELECT`, a file that may only be read. So
   * from then on reads give what is there of the schema, and leave out of the values of a row a column that isn't.
   *
   * @throws as `migrate` does where the schema here is newer, or where what is here can't be read as this schema.
   */
  missing(schema: MirrorSchema): Promise<MissingTables>

  /** The portals that are pinned here. May be called before {@link Store.migrate}, and then creates nothing. */
  portals(): Promise<PortalRecord[]>

  /** The checkpoint of a stream, or null. */
  readCheckpoint(portalId: string, stream: string): Promise<Checkpoint | null>

  /** All checkpoints of a portal, by stream, as they stand at one moment. */
  checkpoints(portalId: string): Promise<Map<string, Checkpoint>>

  /**
   * Writes a batch, all or nothing. Rows first, then tombstones, then association sets. The batch is the store's until it is written.
   *
   * @throws `CheckpointConflictError` where another runner has moved the checkpoint, or a fence. `ConstraintError` (told by
   * its code, `ROW_REFUSED`) where a constraint that the user has added refuses the batch: core then finds out which record it is, and goes on
   * without. After any other error the job fails.
   */
  commit(batch: Batch): Promise<CommitResult>

  /** A row, archived ones included. */
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

  /** The association sets of these records, in their order; a record without associations has an empty set. */
  sets(portalId: string, pair: string, fromIds: readonly string[]): Promise<AssociationSet[]>

  /** Ids of an object. */
  ids(portalId: string, object: string, range: IdRange): Promise<string[]>

  /** Those of the claims that differ from what is here, in the order of the claims. */
  differing(portalId: string, object: string, claims: readonly Claim[]): Promise<Difference[]>

  /** The tombstone of an id, or null. */
  tombstone(portalId: string, object: string, id: string): Promise<Tombstone | null>

  /** The change feed after an entry, in the order of the commits; with `newestFirst` from its end on, in the opposite order. */
  changes(
    portalId: string,
    page: { after?: number | undefined; limit: number; newestFirst?: boolean | undefined },
  ): Promise<ChangeEntry[]>

  /** The latest runs, newest first; with `startedBefore` of those alone that began before that moment. */
  runs(
    portalId: string,
    page: { limit: number; startedBefore?: string | undefined },
  ): Promise<RunRecord[]>

  /** Rows by object and status. */
  counts(portalId: string): Promise<Record<string, { active: number; archived: number }>>

  /**
   * Releases what the store opened itself. What is under way may be given up: runs wait for no answer longer than 5 seconds past their
   * end.
   */
  close(): Promise<void>
}
