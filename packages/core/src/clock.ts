import { AbortedError } from './errors.js'

/** The source of time. Tests bring their own; everything else uses the machine's clock. */
export interface Clock {
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  now(): number
  /** Resolves after `ms` milliseconds; rejects with an `ABORTED` error as soon as `signal` aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

/** The longest timer of Node.js. A longer one fires at once. */
export const LONGEST_TIMER_MS = 2 ** 31 - 1

/** The machine's clock. An aborted sleep leaves no timer behind. */
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
