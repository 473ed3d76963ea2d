import { AbortedError } from './errors.js'

/** Where time enters. Tests bring their own; everything else uses that of the machine. */
export interface Clock {
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  now(): number
  /** Resolves after `ms` milliseconds; rejects with an `ABORTED` error as soon as `signal` aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

/** The longest that a timer of Node.js takes: a longer one fires at once. */
export const LONGEST_TIMER_MS = 2 ** 31 - 1

/** The clock of the machine. A sleep leaves no timer behind when it is aborted. */
export const systemClock: Clock = {
  now: () => Date.now(),
  async sleep(ms, signal) {
    let left = ms
    for (; left > LONGEST_TIMER_MS; left -= LONGEST_TIMER_MS) await timer(LONGEST_TIMER_MS, signal)
    await timer(left, signal)
  },
}

function timer(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(new AbortedError())
    const wake = () => {
      signal?.removeEventListener('abort', interrupt)
      resolve()
    }
    const interrupt = () => {
      clearTimeout(timeout)
      reject(new AbortedError())
    }
    const timeout = setTimeout(wake, ms)
    signal?.addEventListener('abort', interrupt, { once: true })
  })
}
