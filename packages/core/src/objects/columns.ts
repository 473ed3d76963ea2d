import { InvalidOptionError } from '../errors.js'
import { noOptionNamed, unexpected } from '../expected.js'

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
export interface Column<
  Kind extends ColumnKind = ColumnKind,
  Value extends ColumnTypes[Kind] = ColumnTypes[Kind],
> {
  /** The kind of its values. It decides the type of the column in the database. */
  readonly kind: Kind
  /** The property's internal name in HubSpot, not its label. */
  readonly property: string
  /** Whether the next run makes an index on it, for lists that are filtered by it. Absent: it doesn't. */
  readonly index?: boolean
  /** Never there. Its type is that of the column's values in rows. */
  readonly value?: Value
}

/** What a column can be given besides its property. */
export interface ColumnOptions {
  /**
   * True: the next run makes an index on the column, also in a mirror that exists, for lists that are filtered by it.
   * The index stays if this is taken away again. Default: false.
   */
  index?: boolean | undefined
}

const columnOf =
  <Kind extends ColumnKind>(kind: Kind) =>
  (property: string, options: ColumnOptions = {}): Column<Kind> => {
    expectOptions(kind, options)
    return options.index ? { kind, property, index: true } : { kind, property }
  }

/** Makes a text column. `Value` is the type of its values, if it isn't any text. */
export type TextColumn = <Value extends string = string>(
  property: string,
  options?: ColumnOptions,
) => Column<'text', Value>

/** Makes a list column. `Item` is the type of the items in its values, if they aren't any text. */
export type ListColumn = <Item extends string = string>(
  property: string,
  options?: ColumnOptions,
) => Column<'list', Item[]>

function expectOptions(kind: ColumnKind, options: ColumnOptions): void {
  const where = `column.${kind}(…)`
  if (options === null || typeof options !== 'object' || Array.isArray(options))
    throw unexpected(`${where} to be given an object of options`, options)
  const unknown = Object.keys(options).find((name) => name !== 'index')
  if (unknown !== undefined) throw new InvalidOptionError(noOptionNamed(unknown, where, ['index']))
  if (![undefined, true, false].includes(options.index))
    throw unexpected(`\`index\` in ${where} to be true or false`, options.index)
}

/**
 * Makes a column of each kind from a property's internal name: `column.email('email')`. For a value that doesn't fit,
 * the column is null and `raw` keeps the value. `column.email('email', { index: true })` makes an index on it.
 *
 * Text and lists can be typed by their choices: `column.text<'hot' | 'cold' | (string & {})>('temperature')`. Nothing is
 * checked at run time: HubSpot may have a choice that is new, which `(string & {})` allows for.
 */
export const column = Object.freeze({
  /** Text: trimmed, empty becomes null. */
  text: columnOf('text') as TextColumn,
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
  list: columnOf('list') as ListColumn,
})
