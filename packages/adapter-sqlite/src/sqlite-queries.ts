import type { SqliteDatabase, SqliteStatement } from './sqlite-database.js'
import { noteTable } from './sqlite-refusals.js'
import type { Statement } from './sqlite-statement.js'

/**
 * How many prepared statements are kept. hubsync has far fewer, but a list may be filtered by any set of columns, and
 * over HTTP its reader chooses them.
 */
const MOST_STATEMENTS = 500

/** Runs statements on a database. Each SQL text is prepared once, as long as there aren't too many. */
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
    const known = this.#statements.get(text)
    if (known) return known
    if (this.#statements.size >= MOST_STATEMENTS) this.#statements.clear()
    const statement = this.#database.prepare(text)
    this.#statements.set(text, statement)
    return statement
  }
}
