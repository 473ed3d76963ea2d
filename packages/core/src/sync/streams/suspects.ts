import { compareIds } from '../../extract/id-order.js'
import type { ObjectDefinition } from '../../objects/define-object.js'
import type { ComparisonState, Sieve } from '../checkpoint-states.js'
import type { Job } from '../job.js'
import { nothing, type Page, type Position, pageOf } from '../page.js'
import { lookInto, type Terms, withoutRemovals } from './look-into.js'
import { countRows, droppedFromBin, refusalOf } from './removals.js'

/** Suspects that are asked for at a time. */
const SUSPECTS = 200

type State = Position<ComparisonState>

/** A page of a comparison. */
export type ComparisonPage = Page<ComparisonState>

/**
 * Asks HubSpot for each suspect by id, active and archived, and removes those that are gone. Many suspects take several
 * pages, and none is removed before all were asked for. Only records that HubSpot has dropped from the bin are removed
 * at once.
 *
 * @throws `HubsyncError` if more are gone than one census may remove.
 */
export async function* confirm(
  job: Job,
  definition: ObjectDefinition,
  begun: State,
  terms: Terms,
): AsyncGenerator<ComparisonPage> {
  let state: State = { ...begun, suspects: begun.suspects.toSorted(compareIds) }
  const rows = await countRows(job, definition)
  const { phase } = terms
  while (isToBeSifted(state, terms)) {
    const page = await sift(job, definition, state, rows, terms)
    state = page.next
    const refusal = state.sieve?.over ? refusalOf(job, definition, state.sieve) : undefined
    if (refusal) {
      yield { ...page, next: unsifted(state), last: true }
      throw refusal
    }
    yield page
  }
  while (terms.repair && state.suspects.length > SUSPECTS) {
    const asked = state.suspects.slice(0, SUSPECTS)
    const { answer, content } = await lookInto(job, definition, asked, state, terms)
    const sieve = state.sieve && {
      ...state.sieve,
      left: [...state.sieve.left, ...answer.unanswered],
    }
    const suspects = state.suspects.slice(SUSPECTS)
    state = { ...state, suspects, ...(sieve ? { sieve } : {}) }
    yield pageOf(content, { phase, next: state })
  }
  yield* confirmRest(job, definition, state, rows, terms)
}

/** Whether there are too many suspects to ask for and remove in one page. */
function isToBeSifted({ suspects, sieve }: State, { repair }: Terms): boolean {
  if (!repair || sieve === undefined) return suspects.length > SUSPECTS
  return !sieve.over
}

/**
 * The comparison as it was before any suspect was asked for, without those that were found. The next comparison asks
 * for the others again.
 */
function unsifted({ sieve, ...state }: State): State {
  if (sieve === undefined) return state
  return { ...state, suspects: [...state.suspects, ...sieve.left], found: sieve.before }
}

/**
 * Asks for the next suspects. Those that are found are repaired. Those that are gone stay suspects until all were asked
 * for.
 */
async function sift(
  job: Job,
  definition: ObjectDefinition,
  begun: State,
  rows: number,
  terms: Terms,
): Promise<ComparisonPage> {
  const sieve: Sieve = {
    gone: 0,
    over: false,
    left: [],
    dropped: 0,
    rows,
    before: begun.found,
    ...begun.sieve,
  }
  const { gone } = sieve
  const asked = begun.suspects.slice(gone, gone + SUSPECTS)
  const rest = begun.suspects.slice(gone + SUSPECTS)
  const look = await lookInto(job, definition, asked, begun, terms)
  const { answer, content, state } = look
  const left = [...sieve.left, ...answer.unanswered]
  if (!terms.repair)
    return pageOf(nothing, {
      phase: terms.phase,
      next: { ...state, suspects: rest, sieve: { ...sieve, left } },
    })
  const dropped = await droppedFromBin(job, definition, look)
  const nowhere = answer.missing.filter((id) => !dropped.has(id))
  const kept = [...begun.suspects.slice(0, gone), ...nowhere]
  const next: State = {
    ...state,
    suspects: [...kept, ...rest],
    sieve: {
      ...sieve,
      left,
      gone: kept.length,
      over: rest.length === 0,
      dropped: sieve.dropped + dropped.size,
    },
  }
  return pageOf(withoutRemovals(content, dropped), { phase: terms.phase, next })
}

/** Asks for the suspects that are left, and ends the comparison. */
async function* confirmRest(
  job: Job,
  definition: ObjectDefinition,
  begun: State,
  rows: number,
  terms: Terms,
): AsyncGenerator<ComparisonPage> {
  const { sieve } = begun
  const look = await lookInto(job, definition, begun.suspects, begun, terms)
  const { answer, content, state } = look
  const open = [...(sieve?.left ?? []), ...answer.unanswered]
  const next: State = {
    ...beginning(begun),
    completedAt: begun.startedAt ?? begun.completedAt,
    found: sieve?.over ? begun.found : state.found,
    late: state.late ?? {},
    ...(begun.unnamed ? { unnamed: begun.unnamed } : {}),
    // The walk is over, except for these.
    ...(open.length > 0 ? { phase: 'confirm', suspects: open } : {}),
  }
  const unanswered = { [definition.name]: open }
  const end = { phase: terms.phase, last: true }
  if (!terms.repair) return yield pageOf({ ...nothing, unanswered }, { ...end, next })
  const dropped = await droppedFromBin(job, definition, look)
  const gone = answer.missing.length - dropped.size
  const counted = { rows: sieve?.rows ?? rows, gone, dropped: dropped.size }
  const refusal = sieve?.over ? undefined : refusalOf(job, definition, counted)
  if (refusal) {
    const suspects = begun.suspects.filter((id) => !dropped.has(id))
    yield pageOf(withoutRemovals(content, dropped), { ...end, next: { ...begun, suspects } })
    throw refusal
  }
  yield pageOf({ ...content, unanswered }, { ...end, next })
}

/** The state of a comparison before its first page. */
export function beginning(last: State | null): State {
  return {
    round: last?.round ?? 0,
    phase: 'active',
    after: null,
    startedAt: null,
    ranges: null,
    suspects: [],
    completedAt: last?.completedAt ?? null,
    awaited: last?.late ?? {},
    late: {},
    found: {
      compared: 0,
      missing: { count: 0, ids: [] },
      stale: { count: 0, ids: [] },
      extra: { count: 0, ids: [] },
      newer: 0,
    },
  }
}
