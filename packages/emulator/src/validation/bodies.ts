import { invalid } from '../replies.js'

/** The body of a call, or a part of it. */
export type Fields = Readonly<Record<string, unknown>>

const TOKENS: Readonly<Record<string, string>> = {
  object: 'Object value (token `JsonToken.START_OBJECT`)',
  list: 'Array value (token `JsonToken.START_ARRAY`)',
  number: 'Number value',
  boolean: 'Boolean value',
  string: 'String value (token `JsonToken.VALUE_STRING`)',
}

function unreadable(type: string, value: unknown): never {
  const kind = Array.isArray(value) ? 'list' : value === null ? 'object' : typeof value
  throw invalid(
    `Invalid input JSON on line 1, column 1: Cannot deserialize value of type \`${type}\` from ${TOKENS[kind]}`,
  )
}

/** A JSON object with at least these fields. Source of the messages in this file: several issue trackers. */
export function fieldsOf(value: unknown, ...required: string[]): Fields {
  if (value === undefined) throw invalid('Invalid input JSON: expected a body')
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return unreadable('object', value)
  const fields = value as Fields
  const missing = required.filter((name) => fields[name] === undefined || fields[name] === null)
  if (missing.length > 0)
    throw invalid(
      `Invalid input JSON on line 1, column 2: Some required fields were not set: [${missing.join(', ')}]`,
    )
  return fields
}

/** A list of JSON objects with at least these fields. */
export function listOf(value: unknown, ...required: string[]): Fields[] {
  if (!Array.isArray(value)) return unreadable('java.util.ArrayList', value)
  return value.map((one) => fieldsOf(one, ...required))
}

/** The inputs of a batch: at least one, and at most `maximum`. */
export function inputsOf(body: unknown, maximum: number, ...required: string[]): Fields[] {
  const inputs = listOf(fieldsOf(body, 'inputs').inputs, ...required)
  if (inputs.length > maximum)
    throw invalid(
      `The maximum number of inputs supported in a batch request is ${maximum}, but was ${inputs.length}`,
    )
  if (inputs.length === 0) throw invalid('Expected at least one input in a batch request, got none')
  return inputs
}

/** A text; a number or a boolean is taken as one. */
export function textOf(value: unknown): string {
  if (typeof value === 'object') return unreadable('java.lang.String', value)
  return String(value)
}

/** A text, or undefined if the field is not set. */
export function optionalText(fields: Fields, name: string): string | undefined {
  const value = fields[name]
  return value === undefined || value === null ? undefined : textOf(value)
}

/** The `label` of a body, or undefined if it is not set. It must have something in it; the message is made up. */
export function optionalLabel(fields: Fields): string | undefined {
  const label = optionalText(fields, 'label')
  if (label?.trim() === '') throw invalid('label must not be blank')
  return label
}

/** The `label` of a body that has one. */
export function labelOf(fields: Fields): string {
  return optionalLabel(fields) ?? unreadable('java.lang.String', null)
}

/** A list of texts, or undefined if the field is not set. */
export function optionalTexts(fields: Fields, name: string): string[] | undefined {
  const value = fields[name]
  return value === undefined || value === null ? undefined : textsOf(value)
}

/** A list of texts. */
export function textsOf(value: unknown): string[] {
  if (!Array.isArray(value)) return unreadable('java.util.ArrayList', value)
  return value.map(textOf)
}

/** A whole number, or undefined if the field is not set. A text of digits is taken as one. */
export function optionalInteger(fields: Fields, name: string): number | undefined {
  const value = fields[name]
  if (value === undefined || value === null) return undefined
  const number = typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value
  return Number.isSafeInteger(number) ? (number as number) : unreadable('int', value)
}

/** A whole number. */
export function integerOf(fields: Fields, name: string): number {
  return optionalInteger(fields, name) ?? unreadable('int', fields[name])
}

/** True or false, or undefined if the field is not set. */
export function optionalBoolean(fields: Fields, name: string): boolean | undefined {
  const value = fields[name]
  if (value === undefined || value === null) return undefined
  if (value === true || value === 'true') return true
  return value === false || value === 'false' ? false : unreadable('boolean', value)
}

/** The names that are given more than once. */
export function repeated(names: readonly string[]): string[] {
  return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))]
}
