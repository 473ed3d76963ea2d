import type { ColumnValue } from '../model.js'
import type { Store } from './store.js'
import type { ObjectTable, TableColumn } from './tables.js'

/** A column, and the value that rows must have in it. */
export interface Filter {
  /** The column that is compared. */
  column: TableColumn
  /** Null: only rows without a value. A decimal is in its shortest form. */
  value: Exclude<ColumnValue, string[]>
}

/**
 * What `list` compares, in the order of the table's columns. Undefined if no row can match, because a column that the
 * table doesn't have yet is null in every row.
 *
 * @param table - the table as it is in the database.
 */
export function filtersOf(
  table: ObjectTable,
  where: Parameters<Store['list']>[2]['where'] = {},
): Filter[] | undefined {
  const known = new Set(table.columns.map(({ name }) => name))
  if (Object.entries(where).some(([name, value]) => value !== null && !known.has(name)))
    return undefined
  return table.columns
    .filter(({ name }) => Object.hasOwn(where, name))
    .map((column) => {
      const value = where[column.name] ?? null
      const isDecimal = column.kind === 'decimal' && value !== null
      return { column, value: isDecimal ? shortestDecimal(String(value)) : value }
    })
}

/** A decimal without the zeros at its end: a store keeps `5000.00` as it is, and it equals `5000`. */
export function shortestDecimal(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text
}
