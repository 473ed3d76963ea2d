import { setMaxListeners } from 'node:events'
import { HubsyncError } from '@hubsync/core'
import { askedUntil } from '@hubsync/core/store'
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
  /** Cut off once nobody waits any longer for what the store is asked. */
  take(): Promise<Connection>
  /** Takes no more. Those in use have a while to be given back, and are cut off then. */
  close(): Promise<void>
}

/** A pool, and what is to be known of its connections before they are used. */
export interface PoolToTakeFrom extends PostgresPool {
  recognise?(client: PostgresClient): Promise<PostgresClient>
}

/** @param open - gives the pool. Called when it is first needed, and each time after that. */
export function connectionsOf(open: () => Promise<PoolToTakeFrom>): Connections {
  /** Counts what happens to connections, to tell what came before what. */
  let turn = 0
  const givenBack = new WeakMap<PostgresClient, number>()
  /** When one was last found to be dead. Those that lay in the pool at that moment may be dead too. */
  let deathFound = 0
  /** How to cut those off that are in use, and when they are given back. */
  const inUse = new Map<() => void, Promise<void>>()
  const closing = new AbortController()
  setMaxListeners(0, closing.signal)

  /** The first client that is not to be doubted. */
  async function alive(connect: () => Promise<PostgresClient>): Promise<PostgresClient> {
    const client = await connect()
    if ((givenBack.get(client) ?? turn) >= deathFound) return client
    client.connection?.stream?.destroy()
    client.release(true)
    return alive(connect)
  }

  async function take(): Promise<Connection> {
    const asked = askedUntil()
    const ends = asked ? [closing.signal, asked] : [closing.signal]
    for (const end of ends) end.throwIfAborted()
    const pool = await open()
    const client = await alive(() =>
      unlessAborted(
        ends,
        () => pool.connect(),
        (late) => late.release(),
      ),
    )
    // Without a listener, a connection that ends between two statements would end the process.
    let ended: Error | undefined
    const note = (error: Error) => {
      ended ??= error
    }
    client.on('error', note)
    const left = Promise.withResolvers<void>()
    const leave = (destroy = false) => {
      if (!inUse.delete(cutOff)) return
      asked?.removeEventListener('abort', cutOff)
      client.off('error', note)
      givenBack.set(client, ++turn)
      if (destroy) deathFound = turn
      client.release(destroy)
      left.resolve()
    }
    /** Of a silent connection pg alone would wait for the answers to what it has sent. */
    const cutOff = () => {
      client.connection?.stream?.destroy()
      leave(true)
    }
    inUse.set(cutOff, left.promise)
    asked?.addEventListener('abort', cutOff)
    // Between its coming and now.
    const over = ends.find(({ aborted }) => aborted)
    if (over) {
      leave()
      throw over.reason
    }
    try {
      const recognised = (await pool.recognise?.(client)) ?? client
      return { client: recognised, leave, ended: () => ended }
    } catch (error) {
      leave(true)
      throw error
    }
  }

  return {
    take,
    async close() {
      closing.abort(
        new HubsyncError('CLOSED', 'Expected an open store, but `close()` was called on this one.'),
      )
      const timer = setTimeout(() => {
        for (const cutOff of inUse.keys()) cutOff()
      }, GRACE_MS)
      await Promise.all(inUse.values())
      clearTimeout(timer)
    },
  }
}

/**
 * What comes of some work, unless one of the signals aborts before. Then its reason is thrown, and what comes late is dropped: a pool of the
 * user's may have no connection free for as long as it likes.
 */
async function unlessAborted<T>(
  signals: readonly AbortSignal[],
  work: () => Promise<T>,
  drop: (late: T) => void,
): Promise<T> {
  for (const signal of signals) signal.throwIfAborted()
  const { promise, resolve, reject } = Promise.withResolvers<T>()
  let isOver = false
  const end = () => {
    isOver = true
    for (const signal of signals) signal.removeEventListener('abort', abort)
  }
  const abort = ({ target }: Event) => {
    end()
    reject((target as AbortSignal).reason)
  }
  for (const signal of signals) signal.addEventListener('abort', abort)
  work().then(
    (value) => {
      if (isOver) return drop(value)
      end()
      resolve(value)
    },
    (error: unknown) => {
      end()
      reject(error)
    },
  )
  return promise
}
