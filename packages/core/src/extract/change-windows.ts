import type { Hubspot } from '../client/hubspot-client.js'
import { HubsyncError, type HubsyncErrorCode, isHubsyncError } from '../errors.js'
import type { ChangePart } from './change-part.js'
import { ChangePlan } from './change-plan.js'
import {
  type ChangeQuery,
  type FoundHits,
  type Hit,
  searchPage,
  searchPart,
} from './change-search.js'

/** The result of one search of a part. */
export interface ChangePage {
  /** All records that it found, whatever their dates: each has to be read. */
  hits: Hit[]
  /** The parts that are still to be read after these hits. Empty at the end. */
  parts: ChangePart[]
  /** Set on the last page if HubSpot could not answer some parts: its first failure. */
  failure?: unknown
}

/**
 * How many parts are searched at the same time. More would waste searches: a pending reply may show that a part is to
 * be cut elsewhere.
 */
const AT_ONCE = 3

/** No record was modified then. If this part can't be answered, no record is the reason. */
const NOTHING: ChangePart = { from: 1, before: 2 }

/** A part with such an error is cut in half, down to one millisecond, unless HubSpot answers no search at all. */
const ofOnePart: readonly HubsyncErrorCode[] = [
  'UNRECONCILED',
  'HUBSPOT_UNAVAILABLE',
  'HUBSPOT_REJECTED',
  'HUBSPOT_REPLY',
]

/**
 * Reads parts of a window to their ends, and yields pages of ids and dates. A part counts as read only if the first
 * page of its search has no further one: see {@link ChangePlan}.
 */
export async function* walkChanges(
  hubspot: Hubspot,
  query: ChangeQuery,
  parts: readonly ChangePart[],
): AsyncGenerator<ChangePage> {
  const plan = new ChangePlan(parts.filter(({ failed }) => !failed))
  // In a sliced run, some may have failed in an earlier slice.
  const failed = parts.filter(({ failed }) => failed)
  let failuresInARow = 0
  let failure: unknown
  const underWay = new Map<ChangePart, Promise<Outcome>>()
  while (plan.parts.length > 0) {
    while (underWay.size < Math.min(AT_ONCE, hubspot.callsToFill('search'))) {
      const part = plan.take()
      if (!part) break
      underWay.set(part, searchPart(hubspot, query, part).then(found(part), missed(part)))
    }
    const outcome = await Promise.race(underWay.values())
    const { part } = outcome
    underWay.delete(part)
    if ('failure' in outcome) {
      if (!mayBeOfPart(outcome.failure)) throw outcome.failure
      failure ??= outcome.failure
      failuresInARow++
      if (!plan.halve(part)) failed.push({ ...part, failed: true })
    } else {
      failuresInARow = 0
      plan.learn(part, outcome)
    }
    const isInDoubt = failuresInARow >= AT_ONCE
    if (isInDoubt) failuresInARow = 0
    const isOutage = isInDoubt && !(await answersAnything(hubspot, query))
    const left = plan.parts
    const isLast = left.length === 0 || isOutage
    yield {
      hits: 'hits' in outcome ? outcome.hits : [],
      parts: [...failed, ...left],
      ...(isLast && failed.length + left.length > 0
        ? { failure: failure ?? failedBefore(query) }
        : {}),
    }
    if (isLast) return
  }
}

function mayBeOfPart(error: unknown): boolean {
  return isHubsyncError(error) && ofOnePart.includes(error.code)
}

/** Whether HubSpot answers any search. If it doesn't, no part is the reason. */
async function answersAnything(hubspot: Hubspot, query: ChangeQuery): Promise<boolean> {
  try {
    await searchPage(hubspot, query, NOTHING, undefined)
    return true
  } catch (error) {
    if (mayBeOfPart(error)) return false
    throw error
  }
}

type Outcome = { part: ChangePart } & (FoundHits | { failure: unknown })

const found =
  (part: ChangePart) =>
  (reply: FoundHits): Outcome => ({ part, ...reply })
const missed =
  (part: ChangePart) =>
  (failure: unknown): Outcome => ({ part, failure })

function failedBefore({ type }: ChangeQuery): HubsyncError {
  return new HubsyncError(
    'HUBSPOT_UNAVAILABLE',
    `Expected HubSpot to search all of a window of changes of ${type}, but an earlier slice got no answer to parts of it. They stay open. Run again later; nothing is lost.`,
  )
}
