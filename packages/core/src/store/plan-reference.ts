import type { ColumnValue } from '../model.js'
import { noRows, sameValue, wellFormed } from './plan-row.js'
import { isSameRaw } from './raw-text.js'
import type {
  ReferenceColumn,
  ReferenceRow,
  ReferenceSet,
  ReferenceTable,
} from './reference-tables.js'
import type { ChangeEntry, RowCounts } from './store.js'

/** What to write about a part of a reference table. */
export interface ReferencePlan {
  /** The table that they are written to. */
  table: ReferenceTable
  /** Rows to write. They replace those of the same key. */
  written: ReferenceRow[]
  /** The keys of rows to delete. */
  removed: ReferenceRow['key'][]
}

/**
 * Plans one complete reading: what differs is written. What HubSpot no longer lists becomes `ARCHIVED` and keeps its
 * values, so that old records keep their labels; in a table that keeps no rows it is deleted.
 *
 * @param stored - the rows of the same part.
 */
export function planReference(
  table: ReferenceTable,
  { rows, feed }: ReferenceSet,
  stored: readonly ReferenceRow[],
): { plan: ReferencePlan; counts: RowCounts; entries: Omit<ChangeEntry, 'seq' | 'at'>[] } {
  const before = byKey(stored)
  const after = byKey(rows.map((row) => filled(table, row)))
  const plan: ReferencePlan = { table, written: [], removed: [] }
  const counts = noRows()
  const entries: Omit<ChangeEntry, 'seq' | 'at'>[] = []
  const note = (
    { key }: ReferenceRow,
    kind: ChangeEntry['kind'],
    columns: ChangeEntry['columns'],
  ) => {
    if (feed) entries.push({ object: table.name, id: key.join('/'), kind, columns })
  }
  const write = (row: ReferenceRow, known: ReferenceRow | undefined) => {
    const kind = kindOf(row, known)
    plan.written.push(row)
    counts[kind]++
    note(row, kind, changedValues(table.columns, known, row))
  }
  for (const [key, row] of after) {
    const known = before.get(key)
    if (known && isSame(table, known, row)) counts.unchanged++
    else write(row, known)
  }
  for (const [key, row] of before) {
    if (after.has(key)) continue
    if (!table.keeps) {
      plan.removed.push(row.key)
      counts.removed++
      note(row, 'removed', {})
    } else if (row.status === 'ACTIVE') write({ ...row, status: 'ARCHIVED' }, row)
    else counts.unchanged++
  }
  return { plan, counts, entries }
}

/** If a key is listed twice, the later row counts. */
function byKey(rows: readonly ReferenceRow[]): Map<string, ReferenceRow> {
  return new Map(rows.map((row) => [JSON.stringify(row.key), row]))
}

function kindOf(
  row: ReferenceRow,
  known: ReferenceRow | undefined,
): 'created' | 'updated' | 'archived' | 'restored' {
  if (!known) return row.status === 'ARCHIVED' ? 'archived' : 'created'
  if (known.status === row.status) return 'updated'
  return row.status === 'ARCHIVED' ? 'archived' : 'restored'
}

/** The row with all columns of its table, and with text that every database can hold. */
function filled(table: ReferenceTable, { key, status, values: given, raw }: ReferenceRow) {
  const values: Record<string, ColumnValue> = {}
  for (const { name } of table.columns) values[name] = wellFormed(given[name] ?? null)
  return { key: wellFormedKey(key), status, values, raw: table.raw ? raw : null }
}

/** A key, or the first part of one, with text that every database can hold. */
export function wellFormedKey(key: ReferenceRow['key']): ReferenceRow['key'] {
  return key.map((value) => (typeof value === 'string' ? value.toWellFormed() : value))
}

function isSame(table: ReferenceTable, known: ReferenceRow, row: ReferenceRow): boolean {
  return (
    known.status === row.status &&
    table.columns.every(({ name }) =>
      sameValue(known.values[name] ?? null, row.values[name] ?? null),
    ) &&
    isSameRaw(JSON.stringify(known.raw), JSON.stringify(row.raw))
  )
}

function changedValues(
  columns: readonly ReferenceColumn[],
  known: ReferenceRow | undefined,
  row: ReferenceRow,
): ChangeEntry['columns'] {
  const changed: ChangeEntry['columns'] = {}
  for (const { name } of columns) {
    const [old, now] = [known?.values[name] ?? null, row.values[name] ?? null]
    if (!sameValue(old, now)) changed[name] = { old, new: now }
  }
  return changed
}
