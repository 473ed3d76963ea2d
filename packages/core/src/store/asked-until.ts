import { AsyncLocalStorage } from 'node:async_hooks'

const asking = new AsyncLocalStorage<AbortSignal>()

/**
 * Asks a store, and tells it by `signal` when its answer is no longer waited for. The store hears of it through {@link askedUntil},
 * whatever is wrapped around it.
 */
export function askUntil<T>(signal: AbortSignal, ask: () => T): T {
  return asking.run(signal, ask)
}

/**
 * For a store: aborts once nobody waits any longer for what it is asked at this moment, so that it can let go of what doesn't answer.
 * Undefined where it is waited for as long as it takes.
 */
export function askedUntil(): AbortSignal | undefined {
  return asking.getStore()
}
