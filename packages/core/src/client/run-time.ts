import { HubspotError } from '../errors.js'
import type { ApiCall } from './endpoints.js'
import { nameOf } from './refusal.js'
import { TooLate, within } from './within.js'

/** How long a run may still take past its time for the page in hand. A moment of the promised 5 s is left for the store. */
const GRACE_MS = 4_500

/** How many milliseconds a run has left: fewer than 0 where it is past its time, undefined where that has no bound. */
export type MsLeft = (() => number | undefined) | undefined

/** A call that isn't sent, or not again: the run would be past its time by then. */
export class NotSentError extends HubspotError {}

/** Waits for what a call needs no longer than the run goes on. */
export async function inRunTime<T>(
  call: ApiCall,
  { msLeft, signal }: { msLeft?: MsLeft; signal?: AbortSignal | undefined },
  work: (signal: AbortSignal | undefined) => Promise<T>,
): Promise<T> {
  const ms = mostMs(msLeft)
  if (ms === undefined) return work(signal)
  const late = () =>
    new NotSentError(
      'ABORTED',
      `The run's \`budgetMs\` were over before ${nameOf(call)} could be sent. Run again to go on from here.`,
      { call: nameOf(call), status: 0 },
    )
  if (ms <= 0) throw late()
  try {
    return await within({ ms, signal }, work)
  } catch (error) {
    throw error instanceof TooLate ? late() : error
  }
}

/** How long a call may take that is sent now. */
export function mostMs(msLeft: MsLeft): number | undefined {
  const left = msLeft?.()
  return left === undefined ? undefined : left + GRACE_MS
}
