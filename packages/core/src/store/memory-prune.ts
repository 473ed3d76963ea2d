import type { PairEnds, Portal } from './memory-portal.js'
import { COUNTED_ROWS, type ObjectTable, type TablePart } from './tables.js'

/** What all portals of a memory store share. */
interface Tables {
  portals: ReadonlyMap<string, Portal>
  tables: Map<string, ObjectTable>
  pairs: Map<string, PairEnds>
}

/**
 * Deletes what a portal has in a part of a table, and the part itself if no other portal has anything in it. Returns the
 * number of rows, or null if there is no such part.
 */
export function prunePart(
  all: Tables,
  portal: Portal,
  part: TablePart,
  { dryRun }: { dryRun: boolean },
): number | null {
  if (part.historyOf !== undefined) return pruneHistory(all, portal, part.historyOf, part, dryRun)
  const { portals, tables, pairs } = all
  const { table, column } = part
  const name = columnNamed(tables.get(table), part)
  if (column === undefined ? !tables.has(table) && !pairs.has(table) : name === undefined)
    return null
  const count = Math.min(rowsOf(portal, table), COUNTED_ROWS)
  if (dryRun) return count
  clear(portal, part, name)
  const others = [...portals.values()]
  if (!part.shared && !others.some((other) => hasContent(other, part, name))) drop(all, part)
  return count
}

function pruneHistory(
  { portals, tables }: Tables,
  portal: Portal,
  object: string,
  { shared }: TablePart,
  dryRun: boolean,
): number | null {
  const { history, ...table } = tables.get(object) ?? {}
  if (!history) return null
  const count = Math.min(entriesIn(portal, object), COUNTED_ROWS)
  if (dryRun) return count
  portal.histories.delete(object)
  const others = [...portals.values()]
  if (!shared && !others.some((other) => entriesIn(other, object) > 0))
    tables.set(object, table as ObjectTable)
  return count
}

function drop({ tables, pairs }: Tables, { table, column }: TablePart): void {
  const known = tables.get(table)
  if (column === undefined) {
    tables.delete(table)
    pairs.delete(table)
  } else if (known) {
    const columns = known.columns.filter(({ sqlName }) => sqlName !== column)
    tables.set(table, { ...known, columns })
  }
}

function entriesIn(portal: Portal, object: string): number {
  const histories = [...(portal.histories.get(object)?.values() ?? [])]
  const ofProperties = histories.flatMap(({ entries }) => [...entries.values()])
  return ofProperties.reduce((sum, { length }) => sum + length, 0)
}

/** The name of a part's column in TypeScript. */
function columnNamed(table: ObjectTable | undefined, { column }: TablePart): string | undefined {
  return table?.columns.find(({ sqlName }) => sqlName === column)?.name
}

/** The number of rows of a table. */
function rowsOf({ rows, edges }: Portal, table: string): number {
  const sets = [...(edges.get(table)?.values() ?? [])]
  return sets.reduce((sum, { size }) => sum + size, rows.get(table)?.size ?? 0)
}

/** Whether a portal has rows in a table, or values in its column. */
function hasContent(portal: Portal, { table }: TablePart, column: string | undefined): boolean {
  if (column === undefined) return rowsOf(portal, table) > 0
  const rows = [...(portal.rows.get(table)?.values() ?? [])]
  return rows.some(({ values }) => (values[column] ?? null) !== null)
}

/** Deletes what a portal has in a table or column. */
function clear(portal: Portal, { table }: TablePart, column: string | undefined): void {
  const entries = portal.changes.filter(({ object }) => object === table)
  if (column !== undefined) {
    for (const { values } of portal.rows.get(table)?.values() ?? []) delete values[column]
    for (const { columns } of entries) delete columns[column]
    return
  }
  portal.rows.delete(table)
  portal.edges.delete(table)
  for (const key of portal.tombstones.keys())
    if (key.startsWith(`${table}/`)) portal.tombstones.delete(key)
  for (const entry of entries) entry.columns = {}
}
