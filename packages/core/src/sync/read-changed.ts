import type { Hit } from '../extract/change-windows.js'
import {
  type EverywhereAnswer,
  mergedIds,
  readEverywhere,
  readRecords,
} from '../extract/record-reader.js'
import { mapAbsences } from '../map/map-tombstone.js'
import type { ObjectDefinition } from '../objects/define-object.js'
import type { Difference } from '../store/store.js'
import { type Content, isBackfilled, type Job, pairsFrom } from './job.js'

/** Reads those of these records that the mirror doesn't have as they are, with all that links them. */
export async function readChanged(
  job: Job,
  definition: ObjectDefinition,
  hits: readonly Hit[],
): Promise<Content> {
  const differing = await job.differing(definition.name, hits)
  job.tally.unchanged += hits.length - differing.length
  return readDiffering(job, definition, differing)
}

/** Reads records that are known to differ from the mirror, with all that links them. */
export async function readDiffering(
  job: Job,
  definition: ObjectDefinition,
  differing: readonly Difference[],
): Promise<Content> {
  const { type, name } = definition
  const properties = await job.properties(definition)
  const ids = differing.map(({ id }) => id)
  const answer = await readRecords(job.hubspot, { type, ids, properties })
  const found = answer.records.map(({ id }) => id)
  const older = new Set(differing.filter(({ reason }) => reason === 'older').map(({ id }) => id))
  const newcomers = answer.records
    .filter((record) => !older.has(record.id) || mergedIds(record).length > 0)
    .map(({ id }) => id)
  const { readAt, records } = answer
  return {
    records: [{ definition, records, readAt }],
    near: (await pairsFrom(job, definition)).map((pair) => ({ pair, ids: found })),
    newcomers: [{ definition, ids: newcomers }],
    tombstones: mapAbsences(definition, answer.aliases, []),
    unanswered: { [name]: answer.unanswered },
  }
}

/** Reads records wherever they are, active or in the bin, with all that links them. What is nowhere is for the reader to judge. */
export async function readAnew(
  job: Job,
  definition: ObjectDefinition,
  ids: readonly string[],
): Promise<{ content: Content; answer: EverywhereAnswer }> {
  const { type, name } = definition
  const properties = await job.properties(definition)
  const answer = await readEverywhere(job.hubspot, { type, ids, properties })
  const found = answer.active.map(({ id }) => id)
  const records = [...answer.active, ...answer.archived]
  const feed = await isBackfilled(job, definition)
  const content = {
    records: [{ definition, records, readAt: answer.readAt, feed }],
    near: (await pairsFrom(job, definition)).map((pair) => ({ pair, ids: found })),
    newcomers: [{ definition, ids: found }],
    tombstones: mapAbsences(definition, answer.aliases, []),
    unanswered: { [name]: answer.unanswered },
  }
  return { content, answer }
}
