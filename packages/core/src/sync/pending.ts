import { readRecords } from '../extract/record-reader.js'
import { mergedTombstone } from '../map/map-tombstone.js'
import type { Pending, RecordState, WalkState } from './checkpoint.js'
import { type Job, type Page, pairsFrom } from './job.js'

/** Adds ids that HubSpot left unanswered to a stream's state. */
export function addPending<State extends RecordState | WalkState>(
  state: State,
  unanswered: ReadonlyMap<string, Iterable<string>>,
): State {
  const pending: Pending = { ...state.pending }
  for (const [object, ids] of unanswered) {
    const all = new Set([...(pending[object] ?? []), ...ids])
    if (all.size > 0) pending[object] = [...all]
  }
  return { ...state, pending }
}

/** How many ids a stream has still to ask for again. */
export function countPending(state: RecordState | WalkState | null): number {
  return Object.values(state?.pending ?? {}).reduce((sum, ids) => sum + ids.length, 0)
}

/** Why a stream with unanswered ids isn't complete. */
export function openReason(state: RecordState | WalkState | null): string | undefined {
  const open = countPending(state)
  if (open === 0) return undefined
  return `HubSpot left ${open} records unanswered. They are asked for again at the next run.`
}

/** Asks again for what was left unanswered: the records, and all that links them. */
export async function readPending<State extends RecordState | WalkState>(
  job: Job,
  state: State,
): Promise<Omit<Page<State>, 'phase' | 'last'>> {
  const page: Omit<Page<State>, 'phase' | 'last'> = {
    records: [],
    near: [],
    newcomers: [],
    tombstones: [],
    feed: true,
    next: { ...state, pending: {} },
  }
  const unanswered = new Map<string, string[]>()
  for (const [object, ids] of Object.entries(state.pending)) {
    const definition = job.objects.find(({ name }) => name === object)
    if (!definition) continue
    const properties = await job.properties(definition)
    const answer = await readRecords(job.hubspot, { type: definition.type, ids, properties })
    const found = answer.records.map(({ id }) => id)
    page.records.push({ definition, records: answer.records })
    page.newcomers.push({ definition, ids: found })
    for (const pair of await pairsFrom(job, definition)) page.near.push({ pair, ids: found })
    for (const [loser, winner] of answer.aliases)
      page.tombstones.push(mergedTombstone(definition, loser, winner))
    unanswered.set(object, answer.unanswered)
  }
  page.next = addPending(page.next, unanswered)
  return page
}
