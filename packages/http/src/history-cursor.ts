import type { HistoryValue } from '@hubsync/core'

/** Where a value stands in the history of a record. */
type Place = Pick<HistoryValue, 'changedAt' | 'ordinal' | 'property'>

/** The cursor of the page after this value. */
export function cursorOf({ changedAt, ordinal, property }: Place): string {
  return Buffer.from(`${changedAt} ${ordinal} ${property}`).toString('base64url')
}

/** The place that a cursor names; undefined if it names none. PostgreSQL knows no year 0. */
export function placeOf(cursor: string): Place | undefined {
  const text = Buffer.from(cursor, 'base64url').toString()
  const [, changedAt = '', ordinal, property = ''] =
    /^((?!0000)\S{24}) (\d{1,9}) ([^\s\p{C}]{1,255})$/u.exec(text) ?? []
  const at = Date.parse(changedAt)
  if (Number.isNaN(at) || new Date(at).toISOString() !== changedAt) return undefined
  return { changedAt, ordinal: Number(ordinal), property }
}
