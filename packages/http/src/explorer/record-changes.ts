import type { ChangeEntry, MirrorReader, ObjectDefinition } from '@hubsync/core'
import { withLabels } from '../labels.js'
import type { Cells, Row } from './cells.js'
import type { TimeLinePage } from './time-line.js'

/**
 * Reads changes of a record, newest first, with labels in place of ids.
 *
 * @param row - the record, without labels.
 */
export async function recordChanges(
  reader: MirrorReader,
  object: ObjectDefinition,
  row: Row,
  {
    cells,
    before,
    limit,
    signal,
  }: { cells: Cells; before?: number | undefined; limit: number; signal: AbortSignal },
): Promise<TimeLinePage> {
  const wanted = { before, limit: limit + 1, signal }
  const found = await reader.changesOf(object.name, row.id, wanted)
  const changes = found.slice(0, limit)
  // Labels and currencies depend on other columns, so each value is shown in the row as it was then, from the present
  // row back. A page of earlier changes begins with the present row too, as it doesn't know what changed since.
  let then = row
  const rows = changes.flatMap(({ columns }) => {
    const after = withValues(then, columns, 'new')
    then = withValues(then, columns, 'old')
    return [then, after]
  })
  const labelled = await withLabels(reader, object, rows, signal)
  const entries = changes.map(({ at, kind, columns }, index) => {
    const [before, after] = labelled.slice(2 * index, 2 * index + 2) as [Row, Row]
    const values = Object.keys(columns).map((name) => ({
      name: cells.heading(name),
      old: cells.text(name, before),
      new: cells.text(name, after),
    }))
    return { at, what: kind, values }
  })
  const next = found.length > limit ? changes.at(-1)?.seq : undefined
  return { entries, next: next === undefined ? undefined : String(next) }
}

function withValues(row: Row, columns: ChangeEntry['columns'], which: 'old' | 'new'): Row {
  const changed = Object.entries(columns).map(([name, values]) => [name, values[which]])
  return { ...row, ...Object.fromEntries(changed) }
}
