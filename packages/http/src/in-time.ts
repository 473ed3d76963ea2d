import { askUntil, HubsyncError, isHubsyncError } from '@hubsync/core'
import { Problem } from './problem.js'

/** How long the database may take over what a request asks for. */
export const PATIENCE_MS = 30_000

/**
 * Reads the mirror, by a signal that aborts once nobody waits any longer: the client has left, or the database has not answered in time. One that
 * is silent is told then to let go of what it was asked.
 *
 * @param client - aborts when the client leaves. Left out where many wait for the same.
 * @throws a problem of status 503 once the time is over.
 */
export async function inTime<T>(
  ms: number,
  client: AbortSignal | undefined,
  read: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const silent = `The database did not answer within ${ms / 1_000} seconds.`
  const late = new AbortController()
  const stop = new AbortController()
  const end = () => stop.abort()
  const timer = setTimeout(() => {
    end()
    late.abort(new HubsyncError('STORE_FAILED', silent))
  }, ms)
  if (client?.aborted) end()
  client?.addEventListener('abort', end)
  try {
    return await askUntil(late.signal, () => read(stop.signal))
  } catch (error) {
    if (!stop.signal.aborted || !isHubsyncError(error)) throw error
    if (late.signal.aborted)
      throw new Problem(503, 'STORE_FAILED', silent, {}, { 'retry-after': '5' })
    throw new Problem(499, 'CLIENT_GONE', 'The client left before the answer.')
  } finally {
    clearTimeout(timer)
    client?.removeEventListener('abort', end)
  }
}
