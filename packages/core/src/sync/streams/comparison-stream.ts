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

/** The purpose of a comparison. */
export interface Comparison {
  /** A census repairs what it finds. A verification does so if asked to. */
  name: 'census' | 'verify'
  repair: boolean
  /** The number of the verification. A census has none. */
  round?: number
  /** Whether to begin a walk if none is under way. */
  anew: boolean
}

type State = Position<ComparisonState>

/**
 * Walks all ids of an object, active and in the bin, and compares them with the mirror. It finds records that are gone
 * without a trace (privacy deletes, an emptied bin), and all other differences. Rows that the walks didn't meet are
 * removed only after HubSpot was asked for their ids, and only once both walks are complete.
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
      // A comparison that repairs has already asked for what was left unanswered before. One that doesn't meets it
      // again.
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

/** Whether a comparison has to continue: it was stopped before its end, or HubSpot left some of it unanswered. */
export function isUnderWay({ phase, ranges }: Pick<ComparisonState, 'phase' | 'ranges'>): boolean {
  return phase !== 'active' || ranges !== null
}

/** The records that are awaited from the last comparison. If it was stopped, it may not have reached them. */
function leftBy(begun: State | null): Pick<State, 'awaited'> {
  if (begun === null || begun.startedAt === null) return {}
  return { awaited: { ...begun.awaited, ...begun.late } }
}

/**
 * The list turned out not to be in order, so the comparison begins again without relying on it. What it has repaired
 * still counts.
 */
function withoutOrder(state: State, { repair }: Terms): State {
  const { awaited = {}, startedAt, round } = state
  const anew = beginning(state)
  const found = repair ? { ...state.found, compared: 0 } : anew.found
  return { ...anew, awaited, startedAt, round, found, ordered: false }
}
