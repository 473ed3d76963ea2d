import { isoMoment } from '../extract/parse-record.js'
import type { ColumnValue } from '../model.js'
import type { ColumnKind } from '../objects/columns.js'
import { phoneNumber } from './phone-number.js'

/**
 * Converts a property's text to the value of a column. Null if it is empty (HubSpot sends null or ""), undefined if it
 * doesn't fit the column.
 */
export function mapValue(kind: ColumnKind, given: string | null): ColumnValue | undefined {
  const text = (given ?? '').trim()
  return text === '' ? null : readers[kind](text)
}

const readers: Record<ColumnKind, (text: string) => ColumnValue | undefined> = {
  text: (text) => text,
  email: (text) => text.toLowerCase(),
  phone: phoneNumber,
  // Adding zero turns -0 into 0.
  integer: (text) => {
    const value = /^[+-]?\d+(\.0+)?$/.test(text) ? Number(text) : Number.NaN
    return Number.isSafeInteger(value) ? value + 0 : undefined
  },
  number: (text) => {
    const value = isDecimal(text) ? Number(text) : Number.NaN
    return Number.isFinite(value) ? value + 0 : undefined
  },
  decimal: (text) => (isDecimal(text) ? plainDecimal(text) : undefined),
  boolean: (text) =>
    text.toLowerCase() === 'true' ? true : text.toLowerCase() === 'false' ? false : undefined,
  date: (text) => {
    if (/^\d{4}-\d{2}-\d{2}$/.test(text)) return isCalendarDay(text) ? text : undefined
    return moment(text)?.slice(0, 10)
  },
  datetime: moment,
  list: (text) =>
    text
      .split(';')
      .map((item) => item.trim())
      .filter((item) => item !== ''),
}

function isDecimal(text: string): boolean {
  return /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d{1,3})?$/i.test(text)
}

/** PostgreSQL's `numeric` takes no more digits after the point. */
const MOST_SCALE = 16_383

/** Written without an exponent, so that it is the same text in every database. The scale stays as HubSpot has it. */
function plainDecimal(text: string): string | undefined {
  const match = /^([+-]?)(\d*)\.?(\d*)(?:e([+-]?\d+))?$/i.exec(text)
  if (!match) return undefined
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match
  const shift = Number(exponent)
  const digits = whole + fraction
  const point = whole.length + shift
  const integer = point <= 0 ? '' : digits.slice(0, point).padEnd(point, '0')
  const rest = point <= 0 ? '0'.repeat(-point) + digits : digits.slice(point)
  if (rest.length > MOST_SCALE) return undefined
  const value = `${integer.replace(/^0+(?=\d)/, '') || '0'}${rest === '' ? '' : `.${rest}`}`
  return sign === '-' && /[1-9]/.test(value) ? `-${value}` : value
}

function isCalendarDay(text: string): boolean {
  const at = new Date(`${text}T00:00:00.000Z`)
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text)
}

/** Converts to ISO-8601. HubSpot sends some moments as epoch milliseconds, a few with a fraction. */
function moment(text: string): string | undefined {
  if (/^-?\d+(\.\d+)?$/.test(text)) return momentInDigits(text)
  if (!/^\d{4}-\d{2}-\d{2}([T ]|$)/.test(text)) return undefined
  if (!isCalendarDay(text.slice(0, 10))) return undefined
  // A moment without a zone is UTC at HubSpot, not the zone of this machine.
  const zoned = /(Z|[+-]\d{2}:?\d{2})$/i.test(text) || text.length === 10 ? text : `${text}Z`
  return isoMoment(new Date(zoned.replace(' ', 'T')))
}

/**
 * Digits alone are epoch milliseconds from this figure on. Smaller numbers are misfits: they may be a year, a day such
 * as 20240131, or seconds from another program. The price is that epoch milliseconds within 116 days of 1970 don't fit.
 */
const LEAST_EPOCH_MS = 1e10
/** A moment in digits, such as 20240131120000. As milliseconds it would be in the 26th century. */
const writtenOut = /^(19|20)\d\d(0\d|1[0-2])[0-3]\d[0-2]\d[0-5]\d[0-5]\d$/

function momentInDigits(text: string): string | undefined {
  if (Math.abs(Number(text)) < LEAST_EPOCH_MS || writtenOut.test(text)) return undefined
  return isoMoment(new Date(Math.trunc(Number(text))))
}
