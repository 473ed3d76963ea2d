import { isHubsyncError } from '@hubsync/core'
import { askWithin } from '@hubsync/core/store'
import { Problem } from './problem.js'

/** How long the database may take for a request. */
export const PATIENCE_MS = 30_000

/**
 * Reads the mirror with a time limit. The signal that `read` gets aborts when the client has left or the time is over,
 * so that the database stops too.
 *
 * @param client - aborts when the client leaves. Undefined if several clients wait for the same read.
 * @throws a problem with status 503 when the time is over.
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
