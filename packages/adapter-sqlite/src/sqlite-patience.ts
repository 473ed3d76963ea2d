import { setMaxListeners } from 'node:events'
import { closedError, isBusy } from './sqlite-errors.js'

/** How long to wait for locks of other connections. */
export const PATIENCE_MS = 5_000

/** Pauses start shorter, because most locks are held only for the time of a commit. */
const LONGEST_PAUSE_MS = 25

/**
 * Retries an attempt while another connection holds a lock that it needs. The event loop is free between the attempts;
 * SQLite's own waiting would block it.
 *
 * @param asked - aborts once the caller no longer waits for the result.
 * @throws the error of the last attempt, `CLOSED` as soon as `closing` aborts, and the reason of `asked` as soon as
 * that aborts.
 */
export async function patiently<T>(
  attempt: () => T,
  patienceMs: () => number,
  closing: AbortSignal,
  asked?: AbortSignal,
): Promise<T> {
  // Counts the pauses, not the clock, as SQLite does: a busy machine makes the same number of attempts.
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
  // Every waiting call adds a listener, so there may be more than the default limit.
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
