import { LONGEST_TIMER_MS } from '../clock.js'
import { AbortedError } from '../errors.js'

/** What was waited for didn't come in time. */
export class TooLate extends Error {}

/**
 * Waits for work no longer than `ms`, nor past the abort of `signal`. The work is given a signal that aborts in both cases. Work that
 * doesn't heed it goes on, and what comes of it is ignored.
 */
export async function within<T>(
  { ms, signal }: { ms?: number | undefined; signal?: AbortSignal | undefined },
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  if (signal?.aborted) throw new AbortedError()
  const stop = new AbortController()
  let end: () => void = () => {}
  const interrupted = new Promise<never>((_, reject) => {
    const giveUp = (error: Error) => {
      reject(error)
      stop.abort(error)
    }
    const late = () => giveUp(new TooLate(`no reply within ${ms} ms`))
    const timer = ms === undefined ? undefined : setTimeout(late, Math.min(ms, LONGEST_TIMER_MS))
    const abort = () => giveUp(new AbortedError())
    signal?.addEventListener('abort', abort, { once: true })
    end = () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', abort)
    }
  })
  try {
    return await Promise.race([work(stop.signal), interrupted])
  } finally {
    end()
  }
}
