import type { SqliteDatabase, SqliteStatement, SqliteValue } from './sqlite-database.js'

/** A statement, or a part of one, with the values of its parameters in their order. */
export interface SqliteQuery {
  readonly text: string
  readonly values: readonly SqliteValue[]
}

/** Makes a query of a template: what is inserted becomes a part of it where it is one itself, and the value of a parameter where it isn't. */
export function sql(
  texts: TemplateStringsArray,
  ...inserted: (SqliteQuery | SqliteValue)[]
): SqliteQuery {
  let [text = ''] = texts
  const values: SqliteValue[] = []
  for (const [index, each] of inserted.entries()) {
    const isPart = typeof each === 'object' && each !== null
    text += (isPart ? each.text : '?') + texts[index + 1]
    if (isPart) values.push(...each.values)
    else values.push(each)
  }
  return { text, values }
}

/** A part without parameters. It is taken as it is: no text of anybody else's may be in it. */
export function part(text: string): SqliteQuery {
  return { text, values: [] }
}

/** Runs queries on a database. A statement is prepared once for its text. */
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

  /** @returns how many lines it has changed. */
  run({ text, values }: SqliteQuery): number {
    return Number(this.#prepared(text).run(...values).changes)
  }

  get<Line>({ text, values }: SqliteQuery): Line | undefined {
    return this.#prepared(text).get(...values) as Line | undefined
  }

  all<Line>({ text, values }: SqliteQuery): Line[] {
    return this.#prepared(text).all(...values) as Line[]
  }

  #prepared(text: string): SqliteStatement {
    const statement = this.#statements.get(text) ?? this.#database.prepare(text)
    this.#statements.set(text, statement)
    return statement
  }
}
