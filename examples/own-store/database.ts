export type Value = string | number | null
export type Line = Record<string, Value>

interface Statement {
  run(...values: Value[]): { changes: number | bigint }
  all(...values: Value[]): unknown[]
}

/** What is used of a `DatabaseSync`. */
export interface Database {
  exec(sql: string): void
  prepare(sql: string): Statement
}

/** Runs a statement and gives the number of lines that it changed. */
export function run(at: Database, sql: string, ...values: Value[]): number {
  return Number(prepared(at, sql).run(...values).changes)
}

export function all(at: Database, sql: string, ...values: Value[]): Line[] {
  return prepared(at, sql).all(...values) as Line[]
}

const statements = new WeakMap<Database, Map<string, Statement>>()

/** The same few statements come again and again: each is prepared once. */
function prepared(at: Database, sql: string): Statement {
  const known = statements.get(at) ?? new Map<string, Statement>()
  statements.set(at, known)
  const statement = known.get(sql) ?? at.prepare(sql)
  known.set(sql, statement)
  return statement
}

/** Tables and columns have names such as `order`. */
export function quoted(name: string): string {
  return `"${name}"`
}

/** The names of a table's columns; none where there is no such table. */
export function columnsOf(at: Database, table: string): string[] {
  return all(at, `PRAGMA table_info(${quoted(table)})`).map(({ name }) => String(name))
}
