import type { ObjectDefinition, SpelledOut, WithHistory } from './objects/define-object.js'
import type { QueueOptions, ReadOptions, RunOptions, WatchOptions } from './options.js'
import type { StalePart } from './sync/definition-changes.js'
import type { DescribeOptions, PortalDescription } from './sync/describe.js'
import type { ChangeHandler, FollowOptions } from './sync/follow.js'
import type { JobName } from './sync/jobs.js'
import type { MadeView } from './sync/make-views.js'
import type { BackfillPlan, ObjectPlan } from './sync/plan.js'
import type { PruneReport } from './sync/prune.js'
import type { QueuedRecord } from './sync/queue.js'
import type { ReportsOf, RunReport } from './sync/report.js'
import type { SyncRecordsReport } from './sync/sync-records.js'
import type { VerifyOptions, VerifyReport } from './sync/verify.js'
import type { MirrorReader } from './view/mirror-reader.js'

/** What `refreshProperties` takes: the properties, and a run's budget. */
export interface RefreshOptions extends Omit<RunOptions, 'jobs'> {
  /** Names of properties, or all that HubSpot calculates. */
  properties: readonly string[] | 'calculated'
  /** The objects to refresh, by name. Default: all. */
  objects?: readonly string[] | undefined
}

/** What `prune` takes. */
export interface PruneOptions extends ReadOptions {
  /** True lists what would be dropped, and drops nothing. Default: false. */
  dryRun?: boolean | undefined
  /**
   * Drops exactly these, as a dry run with the same `all` has listed them. If any is different by now, or there are
   * others, nothing is dropped, and the report is `changed`. Default: drops what there is.
   */
  parts?: readonly StalePart[] | undefined
  /** True also drops what another process keeps up to date (`keptAt`). Default: false. */
  all?: boolean | undefined
}

/** A mirror of one HubSpot portal: runs, and reads of its rows. */
export interface HubspotSync<
  Objects extends readonly ObjectDefinition[] = readonly ObjectDefinition[],
> extends MirrorReader<Objects> {
  /** The names of the jobs that `run` knows. */
  readonly jobs: readonly JobName<Objects[number]['name'], WithHistory<Objects[number]>>[]

  /**
   * Runs the jobs that are due, or those named, and resolves to a report. It also resolves if a job fails because of
   * HubSpot or the store: the report says which, and why. Jobs that another run is at, in this process or in another,
   * are left to that run: they are `skipped`, and a run with nothing else to do is `busy`. With `wait` it waits for the
   * other to end.
   *
   * @throws `InvalidOptionError` for a wrong option, and a `HubsyncError` with code `UNKNOWN_JOB`, `UNAUTHORIZED`,
   * `PORTAL_MISMATCH`, `NOT_A_DATABASE` and the like if nothing could be done at all.
   */
  run<const Job extends JobName<Objects[number]['name'], WithHistory<Objects[number]>> = never>(
    options?: RunOptions<Job>,
  ): Promise<RunReport<ReportsOf<Objects[number]['name'], Job, WithHistory<Objects[number]>>>>

  /**
   * Compares the whole mirror with HubSpot, and repairs it if asked to. It takes about one call for each 100 records of
   * an object, one more for each 50 where history is kept, and one for each 1,000 of a pair's near end. If it was
   * stopped, the next verification with the same `repair` continues.
   *
   * @throws as `run` does.
   */
  verify(options?: VerifyOptions): Promise<VerifyReport>

  /**
   * Runs again and again, at this pace, until the signal or `close()` ends it. What is enqueued it reads within two
   * seconds, unless `jobs` are named: that takes one read of one row each second. It outlives failures that pass, with
   * pauses that double up to 15 minutes, or up to `every` if that is longer. Of several processes that watch one mirror,
   * one does the work each time.
   *
   * @throws an error that doesn't pass by itself, such as `UNAUTHORIZED` or `SCHEMA_CONFLICT`, unless `onError` is given.
   */
  watch<const Job extends JobName<Objects[number]['name'], WithHistory<Objects[number]>> = never>(
    options: WatchOptions<Job>,
  ): Promise<void>

  /**
   * Reads these records now, with all their associations, whatever their dates: what a webhook calls. A record that
   * HubSpot has neither as active nor in its bin is removed.
   *
   * @throws `HubspotError` if HubSpot can't be read.
   */
  syncRecords(
    object: Objects[number]['name'],
    ids: readonly string[],
    options?: ReadOptions,
  ): Promise<SyncRecordsReport>

  /**
   * Stores durably that these records may have changed, without asking HubSpot: what the receiver of a webhook calls
   * before it answers. The next `syncQueued()`, or run of all jobs, reads them.
   */
  enqueue(records: readonly QueuedRecord[], options?: ReadOptions): Promise<void>

  /**
   * Reads the enqueued records, as `syncRecords` does. Resolves to how many were read. Records that fail stay in the
   * queue. A `signal` ends it: records that were read by then stay read. While another call or run is at it, this one
   * reads none; with `wait` it waits for the other to end, and reads what is left.
   *
   * @throws the first failure, once everything that could be read was.
   */
  syncQueued(options?: QueueOptions): Promise<number>

  /**
   * Reads just these properties of every active record and merges them in. It is for calculated properties, which
   * HubSpot changes without changing the modification date. `'calculated'` means all mirrored properties that are
   * calculated by their flag, their field type or their formula. `plan()` prices it.
   */
  refreshProperties(options: RefreshOptions): Promise<RunReport>

  /**
   * Gives each page of the change feed to a handler, until the signal ends it or the mirror is closed; then it resolves.
   * The consumer's cursor is in the store under its name, and moves once the handler has resolved. So each page is given
   * at least once: again if the process died, if the handler threw, or if two processes follow under one name. New
   * entries are looked for every second.
   *
   * After an error of the handler it waits for 1 second, then twice as long each time, up to a minute. A failing store
   * is waited for in the same way. A handler that is at work when the signal aborts is waited for. Its page counts as
   * handled if it resolves within 5 seconds.
   *
   * @param name - 1 to 100 letters, digits, dots, dashes or underscores. Each consumer has a cursor of its own.
   * @throws `NOT_MIRRORED` before the first run; `CURSOR_LOST` if changes were missed and there is no `snapshot`.
   */
  follow(name: string, handler: ChangeHandler, options?: FollowOptions): Promise<void>

  /**
   * Drops the tables and columns that these definitions don't name, and columns whose kind has changed, as `status()`
   * lists them, with their values in the change feed. Of tables that another portal in the store was written with, only
   * this portal's rows go. `raw` keeps the properties of a column. What another process with other definitions keeps up
   * to date stays, unless `all` is given. HubSpot isn't asked. While a run is under way, nothing is dropped, and the
   * report is `busy`. First stop every process that still has the earlier definitions: it would make these tables again.
   *
   * @throws `NOT_MIRRORED` before the first run; `STORE_FAILED` if something of your own, such as a view, needs a table
   * or column. Nothing is dropped then.
   */
  prune(options?: PruneOptions): Promise<PruneReport>

  /**
   * What the portal has: every type of object with its number of records, also those that aren't mirrored; the
   * properties of the mirrored ones, or of those named, with kinds and choices; and the association types of the mirrored
   * pairs. HubSpot is asked, in some three calls and four for each object. The store isn't used. What HubSpot refuses is
   * null or absent, and named in `missing`. `hubsync pull` writes this as code.
   *
   * @throws `InvalidOptionError` if the portal has no object of a name; `UNAUTHORIZED`, `DAILY_LIMIT` and the like if
   * nothing can be read at all.
   */
  describe(options?: DescribeOptions): Promise<PortalDescription>

  /**
   * Makes a view `<object>_labelled` of each object's table, such as `deals_labelled`: its columns, and beside them the
   * names of owners and the labels of pipelines, stages and choices. It replaces its own views of before. The labels in a
   * view are those of the moment in which it is read. Call it again after the definitions have changed, or a property
   * has become a choice: a view keeps the columns that it was made with. HubSpot isn't asked.
   *
   * @returns the views that were made: none for an object without labels, and none if the store goes without views.
   * @throws `NOT_MIRRORED` before the first run; `SCHEMA_CONFLICT` if something of your own has such a name. Nothing is
   * made then.
   */
  makeViews(options?: ReadOptions): Promise<MadeView[]>

  /** The price of a backfill of everything: rows, calls, minutes, share of the day's calls. Writes nothing. */
  plan(
    options?: ReadOptions,
  ): Promise<BackfillPlan<SpelledOut<{ [Name in Objects[number]['name']]: ObjectPlan }>>>
}
