import { fitsInUrl } from '../../client/endpoints.js'
import { ListOrderError, walkList } from '../../extract/list-walk.js'
import { readRecords } from '../../extract/record-reader.js'
import type { HubspotRecord } from '../../model.js'
import type { ObjectDefinition } from '../../objects/define-object.js'
import { keepsHistory } from '../../objects/history-selection.js'
import type { Difference } from '../../store/store.js'
import { readAhead } from '../ahead.js'
import { binOf, walksOf } from '../bin.js'
import { type BinState, unwalked } from '../checkpoint-states.js'
import { type Job, wantedOf } from '../job.js'
import { listed, type Page, type Position, pageOf, readById, together } from '../page.js'
import type { Stream } from '../stream.js'
import { claimOf, versionsOf } from '../versions.js'
import { withUnnamed } from './unnamed.js'

/**
 * An object's recycle bin. HubSpot can neither search nor sort it, so it is listed whole each time. Records that the
 * mirror already has are not written again.
 *
 * @param anew - whether to begin a walk if none is under way.
 */
export function archiveStream(definition: ObjectDefinition, anew: boolean): Stream<BinState> {
  return {
    name: binOf(definition),
    kind: 'of runs',
    count: (job, result) => job.tally.addRows(definition.name, result),
    async *pages(begun, job) {
      if (!anew && (begun === null || begun.startedAt === null)) return
      let state: State = begun ?? unwalked
      if (state.after === null) state = beginWalk(job, state)
      try {
        for await (const page of walk(job, definition, state)) {
          state = page.next
          yield page
        }
      } catch (error) {
        if (!(error instanceof ListOrderError)) throw error
        // The list turned out not to be in order, so nothing may rely on that: read it again from the beginning
        // without.
        yield* walk(job, definition, { ...beginWalk(job, state), after: null, ordered: false })
      }
    },
  }
}

async function* walk(
  job: Job,
  definition: ObjectDefinition,
  begun: State,
): AsyncGenerator<Page<BinState>> {
  let state = begun
  // A list with histories has pages of half the size, and most of what it shows is here already.
  const known = keepsHistory(definition) ? undefined : (await job.wanted(definition)).properties
  const inUrl = known !== undefined && fitsInUrl(known)
  const query = {
    type: definition.type,
    properties: inUrl ? known : [definition.modifiedProperty],
    archived: true,
  }
  const begin = { after: state.after, until: null, ...(state.trail ? { trail: state.trail } : {}) }
  const list = walkList(job.hubspot, query, [begin], { ordered: state.ordered ?? true })
  // The first page is read while the records are still being written.
  const pages = job.sliced ? list : readAhead(list, 1)
  await job.turn()
  for await (const { readAt, records, unnamed, unanswered, ranges } of pages) {
    const [left] = ranges
    job.tally.counts.read += records.length
    job.tally.counts.unreadable += unnamed.length
    state = withUnnamed(state, unnamed)
    const differing = await notHereYet(job, definition, records)
    // A list with all the properties is enough for a version that is newer than the mirror's. For others HubSpot is
    // asked by id: only that shows whether they replace it.
    const ids = differing.filter(({ reason }) => !inUrl || reason === 'newer').map(({ id }) => id)
    const asked = { ...(await wantedOf(job, definition, ids)), ids, archived: true }
    const answer = await readRecords(job.hubspot, { type: definition.type, ...asked })
    const byId = new Set(ids)
    const fresh = new Set(differing.map(({ id }) => id).filter((id) => !byId.has(id)))
    state =
      left === undefined
        ? walked(state)
        : {
            ...state,
            after: left.after,
            listed: (state.listed ?? 0) + 1,
            ...(left.trail ? { trail: left.trail } : {}),
          }
    const shown = { readAt, unanswered, records: records.filter(({ id }) => fresh.has(id)) }
    // The feed gets entries even if the object isn't backfilled yet: it may be by the time that this is written.
    yield pageOf(
      together(listed(definition, shown), readById(definition, answer, versionsOf(differing))),
      { phase: 'archived', next: state, last: left === undefined },
    )
  }
}

type State = Position<BinState>

/** HubSpot's clock dates both what is archived and the walk. */
function beginWalk(job: Job, { watchedSince, ...state }: State): State {
  const startedAt = job.hubspotNow()
  const since = watchedSince ?? (state.completedAt && startedAt)
  const { unnamed: _, trail: __, ...anew } = state
  return { ...anew, startedAt, listed: 0, ...(since ? { watchedSince: since } : {}) }
}

function walked({ listed = 0, ordered, trail, ...state }: State): State {
  const [calls, walks] = [listed + 1, walksOf(state) + 1]
  return { ...state, after: null, startedAt: null, completedAt: state.startedAt, calls, walks }
}

async function notHereYet(
  job: Job,
  definition: ObjectDefinition,
  records: HubspotRecord[],
): Promise<Difference[]> {
  const differing = await job.differing(definition.name, records.map(claimOf))
  job.tally.counts.unchanged += records.length - differing.length
  return differing
}
