import { ASSOCIATION_INPUTS } from '../../client/endpoints.js'
import type { Pair } from '../../objects/pairs.js'
import { unwalked, type WalkState } from '../checkpoint-states.js'
import { Coverages } from '../coverage.js'
import { nothing, type Position, pageOf } from '../page.js'
import type { Stream } from '../stream.js'
import { walkIds } from './id-walk.js'

/** The stream of a pair's sweep. */
export function sweepOf({ name }: Pair): string {
  return `associations:${name}`
}

/**
 * A sweep: reads the associations of every record at a pair's near end. HubSpot changes no date when it links two
 * records, so it can't be asked for changed associations only.
 *
 * @param anew - whether to begin a sweep if none is under way.
 * @param swept - all pairs that the job sweeps in parallel. Its progress is the sum over them.
 */
export function associationStream(
  pair: Pair,
  anew: boolean,
  swept: readonly Pair[],
): Stream<WalkState> {
  return {
    name: sweepOf(pair),
    kind: 'of runs',
    count: (job, result) => job.tally.addAssociations(result),
    async *pages(begun, job) {
      let state: Position<WalkState> = begun ?? unwalked
      if (state.after === null) {
        if (!anew) return
        const startedFrom = await Coverages.standing(job)
        state = { ...state, startedAt: new Date(job.clock.now()).toISOString(), startedFrom }
      }
      const counts = await job.store.counts(job.origin.portalId)
      const total = swept.reduce((sum, { from }) => sum + (counts[from.name]?.active ?? 0), 0)
      for await (const { ids, after, last } of walkIds(
        job,
        pair.from,
        state.after,
        ASSOCIATION_INPUTS,
      )) {
        state = last
          ? {
              ...state,
              after,
              startedAt: null,
              completedAt: state.startedAt,
              completedFrom: state.startedFrom ?? {},
            }
          : { ...state, after }
        const content = { ...nothing, near: [{ pair, ids }] }
        yield pageOf(content, { phase: 'associations', total, next: state, last })
      }
    },
  }
}
