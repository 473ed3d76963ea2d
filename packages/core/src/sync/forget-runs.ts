import type { Job } from './job.js'
import { notesOfRuns } from './tell/run-notes.js'

/** How many runs are forgotten at a time, so that no commit holds its host for long. */
const AT_ONCE = 200

/**
 * Forgets the runs that began before a moment, but for those that are under way. Deletes runs in steps of 200. A run out of budget deletes
 * one step and leaves the rest to later runs.
 *
 * @param own - the run that does this.
 */
export async function forgetRuns(
  place: Pick<Job, 'store' | 'clock' | 'origin'>,
  before: string,
  own: string,
  stopReason: () => string | undefined,
): Promise<void> {
  const { store, clock, origin } = place
  const { portalId } = origin
  const page = { limit: AT_ONCE, startedBefore: before }
  let old = await store.runs(portalId, page)
  if (old.length === 0) return
  const underWay = new Set([own, ...(await notesOfRuns(place)).keys()])
  for (;;) {
    const forgotten = old.map(({ id }) => id).filter((id) => !underWay.has(id))
    if (forgotten.length === 0) return
    await store.commit({
      portalId,
      at: new Date(clock.now()).toISOString(),
      forgetRuns: forgotten,
    })
    if (old.length < AT_ONCE || stopReason() !== undefined) return
    old = await store.runs(portalId, page)
  }
}
