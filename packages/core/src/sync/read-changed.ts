import type { Hit } from '../extract/change-search.js'
import { mergedIds } from '../extract/merged-ids.js'
import { type EverywhereAnswer, readEverywhere, readRecords } from '../extract/record-reader.js'
import type { HubspotRecord } from '../model.js'
import type { ObjectDefinition } from '../objects/define-object.js'
import type { Difference } from '../store/store.js'
import { type Job, wantedOf } from './job.js'
import { type Content, linksOf, readById, together } from './page.js'
import { type VersionsHere, versionsHere, versionsOf } from './versions.js'

/** Reads those of these records whose version in the mirror differs, with all their associations. */
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
 * Reads records that are known to differ from the mirror, with all their associations. A record that was asked for by
 * id replaces the version in the mirror, even if that one has a later date: HubSpot no longer has it.
 */
export async function readDiffering(
  job: Job,
  definition: ObjectDefinition,
  differing: readonly Difference[],
): Promise<Content> {
  const { type } = definition
  const ids = differing.map(({ id }) => id)
  const wanted = await wantedOf(job, definition, ids)
  const answer = await readRecords(job.hubspot, { type, ids, ...wanted })
  const found = answer.records.map(({ id }) => id)
  const replaces = versionsOf(differing)
  return {
    ...together(readById(definition, answer, replaces), linksOf(job, definition, found)),
    newcomers: [{ definition, ids: newcomersAmong(answer.records, replaces) }],
  }
}

/** The result of reading records wherever they are. */
export interface AnewRead {
  content: Content
  answer: EverywhereAnswer
  /** The versions in the mirror before HubSpot was asked. */
  here: VersionsHere
}

/**
 * Reads records wherever they are, active or in the bin, with all their associations. The caller decides about records
 * that are nowhere.
 */
export async function readAnew(
  job: Job,
  definition: ObjectDefinition,
  ids: readonly string[],
): Promise<AnewRead> {
  const { type } = definition
  const here = await versionsHere(job, definition, ids)
  const wanted = await wantedOf(job, definition, ids)
  const answer = await readEverywhere(job.hubspot, { type, ids, ...wanted })
  const found = answer.active.map(({ id }) => id)
  const records = [...answer.active, ...answer.archived]
  const byId = readById(definition, { ...answer, records }, here)
  const content = {
    ...together(byId, linksOf(job, definition, found)),
    newcomers: [{ definition, ids: found }],
  }
  return { content, answer, here }
}

/**
 * The ids of records that others may have been linked to without a change of date: new here, active again, or merged.
 */
export function newcomersAmong(records: readonly HubspotRecord[], here: VersionsHere): string[] {
  return records
    .filter((record) => here.get(record.id)?.status !== 'ACTIVE' || mergedIds(record).length > 0)
    .map(({ id }) => id)
}
