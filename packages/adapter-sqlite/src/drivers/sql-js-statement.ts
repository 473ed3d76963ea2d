import type { SqliteStatement, SqliteValue } from '../sqlite-database.js'

/** The part of a sql.js database that is used here. */
export interface EngineDatabase {
  run(sql: string): unknown
  prepare(sql: string): EngineStatement
  getRowsModified(): number
  export(): Uint8Array
  close(): void
}

interface EngineStatement {
  bind(values: SqliteValue[]): boolean
  step(): boolean
  get(): SqliteValue[]
  getColumnNames(): string[]
  reset(): boolean
  free(): boolean
}

/** A statement of sql.js with the methods of the other drivers. `free` gives back its memory. */
export function sqlJsStatement(
  database: EngineDatabase,
  sql: string,
): SqliteStatement & { free(): void } {
  const statement = database.prepare(sql)

  function rows(parameters: SqliteValue[], limit: number): Record<string, SqliteValue>[] {
    const found: Record<string, SqliteValue>[] = []
    try {
      statement.bind(parameters)
      let names: string[] | undefined
      while (found.length < limit && statement.step()) {
        // Read after the first step: a table may have gained a column since the statement was prepared.
        names ??= statement.getColumnNames()
        const values = statement.get()
        found.push(Object.fromEntries(names.map((name, index) => [name, values[index] ?? null])))
      }
      return found
    } finally {
      // A statement that isn't reset would keep the transaction open.
      statement.reset()
    }
  }

  return {
    run(...parameters) {
      rows(parameters, Number.POSITIVE_INFINITY)
      return { changes: database.getRowsModified() }
    },
    get: (...parameters) => rows(parameters, 1)[0],
    all: (...parameters) => rows(parameters, Number.POSITIVE_INFINITY),
    free: () => void statement.free(),
  }
}
