import type { Hit } from '../extract/change-search.js'
import { mergedIds } from '../extract/merged-ids.js'
import { type EverywhereAnswer, readEverywhere, readRecords } from '../extract/record-reader.js'
import type { HubspotRecord } from '../model.js'
import type { ObjectDefinition } from '../objects/define-object.js'
import type { Difference } from '../store/store.js'
import type { Job } from './job.js'
import { type Content, linksOf, readById, together } from './page.js'
import { type VersionsHere, versionsHere, versionsOf } from './versions.js'

/** Reads those of these records that the mirror doesn't have as they are, with all that links them. */
export async function readChanged(
  job: Job,
  definition: ObjectDefinition,
  hits: readonly Hit[],
): Promise<Content> {
  const differing = await job.differing(definition.name, hits)
  job.tally.counts.unchanged += hits.length - differing.length
  return readDiffering(job, definition, differing)
}

/**
 * Reads records that are known to differ from the mirror, with all that links them. What HubSpot has of a record that is asked for by id
 * takes the place of the version that was seen here, also where that one is dated later: HubSpot doesn't have it any more.
 */
export async function readDiffering(
  job: Job,
  definition: ObjectDefinition,
  differing: readonly Difference[],
): Promise<Content> {
  const { type } = definition
  const properties = await job.properties(definition)
  const ids = differing.map(({ id }) => id)
  const answer = await readRecords(job.hubspot, { type, ids, properties })
  const found = answer.records.map(({ id }) => id)
  const replaces = versionsOf(differing)
  return {
    ...together(readById(definition, answer, replaces), linksOf(job, definition, found)),
    newcomers: [{ definition, ids: newcomersAmong(answer.records, replaces) }],
  }
}

/** What came of reading records wherever they are. */
export interface AnewRead {
  content: Content
  answer: EverywhereAnswer
  /** What was here of them before HubSpot was asked. */
  here: VersionsHere
}

/** Reads records wherever they are, active or in the bin, with all that links them. What is nowhere is for the reader to judge. */
export async function readAnew(
  job: Job,
  definition: ObjectDefinition,
  ids: readonly string[],
): Promise<AnewRead> {
  const { type } = definition
  const here = await versionsHere(job, definition, ids)
  const properties = await job.properties(definition)
  const answer = await readEverywhere(job.hubspot, { type, ids, properties })
  const found = answer.active.map(({ id }) => id)
  const records = [...answer.active, ...answer.archived]
  const byId = readById(definition, { ...answer, records }, here)
  const content = {
    ...together(byId, linksOf(job, definition, found)),
    newcomers: [{ definition, ids: found }],
  }
  return { content, answer, here }
}

/** The ids of the records that others may have been linked to without having changed: new here, back, or merged. */
export function newcomersAmong(records: readonly HubspotRecord[], here: VersionsHere): string[] {
  return records
    .filter((record) => here.get(record.id)?.status !== 'ACTIVE' || mergedIds(record).length > 0)
    .map(({ id }) => id)
}
