import { ASSOCIATION_INPUTS } from '../client/endpoints.js'
import type { Pair } from '../objects/pairs.js'
import type { WalkState } from './checkpoint.js'
import { walkIds } from './id-walk.js'
import { countPending, readPending } from './pending.js'
import type { Stream } from './run-stream.js'

/**
 * A sweep: the associations of every record of a pair's near end, read again. HubSpot changes no date when it links two
 * records, so what changed can't be asked for.
 *
 * @param swept - the pairs that the job sweeps side by side: its progress is that of all of them.
 */
export function associationStream(pair: Pair, swept: readonly Pair[] = [pair]): Stream<WalkState> {
  return {
    name: `associations:${pair.name}`,
    count: (job, result) => job.tally.addAssociations(result),
    async *pages(begun, job) {
      let state: WalkState = begun ?? {
        after: null,
        startedAt: null,
        completedAt: null,
        pending: {},
      }
      if (countPending(state) > 0) {
        const page = await readPending(job, state)
        state = page.next
        yield { ...page, phase: 'associations', last: false }
      }
      if (state.after === null)
        state = { ...state, startedAt: new Date(job.clock.now()).toISOString() }
      const counts = await job.store.counts(job.origin.portalId)
      const total = swept.reduce((sum, { from }) => sum + (counts[from.name]?.active ?? 0), 0)
      for await (const { ids, after, last } of walkIds(
        job,
        pair.from,
        state.after,
        ASSOCIATION_INPUTS,
      )) {
        state = last
          ? { ...state, after, startedAt: null, completedAt: state.startedAt }
          : { ...state, after }
        yield {
          phase: 'associations',
          total,
          records: [],
          near: [{ pair, ids }],
          newcomers: [],
          tombstones: [],
          feed: true,
          next: state,
          last,
        }
      }
    },
  }
}
