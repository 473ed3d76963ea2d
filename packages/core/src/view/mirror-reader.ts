import { HubsyncError } from '../errors.js'
import type { ObjectDefinition, SpelledOut } from '../objects/define-object.js'
import { isCustom } from '../objects/portal-objects.js'
import type {
  defaultObjects,
  MirrorOptions,
  MirrorReaderOptions,
  PortalReaderOptions,
  ReadOptions,
} from '../options.js'
import { resolveReaderOptions } from '../resolve-options.js'
import type { ChangeEntry, RunRecord } from '../store/store.js'
import type { ChangeOptions, ChangePage } from '../sync/change-feed.js'
import { deferred } from './deferred.js'
import type { HistoryOptions, HistoryValue } from './history-reads.js'
import { createReads } from './reads.js'
import type { PipelineRow, PropertyRow } from './reference-rows.js'
import type {
  ListOptions,
  ReadOf,
  ReferenceReadOptions,
  RelatedOf,
  RowName,
  RowOf,
  RowOptions,
  RowPage,
  WhereOf,
} from './row-types.js'
import type { RunningRun } from './running.js'
import type { MirrorStatus, ObjectStatus } from './status.js'
import { objectsInStore, pairsInStore } from './stored-objects.js'

/**
 * Reads a mirror. It needs only the store: no token, and no call to HubSpot. It writes nothing, so a role that may only
 * `SELECT`, a replica, or a read-only file is enough. A column that no run has made yet is null. Reading rows of a
 * table that doesn't exist yet throws `NOT_MIRRORED`. A read waits for the store as long as the store itself allows,
 * unless a `signal` ends it (`ABORTED`).
 */
export interface MirrorReader<
  Objects extends readonly ObjectDefinition[] = readonly ObjectDefinition[],
> {
  /** The objects that are mirrored. */
  readonly objects: Objects

  /** The pairs of objects, by name, whose associations are mirrored. */
  readonly pairs: readonly (readonly [from: string, to: string])[]

  /**
   * Resolves once `objects` and `pairs` are known: at once if they were given, and else after the store has been read.
   * Every read waits for that by itself. HubSpot isn't asked.
   *
   * @throws `NOT_MIRRORED` before the first run, with `objects: 'all'`.
   */
  ready(options?: ReadOptions): Promise<void>

  /**
   * The number of the portal that is mirrored, from the store.
   *
   * @throws `NOT_MIRRORED` before the first run.
   */
  portalId(options?: ReadOptions): Promise<string>

  /**
   * A row of an object, of `owners` or of `teams`, active or archived, or null. Somebody must have made a `run` before:
   * reads don't ask HubSpot.
   */
  get<Name extends RowName<Objects>, Raw extends boolean = true>(
    object: Name,
    id: string,
    options?: RowOptions<Raw>,
  ): Promise<ReadOf<RowOf<Objects, Name>, Raw> | null>

  /**
   * A page of rows in the order of their ids as text. A row that changes meanwhile doesn't move the others.
   *
   * @throws `InvalidOptionError` if `where` has a column that the object doesn't have, or a value that doesn't fit.
   */
  list<Name extends RowName<Objects>, Raw extends boolean = true>(
    object: Name,
    options?: ListOptions<WhereOf<Objects, Name>> & RowOptions<Raw>,
  ): Promise<RowPage<ReadOf<RowOf<Objects, Name>, Raw>>>

  /**
   * The records of another object that this record is associated with, in the order of their ids as text. All of them,
   * unless `limit` is given.
   */
  related<Name extends RowName<Objects>, Raw extends boolean = true>(
    object: RowName<Objects>,
    id: string,
    other: Name,
    options?: { after?: string; limit?: number } & RowOptions<Raw>,
  ): Promise<RelatedOf<Objects, Name, Raw>[]>

  /** The pipelines of an object with their stages, in display order. Empty for an object that has none. */
  pipelines(object: Objects[number]['name'], options?: ReferenceReadOptions): Promise<PipelineRow[]>

  /** The definitions of an object's properties with their groups and options, in the order of their names. */
  properties(
    object: Objects[number]['name'],
    options?: ReferenceReadOptions,
  ): Promise<PropertyRow[]>

  /**
   * The values that a record's properties had, newest first, as far as the definition keeps their history: also those
   * that HubSpot no longer has. A merged id gives the history of the record that it became part of. Empty for a record
   * that the mirror doesn't have.
   *
   * @throws `InvalidOptionError` if the definition keeps no history, or none of that `property`.
   */
  history(
    object: Objects[number]['name'],
    id: string,
    options?: HistoryOptions,
  ): Promise<HistoryValue[]>

  /**
   * The change feed after a cursor, in the order of the commits: records that were created, updated, archived,
   * restored, merged or removed, with old and new values of the mapped columns. It begins when an object's backfill
   * ends. So a reader first gets the cursor of now (`after: 'now'`), then reads the records, and then follows the feed:
   * each page's `cursor` is for the next call.
   *
   * @throws `CURSOR_LOST` if entries after the cursor may be missing: they were deleted (`changeRetention`), or the
   * mirror was emptied or restored from a backup. Start again with the cursor of now.
   */
  changes(options?: ChangeOptions): Promise<ChangePage>

  /**
   * The entries of the change feed about one record, newest first. An entry stays as long as the feed keeps it
   * (`changeRetention`), and entries of records that were merged into this one have their own ids. For the next page
   * pass the `seq` of the last entry as `before`.
   */
  changesOf(
    object: Objects[number]['name'],
    id: string,
    options?: { before?: number | undefined; limit?: number } & ReadOptions,
  ): Promise<ChangeEntry[]>

  /** The id that a record has today: another one if it was merged, null if it is gone or unknown. */
  resolve(
    object: Objects[number]['name'],
    id: string,
    options?: ReadOptions,
  ): Promise<string | null>

  /** The latest runs, newest first. */
  runs(options?: { limit?: number } & ReadOptions): Promise<RunRecord[]>

  /**
   * The runs that are under way, in any process, newest first, with their progress, which a run notes in the store
   * every 5 seconds. A run whose process died counts as running until it has been silent for 2 minutes.
   */
  running(options?: ReadOptions): Promise<RunningRun[]>

  /**
   * The moment of HubSpot's clock up to which every change of an object is in the mirror. Null until its backfill is
   * done.
   */
  completeUpTo(object: Objects[number]['name'], options?: ReadOptions): Promise<string | null>

  /** The state of the mirror, and what to do about the last error. HubSpot isn't asked. */
  status(
    options?: ReadOptions,
  ): Promise<MirrorStatus<SpelledOut<{ [Name in Objects[number]['name']]: ObjectStatus }>>>

  /**
   * Releases what was opened for this mirror, and nothing that it was lent. It doesn't wait for runs that are under
   * way: their calls to HubSpot are cancelled, and what was committed stays. To end them in order, abort their signal
   * first.
   */
  close(): Promise<void>
}

/**
 * Reads a mirror that another process keeps up to date: the reads of `createHubspotSync()`, without a token. With
 * `objects: 'all'` it reads everything that the mirror has. Until the first read, `objects` and `pairs` are empty then.
 *
 * @throws `InvalidOptionError` that says what was expected and what came.
 */
export function createMirrorReader<
  const Objects extends readonly ObjectDefinition[] = typeof defaultObjects,
>(given: MirrorReaderOptions<Objects> | PortalReaderOptions): MirrorReader<Objects> {
  if (given?.objects === 'all')
    return readerOfPortal(given as PortalReaderOptions) as unknown as MirrorReader<Objects>
  const options = resolveReaderOptions(given)
  const { associations } = given as MirrorReaderOptions<Objects>
  const first = readerOf<Objects>(options).members
  if (associations !== undefined || !options.objects.some(isCustom)) return first
  return deferred(first, {
    before: first,
    stored: async () => {
      const found = await pairsInStore(options)
      return found && readerOf<Objects>(resolveReaderOptions({ ...given, ...found })).members
    },
    isRead: () => true,
  })
}

/** The reads of everything that the mirror has. */
function readerOfPortal({ objects: _, ...given }: PortalReaderOptions): MirrorReader {
  const options = resolveReaderOptions(given)
  return deferred<MirrorReader>(readerOf(options).members, {
    before: { objects: [], pairs: [] },
    stored: async () => {
      const { readable } = await objectsInStore(options)
      return readerOf(resolveReaderOptions({ ...given, ...readable })).members
    },
    isRead: () => true,
  })
}

/** The reads, and the check that the mirror is open, which its other members use too. */
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
