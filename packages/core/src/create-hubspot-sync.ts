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
import type { HubspotSync } from './hubspot-sync.js'
import type { ObjectDefinition } from './objects/define-object.js'
import { isCustom } from './objects/portal-objects.js'
import type {
  defaultObjects,
  HubspotSyncOptions,
  PortalSyncOptions,
  ResolvedOptions,
  RunOptions,
} from './options.js'
import { resolveOptions } from './resolve-options.js'
import { contextOutside } from './sync/context-outside.js'
import { describe } from './sync/describe.js'
import { findObjects, findPairs } from './sync/find-objects.js'
import { follow } from './sync/follow.js'
import { inTurn } from './sync/in-turn.js'
import { JobTally } from './sync/job-tally.js'
import { jobNames, jobsNamed } from './sync/jobs.js'
import type { FoundObjects } from './sync/known-objects.js'
import { makeViews } from './sync/make-views.js'
import { expectIds, objectNamed } from './sync/named-records.js'
import { type BackfillPlan, plan } from './sync/plan.js'
import { prune } from './sync/prune.js'
import { checkedRecords, enqueue, QUEUE } from './sync/queue.js'
import { refreshProperties } from './sync/refresh-properties.js'
import type { ReportsOf, RunReport } from './sync/report.js'
import { run } from './sync/run.js'
import { SharedWork, type Work } from './sync/shared-work.js'
import { syncQueued } from './sync/sync-queued.js'
import { syncRecords } from './sync/sync-records.js'
import { verify } from './sync/verify.js'
import { watch } from './sync/watch.js'
import { watchedMirror } from './sync/watched-mirror.js'
import { deferred } from './view/deferred.js'
import { readerOf } from './view/mirror-reader.js'
import { objectsInStore, pairsInStore } from './view/stored-objects.js'

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
  const shared = new SharedWork(options)
  const resolved = (found: object) => resolveOptions({ ...given, ...found }, process.env)
  const syncWith = ({ asked, readable }: FoundObjects) =>
    syncOf(resolved(asked), shared, resolved(readable))
  const signal = shared.closing
  return deferred(syncOf(options, shared), {
    before: { objects: [], pairs: [], jobs: [] },
    stored: async () => syncWith(await objectsInStore(options)),
    asked: async () => syncWith(await findObjects(options, shared, { signal })),
    isRead,
  })
}

/** A mirror of these objects. If one is custom, HubSpot is asked for its pairs before the first run. */
function syncOfObjects(given: AnyOptions): AnySync {
  const options = resolveOptions(given, process.env)
  const shared = new SharedWork(options)
  const first = syncOf(options, shared)
  if (given.associations !== undefined || !options.objects.some(isCustom)) return first
  const syncWith = (found: object) =>
    syncOf(resolveOptions({ ...given, ...found }, process.env), shared)
  const signal = shared.closing
  return deferred(first, {
    before: first,
    stored: async () => {
      const found = await pairsInStore(options)
      return found && syncWith(found)
    },
    asked: async () => syncWith(await findPairs(options, shared, { signal })),
    isRead,
  })
}

/** The members that ask HubSpot. */
const asking = new Set<string>([
  ...(['run', 'watch', 'verify', 'plan'] as const),
  ...(['refreshProperties', 'syncRecords', 'syncQueued', 'describe'] as const),
] satisfies (keyof HubspotSync)[])

const isRead = (member: string) => !asking.has(member)

/** @param readable - the options with all that can be read. HubSpot may no longer have some of it. */
function syncOf(options: ResolvedOptions, shared: SharedWork, readable = options): AnySync {
  const { objects } = options
  const { closing } = shared
  const reader = readerOf<readonly ObjectDefinition[]>(readable)
  const expectOpen = () => reader.expectOpen()
  // At the same time, calls of `syncRecords` would overtake each other, and read all of it again until they give up.
  const inItsTurn = inTurn()

  const working = <Given extends Pick<RunOptions, 'signal' | 'budgetMs'>, T>(
    given: Given,
    work: Work<Given, T>,
    of = options,
  ) => shared.working(of, given, work)

  /** A run, its options checked. */
  const runChecked = (given: ResolvedRunOptions) => working(given, run)

  const queued = (given: Pick<ResolvedRunOptions, 'signal' | 'wait'>) =>
    working(given, async (options, shared, given) => {
      const context = await contextOutside(options, shared, given)
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
      await shared.end()
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
      const signal = AbortSignal.any([checked.signal, closing])
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
      return working(resolveVerifyOptions(given), verify)
    },

    async syncRecords(object, ids, given) {
      expectOpen()
      const definition = objectNamed(options, object)
      expectIds(ids)
      return working(resolveSignal(given, 'syncRecords(…)'), (options, shared, given) =>
        inItsTurn(given.signal, async () => {
          const context = await contextOutside(options, shared, given)
          const job = context.jobNamed('syncRecords', new JobTally())
          return context.counting(() => syncRecords(job, definition, ids.map(String)))
        }),
      )
    },

    async refreshProperties(given) {
      expectOpen()
      const { properties, objects: names, ...runOptions } = resolveRefreshOptions(given)
      const chosen = names ? names.map((name) => objectNamed(options, name)) : objects
      return working(runOptions, (options, shared, given) =>
        refreshProperties(options, shared, chosen, properties, given),
      )
    },

    async prune(given) {
      expectOpen()
      const { signal, ...pruning } = resolvePruneOptions(given)
      return working({ signal }, (options) => prune(options, pruning), readable)
    },

    async describe(given) {
      expectOpen()
      return working(resolveDescribeOptions(given), describe)
    },

    async makeViews(given) {
      expectOpen()
      return working(resolveSignal(given, 'makeViews(…)'), makeViews, readable)
    },

    async plan(given) {
      expectOpen()
      const priced = await working(resolveSignal(given, 'plan(…)'), plan)
      return priced as BackfillPlan<never>
    },

    async follow(name, handler, given) {
      expectOpen()
      const checked = resolveFollow(name, handler, given)
      await working(checked, async (options, _, { signal = closing, ...given }) =>
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
      await working(resolveSignal(given, 'enqueue(…)'), async (options, _, given) => {
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
