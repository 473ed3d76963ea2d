import { isHubsyncError } from '../../errors.js'
import type { SyncListener } from '../../events.js'
import { harmless } from '../../harmless-text.js'
import type { Logger } from '../../options.js'
import type { Listener } from './event-stream.js'

/**
 * Gives events to the host's own listener. What that throws ends the run.
 *
 * @param stop - is told why, once.
 */
export function onEvent(
  listener: SyncListener,
  logger: Logger | undefined,
  stop: (reason: string) => void,
): Listener {
  let hasThrown = false
  return {
    hear(event) {
      try {
        listener(event)
      } catch (error) {
        if (hasThrown) return
        hasThrown = true
        const message = harmless(error instanceof Error ? error.message : String(error))
        if (isHubsyncError(error) && error.code === 'ABORTED') return stop(message)
        // Reports are read by people who are not to see what the host's own code says.
        logger?.error({}, `\`onEvent\` threw an error: ${message}`)
        stop('`onEvent` threw an error, which ended the run. The log has the error.')
      }
    },
  }
}
