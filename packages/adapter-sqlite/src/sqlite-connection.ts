import { existsSync } from 'node:fs'
import { askedUntil } from '@hubsync/core/store'
import { borrow } from './lent-database.js'
import type { OpenedDatabase, SqliteDatabase } from './sqlite-database.js'
import { openFile } from './sqlite-drivers.js'
import { closedError, storeError } from './sqlite-errors.js'
import { isLent, type SqliteStoreOptions } from './sqlite-options.js'
import { patiently } from './sqlite-patience.js'
import { SqliteQueries } from './sqlite-queries.js'
import { selectTriggers } from './sqlite-sql.js'
import { onDisk, together, transaction } from './sqlite-transaction.js'

/** A database that is opened at the first call. Each piece of work is done in one go, as SQLite does it. */
export class SqliteConnection {
  readonly #open: () => Promise<OpenedDatabase>
  readonly #file: string | undefined
  readonly #closing = new AbortController()
  #opening: Promise<OpenedDatabase> | undefined
  #opened: OpenedDatabase | undefined
  #queries: SqliteQueries | undefined

  /** @throws `InvalidOptionError` where the options name no database, or one that can't be used. */
  constructor(options: SqliteStoreOptions) {
    if (isLent(options)) {
      this.#open = async () => borrow(options.database)
    } else {
      this.#file = options.file
      this.#open = () => openFile(options.file, options.driver, this.#closing.signal)
    }
  }

  /** Whether there is no file to open yet. */
  isNew(): boolean {
    this.#expectOpen()
    return this.#file !== undefined && this.#opening === undefined && !existsSync(this.#file)
  }

  read<T>(work: (queries: SqliteQueries) => T): Promise<T> {
    return this.#do(
      (database) => {
        database.image?.refresh()
        database.files?.expectInPlaceLately()
        return work(this.#queriesOf(database))
      },
      { isWriting: false },
    )
  }

  /** A read of several statements that tell of one moment, whatever others commit meanwhile. */
  readTogether<T>(work: (queries: SqliteQueries) => T): Promise<T> {
    return this.read((queries) => together(queries, () => work(queries)))
  }

  /**
   * A transaction. It holds the write lock from the start, so that what is read in it still holds when it is written.
   *
   * @param durable - whether what it writes has to be on the disk when it resolves.
   * @param referring - where constraints of the user's may refuse it: the tables with foreign keys that may.
   */
  write<T>(
    work: (queries: SqliteQueries) => T,
    { durable, referring }: { durable: boolean; referring?: (queries: SqliteQueries) => string[] },
  ): Promise<T> {
    return this.#do(
      (database) => {
        const { image, files } = database
        image?.refresh()
        image?.saveWhenDue()
        files?.expectInPlace()
        database.beforeWriting?.()
        const commit = () => transaction(database, () => work(this.#queriesOf(database)))
        if (!durable) return commit()
        if (!image) return onDisk(database, commit)
        const result = commit()
        image.save()
        return result
      },
      { isWriting: true, referring },
    )
  }

  /** Brings to the disk what was committed, by whomever. */
  async flush(): Promise<void> {
    this.#opened?.image?.save()
    await this.#opened?.files?.flush()
  }

  /** Ends what waits. What was lent stays open. */
  async close(): Promise<void> {
    this.#closing.abort()
    const database = await this.#opening?.catch(() => undefined)
    database?.close()
    this.#opening = this.#opened = this.#queries = undefined
  }

  async #do<T>(
    work: (database: OpenedDatabase) => T,
    {
      isWriting,
      referring,
    }: { isWriting: boolean; referring?: ((queries: SqliteQueries) => string[]) | undefined },
  ): Promise<T> {
    this.#expectOpen()
    const asked = askedUntil()
    let patienceMs = () => 0
    try {
      // At once where it is open: the promises in between would be a twentieth of what a read takes.
      const database = this.#opened ?? (await this.#openOnce())
      patienceMs = () => database.patienceMs
      const attempt = () => database.atOnce(() => work(database), { isWriting })
      return await patiently(attempt, patienceMs, this.#closing.signal, asked)
    } catch (cause) {
      const database = this.#opened
      throw storeError(cause, {
        waitedMs: patienceMs,
        isWriting,
        refusing: database &&
          referring && {
            referring: () => referring(this.#queriesOf(database)),
            triggers: () =>
              this.#queriesOf(database)
                .all<{ sql: string }>(selectTriggers)
                .map(({ sql }) => sql),
          },
      })
    }
  }

  async #openOnce(): Promise<OpenedDatabase> {
    this.#opening ??= this.#open().catch((error: unknown) => {
      this.#opening = undefined
      throw error
    })
    this.#opened = await this.#opening
    return this.#opened
  }

  #queriesOf(database: SqliteDatabase): SqliteQueries {
    this.#queries ??= new SqliteQueries(database)
    return this.#queries
  }

  #expectOpen(): void {
    if (this.#closing.signal.aborted) throw closedError()
  }
}
