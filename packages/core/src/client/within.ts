import { LONGEST_TIMER_MS } from '../clock.js'
import { AbortedError } from '../errors.js'

/** What was waited for didn't come in time. */
export class TooLate extends Error {}

/** How long to wait. */
interface Patience {
  /** Left out, or longer than a timer can run: for ever. */
  ms?: number | undefined
  /** Ends the wait. */
  signal?: AbortSignal | undefined
  /** How much longer the work may take once `signal` aborts. Then it comes too late. */
  graceMs?: number
}

/**
 * Waits for work no longer than `ms`, nor past the abort of `signal`. The work is given a signal that aborts in both cases. Work that
 * doesn't heed it goes on, and what comes of it is ignored.
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
