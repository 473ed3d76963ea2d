import type { HubspotSync, Logger } from '@hubsync/core'

/** Reads the queued records in the background, one `syncQueued` at a time. */
export interface BackgroundSync {
  /** Makes sure that a read starts after this call. */
  start(): void
  /** Resolves when no read is running or due. */
  ended(): Promise<void>
  /** Ends the running read and starts no other. Records that weren't read stay in the queue. */
  close(): Promise<void>
}

/** Errors of a read are logged. The next read gets the records that it left. */
export function createBackgroundSync(
  sync: Pick<HubspotSync, 'syncQueued'>,
  logger: Logger | undefined,
): BackgroundSync {
  const closing = new AbortController()
  const { signal } = closing
  let due = false
  let reading: Promise<void> | undefined

  async function read(): Promise<void> {
    // Lets the reply be sent first, because a store may block the event loop.
    await new Promise((resolve) => setImmediate(resolve))
    while (due && !signal.aborted) {
      due = false
      try {
        const records = await sync.syncQueued({ signal, wait: true })
        logger?.debug({ records }, 'records named by webhooks were read')
      } catch (error) {
        if (!signal.aborted)
          logger?.error(
            { error },
            'records named by webhooks could not be read: they stay in the queue',
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
