import { isHubsyncError } from '@hubsync/core'
import { askWithin } from '@hubsync/core/store'
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
  const stop = new AbortController()
  const silent = () =>
    new Problem(
      503,
      'STORE_FAILED',
      `The database did not answer within ${ms / 1_000} seconds.`,
      {},
      { 'retry-after': '5' },
    )
  try {
    return await askWithin({ ms, signal: client }, () => read(stop.signal), silent)
  } catch (error) {
    if (!client?.aborted || !isHubsyncError(error)) throw error
    throw new Problem(499, 'CLIENT_GONE', 'The client left before the answer.')
  } finally {
    stop.abort()
  }
}
