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
 * @param asked - aborts once nobody waits any longer for what is tried.
 * @throws what the last try has thrown, `CLOSED` as soon as `closing` aborts, and the reason of `asked` as soon as that does.
 */
export async function patiently<T>(
  attempt: () => T,
  patienceMs: () => number,
  closing: AbortSignal,
  asked?: AbortSignal,
): Promise<T> {
  // As SQLite does, by the pauses and not by the clock: where the machine is busy there are as many tries.
  let waitedMs = 0
  for (let tries = 0; ; tries++) {
    if (closing.aborted) throw closedError()
    asked?.throwIfAborted()
    try {
      return attempt()
    } catch (error) {
      if (!isBusy(error) || waitedMs >= patienceMs()) throw error
    }
    const pauseMs = Math.min(2 ** tries, LONGEST_PAUSE_MS)
    await pause(pauseMs, asked ? [closing, asked] : [closing])
    waitedMs += pauseMs
  }
}

/** Ends early where one of the signals aborts. */
function pause(ms: number, ends: readonly AbortSignal[]): Promise<void> {
  // Every call that waits listens.
  setMaxListeners(0, ...ends)
  return new Promise((resolve) => {
    const wake = () => {
      clearTimeout(timer)
      for (const end of ends) end.removeEventListener('abort', wake)
      resolve()
    }
    const timer = setTimeout(wake, ms)
    for (const end of ends) end.addEventListener('abort', wake)
  })
}
