import { ConstraintError } from '@hubsync/core'

/** What may have refused a commit, since SQLite doesn't name all of it. */
export interface Refusing {
  /** The tables with foreign keys. */
  referring(): string[]
  /** The SQL of the triggers. */
  triggers(): string[]
}

/** What SQLite says of one: `UNIQUE constraint failed: contacts.portal_id, contacts.email`. */
export const constraint =
  /^(UNIQUE|NOT NULL|CHECK|FOREIGN KEY|PRIMARY KEY) constraint failed(?:: (.+))?$/s

/** Other words of SQLite's that hold no values: the same each time, or with names alone. */
const ofNamesOnly =
  /^(integer overflow|malformed JSON|datatype mismatch|no such table: main\.[A-Za-z_][\w$]*|cannot store \w+ value in \w+ column [\w$]+\.[\w$]+)$/

const withoutWords =
  "a trigger, generated column or index of the table fails or raises; SQLite's own words are left out, since they may hold values of the record"

/** The refusal where what the user has added to the tables doesn't take what a commit writes. No value of a record gets into it, nor into its cause. */
export function refusalError(
  cause: unknown,
  said: string,
  { referring, triggers }: Refusing,
): ConstraintError {
  const [, kind, what = ''] = isRaised(cause) ? [] : (constraint.exec(said) ?? [])
  if (kind === 'FOREIGN KEY')
    return new ConstraintError({ tables: referring(), kind, said }, { cause })
  const [, index] = /^index '(.+)'$/.exec(what) ?? []
  // Of CHECK there follows its name, or its condition.
  if (index === undefined && (kind === 'UNIQUE' || kind === 'NOT NULL')) {
    const names = what.split(', ').map((name) => name.split('.'))
    const [table = ''] = names[0] ?? []
    const columns = names.map((parts) => parts.slice(1).join('.'))
    return new ConstraintError({ tables: [table], columns, kind, said }, { cause })
  }
  if (kind !== undefined)
    return new ConstraintError({ constraint: (index ?? what) || undefined, kind, said }, { cause })
  if ((!isRaised(cause) && ofNamesOnly.test(said)) || isWritten(said, triggers()))
    return new ConstraintError({ said }, { cause })
  const table = tablesWritten.get(cause as object)
  return new ConstraintError(
    { tables: table === undefined ? [] : [table], said: withoutWords },
    { cause: wordless(cause) },
  )
}

/** Whether a trigger's RAISE says it, which says anything. sql.js doesn't tell. */
function isRaised(cause: unknown): boolean {
  const { code, errcode } = (cause ?? {}) as { code?: unknown; errcode?: unknown }
  return code === 'SQLITE_CONSTRAINT_TRIGGER' || errcode === 1811
}

/** Whether a trigger has these words as they are, rather than puts them together. */
function isWritten(words: string, triggers: readonly string[]): boolean {
  const literal = `'${words.replaceAll("'", "''")}'`
  return triggers.some((sql) => sql.includes(literal))
}

const tablesWritten = new WeakMap<object, string>()

/** Notes which table a statement was to write that failed: SQLite doesn't say it of triggers, generated columns and indexes. */
export function noteTable(error: unknown, statement: string): void {
  const [, quoted, name = quoted] =
    /^(?:INSERT INTO|UPDATE|DELETE FROM) (?:"((?:[^"]|"")+)"|(\w+))/.exec(statement) ?? []
  if (name !== undefined && typeof error === 'object' && error !== null)
    tablesWritten.set(error, name.replaceAll('""', '"'))
}

/** An error of SQLite as a cause, which whoever logs errors follows: its codes without its words. */
function wordless(cause: unknown): Error {
  const { code, errcode } = (cause ?? {}) as { code?: unknown; errcode?: unknown }
  const plain = new Error('SQLite failed')
  if (code !== undefined) Object.assign(plain, { code })
  if (errcode !== undefined) Object.assign(plain, { errcode })
  return plain
}
