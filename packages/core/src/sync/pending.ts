import { mapAbsences } from '../map/map-tombstone.js'
import type { Pending, RecordState, Refused, WalkState } from './checkpoint-states.js'
import type { Job } from './job.js'
import { allOf, GROUP_SIZE, type Page, type Position, pageOf, type Unanswered } from './page.js'
import { readAnew } from './read-changed.js'
import { idsRefused, refusedReason } from './refused.js'

/** How many are asked for again at a time in a slice of a run, which may have few calls. */
const IN_SLICES = 100

/** What a stream still has to ask for once a page is committed: what it had before, but for what the page has asked for again, and what that left unanswered. */
function pendingAfter(
  before: Pending,
  { askedAgain = {}, unanswered }: Pick<Page<unknown>, 'askedAgain' | 'unanswered'>,
  ofLinks: Unanswered,
): Pending {
  const kept = Object.entries(before).map(([object, ids]) => {
    const asked = new Set(askedAgain[object])
    return [object, ids.filter((id) => !asked.has(id))] as const
  })
  return allOf(kept, Object.entries(unanswered), ofLinks)
}

/** Where a stream stands once a page is committed. */
export function stateAfter<State extends RecordState | WalkState>(
  before: State | null,
  page: Pick<Page<State>, 'next' | 'askedAgain' | 'unanswered'>,
  ofLinks: Unanswered,
  refused: Refused,
): State {
  const left = allOf(ofLinks, idsRefused(refused))
  const pending = pendingAfter(before?.pending ?? {}, page, Object.entries(left))
  const state = { ...page.next, pending } as State
  const stillRefused = refusedAfter(before?.refused ?? {}, page.askedAgain ?? {}, refused)
  // A stream goes on from the state that it was given, which has what was refused before.
  delete state.refused
  return Object.keys(stillRefused).length > 0 ? { ...state, refused: stillRefused } : state
}

/** What stands refused: what was refused before, but for what was asked for again, and what is refused now. */
export function refusedAfter(before: Refused, askedAgain: Pending, now: Refused): Refused {
  const after: Refused = { ...now }
  for (const [object, ids] of Object.entries(before)) {
    const asked = new Set(askedAgain[object])
    const kept = Object.entries(ids).filter(([id]) => !asked.has(id))
    if (kept.length > 0) after[object] = { ...Object.fromEntries(kept), ...now[object] }
  }
  return after
}

/** How many ids a stream has still to ask for again. Those of an object that is no longer mirrored wait until it is again. */
export function countPending(
  state: RecordState | WalkState | null,
  objects: Job['objects'],
): number {
  return objects.reduce((sum, { name }) => sum + (state?.pending[name]?.length ?? 0), 0)
}

/** How many records, at least, HubSpot has left a stream without: those that it is to ask for again, and those whose ids nothing tells. */
export function countOpen(state: RecordState | WalkState | null, objects: Job['objects']): number {
  return countPending(state, objects) + (state?.unnamed?.length ?? 0)
}

/** The same for several streams, a record that more than one of them was left without being counted once. */
export function countOpenOnce(
  states: readonly (RecordState | WalkState | null)[],
  objects: Job['objects'],
): number {
  const ids = new Set<string>()
  for (const state of states)
    for (const { name } of objects)
      for (const id of state?.pending[name] ?? []) ids.add(`${name} ${id}`)
  return states.reduce((sum, state) => sum + (state?.unnamed?.length ?? 0), ids.size)
}

/** Why a stream isn't complete that HubSpot left without some records. */
export function openReason(
  state: RecordState | WalkState | null,
  objects: Job['objects'],
): string | undefined {
  const open = countPending(state, objects)
  const unnamed = state?.unnamed?.length ?? 0
  const refused = refusedReason(state?.refused)
  if (refused !== undefined) return refused
  if (unnamed > 0)
    return `HubSpot's lists hold ${unnamed} entries whose ids nothing tells, or more beside each. They are asked for again whenever that list is read.`
  if (open === 0) return undefined
  return `HubSpot left ${open} records unanswered. They are asked for again at the next run.`
}

/**
 * Asks again for what was left unanswered: the records, and all that links them.
 *
 * @param next - where the stream stands meanwhile.
 */
export async function* askAgain<State extends RecordState | WalkState>(
  job: Job,
  { pending, refused = {} }: State,
  next: Position<State>,
): AsyncGenerator<Page<State>> {
  const atOnce = job.sliced ? IN_SLICES : GROUP_SIZE
  for (const definition of job.objects) {
    const { name } = definition
    const ids = pending[name] ?? []
    for (let start = 0; start < ids.length; start += atOnce) {
      const asked = ids.slice(start, start + atOnce)
      const { content, answer, here } = await readAnew(job, definition, asked)
      // Its removal is what was refused.
      const isRefused = (id: string) => refused[name]?.[id] !== undefined
      const gone = answer.missing.filter((id) => isRefused(id) && here.has(id))
      const tombstones = [...content.tombstones, ...mapAbsences(definition, new Map(), gone)]
      const askedAgain = { [name]: asked }
      yield pageOf(
        { ...content, tombstones },
        { phase: 'unanswered', unnoted: true, askedAgain, next },
      )
    }
  }
}
