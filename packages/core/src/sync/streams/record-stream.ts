import type { ObjectDefinition } from '../../objects/define-object.js'
import type { RecordState } from '../checkpoint-states.js'
import type { Position } from '../page.js'
import type { Stream } from '../stream.js'
import { backfill, beginBackfill } from './backfill.js'
import { changes } from './changes.js'
import { fillIn, withoutGone } from './fill-columns.js'
import { listUnnamed } from './unnamed.js'

/** All active records of an object: once by list, then by what changed. */
export function recordStream(definition: ObjectDefinition): Stream<RecordState> {
  return {
    name: definition.name,
    kind: 'of runs',
    count: (job, result) => job.tally.addRows(definition.name, result),
    async *pages(begun, job) {
      let at: Position<RecordState> = begun
        ? await withoutGone(job, definition, begun)
        : await beginBackfill(job, definition)
      // Those that this run has met it has asked for as well as it could.
      const ofEarlierRuns = begun?.unnamed ? [listUnnamed] : []
      for (const step of [backfill, fillIn, ...ofEarlierRuns, changes])
        for await (const page of step(job, definition, at)) {
          at = page.next
          yield page
        }
    },
  }
}
