import { setMaxListeners } from 'node:events'
import { HubsyncError } from '@hubsync/core'
import { askedUntil } from '@hubsync/core/store'
import { GRACE_MS, type PostgresClient, type PostgresPool } from './postgres-query.js'

/** A connection that was taken out of the pool. */
interface Connection {
  client: PostgresClient
  /** The error with which the server ended the connection between two statements, if it did. */
  ended(): Error | undefined
  /** Returns it to the pool. With `destroy` it is closed and not used again. */
  leave(destroy?: boolean): void
}

/** A pool that may wrap each client before its first use. */
export interface PoolToTakeFrom extends PostgresPool {
  recognise?(client: PostgresClient): Promise<PostgresClient>
}

/** The connections that a store takes out of a pool and returns to it. */
export class Connections {
  readonly #open: () => Promise<PoolToTakeFrom>
  readonly #closing = new AbortController()
  /** By the function that cuts a connection off: resolves when it is returned. */
  readonly #inUse = new Map<() => void, Promise<void>>()
  /** Counts the returned connections, so that two events can be ordered. */
  #turn = 0
  readonly #returnedAt = new WeakMap<PostgresClient, number>()
  /** The last turn at which a connection was found dead. Those that were idle in the pool then may be dead too. */
  #deathFoundAt = 0

  /** @param open - returns the pool. Called for each connection. */
  constructor(open: () => Promise<PoolToTakeFrom>) {
    this.#open = open
    setMaxListeners(0, this.#closing.signal)
  }

  /** Takes a connection. It is cut off once the caller of the store no longer waits. */
  async take(): Promise<Connection> {
    const asked = askedUntil()
    const ends = asked ? [this.#closing.signal, asked] : [this.#closing.signal]
    for (const end of ends) end.throwIfAborted()
    const pool = await this.#open()
    const client = await this.#connect(pool, ends)
    const connection = this.#lend(client, asked)
    // A signal may have aborted since the client came.
    const over = ends.find(({ aborted }) => aborted)
    if (over) {
      connection.leave()
      throw over.reason
    }
    try {
      return { ...connection, client: (await pool.recognise?.(client)) ?? client }
    } catch (error) {
      connection.leave(true)
      throw error
    }
  }

  /** Lends no more connections. Those in use are cut off after {@link GRACE_MS}. */
  async close(): Promise<void> {
    this.#closing.abort(
      new HubsyncError('CLOSED', 'Expected an open store, but `close()` was called on this one.'),
    )
    const timer = setTimeout(() => {
      for (const cutOff of this.#inUse.keys()) cutOff()
    }, GRACE_MS)
    await Promise.all(this.#inUse.values())
    clearTimeout(timer)
  }

  /** Takes clients out of the pool until one isn't suspected to be dead. The others are closed. */
  async #connect(pool: PostgresPool, ends: readonly AbortSignal[]): Promise<PostgresClient> {
    const client = await unlessAborted(
      ends,
      () => pool.connect(),
      (late) => late.release(),
    )
    if ((this.#returnedAt.get(client) ?? this.#turn) >= this.#deathFoundAt) return client
    client.connection?.stream?.destroy()
    client.release(true)
    return this.#connect(pool, ends)
  }

  #lend(client: PostgresClient, asked: AbortSignal | undefined): Connection {
    // Without a listener, a connection that ends between two statements would end the process.
    let ended: Error | undefined
    const note = (error: Error) => {
      ended ??= error
    }
    client.on('error', note)
    const left = Promise.withResolvers<void>()
    const leave = (destroy = false) => {
      if (!this.#inUse.delete(cutOff)) return
      asked?.removeEventListener('abort', cutOff)
      client.off('error', note)
      this.#returnedAt.set(client, ++this.#turn)
      if (destroy) this.#deathFoundAt = this.#turn
      client.release(destroy)
      left.resolve()
    }
    // Destroys the socket: pg alone would wait for the server's answers.
    const cutOff = () => {
      client.connection?.stream?.destroy()
      leave(true)
    }
    this.#inUse.set(cutOff, left.promise)
    asked?.addEventListener('abort', cutOff)
    return { client, leave, ended: () => ended }
  }
}

/**
 * The result of `work`, unless a signal aborts before: then the signal's reason is thrown, and a late result is passed
 * to `drop`. Needed because a pool of the user's may never have a free connection.
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
