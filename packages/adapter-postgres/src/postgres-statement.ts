import { encodeJson, encodeText } from './postgres-text.js'

/** The value of a parameter in pg's form. */
type Value = string | string[] | null

/** SQL with the values of its parameters. */
export interface Statement {
  text: string
  values?: Value[]
}

/** A statement or a part of one, with its parameters still in place, so that it can become part of another. */
export interface Sql extends Statement {
  parts: readonly (string | Parameter)[]
}

/** A value that needs no encoding, or is already encoded. */
interface Parameter {
  value: Value
}

/** What can be interpolated: SQL, a parameter, or a value that is encoded and becomes a parameter. */
type Given = Sql | Parameter | string | number | null | Iterable<string>

/** A template tag for SQL. Interpolated values become parameters; interpolated SQL becomes a part of the statement. */
export function sql(texts: TemplateStringsArray, ...given: readonly Given[]): Sql {
  return fromParts(
    texts.flatMap((text, index) => [text, ...partsOf(given[index] ?? null)]).slice(0, -1),
  )
}

/** Text that is inserted as SQL, such as a table name. */
export function verbatim(text: string): Sql {
  return fromParts([text])
}

/** A parameter that needs no encoding, or is already encoded. */
export function asGiven(value: Value): Parameter {
  return { value }
}

/** A parameter with the value as JSON. */
export function json(value: unknown): Parameter {
  return { value: encodeJson(value) }
}

function partsOf(given: Given): Sql['parts'] {
  if (given === null) return [{ value: null }]
  if (typeof given === 'string') return [{ value: encodeText(given) }]
  if (typeof given === 'number') return [{ value: String(given) }]
  if ('parts' in given) return given.parts
  return 'value' in given ? [given] : [{ value: Array.from(given, encodeText) }]
}

function fromParts(parts: Sql['parts']): Sql {
  const values: Value[] = []
  const text = parts.map((part) =>
    typeof part === 'string' ? part : `$${values.push(part.value)}`,
  )
  return values.length > 0 ? { parts, text: text.join(''), values } : { parts, text: text.join('') }
}
