import type { SqliteDatabase, SqliteStatement } from './sqlite-database.js'
import { noteTable } from './sqlite-refusals.js'
import type { Statement } from './sqlite-statement.js'

/** Runs statements on a database. Each SQL text is prepared once. */
export class SqliteQueries {
  readonly #database: SqliteDatabase
  readonly #statements = new Map<string, SqliteStatement>()

  constructor(database: SqliteDatabase) {
    this.#database = database
  }

  /** Runs a script without parameters. */
  exec(script: string): void {
    this.#database.exec(script)
  }

  /** @returns how many rows it has changed. */
  run({ text, values }: Statement): number {
    try {
      return Number(this.#prepared(text).run(...values).changes)
    } catch (error) {
      noteTable(error, text)
      throw error
    }
  }

  get<Line>({ text, values }: Statement): Line | undefined {
    return this.#prepared(text).get(...values) as Line | undefined
  }

  all<Line>({ text, values }: Statement): Line[] {
    return this.#prepared(text).all(...values) as Line[]
  }

  #prepared(text: string): SqliteStatement {
    const statement = this.#statements.get(text) ?? this.#database.prepare(text)
    this.#statements.set(text, statement)
    return statement
  }
}
