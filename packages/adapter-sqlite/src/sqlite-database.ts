import type { HeldFiles } from './held-files.js'

/** A prepared statement: what is used of better-sqlite3's and node:sqlite's. */
export interface SqliteStatement {
  /** Runs it, and tells how many lines it changed. */
  run(...parameters: SqliteValue[]): { changes: number | bigint }
  /** Runs it, and gives its first line, or undefined. */
  get(...parameters: SqliteValue[]): unknown
  /** Runs it, and gives all its lines. */
  all(...parameters: SqliteValue[]): unknown[]
  /** Whether lines come as arrays: node:sqlite has it from Node.js 22.16 on. */
  setReturnArrays?(enabled: boolean): void
  /** Whether integers come as `bigint`, by the name that node:sqlite has for it. */
  setReadBigInts?(enabled: boolean): void
  /** The same by the name that better-sqlite3 has for it. */
  safeIntegers?(enabled: boolean): unknown
}

/**
 * A database: what is used of better-sqlite3's `Database` and of node:sqlite's `DatabaseSync`. Their own types aren't used, so that
 * nobody needs the one who brings the other.
 */
export interface SqliteDatabase {
  /** Compiles a statement. */
  prepare(sql: string): SqliteStatement
  /** Runs SQL that takes no parameters and gives nothing. */
  exec(sql: string): unknown
  /** Closes the database. A database that was lent isn't closed. */
  close(): unknown
}

/** What SQLite takes as a parameter here. */
export type SqliteValue = string | number | null

/** A database that a driver has opened on a file, or that was lent. */
export interface OpenedDatabase extends SqliteDatabase {
  /** Where the driver works on a copy of the file in memory: what ties the two. */
  readonly image?: FileImage
  /** Where it works on the file itself. */
  readonly files?: HeldFiles | undefined
  /** How long the lock of another connection, and the owner of what was lent, is to be waited for, in milliseconds. */
  readonly patienceMs: number
  /** Does work that fails at once where another connection has a lock that it needs. */
  atOnce<T>(work: () => T, { isWriting }: { isWriting: boolean }): T
  /** Called before each transaction, as work that may have to wait too. */
  beforeWriting?(): void
}

/** A file that is held in memory, whole. */
export interface FileImage {
  /** Takes in what another process has written. Called before each use, outside of transactions. */
  refresh(): void
  /** Saves where that is due. Called before each transaction. */
  saveWhenDue(): void
  /** Saves whatever isn't saved. */
  save(): void
}

/** Opens a file, which is made where it doesn't exist. It is given up as soon as `closing` aborts. */
export type OpenFile = (
  file: string,
  closing: AbortSignal,
) => OpenedDatabase | Promise<OpenedDatabase>
