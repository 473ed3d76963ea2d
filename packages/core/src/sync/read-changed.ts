import type { Hit } from '../extract/change-windows.js'
import { mergedIds, readRecords } from '../extract/record-reader.js'
import { mapAbsences } from '../map/map-tombstone.js'
import type { ObjectDefinition } from '../objects/define-object.js'
import type { Difference } from '../store/store.js'
import type { RecordState, WalkState } from './checkpoint.js'
import { type Job, type Page, pairsFrom } from './job.js'
import { addPending } from './pending.js'

/** Reads those of these records that the mirror doesn't have as they are, with all that links them. */
export async function readChanged<State extends RecordState | WalkState>(
  job: Job,
  definition: ObjectDefinition,
  hits: readonly Hit[],
  next: State,
): Promise<Omit<Page<State>, 'phase' | 'last'>> {
  const differing = await job.store.differing(job.origin.portalId, definition.name, hits)
  job.tally.unchanged += hits.length - differing.length
  return readDiffering(job, definition, differing, next)
}

/** Reads records that are known to differ from the mirror, with all that links them. */
export async function readDiffering<State extends RecordState | WalkState>(
  job: Job,
  definition: ObjectDefinition,
  differing: readonly Difference[],
  next: State,
): Promise<Omit<Page<State>, 'phase' | 'last'>> {
  const { type, name } = definition
  const properties = await job.properties(definition)
  const ids = differing.map(({ id }) => id)
  const readAt = new Date(job.clock.now()).toISOString()
  const answer = await readRecords(job.hubspot, { type, ids, properties })
  const found = answer.records.map(({ id }) => id)
  const older = new Set(differing.filter(({ reason }) => reason === 'older').map(({ id }) => id))
  const newcomers = answer.records
    .filter((record) => !older.has(record.id) || mergedIds(record).length > 0)
    .map(({ id }) => id)
  return {
    readAt,
    records: [{ definition, records: answer.records }],
    near: (await pairsFrom(job, definition)).map((pair) => ({ pair, ids: found })),
    newcomers: [{ definition, ids: newcomers }],
    tombstones: mapAbsences(definition, answer.aliases, []),
    feed: true,
    next: addPending(next, new Map([[name, answer.unanswered]])),
  }
}
