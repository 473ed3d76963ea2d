import { counted } from '../counted.js'
import { mapAbsences } from '../map/map-tombstone.js'
import type { Pending, RecordState, Refused, WalkState } from './checkpoint-states.js'
import type { Job } from './job.js'
import { allOf, GROUP_SIZE, type Page, type Position, pageOf, type Unanswered } from './page.js'
import { readAnew } from './read-changed.js'
import { idsRefused, refusedReason } from './refused.js'

/** How many ids a slice of a run asks for again at a time: it may have few calls. */
const IN_SLICES = 100

/**
 * The ids that a stream still has to ask for after a page is committed: the earlier ones, without those that the page
 * has asked for again, and those that it left unanswered.
 */
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

/** The state of a stream after a page is committed. */
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
  // The state that the stream started from contains what was refused before.
  delete state.refused
  return Object.keys(stillRefused).length > 0 ? { ...state, refused: stillRefused } : state
}

/** The records that are refused now: the earlier ones, without those that were asked for again, and the new ones. */
export function refusedAfter(before: Refused, askedAgain: Pending, now: Refused): Refused {
  const after: Refused = { ...now }
  for (const [object, ids] of Object.entries(before)) {
    const asked = new Set(askedAgain[object])
    const kept = Object.entries(ids).filter(([id]) => !asked.has(id))
    if (kept.length > 0) after[object] = { ...Object.fromEntries(kept), ...now[object] }
  }
  return after
}

/**
 * How many ids a stream still has to ask for again. Ids of an object that is no longer mirrored wait until it is
 * mirrored again.
 */
export function countPending(
  state: RecordState | WalkState | null,
  objects: Job['objects'],
): number {
  return objects.reduce((sum, { name }) => sum + (state?.pending[name]?.length ?? 0), 0)
}

/** The least number of records that a stream lacks: those to ask for again, and those whose ids are unknown. */
export function countOpen(state: RecordState | WalkState | null, objects: Job['objects']): number {
  return countPending(state, objects) + (state?.unnamed?.length ?? 0)
}

/** The same for several streams. A record that several of them lack counts once. */
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

/** The reason why a stream isn't complete if HubSpot left some records unanswered. */
export function openReason(
  state: RecordState | WalkState | null,
  objects: Job['objects'],
): string | undefined {
  const open = countPending(state, objects)
  const unnamed = state?.unnamed?.length ?? 0
  const refused = refusedReason(state?.refused)
  if (refused !== undefined) return refused
  if (unnamed > 0)
    return `HubSpot's lists have ${unnamed} entries whose ids are unknown, and maybe more next to each. They are asked for again whenever that list is read.`
  if (open === 0) return undefined
  return `HubSpot left ${counted(open, 'record')} unanswered. The next run asks again.`
}

/**
 * Asks again for the records that were left unanswered, and for their associations.
 *
 * @param next - the state of the stream meanwhile.
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
      // The database refuses to remove it.
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
