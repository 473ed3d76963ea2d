/** The kinds of column, and the TypeScript type that a value of each has. */
export interface ColumnTypes {
  /** Trimmed; empty becomes null. */
  text: string
  /** Trimmed, in lower case. */
  email: string
  /** The digits of one number, with a leading + where there was one, without an extension. */
  phone: string
  /** A whole number up to 2^53 - 1. Ids are text. */
  integer: number
  /** A floating-point number. */
  number: number
  /** An exact decimal number, as text with the scale that HubSpot keeps: `"5000.00"`. */
  decimal: string
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
  readonly kind: Kind
  /** The property's internal name in HubSpot, not its label. */
  readonly property: string
}

const column =
  <Kind extends ColumnKind>(kind: Kind) =>
  (property: string): Column<Kind> => ({ kind, property })

/** A column of text: trimmed, empty becomes null. */
export const text = column('text')
/** A column of e-mail addresses: trimmed, in lower case. */
export const email = column('email')
/**
 * A column of telephone numbers: digits, with a leading + where there was one, without an extension. Two numbers in one value don't fit it, nor do
 * words.
 */
export const phone = column('phone')
/** A column of whole numbers up to 2^53 - 1. For ids use `text`. */
export const integer = column('integer')
/** A column of floating-point numbers. For money use `decimal`. */
export const number = column('number')
/** A column of exact decimal numbers, given as text. */
export const decimal = column('decimal')
/** A column of yes or no. */
export const boolean = column('boolean')
/** A column of calendar days, `YYYY-MM-DD`. */
export const date = column('date')
/** A column of moments, ISO-8601 in UTC. Epoch milliseconds fit it, a year or a day in digits alone doesn't. */
export const datetime = column('datetime')
/** A column for a multiple-choice property: HubSpot's `a;b;c` as an array. */
export const list = column('list')
