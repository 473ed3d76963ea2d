import { type ConstraintError, isConstraintError } from '../errors.js'
import type { Job } from './job.js'
import { notesOfRuns } from './tell/run-notes.js'

/** How many runs are forgotten at a time, so that no commit holds its host for long. */
const AT_ONCE = 200
/** In so many steps runs are deleted one by one, since a constraint keeps some of them. In others all are kept then. */
const STEPS_ONE_BY_ONE = 5

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
  const olderThan = (startedBefore: string) =>
    store.runs(portalId, { limit: AT_ONCE, startedBefore })
  let from = before
  let old = await olderThan(from)
  if (old.length === 0) return
  const underWay = new Set([own, ...(await notesOfRuns(place)).keys()])
  const refusals: ConstraintError[] = []

  let oneByOne = 0
  async function forget(ids: string[]): Promise<void> {
    try {
      await store.commit({ portalId, at: new Date(clock.now()).toISOString(), forgetRuns: ids })
    } catch (error) {
      if (!isConstraintError(error)) throw error
      if (ids.length === 1 || ++oneByOne > STEPS_ONE_BY_ONE) refusals.push(error)
      else for (const id of ids) await forget([id])
    }
  }

  for (;;) {
    const forgotten = old.map(({ id }) => id).filter((id) => !underWay.has(id))
    const refusedBefore = refusals.length
    if (forgotten.length > 0) await forget(forgotten)
    const oldest = old.at(-1)
    if (!oldest || old.length < AT_ONCE || stopReason() !== undefined) break
    const isGone = forgotten.length === old.length && refusals.length === refusedBefore
    // What is kept is passed over, or it would stand before all that is older.
    if (!isGone) from = oldest.startedAt
    old = await olderThan(from)
  }
  if (refusals[0]) throw refusals[0]
}
