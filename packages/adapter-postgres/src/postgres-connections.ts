import { HubsyncError } from '@hubsync/core'
import { GRACE_MS, type PostgresClient, type PostgresPool } from './postgres-query.js'

/** A connection out of the pool. */
interface Connection {
  client: PostgresClient
  /** What the server said when it ended the connection between two statements. */
  ended(): Error | undefined
  /** Gives it back, to be used again unless `destroy` is set. */
  leave(destroy?: boolean): void
}

/** The connections that a store takes out of a pool and gives back. */
export interface Connections {
  take(): Promise<Connection>
  /** Takes no more. Those in use have a while to be given back, and are cut off then. */
  close(): Promise<void>
}

/** @param open - gives the pool. Called when it is first needed, and each time after that. */
export function connectionsOf(open: () => Promise<PostgresPool>): Connections {
  /** How to cut those off that are in use, and when they are given back. */
  const inUse = new Map<() => void, Promise<void>>()
  let closed = false

  function expectOpen(): void {
    if (closed)
      throw new HubsyncError(
        'CLOSED',
        'Expected an open store, but `close()` was called on this one.',
      )
  }

  async function take(): Promise<Connection> {
    expectOpen()
    const pool = await open()
    const client = await pool.connect()
    // Without a listener, a connection that ends between two statements would end the process.
    let ended: Error | undefined
    const note = (error: Error) => {
      ended ??= error
    }
    client.on('error', note)
    const left = Promise.withResolvers<void>()
    const leave = (destroy = false) => {
      if (!inUse.delete(cutOff)) return
      client.off('error', note)
      client.release(destroy)
      left.resolve()
    }
    /** Of a silent connection pg alone would wait for the answers to what it has sent. */
    const cutOff = () => {
      client.connection?.stream?.destroy()
      leave(true)
    }
    inUse.set(cutOff, left.promise)
    // Getting it may have taken long.
    if (closed) leave()
    expectOpen()
    return { client, leave, ended: () => ended }
  }

  return {
    take,
    async close() {
      closed = true
      const timer = setTimeout(() => {
        for (const cutOff of inUse.keys()) cutOff()
      }, GRACE_MS)
      await Promise.all(inUse.values())
      clearTimeout(timer)
    },
  }
}
