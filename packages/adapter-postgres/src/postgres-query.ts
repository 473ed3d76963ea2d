import type { Statement } from './postgres-statement.js'

/** How long running statements may take after `close()`, before their connections are cut off. */
export const GRACE_MS = 5_000

/** A statement in pg's form. */
export interface PostgresQuery {
  /** The name of a prepared statement. Left out if a pooler may run the next statement on another connection. */
  name?: string
  /** The SQL, with `$1`, `$2` and so on for the parameters. */
  text: string
  /** Its parameters in order. An array becomes an array of PostgreSQL. */
  values?: (string | null | string[])[]
  /** How results are parsed: as text, whatever parsers the pool has. */
  types?: { getTypeParser(type: number, format?: string): (value: string) => string }
}

/** The members of pg's result that are used. */
export interface PostgresResult {
  /** The rows of the result. */
  // biome-ignore lint/suspicious/noExplicitAny: pg types its rows so too.
  rows: any[]
  /** How many rows the statement returned or changed, or null. */
  rowCount: number | null
}

/** A connection of a pool: the members of pg's `PoolClient` that are used. */
export interface PostgresClient {
  /** Sends a statement. Resolves to its result. */
  query(query: PostgresQuery): Promise<PostgresResult>
  /** Returns the connection to the pool. With `true` it is closed and not used again. */
  release(destroy?: boolean): void
  /** The id of the server's process, as the server, or the pooler in front of it, sent it in its greeting. */
  processID?: number | null
  /** Whether it sends a statement without waiting for the answer to the one before it: pg's option `pipeline`. */
  pipeline?: boolean
  /** The socket, which is destroyed to cut off a connection that doesn't answer. */
  connection?: { stream?: { destroy(): unknown } }
  /** Adds a listener for the loss of the connection while it is idle. */
  on(event: 'error', listener: (error: Error) => void): unknown
  /** Removes that listener. */
  off(event: 'error', listener: (error: Error) => void): unknown
}

/**
 * A pool of connections: the member of pg's `Pool` that is used. pg's own type isn't imported, so that another pool
 * needs no pg.
 */
export interface PostgresPool {
  /** Takes a connection out of the pool. Its `release` returns it. */
  connect(): Promise<PostgresClient>
}

/** A line of a result. Each value is PostgreSQL's text for it. */
export type Line = Record<string, string | null>

const asGiven = (value: string) => String(value)

/** Converts binary values to PostgreSQL's text, by the type's OID. Binary values of other types are the text itself. */
const fromBytes: Readonly<Record<number, (bytes: string) => string>> = {
  16: (bytes) => (asGiven(bytes) === '\u0001' ? 't' : 'f'),
  // A binary jsonb is its format version followed by its text.
  3802: (bytes) => asGiven(bytes).slice(1),
}

/**
 * Returns every value as PostgreSQL's text, whatever parsers the pool has. With pg's option `binary` values are bytes.
 * The statements here return only texts, booleans and jsonb.
 */
const types = {
  getTypeParser: (type: number, format?: string) =>
    (format === 'binary' && fromBytes[type]) || asGiven,
}

/** A statement whose results are text. */
export function asText({ text, values }: Statement): PostgresQuery {
  return values ? { text, values, types } : { text, types }
}

export function linesOf(result: PostgresResult): Line[] {
  return result.rows as Line[]
}
