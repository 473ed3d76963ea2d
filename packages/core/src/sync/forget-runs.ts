import type { ConstraintError } from '../errors.js'
import { commitInHalves } from './commit-in-halves.js'
import type { Job } from './job.js'
import { readLeases } from './lease.js'

/** How many runs are deleted at a time, so that no commit takes long. */
const AT_ONCE = 200
/**
 * In how many steps the runs that a constraint keeps are separated from the others. After that, a step with such a run
 * deletes none.
 */
const STEPS_TOLD_APART = 5

/**
 * Deletes the runs that began before a moment, in steps of 200. Runs that are under way stay. A run that is out of
 * budget deletes one step, and later runs continue.
 *
 * @param own - the id of the run that does this.
 * @throws the first `ConstraintError` of the user's database that keeps a run, once the others are deleted.
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
  const leases = await readLeases(place)
  const holders = leases.filter(({ isLive }) => isLive).map(({ holder }) => holder)
  const underWay = new Set([own, ...holders])
  const forget = (ids: readonly (readonly string[])[]) => {
    const at = new Date(clock.now()).toISOString()
    return store.commit({ portalId, at, forgetRuns: ids.flat() })
  }

  let firstRefusal: ConstraintError | undefined
  for (let refusedSteps = 0; ; ) {
    const ids = old.map(({ id }) => id).filter((id) => !underWay.has(id))
    const items = refusedSteps < STEPS_TOLD_APART ? ids.map((id) => [id]) : [ids]
    const refused = await commitInHalves(items, forget)
    firstRefusal ??= refused[0]?.[1]
    if (refused.length > 0) refusedSteps++
    const oldest = old.at(-1)
    if (!oldest || old.length < AT_ONCE || stopReason() !== undefined) break
    const isGone = ids.length === old.length && refused.length === 0
    // Runs that stay are skipped: they would be read again and again instead of older ones.
    if (!isGone) from = oldest.startedAt
    old = await olderThan(from)
  }
  if (firstRefusal) throw firstRefusal
}
