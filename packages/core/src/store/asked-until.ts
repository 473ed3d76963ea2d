import { AsyncLocalStorage } from 'node:async_hooks'
import { type Patience, TooLate, within } from '../client/within.js'

const asking = new AsyncLocalStorage<AbortSignal>()

/** Asks a store, and tells it by `signal` when nobody waits for its answer any more. */
export function askUntil<T>(signal: AbortSignal, ask: () => T): T {
  return asking.run(signal, ask)
}

/**
 * Asks a store, and waits for its answer only as long as `patience` says. After that, the store is told through
 * {@link askedUntil}, whatever is wrapped around it.
 *
 * @param late - makes the error that is thrown if the answer comes too late.
 * @param givenUp - is aborted then, with that error. Questions that share it are given up together. Default: one for
 * this question.
 * @throws that error; `AbortedError` once the signal of `patience` aborts, unless `graceMs` is given; what `ask`
 * throws.
 */
export async function askWithin<T>(
  patience: Patience,
  ask: () => Promise<T>,
  late: () => Error,
  givenUp = new AbortController(),
): Promise<T> {
  try {
    return await within(patience, () => askUntil(givenUp.signal, ask))
  } catch (error) {
    if (!(error instanceof TooLate)) throw error
    givenUp.abort(late())
    throw givenUp.signal.reason
  }
}

/**
 * For a store: a signal that aborts once nobody waits any more for what the store is being asked, so that it can
 * release what doesn't answer. Undefined if the caller waits without limit.
 */
export function askedUntil(): AbortSignal | undefined {
  return asking.getStore()
}
