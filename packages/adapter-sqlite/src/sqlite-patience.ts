import { setMaxListeners } from 'node:events'
import { closedError, isBusy } from './sqlite-errors.js'

/** How long the locks of other connections are waited for. */
export const PATIENCE_MS = 5_000

/** The first pauses are shorter: most locks are held for as long as a commit takes. */
const LONGEST_PAUSE_MS = 25

/**
 * Tries what the lock of another connection may refuse, again and again, with the event loop free in between: SQLite's own waiting would
 * hold it.
 *
 * @throws what the last try has thrown, and `CLOSED` as soon as `closing` aborts.
 */
export async function patiently<T>(
  attempt: () => T,
  patienceMs: () => number,
  closing: AbortSignal,
): Promise<T> {
  // As SQLite does, by the pauses and not by the clock: where the machine is busy there are as many tries.
  let waitedMs = 0
  for (let tries = 0; ; tries++) {
    if (closing.aborted) throw closedError()
    try {
      return attempt()
    } catch (error) {
      if (!isBusy(error) || waitedMs >= patienceMs()) throw error
    }
    const pauseMs = Math.min(2 ** tries, LONGEST_PAUSE_MS)
    await pause(pauseMs, closing)
    waitedMs += pauseMs
  }
}

/** Ends early where `closing` aborts. */
function pause(ms: number, closing: AbortSignal): Promise<void> {
  // Every call that waits listens.
  setMaxListeners(0, closing)
  return new Promise((resolve) => {
    const wake = () => {
      clearTimeout(timer)
      closing.removeEventListener('abort', wake)
      resolve()
    }
    const timer = setTimeout(wake, ms)
    closing.addEventListener('abort', wake)
  })
}
