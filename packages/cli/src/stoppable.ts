import type { SyncEvent } from '@hubsync/core'
import type { Interruption } from './interruption.js'
import { showProgress } from './progress.js'
import type { Session } from './session.js'

/** Options of core's long calls. */
interface Listening {
  signal: AbortSignal
  onEvent(event: SyncEvent): void
}

/** Does long work and shows its progress. After Ctrl-C it ends at the end of a page. */
export async function stoppable<T>(
  session: Session,
  flags: { json?: true },
  interruption: Interruption,
  work: (listening: Listening) => Promise<T>,
): Promise<T> {
  const { AbortedError } = await import('@hubsync/core')
  const progress = await showProgress(session, flags)
  try {
    return await work({
      signal: interruption.late,
      onEvent(event) {
        progress.hear(event)
        if (interruption.requested) throw new AbortedError()
      },
    })
  } finally {
    progress.stop()
  }
}
