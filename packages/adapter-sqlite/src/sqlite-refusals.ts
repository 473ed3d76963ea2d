import { ConstraintError } from '@hubsync/core'

/** The parts of the user's schema that may have refused a commit. SQLite doesn't name the part in every case. */
export interface Refusing {
  /** The tables with foreign keys. */
  referring(): string[]
  /** The SQL of the triggers. */
  triggers(): string[]
}

/** SQLite's message about a constraint: `UNIQUE constraint failed: contacts.portal_id, contacts.email`. */
export const constraint =
  /^(UNIQUE|NOT NULL|CHECK|FOREIGN KEY|PRIMARY KEY) constraint failed(?:: (.+))?$/s

/** Other messages of SQLite that contain no values: they are fixed, or contain only names. */
const ofNamesOnly =
  /^(integer overflow|malformed JSON|datatype mismatch|no such table: main\.[A-Za-z_][\w$]*|cannot store \w+ value in \w+ column [\w$]+\.[\w$]+)$/

const withoutWords =
  "a trigger, generated column or index of the table fails or raises; SQLite's own message is left out because it may contain values of the record"

/**
 * The error for a commit that something in the user's schema refuses. Neither it nor its cause contains a value of a
 * record.
 */
export function refusalError(
  cause: unknown,
  said: string,
  { referring, triggers }: Refusing,
): ConstraintError {
  const [, kind, what = ''] = isRaised(cause) ? [] : (constraint.exec(said) ?? [])
  if (kind === 'FOREIGN KEY')
    return new ConstraintError({ tables: referring(), kind, said }, { cause })
  const [, index] = /^index '(.+)'$/.exec(what) ?? []
  // For CHECK, `what` is the constraint's name or its condition.
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

/** Whether the message comes from RAISE in a trigger, so that it can be any text. sql.js doesn't say. */
function isRaised(cause: unknown): boolean {
  const { code, errcode } = (cause ?? {}) as { code?: unknown; errcode?: unknown }
  return code === 'SQLITE_CONSTRAINT_TRIGGER' || errcode === 1811
}

/** Whether a trigger contains this message as a literal, so that it isn't built from values. */
function isWritten(words: string, triggers: readonly string[]): boolean {
  const literal = `'${words.replaceAll("'", "''")}'`
  return triggers.some((sql) => sql.includes(literal))
}

const tablesWritten = new WeakMap<object, string>()

/** Notes which table a failed statement writes. For triggers, generated columns and indexes SQLite doesn't say it. */
export function noteTable(error: unknown, statement: string): void {
  const [, quoted, name = quoted] =
    /^(?:INSERT INTO|UPDATE|DELETE FROM) (?:"((?:[^"]|"")+)"|(\w+))/.exec(statement) ?? []
  if (name !== undefined && typeof error === 'object' && error !== null)
    tablesWritten.set(error, name.replaceAll('""', '"'))
}

/** An error of SQLite as a cause: its codes without its message, because loggers print causes too. */
function wordless(cause: unknown): Error {
  const { code, errcode } = (cause ?? {}) as { code?: unknown; errcode?: unknown }
  const plain = new Error('SQLite failed')
  if (code !== undefined) Object.assign(plain, { code })
  if (errcode !== undefined) Object.assign(plain, { errcode })
  return plain
}
