import { AsyncLocalStorage } from 'node:async_hooks'
import { type Patience, TooLate, within } from '../client/within.js'

const asking = new AsyncLocalStorage<AbortSignal>()

/** Asks a store, and tells it by `signal` when its answer is no longer waited for. */
export function askUntil<T>(signal: AbortSignal, ask: () => T): T {
  return asking.run(signal, ask)
}

/**
 * Asks a store, and waits for its answer no longer than `patience` says. After that the store hears of it through {@link askedUntil},
 * whatever is wrapped around it.
 *
 * @param late - makes the error that is thrown where the answer comes too late.
 * @param givenUp - aborted then, with that error. Questions that share it are given up together. Default: one of this question's own.
 * @throws that error; `AbortedError` once the signal of `patience` aborts, unless `graceMs` is given; what `ask` throws.
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
 * For a store: aborts once nobody waits any longer for what it is asked at this moment, so that it can let go of what doesn't answer.
 * Undefined where it is waited for as long as it takes.
 */
export function askedUntil(): AbortSignal | undefined {
  return asking.getStore()
}
