import { setMaxListeners } from 'node:events'
import {
  type ResolvedRunOptions,
  resolveDescribeOptions,
  resolveFollow,
  resolvePruneOptions,
  resolveQueueOptions,
  resolveRefreshOptions,
  resolveRunOptions,
  resolveSignal,
  resolveVerifyOptions,
  resolveWatchOptions,
} from './call-options.js'
import { clientOf } from './client/client-of.js'
import type { HubspotClient } from './client/hubspot-client.js'
import { within } from './client/within.js'
import type { ObjectDefinition, SpelledOut } from './objects/define-object.js'
import { isCustom } from './objects/portal-objects.js'
import type {
  defaultObjects,
  HubspotSyncOptions,
  PortalSyncOptions,
  QueueOptions,
  ReadOptions,
  ResolvedOptions,
  RunOptions,
  WatchOptions,
} from './options.js'
import { resolveOptions } from './resolve-options.js'
import type { StalePart } from './sync/definition-changes.js'
import { type DescribeOptions, describe, type PortalDescription } from './sync/describe.js'
import { expectWritable } from './sync/expect-writable.js'
import { findObjects, findPairs } from './sync/find-objects.js'
import { type ChangeHandler, type FollowOptions, follow } from './sync/follow.js'
import { heedingStore } from './sync/heeding-store.js'
import { inTurn } from './sync/in-turn.js'
import { type JobName, jobNames, jobsNamed } from './sync/jobs.js'
import { type MadeView, makeViews } from './sync/make-views.js'
import { expectIds, objectNamed } from './sync/named-records.js'
import { pinnedPortal } from './sync/pinned-portal.js'
import { type BackfillPlan, type ObjectPlan, plan } from './sync/plan.js'
import { type PruneReport, prune } from './sync/prune.js'
import { putTablesInPlace } from './sync/put-tables-in-place.js'
import { checkedRecords, enqueue, QUEUE, type QueuedRecord } from './sync/queue.js'
import { refreshProperties } from './sync/refresh-properties.js'
import { JobTally, type ReportsOf, type RunReport } from './sync/report.js'
import { run } from './sync/run.js'
import { RunContext } from './sync/run-context.js'
import { syncQueued } from './sync/sync-queued.js'
import { type SyncRecordsReport, syncRecords } from './sync/sync-records.js'
import { type VerifyOptions, type VerifyReport, verify } from './sync/verify.js'
import { watch } from './sync/watch.js'
import { watchedMirror } from './sync/watched-mirror.js'
import { deferred } from './view/deferred.js'
import { type MirrorReader, readerOf } from './view/mirror-reader.js'
import { objectsInStore, pairsInStore } from './view/stored-objects.js'

/** How long `close()` waits for runs to end. The store of one that hasn't by then may have fallen silent. */
const CLOSING_MS = 1_000

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
  readonly jobs: readonly JobName<Objects[number]['name']>[]

  /**
   * Runs the jobs that are due, or those named, and resolves to a report. It also resolves if a job fails because of
   * HubSpot or the store: the report says which, and why. Jobs that another run is at, in this process or in another,
   * are left to that run: they are `skipped`, and a run with nothing else to do is `busy`. With `wait` it waits for the
   * other to end.
   *
   * @throws `InvalidOptionError` for a wrong option, and a `HubsyncError` with code `UNKNOWN_JOB`, `UNAUTHORIZED`,
   * `PORTAL_MISMATCH`, `NOT_A_DATABASE` and the like if nothing could be done at all.
   */
  run<const Job extends JobName<Objects[number]['name']> = never>(
    options?: RunOptions<Job>,
  ): Promise<RunReport<ReportsOf<Objects[number]['name'], Job>>>

  /**
   * Compares the whole mirror with HubSpot, and repairs it if asked to. It takes about one call for each 100 records of
   * an object and for each 1,000 of a pair's near end. If it was stopped, the next verification with the same `repair`
   * continues.
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
  watch<const Job extends JobName<Objects[number]['name']> = never>(
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
   * pairs. HubSpot is asked, in some three calls and three for each object. The store isn't used. What HubSpot refuses is
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

/**
 * Keeps an exact copy of a HubSpot portal in your own database. Nothing is opened or called before the first `run` or
 * read.
 *
 * With `objects: 'all'` it mirrors every object that the portal has records of, custom ones included. It asks HubSpot
 * which these are before the first `run`, `plan` and the like. Reads take what the store has. Until either is done,
 * `objects`, `pairs` and `jobs` are empty. Call it as `createHubspotSync<readonly ObjectDefinition[]>(…)`, so that
 * TypeScript takes any name of an object.
 *
 * @throws `InvalidOptionError` that says what was expected and what came.
 *
 * @example
 * ```ts
 * const sync = createHubspotSync({ store: sqliteStore({ file: 'hubspot.db' }) })
 * const report = await sync.run()
 * ```
 */
export function createHubspotSync<
  const Objects extends readonly ObjectDefinition[] = typeof defaultObjects,
>(given: HubspotSyncOptions<Objects> | PortalSyncOptions): HubspotSync<Objects> {
  const sync =
    given?.objects === 'all'
      ? syncOfPortal(given as PortalSyncOptions)
      : syncOfObjects(given as AnyOptions)
  return sync as unknown as HubspotSync<Objects>
}

type AnySync = HubspotSync<readonly ObjectDefinition[]>
type AnyOptions = HubspotSyncOptions<readonly ObjectDefinition[]>

/** A mirror of what the portal has. HubSpot is asked for that before the first run. */
function syncOfPortal({ objects: _, ...given }: PortalSyncOptions): AnySync {
  const options = resolveOptions(given, process.env)
  const life = lifeOf(options)
  const syncWith = (found: object) =>
    syncOf(resolveOptions({ ...given, ...found }, process.env), life)
  const { signal } = life.closing
  return deferred(syncOf(options, life), {
    before: { objects: [], pairs: [], jobs: [] },
    stored: async () => syncWith(await objectsInStore(options)),
    asked: async () => syncWith(await findObjects(options, life.client, { signal })),
    isRead,
  })
}

/** A mirror of these objects. If one is custom, HubSpot is asked for its pairs before the first run. */
function syncOfObjects(given: AnyOptions): AnySync {
  const options = resolveOptions(given, process.env)
  const life = lifeOf(options)
  const first = syncOf(options, life)
  if (given.associations !== undefined || !options.objects.some(isCustom)) return first
  const syncWith = (found: object) =>
    syncOf(resolveOptions({ ...given, ...found }, process.env), life)
  const { signal } = life.closing
  return deferred(first, {
    before: first,
    stored: async () => {
      const found = await pairsInStore(options)
      return found && syncWith(found)
    },
    asked: async () => syncWith(await findPairs(options, life.client, { signal })),
    isRead,
  })
}

/** The members that ask HubSpot. */
const asking = new Set<string>([
  ...(['run', 'watch', 'verify', 'plan'] as const),
  ...(['refreshProperties', 'syncRecords', 'syncQueued', 'describe'] as const),
] satisfies (keyof HubspotSync)[])

const isRead = (member: string) => !asking.has(member)

/** What all forms of one mirror share. */
interface Life {
  closing: AbortController
  client: HubspotClient
  underWay: Set<Promise<unknown>>
}

function lifeOf(options: ResolvedOptions): Life {
  const closing = new AbortController()
  return { closing, client: clientOf(options, closing.signal), underWay: new Set() }
}

function syncOf(options: ResolvedOptions, { closing, client, underWay }: Life): AnySync {
  const { clock, objects } = options
  const reader = readerOf<readonly ObjectDefinition[]>(options)
  const expectOpen = () => reader.expectOpen()
  // At the same time, calls of `syncRecords` would overtake each other, and read all of it again until they give up.
  const inItsTurn = inTurn()

  /**
   * Does work that ends when its signal aborts, its time is over, or the mirror is closed, with a store that it doesn't
   * wait for any longer than that.
   */
  async function working<Given extends Pick<RunOptions, 'signal' | 'budgetMs'>, T>(
    given: Given,
    work: (options: ResolvedOptions, given: Given) => Promise<T>,
  ): Promise<T> {
    const ending = new AbortController()
    // Each call that is under way adds a listener.
    setMaxListeners(0, ending.signal)
    const end = () => ending.abort()
    const signals = given.signal ? [given.signal, closing.signal] : [closing.signal]
    for (const signal of signals) {
      if (signal.aborted) end()
      signal.addEventListener('abort', end)
    }
    const heard = { ...given, signal: ending.signal }
    const done = work({ ...options, store: heedingStore(options.store, clock, heard) }, heard)
    underWay.add(done)
    try {
      return await done
    } finally {
      underWay.delete(done)
      // Failed work may leave calls under way that nobody waits for.
      end()
      for (const signal of signals) signal.removeEventListener('abort', end)
    }
  }

  /** What work outside of runs is done with, on the portal that the store holds. */
  async function contextOutside(
    options: ResolvedOptions,
    given: ResolvedRunOptions,
  ): Promise<RunContext> {
    const context = new RunContext(options, client, given)
    const pinned = await options.store.portals()
    const portal = pinnedPortal(pinned, options.portalId)
    context.open(portal)
    await expectWritable(options, pinned)
    await putTablesInPlace(options, pinned, portal)
    await context.enter()
    return context
  }

  /** A run, its options checked. */
  const runChecked = (given: ResolvedRunOptions) =>
    working(given, (options, given) => run(options, client, given))

  const queued = (given: Pick<ResolvedRunOptions, 'signal' | 'wait'>) =>
    working(given, async (options, given) => {
      const context = await contextOutside(options, given)
      const job = context.jobNamed(QUEUE, new JobTally())
      return context.holding(
        async () => ({ due: [QUEUE] }),
        async (left) => (left ? 0 : syncQueued(job)),
      )
    })

  return {
    ...reader.members,
    jobs: Object.freeze(jobNames(options)),

    async close() {
      closing.abort()
      // Runs end now and release their jobs, so that the next process needn't wait for two minutes of silence.
      await within({ ms: CLOSING_MS }, () => Promise.allSettled(underWay)).catch(() => {})
      await reader.members.close()
    },

    async run<Job extends string>(given?: RunOptions<Job>) {
      expectOpen()
      const checked = resolveRunOptions(given)
      if (checked.jobs) jobsNamed(checked.jobs, options)
      const report = await runChecked(checked)
      return report as RunReport<ReportsOf<string, Job>>
    },

    async watch(given) {
      expectOpen()
      const checked = resolveWatchOptions(given)
      if (checked.jobs) jobsNamed(checked.jobs, options)
      const signal = AbortSignal.any([checked.signal, closing.signal])
      const wanted = checked.jobs ?? jobNames(options)
      const portalId = () => reader.members.portalId({ signal })
      const mirror = {
        ...watchedMirror(options, portalId, wanted, signal),
        run: runChecked,
        syncQueued: () => queued({ signal, wait: Number.POSITIVE_INFINITY }),
      }
      await watch(mirror, { ...checked, signal })
    },

    async verify(given) {
      expectOpen()
      return working(resolveVerifyOptions(given), (options, given) =>
        verify(options, client, given),
      )
    },

    async syncRecords(object, ids, given) {
      expectOpen()
      const definition = objectNamed(options, object)
      expectIds(ids)
      return working(resolveSignal(given, 'syncRecords(…)'), (options, given) =>
        inItsTurn(given.signal, async () => {
          const context = await contextOutside(options, given)
          const job = context.jobNamed('syncRecords', new JobTally())
          return context.counting(() => syncRecords(job, definition, ids.map(String)))
        }),
      )
    },

    async refreshProperties(given) {
      expectOpen()
      const { properties, objects: names, ...runOptions } = resolveRefreshOptions(given)
      const chosen = names ? names.map((name) => objectNamed(options, name)) : objects
      return working(runOptions, (options, given) =>
        refreshProperties(options, client, chosen, properties, given),
      )
    },

    async prune(given) {
      expectOpen()
      const { signal, ...pruning } = resolvePruneOptions(given)
      return working({ signal }, (options) => prune(options, pruning))
    },

    async describe(given) {
      expectOpen()
      return working(resolveDescribeOptions(given), (options, given) =>
        describe(options, client, given),
      )
    },

    async makeViews(given) {
      expectOpen()
      return working(resolveSignal(given, 'makeViews(…)'), makeViews)
    },

    async plan(given) {
      expectOpen()
      const priced = await working(resolveSignal(given, 'plan(…)'), (options, given) =>
        plan(options, client, given),
      )
      return priced as BackfillPlan<never>
    },

    async follow(name, handler, given) {
      expectOpen()
      const checked = resolveFollow(name, handler, given)
      await working(checked, async (options, { signal = closing.signal, ...given }) =>
        follow(options, () => reader.members.portalId({ signal }), {
          ...given,
          name,
          handler,
          signal,
        }),
      )
    },

    async enqueue(records, given) {
      expectOpen()
      const checked = checkedRecords(options, records)
      await working(resolveSignal(given, 'enqueue(…)'), async (options, given) => {
        const portalId = await reader.members.portalId(given)
        await enqueue({ ...options, origin: { portalId } }, checked)
      })
    },

    async syncQueued(given) {
      expectOpen()
      return queued(resolveQueueOptions(given))
    },
  }
}
