import { fitsInUrl } from '../client/endpoints.js'
import { walkList } from '../extract/list-walk.js'
import { readRecords } from '../extract/record-reader.js'
import type { HubspotRecord } from '../model.js'
import type { ObjectDefinition } from '../objects/define-object.js'
import type { Difference } from '../store/store.js'
import { readAhead } from './ahead.js'
import { type BinState, unwalked } from './checkpoint.js'
import { walksOf } from './differences.js'
import { isBackfilled, type Job, nothing, type Position } from './job.js'
import type { Stream } from './run-stream.js'
import { claimOf, versionsOf } from './versions.js'

/**
 * HubSpot's recycle bin of an object. It can be neither searched nor sorted, so it is listed whole each time; what the
 * mirror has already isn't written again.
 */
export function archiveStream(definition: ObjectDefinition): Stream<BinState> {
  return {
    name: `${definition.name}:archived`,
    kind: 'of runs',
    count: (job, result) => job.tally.addRows(definition.name, result),
    async *pages(begun, job) {
      const wanted = await job.properties(definition)
      const inUrl = fitsInUrl(wanted)
      let state: Position<BinState> = begun ?? unwalked
      if (state.after === null) state = beginWalk(job, state)
      const query = {
        type: definition.type,
        properties: inUrl ? wanted : [definition.modifiedProperty],
        archived: true,
      }
      const begin = { after: state.after, until: null }
      const walk = walkList(job.hubspot, query, [begin], { ordered: false })
      // The first page is on its way while the records are still being written.
      const pages = job.sliced ? walk : readAhead(walk, 1)
      await job.turn()
      const feed = await isBackfilled(job, definition)
      for await (const { readAt, records, unreadable, ranges } of pages) {
        const next = ranges[0]?.after ?? undefined
        job.tally.read += records.length
        job.tally.unreadable += unreadable
        const differing = await notHereYet(job, definition, records)
        // A list with all the properties is enough for what is newer than here. What isn't is asked for by id: only that tells.
        const ids = differing
          .filter(({ reason }) => !inUrl || reason === 'newer')
          .map(({ id }) => id)
        const query = { type: definition.type, ids, properties: wanted, archived: true }
        const answer = await readRecords(job.hubspot, query)
        const byId = new Set(ids)
        const fresh = new Set(differing.map(({ id }) => id).filter((id) => !byId.has(id)))
        state = next === undefined ? walked(state) : { ...state, after: next }
        yield {
          ...nothing,
          phase: 'archived',
          records: [
            { definition, records: records.filter(({ id }) => fresh.has(id)), readAt },
            {
              ...{ definition, records: answer.records, readAt: answer.readAt },
              replaces: versionsOf(differing),
            },
          ],
          unanswered: { [definition.name]: answer.unanswered },
          feed,
          next: state,
          last: next === undefined,
        }
      }
    },
  }
}

type State = Position<BinState>

/** What is archived is dated by HubSpot's clock, and so is the walk. */
function beginWalk(job: Job, { watchedSince, ...state }: State): State {
  const since = watchedSince ?? (state.completedAt && new Date(job.clock.now()).toISOString())
  return { ...state, startedAt: job.hubspotNow(), ...(since ? { watchedSince: since } : {}) }
}

function walked(state: State): State {
  const { startedAt } = state
  return {
    ...state,
    after: null,
    startedAt: null,
    completedAt: startedAt,
    walks: walksOf(state) + 1,
  }
}

async function notHereYet(
  job: Job,
  definition: ObjectDefinition,
  records: HubspotRecord[],
): Promise<Difference[]> {
  const differing = await job.differing(definition.name, records.map(claimOf))
  job.tally.unchanged += records.length - differing.length
  return differing
}
