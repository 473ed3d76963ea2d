import { LONGEST_TIMER_MS } from '../clock.js'
import { AbortedError } from '../errors.js'

/** The work was not done in time. */
export class TooLate extends Error {}

/** How long to wait. */
export interface Patience {
  /** Milliseconds the work may take. Absent, or longer than a timer can run: no limit. */
  ms?: number | undefined
  /** Ends the wait when it aborts. */
  signal?: AbortSignal | undefined
  /** Milliseconds the work may still take after `signal` aborts, then `TooLate`. Absent: `AbortedError` at once. */
  graceMs?: number | undefined
}

/**
 * Waits for work for at most `ms`, and only until `signal` aborts. The work gets a signal that aborts in both cases.
 * Work that ignores it goes on, and its result is ignored.
 *
 * The time is real and not a `Clock`'s: the work answers in real time, so a test's clock would overtake it.
 *
 * @throws `TooLate` after `ms`, or `graceMs` after the abort; `AbortedError` at the abort if there is no `graceMs`;
 * what `work` throws.
 */
export async function within<T>(
  { ms, signal, graceMs }: Patience,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  if (signal?.aborted && graceMs === undefined) throw new AbortedError()
  const stop = new AbortController()
  let end: () => void = () => {}
  const interrupted = new Promise<never>((_, reject) => {
    const giveUp = (error: Error) => {
      reject(error)
      stop.abort(error)
    }
    const timers: ReturnType<typeof setTimeout>[] = []
    const lateAfter = (ms: number) => {
      const late = () => giveUp(new TooLate(`no reply within ${ms} ms`))
      if (ms <= LONGEST_TIMER_MS) timers.push(setTimeout(late, ms))
    }
    const abort = () => (graceMs === undefined ? giveUp(new AbortedError()) : lateAfter(graceMs))
    if (ms !== undefined) lateAfter(ms)
    if (signal?.aborted) abort()
    else signal?.addEventListener('abort', abort, { once: true })
    end = () => {
      for (const timer of timers) clearTimeout(timer)
      signal?.removeEventListener('abort', abort)
    }
  })
  try {
    return await Promise.race([work(stop.signal), interrupted])
  } finally {
    end()
  }
}
