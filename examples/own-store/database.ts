import { ConstraintError } from '@hubsync/core'

export type Value = string | number | null
export type Line = Record<string, Value>

interface Statement {
  run(...values: Value[]): { changes: number | bigint }
  all(...values: Value[]): unknown[]
}

/** The members of a `DatabaseSync` that the store uses. */
export interface Database {
  exec(sql: string): void
  prepare(sql: string): Statement
}

/** Runs a statement and returns the number of changed lines. */
export function run(at: Database, sql: string, values: Value[] = []): number {
  return Number(prepared(at, sql).run(...values).changes)
}

export function all(at: Database, sql: string, values: Value[] = []): Line[] {
  return prepared(at, sql).all(...values) as Line[]
}

const statements = new WeakMap<Database, Map<string, Statement>>()

/** Prepares each statement once: the store runs the same few again and again. */
function prepared(at: Database, sql: string): Statement {
  const known = statements.get(at) ?? new Map<string, Statement>()
  statements.set(at, known)
  const statement = known.get(sql) ?? at.prepare(sql)
  known.set(sql, statement)
  return statement
}

/** Quotes a name, because a table or column can be called `order`. */
export function quoted(name: string): string {
  return `"${name}"`
}

/**
 * Converts an error of the user's constraints to `ConstraintError`, so that core continues without the record. SQLite
 * doesn't name the table of a foreign key.
 */
export function asRefusal(error: unknown): unknown {
  const { errcode, message } = error as { errcode?: number; message: string }
  if ((Number(errcode) & 0xff) !== SQLITE_CONSTRAINT) return error
  const [, kind, table] = /^(\w+(?: \w+)?) constraint failed(?:: (\w+)\.)?/.exec(message) ?? []
  return new ConstraintError(
    { tables: table ? [table] : [], kind, said: message },
    { cause: error },
  )
}

const SQLITE_CONSTRAINT = 19

/** The names of a table's columns; empty if there is no such table. */
export function columnsOf(at: Database, table: string): string[] {
  return all(at, `PRAGMA table_info(${quoted(table)})`).map(({ name }) => String(name))
}
