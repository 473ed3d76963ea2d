import type { ChangeEntry, MirrorReader, ObjectDefinition } from '@hubsync/core'
import { withLabels } from '../labels.js'
import type { Cells, Row } from './cells.js'
import type { TimeLineEntry } from './time-line.js'

/** So many of the latest changes are shown. */
const CHANGES = 50

/** The latest changes of a record, newest first, with labels in place of ids. The row has no labels yet. */
export async function recordChanges(
  reader: MirrorReader,
  object: ObjectDefinition,
  row: Row,
  cells: Cells,
  signal: AbortSignal,
): Promise<TimeLineEntry[]> {
  const entries = await reader.changesOf(object.name, row.id, { limit: CHANGES, signal })
  // Each value as a row that has it, because labels and currencies depend on the other columns.
  const rows = entries.flatMap(({ columns }) => [
    withValues(row, columns, 'old'),
    withValues(row, columns, 'new'),
  ])
  const labelled = await withLabels(reader, object, rows, signal)
  return entries.map(({ at, kind, columns }, index) => {
    const [before, after] = labelled.slice(2 * index, 2 * index + 2) as [Row, Row]
    const values = Object.keys(columns).map((name) => ({
      name: cells.heading(name),
      old: cells.text(name, before),
      new: cells.text(name, after),
    }))
    return { at, what: kind, values }
  })
}

function withValues(row: Row, columns: ChangeEntry['columns'], which: 'old' | 'new'): Row {
  const changed = Object.entries(columns).map(([name, values]) => [name, values[which]])
  return { ...row, ...Object.fromEntries(changed) }
}
