import { readRecords } from '../../extract/record-reader.js'
import type { ObjectDefinition } from '../../objects/define-object.js'
import type { HistoryState } from '../checkpoint-states.js'
import { Coverages } from '../coverage.js'
import { historyOf, historyWanted } from '../history.js'
import type { Job } from '../job.js'
import { lacksHistory } from '../mapping.js'
import { MirrorState } from '../mirror-state.js'
import {
  type Content,
  groupSize,
  listed,
  type Page,
  type Position,
  pageOf,
  readById,
  together,
} from '../page.js'
import { readDiffering } from '../read-changed.js'
import type { Stream } from '../stream.js'
import { claimOf, versionsOf } from '../versions.js'
import { walkIds } from './id-walk.js'

/** Most records that are read at a time. */
const ROWS = 500

type State = Position<HistoryState>

/**
 * Reads the history of every record that is stored, active or archived: of properties whose history was asked for only
 * after the records had been read, or that another process has written records without.
 *
 * @param anew - whether to begin a walk if none is under way.
 */
export function historyStream(definition: ObjectDefinition, anew: boolean): Stream<HistoryState> {
  return {
    name: historyOf(definition),
    kind: 'of runs',
    count: (job, result) => job.tally.addRows(definition.name, result),
    async *pages(begun, job) {
      const reading = [...(await historyWanted(job, definition))].sort()
      // With other properties, the part that was walked lacks some of them.
      const goesOn = begun?.startedAt != null && begun.reading.join() === reading.join()
      if (!goesOn && !anew && begun?.startedAt == null) return
      const state = goesOn ? begun : await beginWalk(job, begun, reading)
      const walked = yield* walk(job, definition, state)
      // While it lay open, a process without these histories may have written records that it had passed.
      if (goesOn && (await isWrittenWithout(job, definition, state)))
        yield* walk(job, definition, await beginWalk(job, walked, reading))
    },
  }
}

/** Whether a process whose definitions lack a part of this walk's histories has written records since its beginning. */
async function isWrittenWithout(
  job: Job,
  { name }: ObjectDefinition,
  { startedFrom, reading }: State,
): Promise<boolean> {
  const coverages = new Coverages(await MirrorState.read(job))
  return coverages.wroteSince(startedFrom, [name], (other) => lacksHistory(other, name, reading))
}

async function beginWalk(job: Job, last: State | null, reading: string[]): Promise<State> {
  return {
    after: null,
    startedAt: new Date(job.clock.now()).toISOString(),
    startedFrom: await Coverages.standing(job),
    completedAt: last?.completedAt ?? null,
    completedFrom: last?.completedFrom ?? {},
    reading,
    filled: last?.filled ?? [],
  }
}

async function* walk(
  job: Job,
  definition: ObjectDefinition,
  begun: State,
): AsyncGenerator<Page<HistoryState>, State> {
  const rows = Math.min(ROWS, groupSize(definition))
  const counts = (await job.store.counts(job.origin.portalId))[definition.name]
  const total = counts && counts.active + counts.archived
  let state = begun
  for (const archived of begun.inBin ? [true] : [false, true]) {
    const status = archived ? 'ARCHIVED' : 'ACTIVE'
    for await (const { ids, after, last } of walkIds(job, definition, state.after, rows, status)) {
      const content = await readHistory(job, definition, ids, archived)
      const isOver = last && archived
      state = isOver
        ? walked(job, state)
        : { ...state, after, ...(last || archived ? { inBin: true as const } : {}) }
      yield pageOf(content, { phase: 'history', total, next: state, last: isOver })
    }
  }
  return state
}

function walked(job: Job, { inBin: _, startedFrom = {}, reading, ...state }: State): State {
  return {
    ...state,
    after: null,
    startedAt: null,
    completedAt: new Date(job.clock.now()).toISOString(),
    completedFrom: startedFrom,
    reading: [],
    filled: reading,
  }
}

/** Reads the history of these records. One that has changed meanwhile is read whole, with its associations. */
async function readHistory(
  job: Job,
  definition: ObjectDefinition,
  ids: readonly string[],
  archived: boolean,
): Promise<Content> {
  const { type, name } = definition
  const query = { type, ids, ...(await job.wanted(definition)), archived }
  const { records, readAt, unanswered } = await readRecords(job.hubspot, query)
  const differing = await job.differing(name, records.map(claimOf))
  const changed = new Set(differing.map(({ id }) => id))
  const same = records.filter(({ id }) => !changed.has(id))
  const part = listed(definition, { readAt, unanswered, records: same }, { partial: true })
  if (differing.length === 0) return part
  if (!archived) return together(part, await readDiffering(job, definition, differing))
  const again = await readRecords(job.hubspot, { ...query, ids: [...changed] })
  return together(part, readById(definition, again, versionsOf(differing)))
}
