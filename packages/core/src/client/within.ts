import { AbortedError } from '../errors.js'

/** What was waited for didn't come in time. */
export class TooLate extends Error {}

/**
 * Waits for work no longer than `ms`, nor past the abort of `signal`. Whoever does the work hears of both by the signal that it is
 * given; what can't be stopped goes on, and nobody waits for it.
 */
export async function within<T>(
  ms: number,
  work: (signal: AbortSignal) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  if (signal?.aborted) throw new AbortedError()
  const stop = new AbortController()
  let end: () => void = () => {}
  const interrupted = new Promise<never>((_, reject) => {
    const giveUp = (error: Error) => {
      reject(error)
      stop.abort(error)
    }
    const timer = setTimeout(() => giveUp(new TooLate(`no reply within ${ms} ms`)), ms)
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
