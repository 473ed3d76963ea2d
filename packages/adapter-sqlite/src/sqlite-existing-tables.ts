import { HubsyncError } from '@hubsync/core'
import { referenceTables, type TableColumn } from '@hubsync/core/store'
import type { SqliteQueries } from './sqlite-queries.js'
import { selectColumns, selectTable } from './sqlite-sql.js'
import { declarations } from './sqlite-tables.js'

export function tableExists(queries: SqliteQueries, name: string): boolean {
  return queries.get(selectTable(name)) !== undefined
}

/** Throws if somebody else has made a table of this name. */
export function expectFree(queries: SqliteQueries, name: string): void {
  if (tableExists(queries, name)) throw schemaConflict(name, 'existed before hubsync')
}

/**
 * The types of a table's columns, by name. Throws if the table isn't hubsync's, so that nobody else's table of that
 * name is changed.
 */
export function expectOurs(
  queries: SqliteQueries,
  name: string,
  ...needed: string[]
): Map<string, string> {
  const lines = queries.all<{ name: string; type: string }>(selectColumns(name))
  const columns = new Map(lines.map((column) => [column.name, column.type]))
  const missing = needed.find((column) => !columns.has(column))
  if (missing !== undefined) throw schemaConflict(name, `has no column ${missing}`)
  return columns
}

/** The columns that aren't there. Throws if one is there with another type. */
export function lackingColumns<Column extends Pick<TableColumn, 'name' | 'sqlName' | 'kind'>>(
  there: ReadonlyMap<string, string>,
  table: { name: string; columns: readonly Column[] },
  adviceOn: (column: Column) => string,
): Column[] {
  return table.columns.filter((column) => {
    const [type, declared] = [there.get(column.sqlName), declarations[column.kind]]
    if (type !== undefined && type !== declared)
      throw new HubsyncError(
        'SCHEMA_CONFLICT',
        `Expected the column "${column.sqlName}" of "${table.name}" to be ${declared}, got ${type}. It was left as it is; ${adviceOn(column)}.`,
      )
    return type === undefined
  })
}

function schemaConflict(name: string, how: string): HubsyncError {
  return new HubsyncError(
    'SCHEMA_CONFLICT',
    `Expected the table "${name}" to be hubsync's or not to exist, but it ${how}. It was left as it is; ${adviceOn(name)}, or use another database.`,
  )
}

function adviceOn(name: string): string {
  // The names of hubsync's own tables are fixed, and no object has the name of a reference table.
  if (name.startsWith('sync_')) return 'rename that table'
  return referenceTables.some((table) => table.name === name)
    ? 'rename that table, or set `reference` to a list without it, or to `false`'
    : 'give the object another `name`, as in contacts.extend({ name })'
}
