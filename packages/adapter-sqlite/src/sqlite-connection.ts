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

/** A database that is opened at the first call. Each piece of work runs synchronously, as SQLite does. */
export class SqliteConnection {
  readonly #open: () => Promise<OpenedDatabase>
  readonly #file: string | undefined
  readonly #closing = new AbortController()
  #opening: Promise<OpenedDatabase> | undefined
  #opened: OpenedDatabase | undefined
  #queries: SqliteQueries | undefined

  /** @throws `InvalidOptionError` if the options name no database, or one that can't be used. */
  constructor(options: SqliteStoreOptions) {
    if (isLent(options)) {
      this.#open = async () => borrow(options.database)
    } else {
      this.#file = options.file
      this.#open = () => openFile(options.file, options.driver, this.#closing.signal)
    }
  }

  /** Whether the file doesn't exist yet. */
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

  /** Several statements that read one snapshot, whatever other connections commit meanwhile. */
  readTogether<T>(work: (queries: SqliteQueries) => T): Promise<T> {
    return this.read((queries) => together(queries, () => work(queries)))
  }

  /**
   * A write transaction. It takes the write lock at its start, so that no other connection can change what it has read.
   *
   * @param durable - whether the commit has to be on the disk when this resolves.
   * @param referring - of a commit, which a foreign key of the user's may refuse: lists the tables with such keys.
   *
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

  /** Flushes all commits to the disk, also those of other processes. */
  async flush(): Promise<void> {
    this.#opened?.image?.save()
    await this.#opened?.files?.flush()
  }

  /** Ends all waiting. A lent database stays open. */
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
      // No `await` once it is open: that would be a twentieth of the time of a read.
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
