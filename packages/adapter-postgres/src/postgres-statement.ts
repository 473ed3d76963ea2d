import { encodeJson, encodeText } from './postgres-text.js'

/** A parameter, as pg takes it. */
type Value = string | string[] | null

/** A statement: SQL with the values of its parameters. */
export interface Statement {
  text: string
  values?: Value[]
}

/** SQL with its parameters in their places: a statement, or a part of one. */
export interface Sql extends Statement {
  parts: readonly (string | Parameter)[]
}

/** A value that needs no encoding, or has it already. */
interface Parameter {
  value: Value
}

/** What is put into SQL: a part of it, a parameter, or a value that becomes one once it is encoded. */
type Given = Sql | Parameter | string | number | null | Iterable<string>

/** Writes SQL. What is put into it are values of parameters, unless it is SQL itself. */
export function sql(texts: TemplateStringsArray, ...given: readonly Given[]): Sql {
  return fromParts(
    texts.flatMap((text, index) => [text, ...partsOf(given[index] ?? null)]).slice(0, -1),
  )
}

/** A text that is SQL, such as the name of a table. */
export function verbatim(text: string): Sql {
  return fromParts([text])
}

/** A value that needs no encoding. */
export function asGiven(value: Value): Parameter {
  return { value }
}

/** A value as JSON. */
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
