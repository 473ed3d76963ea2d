import { isHubsyncError } from '../../errors.js'
import type { SyncListener } from '../../events.js'
import { harmless } from '../../harmless-text.js'
import type { Logger } from '../../options.js'
import type { Listener } from './event-stream.js'

/**
 * Passes events to the host's own listener. If that throws, the run ends.
 *
 * @param stop - is called once, with the reason.
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
        // People who read reports must not see what the host's own code says.
        logger?.error({}, `\`onEvent\` threw an error: ${message}`)
        stop('`onEvent` threw an error, which ended the run. The log has the error.')
      }
    },
  }
}
