import { HubsyncError } from '../errors.js'
import type { AssociationEdge, RecordStatus } from '../model.js'
import type { InferRow, ObjectDefinition, SpelledOut } from '../objects/define-object.js'
import type { defaultObjects, MirrorOptions, MirrorReaderOptions, ReadOptions } from '../options.js'
import { resolveReaderOptions } from '../resolve-options.js'
import type { RunRecord } from '../store/store.js'
import type { ChangeOptions, ChangePage } from '../sync/change-feed.js'
import { createReads } from './reads.js'
import type { RunningRun } from './running.js'
import type { MirrorStatus, ObjectStatus } from './status.js'

/** The row of an object, by the object's name. */
export type RowOf<Objects extends readonly ObjectDefinition[], Name extends string> = InferRow<
  Extract<Objects[number], { name: Name }>
>

/** What reads take besides. */
export interface RowOptions<Raw extends boolean = boolean> extends ReadOptions {
  /** False leaves out `raw`, HubSpot's whole object, which is most of a row to read. Default: true. */
  raw?: Raw | undefined
}

/** A row as it was asked for: with `raw` or without. */
export type ReadOf<Row, Raw extends boolean> = Raw extends true
  ? Row
  : { [Key in keyof Row as Exclude<Key, 'raw'>]: Row[Key] }

/** A page of rows, and where the next one goes on. */
export interface RowPage<Row> {
  /** The rows, in the order of their ids as text; empty where there are none. */
  results: Row[]
  /** `next` is absent on the last page. */
  paging: { next?: { after: string } }
}

/** A record at the other end of associations, and what those say. */
export interface RelatedRecord<Row> {
  /** The row of the record at the other end. */
  record: Row
  /** One entry for each type of link: the plain one, Primary, and labels of the portal's own. */
  associations: Omit<AssociationEdge, 'toId'>[]
}

/** Which rows `list` gives. */
export interface ListOptions {
  /** The cursor of the page before. */
  after?: string | undefined
  /** 1 to 1,000. Default: 100. */
  limit?: number | undefined
  /** Default: `ACTIVE`. */
  status?: RecordStatus | 'ALL' | undefined
  /** Only rows that were modified in HubSpot at this moment or later, ISO-8601. */
  updatedSince?: string | undefined
}

/**
 * Reads of a mirror. They need its store alone: no token, and no call to HubSpot. They write nothing, so a role that may only `SELECT`, a replica, or a
 * file that may only be read is enough. A column that no run has made yet is null; reading rows of a table that isn't there yet is refused with
 * `NOT_MIRRORED`. A store that doesn't answer is waited for as long as it says itself, unless a `signal` ends the wait (`ABORTED`).
 */
export interface MirrorReader<
  Objects extends readonly ObjectDefinition[] = readonly ObjectDefinition[],
> {
  /** The objects that are mirrored. */
  readonly objects: Objects

  /** The pairs of objects, by name, whose associations are mirrored. */
  readonly pairs: readonly (readonly [from: string, to: string])[]

  /**
   * The number of the portal that is mirrored, from the store.
   *
   * @throws `NOT_MIRRORED` before the first run.
   */
  portalId(options?: ReadOptions): Promise<string>

  /** A row, archived ones included, or null. Needs one `run` to have been made by someone: reads don't ask HubSpot. */
  get<Name extends Objects[number]['name'], Raw extends boolean = true>(
    object: Name,
    id: string,
    options?: RowOptions<Raw>,
  ): Promise<ReadOf<RowOf<Objects, Name>, Raw> | null>

  /** A page of rows in the order of their ids as text. Rows that change meanwhile move no other row. */
  list<Name extends Objects[number]['name'], Raw extends boolean = true>(
    object: Name,
    options?: ListOptions & RowOptions<Raw>,
  ): Promise<RowPage<ReadOf<RowOf<Objects, Name>, Raw>>>

  /** The records of another object that one is associated with, by their ids as text. All of them, unless `limit` is given. */
  related<Name extends Objects[number]['name'], Raw extends boolean = true>(
    object: Objects[number]['name'],
    id: string,
    other: Name,
    options?: { after?: string; limit?: number } & RowOptions<Raw>,
  ): Promise<RelatedRecord<ReadOf<RowOf<Objects, Name>, Raw>>[]>

  /**
   * The change feed after a cursor, in the order of the commits: what was created, updated, archived, restored, merged or
   * removed, with old and new values of the mapped columns. It begins when an object's backfill ends, so a reader first gets the cursor of
   * now (`after: 'now'`), reads the records, and then follows the feed by giving each page's `cursor` to the next call.
   *
   * @throws `CURSOR_LOST` where entries after the cursor may have been missed: they are forgotten (`changeRetention`), or the mirror was
   * made anew or restored from a backup. Start again with the cursor of now.
   */
  changes(options?: ChangeOptions): Promise<ChangePage>

  /** The id that a record lives under today: another one where it was merged, null where it is gone or unknown. */
  resolve(
    object: Objects[number]['name'],
    id: string,
    options?: ReadOptions,
  ): Promise<string | null>

  /** The latest runs, newest first. */
  runs(options?: { limit?: number } & ReadOptions): Promise<RunRecord[]>

  /**
   * The runs that are under way, in whatever process, newest first, and how far they have come: a run notes that in the store
   * every 5 seconds. One of a process that died is taken for running until it has been silent for 2 minutes.
   */
  running(options?: ReadOptions): Promise<RunningRun[]>

  /** The moment of HubSpot's clock up to which every change of an object is here; null until its backfill is done. */
  completeUpTo(object: Objects[number]['name'], options?: ReadOptions): Promise<string | null>

  /** How the mirror stands, and what to do about the last error. HubSpot isn't asked. */
  status(
    options?: ReadOptions,
  ): Promise<MirrorStatus<SpelledOut<{ [Name in Objects[number]['name']]: ObjectStatus }>>>

  /**
   * Releases what was opened for this mirror, never what it was lent. Runs that are under way are not waited for: their calls to HubSpot
   * are cancelled, and what was committed stays. End them by their signal before.
   */
  close(): Promise<void>
}

/**
 * Reads a mirror that another process keeps: the reads of `createHubspotSync()` without a token.
 *
 * @throws `InvalidOptionError` that says what was expected and what came.
 */
export function createMirrorReader<
  const Objects extends readonly ObjectDefinition[] = typeof defaultObjects,
>(given: MirrorReaderOptions<Objects>): MirrorReader<Objects> {
  return readerOf<Objects>(resolveReaderOptions(given)).members
}

/** The reads, and the guard that all other members of a mirror share with them. */
export function readerOf<Objects extends readonly ObjectDefinition[]>(
  options: MirrorOptions,
): { members: MirrorReader<Objects>; expectOpen(): void } {
  let closed = false
  const expectOpen = () => {
    if (closed)
      throw new HubsyncError(
        'CLOSED',
        'Expected an open mirror, but `close()` was called on this one.',
      )
  }
  const members = {
    ...createReads(options, expectOpen),
    objects: options.objects,
    pairs: options.pairs.map(({ from, to }) => [from.name, to.name] as const),
    async close() {
      closed = true
      await options.store.close()
    },
  }
  return { members: members as unknown as MirrorReader<Objects>, expectOpen }
}
