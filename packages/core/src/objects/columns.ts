/** The kinds of columns, each with the TypeScript type of its values. */
export interface ColumnTypes {
  /** Trimmed; empty becomes null. */
  text: string
  /** Trimmed, in lower case. */
  email: string
  /** The digits of one number, with a leading + if there was one, without an extension. */
  phone: string
  /** A whole number up to 2^53 - 1. Ids are text. */
  integer: number
  /** A floating-point number. */
  number: number
  /** An exact decimal number, as text with the scale that HubSpot keeps: `"5000.00"`. */
  decimal: string
  /** Yes or no. */
  boolean: boolean
  /** `YYYY-MM-DD`, without a time zone. */
  date: string
  /** ISO-8601 in UTC with milliseconds. */
  datetime: string
  /** The values of a multiple-choice property, in HubSpot's order. */
  list: string[]
}

/** A kind of column. */
export type ColumnKind = keyof ColumnTypes

/** A column of a mirrored table, and the HubSpot property that it is filled from. */
export interface Column<Kind extends ColumnKind = ColumnKind> {
  /** The kind of its values. It decides the type of the column in the database. */
  readonly kind: Kind
  /** The property's internal name in HubSpot, not its label. */
  readonly property: string
}

const columnOf =
  <Kind extends ColumnKind>(kind: Kind) =>
  (property: string): Column<Kind> => ({ kind, property })

/**
 * Makes a column of each kind from a property's internal name: `column.email('email')`. For a value that doesn't fit,
 * the column is null and `raw` keeps the value.
 */
export const column = Object.freeze({
  /** Text: trimmed, empty becomes null. */
  text: columnOf('text'),
  /** E-mail addresses: trimmed, in lower case. */
  email: columnOf('email'),
  /**
   * Telephone numbers: digits, with a leading + if there was one, without an extension. Two numbers in one value don't
   * fit, nor do words.
   */
  phone: columnOf('phone'),
  /** Whole numbers up to 2^53 - 1. For ids use `text`. */
  integer: columnOf('integer'),
  /** Floating-point numbers. For money use `decimal`. */
  number: columnOf('number'),
  /** Exact decimal numbers, given as text. */
  decimal: columnOf('decimal'),
  /** Yes or no. */
  boolean: columnOf('boolean'),
  /** Calendar days, `YYYY-MM-DD`. */
  date: columnOf('date'),
  /** Moments, ISO-8601 in UTC. Epoch milliseconds fit. Digits that are only a year or a day don't. */
  datetime: columnOf('datetime'),
  /** A multiple-choice property: HubSpot's `a;b;c` as an array. */
  list: columnOf('list'),
})
