import { HubsyncError } from '@hubsync/core'
import type { FileImage, SqliteDatabase, SqliteStatement } from '../sqlite-database.js'
import { messageOf, openingError } from '../sqlite-errors.js'
import { type EngineDatabase, sqlJsStatement } from './sql-js-statement.js'
import { expectUnchanged, hasChanged, NO_FILE, readWhole, replaceWhole } from './whole-file.js'

/** The part of sql.js that is used here. The package has no types. */
export interface Engine {
  Database: new (content?: Uint8Array) => EngineDatabase
}

/** The next save is due after nine times the duration of the last one, so that saving takes a tenth of the time. */
const PAUSE_FACTOR = 9
/** How many prepared statements are kept, as in `SqliteQueries`: all stores on the file share them. */
const MOST_STATEMENTS = 500
/** Lower bound of the pause between two saves. */
const SHORTEST_PAUSE_MS = 1_000

/**
 * A whole database file in memory, as sql.js works. Commits change the copy in memory; a save writes the whole file.
 * See `docs/decisions/0013-saving-with-sql-js.md`.
 */
export class SqlJsImage implements SqliteDatabase, FileImage {
  readonly #path: string
  readonly #engine: Engine
  #database: EngineDatabase | undefined
  /** Statements by their SQL. sql.js frees none by itself before its database is closed. */
  readonly #statements = new Map<string, ReturnType<typeof sqlJsStatement>>()
  /** The state of the file whose content is in memory. */
  #known = NO_FILE
  #savedVersion = ''
  #savedAt = performance.now()
  #pauseMs = SHORTEST_PAUSE_MS
  #timer: NodeJS.Timeout | undefined

  constructor(path: string, engine: Engine) {
    this.#path = path
    this.#engine = engine
    this.#load()
  }

  prepare(sql: string): SqliteStatement {
    this.#statement(sql)
    return {
      run: (...parameters) => this.#statement(sql).run(...parameters),
      get: (...parameters) => this.#statement(sql).get(...parameters),
      all: (...parameters) => this.#statement(sql).all(...parameters),
    }
  }

  exec(sql: string): void {
    this.#load().run(sql)
    this.#saveLater()
  }

  refresh(): void {
    if (!hasChanged(this.#path, this.#known)) return
    const unsaved = this.#unsaved()
    this.#forget()
    if (unsaved) expectUnchanged(this.#path, this.#known)
    this.#load()
  }

  saveWhenDue(): void {
    if (performance.now() >= this.#dueAt()) this.save()
  }

  save(): void {
    if (!this.#unsaved()) return
    const began = performance.now()
    try {
      const version = this.#version()
      this.#known = replaceWhole(this.#path, this.#known, () => this.#load().export())
      this.#savedVersion = version
    } catch (cause) {
      if (hasChanged(this.#path, this.#known)) this.#forget()
      throw cause instanceof HubsyncError ? cause : savingError(this.#path, cause)
    }
    this.#savedAt = performance.now()
    this.#pauseMs = Math.max(SHORTEST_PAUSE_MS, PAUSE_FACTOR * (this.#savedAt - began))
  }

  close(): void {
    clearTimeout(this.#timer)
    this.#forget()
  }

  #load(): EngineDatabase {
    if (this.#database) return this.#database
    try {
      return this.#read()
    } catch (cause) {
      throw openingError(this.#path, cause)
    }
  }

  #read(): EngineDatabase {
    const { content, state } = readWhole(this.#path)
    const database = new this.#engine.Database(content)
    try {
      // Larger pages waste less: rows of 2 kB are written 1.7 times as fast, into a file of 0.6 times the size. The
      // page size applies to new files only. The other pragmas turn off protections that only a file on a disk needs.
      database.run(`PRAGMA page_size = 16384; PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = MEMORY;
PRAGMA synchronous = OFF; PRAGMA foreign_keys = ON`)
      database.run('SELECT count(*) FROM sqlite_master')
    } catch (error) {
      database.close()
      throw error
    }
    this.#database = database
    this.#known = state
    this.#savedVersion = this.#version()
    return database
  }

  #statement(sql: string): SqliteStatement {
    const known = this.#statements.get(sql)
    if (known) return known
    if (this.#statements.size >= MOST_STATEMENTS) {
      for (const each of this.#statements.values()) each.free()
      this.#statements.clear()
    }
    const statement = sqlJsStatement(this.#load(), sql)
    this.#statements.set(sql, statement)
    return statement
  }

  /** Frees the memory. The next use loads the file again. */
  #forget(): void {
    this.#database?.close()
    this.#database = undefined
    this.#statements.clear()
  }

  /** Differs after every write. */
  #version(): string {
    const select = this.prepare(
      `SELECT total_changes() || ' ' || schema_version AS version FROM pragma_schema_version`,
    )
    return (select.get() as { version: string }).version
  }

  #unsaved(): boolean {
    return this.#database !== undefined && this.#version() !== this.#savedVersion
  }

  #dueAt(): number {
    return this.#savedAt + this.#pauseMs
  }

  /** Saves the last commits of a burst. The timer doesn't keep the process alive: an `exit` listener saves too. */
  #saveLater(): void {
    this.#timer ??= setTimeout(
      () => {
        this.#timer = undefined
        try {
          this.save()
        } catch {
          // The next commit tries to save again, and fails with the reason if it can't.
        }
      },
      Math.max(0, this.#dueAt() - performance.now()),
    ).unref()
  }
}

function savingError(path: string, cause: unknown): HubsyncError {
  return new HubsyncError(
    'STORE_FAILED',
    `Expected to save the SQLite database "${path}": ${messageOf(cause)}. Commits since the last save are only in memory, and no further commit is accepted until they are saved.`,
    { cause },
  )
}
