import { HubspotError, HubsyncError } from '../errors.js'
import type { ApiCall } from './endpoints.js'
import { nameOf } from './refusal.js'
import { TooLate, within } from './within.js'

/**
 * How long the page in hand may still take after the end of the run's time. The rest of the promised 5 s is for the
 * store.
 */
const GRACE_MS = 4_500

/** How many milliseconds a run has left: fewer than 0 after its end, undefined if there is no limit. */
export type MsLeft = (() => number | undefined) | undefined

/** The time of the run that a call belongs to. */
export interface RunTime {
  msLeft?: MsLeft
  /** Aborts when the run ends. */
  signal?: AbortSignal | undefined
}

/** A call that isn't sent, or not again, because the run would be past its time by then. */
export class NotSentError extends HubspotError {}

/**
 * Waits for what a call needs, until the run's time and the grace after it are over.
 *
 * @param late - makes the error for when it takes longer.
 * @throws `AbortedError` once `signal` aborts.
 */
export async function inRunTime<T>(
  { msLeft, signal }: RunTime,
  work: (signal: AbortSignal) => Promise<T>,
  late: () => HubsyncError,
): Promise<T> {
  const ms = mostMs(msLeft)
  if (ms !== undefined && ms <= 0) throw late()
  try {
    return await within({ ms, signal }, work)
  } catch (error) {
    throw error instanceof TooLate ? late() : error
  }
}

/** A call waited for its turn until the run's time was over. */
export function noTurnInTime(call: ApiCall): NotSentError {
  return new NotSentError(
    'ABORTED',
    `The run's time (\`budgetMs\`) was over before ${nameOf(call)} could be sent. Run again to go on from here.`,
    { call: nameOf(call), status: 0 },
  )
}

/** The user's function gave no token until the run's time was over. */
export function noTokenInTime(): HubsyncError {
  return new HubsyncError(
    'ABORTED',
    'The `accessToken` function had not answered when `budgetMs` was over. Check that function, or raise `budgetMs`.',
  )
}

/** How long a call may take if it is sent now. */
export function mostMs(msLeft: MsLeft): number | undefined {
  const left = msLeft?.()
  return left === undefined ? undefined : left + GRACE_MS
}
