import { type ConstraintError, isConstraintError } from '../errors.js'
import type { Job } from './job.js'
import { notesOfRuns } from './tell/run-notes.js'

/** How many runs are forgotten at a time, so that no commit holds its host for long. */
const AT_ONCE = 200
/** After so many runs that a constraint keeps, the rest is left to the next run. */
const MOST_KEPT = 10

/**
 * Forgets the runs that began before a moment, but for those that are under way. Deletes runs in steps of 200. A run out of budget deletes
 * one step and leaves the rest to later runs.
 *
 * @param own - the run that does this.
 * @throws the first `ConstraintError` of the user's database that keeps a run, once the others are forgotten.
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
  const kept = new Set([own, ...(await notesOfRuns(place)).keys()])
  const refusals: ConstraintError[] = []

  async function forget(ids: string[]): Promise<void> {
    try {
      await store.commit({ portalId, at: new Date(clock.now()).toISOString(), forgetRuns: ids })
    } catch (error) {
      if (!isConstraintError(error)) throw error
      if (ids.length > 1) {
        const middle = Math.ceil(ids.length / 2)
        await forget(ids.slice(0, middle))
        await forget(ids.slice(middle))
        return
      }
      for (const id of ids) kept.add(id)
      refusals.push(error)
      if (refusals.length >= MOST_KEPT) throw refusals[0]
    }
  }

  for (;;) {
    const forgotten = old.map(({ id }) => id).filter((id) => !kept.has(id))
    if (forgotten.length === 0) break
    await forget(forgotten)
    if (old.length < AT_ONCE || stopReason() !== undefined) break
    old = await store.runs(portalId, page)
  }
  if (refusals[0]) throw refusals[0]
}
