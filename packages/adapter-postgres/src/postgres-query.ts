import type { Statement } from './postgres-statement.js'

/** How long what is under way may take to its end once the store is closed. */
export const GRACE_MS = 5_000

/** A statement as pg takes it. */
export interface PostgresQuery {
  /** Left out where a pooler may give the next statement another connection. */
  name?: string
  /** The SQL, with `$1`, `$2` and so on for the parameters. */
  text: string
  /** Its parameters in their order. An array is one of PostgreSQL's too. */
  values?: (string | null | string[])[]
  /** How values are read: as texts, whatever parsers the pool has. */
  types?: { getTypeParser(type: number, format?: string): (value: string) => string }
}

/** What is used of the result of pg. */
export interface PostgresResult {
  /** The lines that it gave. */
  // biome-ignore lint/suspicious/noExplicitAny: pg says nothing of its rows either.
  rows: any[]
  /** How many lines the statement gave or changed, or null. */
  rowCount: number | null
}

/** A connection out of a pool: what is used of pg's `PoolClient`. */
export interface PostgresClient {
  /** Sends a statement, and resolves to its result. */
  query(query: PostgresQuery): Promise<PostgresResult>
  /** Gives the connection back to the pool; with `true` it is closed and not used again. */
  release(destroy?: boolean): void
  /** The process that serves it, as the server, or the pooler before it, said in its greeting. */
  processID?: number | null
  /** Whether it sends a statement without waiting for the answer to the one before it: pg's option of that name. */
  pipeline?: boolean
  /** What pg sends by. */
  connection?: { stream?: { destroy(): unknown } }
  /** Listens for the loss of the connection while it is idle. */
  on(event: 'error', listener: (error: Error) => void): unknown
  /** Listens no longer. */
  off(event: 'error', listener: (error: Error) => void): unknown
}

/**
 * A pool of connections: what is used of pg's `Pool`. Its own type isn't used, so that nobody needs the package who brings
 * another.
 */
export interface PostgresPool {
  /** Lends a connection, which its `release` gives back. */
  connect(): Promise<PostgresClient>
}

/** A line of a result: texts as PostgreSQL writes them. */
export type Line = Record<string, string | null>

const asGiven = (value: string) => String(value)

/** How the text of a value is got from its bytes, by the number of the type, where these aren't the text. */
const fromBytes: Readonly<Record<number, (bytes: string) => string>> = {
  16: (bytes) => (asGiven(bytes) === '\u0001' ? 't' : 'f'),
  // The version of the format goes before the text of a jsonb.
  3802: (bytes) => asGiven(bytes).slice(1),
}

/**
 * Every value as PostgreSQL writes it: the parsers that a pool may have been given don't matter. With pg's option `binary` values come as
 * bytes, those of texts being the texts themselves; statements give nothing but texts, booleans and jsonb.
 */
const types = {
  getTypeParser: (type: number, format?: string) =>
    (format === 'binary' && fromBytes[type]) || asGiven,
}

/** A statement whose values come as text. */
export function asText({ text, values }: Statement): PostgresQuery {
  return values ? { text, values, types } : { text, types }
}

/** The lines of its result. */
export function linesOf(result: PostgresResult): Line[] {
  return result.rows as Line[]
}
