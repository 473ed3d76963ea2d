import type { ColumnKind } from '../objects/columns.js'
import { mapValue } from './map-value.js'

/** What a filter compares with columns of each kind, for messages. Lists are only compared with null. */
export const filterExpectations: Readonly<Record<ColumnKind, string>> = {
  text: 'a text',
  email: 'an e-mail address as text',
  phone: 'one telephone number as text such as "+49 30 1234"',
  integer: 'a whole number',
  number: 'a number',
  decimal: 'a decimal number as text such as "5000.00"',
  boolean: 'true or false',
  date: 'a day such as "2026-03-30"',
  datetime: 'a moment such as "2026-03-30T12:00:00Z"',
  list: 'null',
}

/**
 * The value that a text stands for in a column of this kind, in the form in which columns of this kind are stored. Null
 * if it is empty, undefined if it doesn't fit.
 */
export function filterFromText(
  kind: ColumnKind,
  text: string,
): string | number | boolean | null | undefined {
  const value = mapValue(kind, text)
  return Array.isArray(value) ? undefined : value
}
