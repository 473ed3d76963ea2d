import type { HubspotSync, Logger } from '@hubsync/core'

/** Reads what was noted, in the background and one reading at a time. */
export interface BackgroundSync {
  /** Sees to it that a reading begins after now. */
  start(): void
  /** Resolves when no reading is under way or due. */
  ended(): Promise<void>
  /** Ends the reading that is under way, and begins no other. What wasn't read stays noted. */
  close(): Promise<void>
}

/** A reading that fails is logged; what it left is read by the next. */
export function createBackgroundSync(
  sync: Pick<HubspotSync, 'syncQueued'>,
  logger: Logger | undefined,
): BackgroundSync {
  const closing = new AbortController()
  const { signal } = closing
  let due = false
  let reading: Promise<void> | undefined

  async function read(): Promise<void> {
    // The reply that is being made goes first: a store may hold up the event loop.
    await new Promise((resolve) => setImmediate(resolve))
    while (due && !signal.aborted) {
      due = false
      try {
        const records = await sync.syncQueued({ signal })
        logger?.debug({ records }, 'records named by webhooks were read')
      } catch (error) {
        if (!signal.aborted)
          logger?.error(
            { error },
            'records named by webhooks could not be read: they stay noted for the next time',
          )
      }
    }
    reading = undefined
  }

  return {
    start() {
      due = true
      reading ??= read()
    },
    ended: async () => reading,
    async close() {
      closing.abort()
      await reading
    },
  }
}
