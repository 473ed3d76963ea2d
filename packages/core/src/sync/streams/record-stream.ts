import type { ObjectDefinition } from '../../objects/define-object.js'
import type { RecordState } from '../checkpoint-states.js'
import { Coverages } from '../coverage.js'
import type { Job } from '../job.js'
import type { MirrorState } from '../mirror-state.js'
import type { Page, Position } from '../page.js'
import type { Stream } from '../stream.js'
import { backfill, beginBackfill } from './backfill.js'
import { changes } from './changes.js'
import { fillIn, withoutGone } from './fill-columns.js'
import { listUnnamed } from './unnamed.js'

type Step = (
  job: Job,
  definition: ObjectDefinition,
  begun: Position<RecordState>,
) => AsyncGenerator<Page<RecordState>>

/**
 * All active records of an object: once by list, then by what changed.
 *
 * @param mirror - as it was when the job began.
 */
export function recordStream(
  definition: ObjectDefinition,
  mirror: MirrorState,
): Stream<RecordState> {
  return {
    name: definition.name,
    kind: 'of runs',
    count: (job, result) => job.tally.addRows(definition.name, result),
    async *pages(begun, job) {
      let at: Position<RecordState> = begun
        ? await withoutGone(job, definition, begun)
        : await beginBackfill(job, definition)
      const fill: Step = (...given) => fillIn(...given, new Coverages(mirror))
      // This run has already asked for those that it found itself.
      const ofEarlierRuns = begun?.unnamed ? [listUnnamed] : []
      for (const step of [backfill, fill, ...ofEarlierRuns, changes])
        for await (const page of step(job, definition, at)) {
          at = page.next
          yield page
        }
    },
  }
}
