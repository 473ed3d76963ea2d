import type { HistoryValue, MirrorReader, ObjectDefinition } from '@hubsync/core'
import { filterFromText } from '@hubsync/core/store'
import { cursorOf, placeOf } from '../history-cursor.js'
import { isWithoutPart } from '../read-part.js'
import type { Cells, Row } from './cells.js'
import type { TimeLinePage } from './time-line.js'

/**
 * Reads values that the properties of a record had, newest first. Empty if the mirror keeps no history of the object,
 * or no run has read it yet.
 *
 * @param after - the cursor of the page before. One that names no place begins with the latest value.
 */
export async function recordHistory(
  reader: MirrorReader,
  object: ObjectDefinition,
  row: Row,
  {
    cells,
    after,
    limit,
    signal,
  }: { cells: Cells; after?: string | undefined; limit: number; signal: AbortSignal },
): Promise<TimeLinePage> {
  if (object.history.length === 0) return { entries: [], next: undefined }
  const from = after === undefined ? undefined : placeOf(after)
  // One more, for the value before the last one that is shown.
  const options = { after: from, limit: limit + 1, signal }
  const values = await reader.history(object.name, row.id, options).catch((error: unknown) => {
    if (isWithoutPart(error)) return []
    throw error
  })
  const shown = values.slice(0, limit)
  const entries = shown.map((value, index) => {
    const before = value.isAfterGap ? undefined : valueBefore(values.slice(index + 1), value)
    const now = { name: headingOf(object, value, cells), new: textOf(object, value, row, cells) }
    return {
      at: value.changedAt,
      what: whatHappened(value),
      by: value.userName ?? value.sourceLabel ?? value.sourceType,
      values: [before ? { ...now, old: textOf(object, before, row, cells) } : now],
    }
  })
  const last = shown.at(-1)
  return { entries, next: last && values.length > limit ? cursorOf(last) : undefined }
}

function whatHappened({ value, mergedFrom, isAfterGap }: HistoryValue): string {
  const done = value === null || value === '' ? 'cleared' : 'set'
  const where = mergedFrom === null ? done : `${done} in the merged record ${mergedFrom}`
  return isAfterGap ? `${where}, after values that HubSpot no longer has,` : where
}

/** The value that the same property of the same record had before. */
function valueBefore(
  older: readonly HistoryValue[],
  { property, mergedFrom }: HistoryValue,
): HistoryValue | undefined {
  return older.find((each) => each.property === property && each.mergedFrom === mergedFrom)
}

function headingOf(object: ObjectDefinition, { property }: HistoryValue, cells: Cells): string {
  return cells.heading(columnOf(object, property) ?? property)
}

/** A value as the column of its property shows it. One that doesn't fit the column is shown as HubSpot has it. */
function textOf(
  object: ObjectDefinition,
  { property, value, label }: HistoryValue,
  row: Row,
  cells: Cells,
): string {
  if (label !== null) return label
  if (value === null || value === '') return ''
  const name = columnOf(object, property)
  const kind = name === undefined ? undefined : object.columns[name]?.kind
  if (name === undefined || kind === undefined) return value
  const found = kind === 'list' ? value.split(';') : filterFromText(kind, value)
  // Labels beside columns are those of the present values.
  const { id, raw } = row
  const present = Object.keys(object.columns).map((each) => [each, row[each]])
  const then = { id, raw, ...Object.fromEntries(present), [name]: found ?? null }
  return cells.text(name, then) || value
}

function columnOf({ columns }: ObjectDefinition, property: string): string | undefined {
  return Object.keys(columns).find((name) => columns[name]?.property === property)
}
