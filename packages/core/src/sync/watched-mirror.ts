import { isHubsyncError } from '../errors.js'
import type { ResolvedOptions } from '../options.js'
import { heard } from './heeding-store.js'
import { lookAtQueue } from './queue.js'
import type { WatchedMirror } from './watch.js'

/** How many of the latest runs are searched for those of other watches. */
const RUNS = 10

/**
 * What a watch needs of a mirror.
 *
 * @param portalId - of the mirror; it rejects before the first run.
 * @param jobs - the names of the jobs that the watch runs.
 */
export function watchedMirror(
  { store, clock, objects }: Pick<ResolvedOptions, 'store' | 'clock' | 'objects'>,
  portalId: () => Promise<string>,
  jobs: readonly string[],
  signal: AbortSignal,
): Pick<WatchedMirror, 'clock' | 'latestOfOthers' | 'lookAtQueue'> {
  return {
    clock,

    latestOfOthers: (own) =>
      heard(signal, async () => {
        const runs = await store.runs(await portalId(), { limit: RUNS })
        const latest = runs.find(
          (run) =>
            !own.has(run.id) &&
            run.status !== 'failed' &&
            jobs.every((job) => run.jobs.includes(job)),
        )
        return latest && Date.parse(latest.startedAt)
      }),

    lookAtQueue: () =>
      heard(signal, async () => {
        try {
          const origin = { portalId: await portalId() }
          return await lookAtQueue({ store, clock, origin }, objects)
        } catch (error) {
          // Nothing can be enqueued before the first run.
          if (isHubsyncError(error) && error.code === 'NOT_MIRRORED') return undefined
          throw error
        }
      }),
  }
}
