import { AbortedError } from './errors.js'

/** Where time enters. Tests bring their own; everything else uses that of the machine. */
export interface Clock {
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  now(): number
  /** Resolves after `ms` milliseconds; rejects with an `ABORTED` error as soon as `signal` aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

/** The clock of the machine. A sleep leaves no timer behind when it is aborted. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(new AbortedError())
      const wake = () => {
        signal?.removeEventListener('abort', interrupt)
        resolve()
      }
      const interrupt = () => {
        clearTimeout(timer)
        reject(new AbortedError())
      }
      const timer = setTimeout(wake, ms)
      signal?.addEventListener('abort', interrupt, { once: true })
    }),
}
