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
import { relist } from './relisting.js'
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
 * @param isNamed - whether the job was named.
 */
export function recordStream(
  definition: ObjectDefinition,
  mirror: MirrorState,
  isNamed: boolean,
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
      const listing: Step = (...given) => relist(...given, isNamed)
      // A backfill has just listed everything.
      const relisted = begun?.phase === 'changes' ? [listing] : []
      const isSearched = job.hubspot.endpoints.hasSearch(definition.type)
      const ofChanges = isSearched ? [...ofEarlierRuns, changes] : relisted
      for (const step of [backfill, fill, ...ofChanges])
        for await (const page of step(job, definition, at)) {
          at = page.next
          yield page
        }
    },
  }
}
