import type { HeldFiles } from './held-files.js'

/** A prepared statement: the members of better-sqlite3's and node:sqlite's that are used. */
export interface SqliteStatement {
  /** Runs it, and returns how many rows it changed. */
  run(...parameters: SqliteValue[]): { changes: number | bigint }
  /** Runs it, and returns its first row, or undefined. */
  get(...parameters: SqliteValue[]): unknown
  /** Runs it, and returns all its rows. */
  all(...parameters: SqliteValue[]): unknown[]
  /** Whether rows are arrays. node:sqlite has it since Node.js 22.16. */
  setReturnArrays?(enabled: boolean): void
  /** Whether integers are `bigint`: node:sqlite's name for it. */
  setReadBigInts?(enabled: boolean): void
  /** Whether integers are `bigint`: better-sqlite3's name for it. */
  safeIntegers?(enabled: boolean): unknown
}

/**
 * A database: the members of better-sqlite3's `Database` and node:sqlite's `DatabaseSync` that are used. Their own
 * types aren't imported, so that you need only the package that you use.
 */
export interface SqliteDatabase {
  /** Compiles a statement. */
  prepare(sql: string): SqliteStatement
  /** Runs SQL without parameters and without a result. */
  exec(sql: string): unknown
  /** Closes the database. The store doesn't call it on a database that you lend. */
  close(): unknown
}

/** A value of a parameter. */
export type SqliteValue = string | number | null

/** A database that a driver has opened, or a lent one. */
export interface OpenedDatabase extends SqliteDatabase {
  /** With a driver that works on a copy of the file in memory: keeps the copy and the file in step. */
  readonly image?: FileImage
  /** With a driver that works on the file itself: checks that the file is still in place. */
  readonly files?: HeldFiles | undefined
  /** How long to wait for another connection's lock, or for the owner of a lent database, in milliseconds. */
  readonly patienceMs: number
  /** Runs work without waiting for locks: it fails at once if another connection holds one that it needs. */
  atOnce<T>(work: () => T, { isWriting }: { isWriting: boolean }): T
  /** Called before each write transaction. It may have to wait for a lock too. */
  beforeWriting?(): void
}

/** A whole file in memory. */
export interface FileImage {
  /** Loads the file again if another process has written it. Called before each use, outside of transactions. */
  refresh(): void
  /** Saves if a save is due. Called before each write transaction. */
  saveWhenDue(): void
  /** Saves all commits that aren't saved yet. */
  save(): void
}

/** Opens a file, or creates it. Gives up as soon as `closing` aborts. */
export type OpenFile = (
  file: string,
  closing: AbortSignal,
) => OpenedDatabase | Promise<OpenedDatabase>
