import type { Store } from '@hubsync/core'

/** A line of a table in the database, by SQL column names. */
export type Line = Record<string, unknown>

/**
 * What an adapter provides to the cases: places for stores, and access to the database that doesn't go through the
 * store.
 */
export interface StoreHarness {
  /** The title of the cases, for example `sqliteStore`. */
  readonly name: string

  /** A new, empty place, such as a file or a schema. */
  open(): Promise<Place>

  /** The schema versions that have a fixture, oldest first, including the current one. */
  readonly versions: readonly number[]

  /** A place in the state of that schema version, with the content that `fillFixture` writes. */
  openAt(version: number): Promise<Place>
}

/** A place for stores, with direct access to its database. `dispose` closes everything that it returned. */
export interface Place {
  /** A store in this place. Each call returns another handle, with its own connection if there are connections. */
  store(): Store

  /** A handle that can be told to fail. */
  failing(): FailingHandle

  /** A store on a connection that the harness has opened, as a user does who lends one. */
  lent(): Promise<LentHandle>

  /** The names of the existing tables, read from the database. Empty if nothing was created yet. */
  tables(): Promise<string[]>

  /** The names of a table's columns, read from the database. */
  columns(table: string): Promise<string[]>

  /**
   * Every line of a table, read from the database and not through a store. JSON is parsed: `raw`, `state` of
   * `sync_checkpoints`, `columns` of `sync_changes`, `counts` and `jobs` of `sync_runs`. Times are ISO text with
   * milliseconds. Decimals and ids are text.
   */
  rows(table: string): Promise<Line[]>

  /** Creates a table of that name that isn't the store's: columns `id` and `note`, one line with `1` and `mine`. */
  occupy(table: string): Promise<void>

  /** Creates a unique index on `portal_id` and a column of a table, as a user may do. */
  makeUnique(table: string, column: string): Promise<void>

  /** Makes the place look as if a later release had migrated it to this schema version. */
  pretendVersion(version: number): Promise<void>

  /**
   * Makes time pass for the leases that are here: by SQL, which moves their `renewed_at` back, or else for a store that goes by the moment of
   * each request, by moving that on.
   */
  ageLeases(ms: number): Promise<void>

  /** Closes everything that the place returned, and removes it. */
  dispose(): Promise<void>
}

/** A handle whose statements can be made to fail. */
export interface FailingHandle {
  /** The store whose statements can be made to fail. */
  readonly store: Store
  /**
   * Makes the `statement`th writing statement from now on throw an error of the harness instead of being run. Counting
   * starts at 1 and includes `COMMIT`. The statements before and after it are run.
   *
   */
  failAt(statement: number): void
  /** Whether that statement was reached. */
  failed(): boolean
}

/** A store on a lent connection. */
export interface LentHandle {
  /** The store on that connection. */
  readonly store: Store
  /** Whether the lent connection still answers. */
  answers(): Promise<boolean>
}
