import { fitsInUrl } from '../client/endpoints.js'
import { walkList } from '../extract/list-walk.js'
import { readRecords } from '../extract/record-reader.js'
import type { HubspotRecord } from '../model.js'
import type { ObjectDefinition } from '../objects/define-object.js'
import { readAhead } from './ahead.js'
import { unwalked, type WalkState } from './checkpoint.js'
import { isBackfilled, type Job, nothing, type Position } from './job.js'
import type { Stream } from './run-stream.js'

/**
 * HubSpot's recycle bin of an object. It can be neither searched nor sorted, so it is listed whole each time; what the
 * mirror has already isn't written again.
 */
export function archiveStream(definition: ObjectDefinition): Stream<WalkState> {
  return {
    name: `${definition.name}:archived`,
    kind: 'of runs',
    count: (job, result) => job.tally.addRows(definition.name, result),
    async *pages(begun, job) {
      const wanted = await job.properties(definition)
      const inUrl = fitsInUrl(wanted)
      let state: Position<WalkState> = begun ?? unwalked
      const query = {
        type: definition.type,
        properties: inUrl ? wanted : [definition.modifiedProperty],
        archived: true,
      }
      const begin = { after: state.after, until: null }
      const walk = walkList(job.hubspot, query, [begin], { ordered: false })
      // The first page is on its way while the records are still being written.
      const pages = job.sliced ? walk : readAhead(walk, 1)
      if (state.after === null)
        state = { ...state, startedAt: new Date(job.clock.now()).toISOString() }
      await job.turn()
      const feed = await isBackfilled(job, definition)
      for await (const { readAt, records, unreadable, ranges } of pages) {
        const next = ranges[0]?.after ?? undefined
        job.tally.read += records.length
        job.tally.unreadable += unreadable
        const fresh = await notHereYet(job, definition, records)
        const answer = inUrl
          ? { records: fresh, readAt, unanswered: [] }
          : await readRecords(job.hubspot, {
              type: definition.type,
              ids: fresh.map(({ id }) => id),
              properties: wanted,
              archived: true,
            })
        state =
          next === undefined
            ? { ...state, after: null, startedAt: null, completedAt: state.startedAt }
            : { ...state, after: next }
        yield {
          ...nothing,
          phase: 'archived',
          records: [{ definition, records: answer.records, readAt: answer.readAt }],
          unanswered: { [definition.name]: answer.unanswered },
          feed,
          next: state,
          last: next === undefined,
        }
      }
    },
  }
}

async function notHereYet(
  job: Job,
  definition: ObjectDefinition,
  records: HubspotRecord[],
): Promise<HubspotRecord[]> {
  const claims = records.map(({ id, updatedAt, archivedAt }) => ({
    id,
    updatedAt,
    archivedAt: archivedAt ?? updatedAt,
  }))
  const differing = await job.differing(definition.name, claims)
  job.tally.unchanged += records.length - differing.length
  const ids = new Set(differing.map(({ id }) => id))
  return records.filter(({ id }) => ids.has(id))
}
