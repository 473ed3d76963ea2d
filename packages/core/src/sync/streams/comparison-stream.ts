import { ListOrderError } from '../../extract/list-walk.js'
import type { ObjectDefinition } from '../../objects/define-object.js'
import type { ComparisonState } from '../checkpoint-states.js'
import type { Job } from '../job.js'
import type { Position } from '../page.js'
import type { Stream } from '../stream.js'
import { compareAsSets, compareInOrder } from './comparison-walk.js'
import { reachOf } from './differences.js'
import type { Terms } from './look-into.js'
import { beginning, type ComparisonPage, confirm } from './suspects.js'

/** What a comparison is for. */
export interface Comparison {
  /** A census, which mends what it finds, or a verification, which does so when asked to. */
  name: 'census' | 'verify'
  repair: boolean
  /** Which verification it belongs to; a census stands alone. */
  round?: number
  /** Whether to begin a walk, where none is under way. */
  anew: boolean
}

type State = Position<ComparisonState>

/**
 * Walks all ids of an object, active and in the bin, and compares them with the mirror: finds what is gone without a
 * trace (privacy deletes, an emptied bin), and whatever else differs. What the walk didn't meet is removed only once
 * HubSpot has been asked for it by id, and all of it only after both walks are complete.
 */
export function comparisonStream(
  definition: ObjectDefinition,
  { name, repair, round = 0, anew }: Comparison,
): Stream<ComparisonState> {
  return {
    name: `${definition.name}:${name}`,
    kind: name === 'census' ? 'of runs' : repair ? 'aside' : 'writes nothing',
    count: (job, result) => job.tally.addRows(definition.name, result),
    async *pages(begun, job) {
      const now = new Date(job.clock.now()).toISOString()
      const isOfRound = begun?.round === round && isUnderWay(begun)
      const goesOn = isOfRound && !(anew && begun.startedAt === null)
      if (!goesOn && !anew) return
      const state: State = goesOn
        ? { ...begun, round }
        : { ...beginning(begun), ...leftBy(begun), startedAt: now, round }
      // One that mends has asked for what was left unanswered before; one that doesn't comes by it again.
      let askedAgain = goesOn || repair ? undefined : begun?.pending
      const terms = { phase: name, repair, reach: await reachOf(job, definition) }
      for await (const page of compare(job, definition, state, terms)) {
        yield askedAgain ? { ...page, askedAgain } : page
        askedAgain = undefined
      }
    },
  }
}

async function* compare(
  job: Job,
  definition: ObjectDefinition,
  begun: State,
  terms: Terms,
): AsyncGenerator<ComparisonPage> {
  let state = begun
  while (state.phase !== 'confirm') {
    const walk = state.ordered === false ? compareAsSets : compareInOrder
    try {
      for await (const page of walk(job, definition, state, terms)) {
        state = page.next
        yield page
      }
    } catch (error) {
      if (!(error instanceof ListOrderError)) throw error
      state = withoutOrder(state, terms)
    }
  }
  for await (const page of confirm(job, definition, state, terms)) yield { ...page, unnoted: true }
}

/** Whether a comparison stopped half way, or HubSpot left some of it unanswered: it is to be gone on with. */
export function isUnderWay({ phase, ranges }: Pick<ComparisonState, 'phase' | 'ranges'>): boolean {
  return phase !== 'active' || ranges !== null
}

/** Who was taken for archived a moment ago, where a comparison was left before its end: it may not have come to them. */
function leftBy(begun: State | null): Pick<State, 'awaited'> {
  if (begun === null || begun.startedAt === null) return {}
  return { awaited: { ...begun.awaited, ...begun.late } }
}

/** What was concluded from the order of a list can't be trusted: the comparison begins once more, without. What it mended counts all the same. */
function withoutOrder(state: State, { repair }: Terms): State {
  const { awaited = {}, startedAt, round } = state
  const anew = beginning(state)
  const found = repair ? { ...state.found, compared: 0 } : anew.found
  return { ...anew, awaited, startedAt, round, found, ordered: false }
}
