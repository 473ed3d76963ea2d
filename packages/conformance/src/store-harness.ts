import type { Store } from '@hubsync/core'

/** A line of a table as the database has it, by its SQL column names. */
export type Line = Record<string, unknown>

/** What an adapter brings to be held to the cases: places to put a store in, and ways past the store into them. */
export interface StoreHarness {
  /** The title of the cases, for example `sqliteStore`. */
  readonly name: string

  /** A fresh, empty place: a new file, a new schema, a new memory. */
  open(): Promise<Place>

  /** The schema versions that a fixture is kept of, oldest first, the current one included. */
  readonly versions: readonly number[]

  /** A place as that schema version left it, with the content that `fillFixture` writes. */
  openAt(version: number): Promise<Place>
}

/** A place for a store, and the ways around it. What it gave out is closed by `dispose`. */
export interface Place {
  /** A store here. Each call gives another handle, with a connection of its own where there are connections. */
  store(): Store

  /** A handle that can be told to fail. */
  failing(): FailingHandle

  /** A store on a connection that the harness opened itself, as a user would who lends one. */
  lent(): Promise<LentHandle>

  /** The names of the tables that are here, read from the database. Empty where nothing was made yet. */
  tables(): Promise<string[]>

  /** The names of a table's columns, read from the database. */
  columns(table: string): Promise<string[]>

  /**
   * Every line of a table, read from the database and not through a store. JSON comes parsed (`raw`, `state`, `columns`,
   * `counts`, `jobs`), moments as ISO text with milliseconds, exact decimals and ids as text.
   */
  rows(table: string): Promise<Line[]>

  /** Makes a table of that name as somebody else would: columns `id` and `note`, one line, `1` and `mine`. */
  occupy(table: string): Promise<void>

  /** Makes a unique index over `portal_id` and a column of a table, as a user does who wants no value twice. */
  makeUnique(table: string, column: string): Promise<void>

  /** Writes down that a later release, which knows this schema version, was here. */
  pretendVersion(version: number): Promise<void>

  /** Closes what was given out, and removes the place. */
  dispose(): Promise<void>
}

/** A handle whose statements can be made to fail. */
export interface FailingHandle {
  /** The store whose statements fail when they are told to. */
  readonly store: Store
  /**
   * From now on the `statement`th statement that writes (the `COMMIT` is one) throws an error of the harness's instead of
   * being run; counting starts at 1. Those before and after it are run.
   */
  failAt(statement: number): void
  /** Whether that statement was reached. */
  failed(): boolean
}

/** A store on a connection that somebody else owns. */
export interface LentHandle {
  /** The store on that connection. */
  readonly store: Store
  /** Whether the lent connection still answers. */
  answers(): Promise<boolean>
}
