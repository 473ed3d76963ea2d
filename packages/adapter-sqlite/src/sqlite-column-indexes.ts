import type { ObjectTable, TableColumn } from '@hubsync/core/store'
import type { SqliteQueries } from './sqlite-queries.js'
import { comparable, quoted, selectIndex } from './sqlite-sql.js'
import { type Statement, sql } from './sqlite-statement.js'

/** The name of the index of a column, by the names that table and column have in the database. */
export function columnIndexName(table: string, column: string): string {
  return `${table}_by_column_${column}`
}

const indexName = ({ name }: ObjectTable, { sqlName }: TableColumn) =>
  columnIndexName(name, sqlName)

function indexed({ columns }: ObjectTable): TableColumn[] {
  return columns.filter(({ index }) => index)
}

/** The columns of a table that ask for an index which doesn't exist. */
export function missingIndexes(queries: SqliteQueries, table: ObjectTable): TableColumn[] {
  return indexed(table).filter((column) => !queries.get(selectIndex(indexName(table, column))))
}

/**
 * The indexes that columns ask for, for lists that are filtered by them. The id comes last, so that a page is read in
 * order from its start on.
 */
export function createColumnIndexes(table: ObjectTable): string[] {
  return indexed(table).map((column) => {
    const name = quoted(indexName(table, column))
    return `CREATE INDEX IF NOT EXISTS ${name} ON ${quoted(table.name)} (portal_id, ${comparable(column)}, source_id)`
  })
}

/** Default statistics for these indexes, as `assumeObjectContent` has them for the table: few rows have one value. */
export function assumeColumnContent(table: ObjectTable): Statement[] {
  return indexed(table).map((column) => {
    const index = indexName(table, column)
    return sql`INSERT INTO sqlite_stat1 (tbl, idx, stat) SELECT ${table.name}, ${index}, '1000000 1000000 100 1'
WHERE NOT EXISTS (SELECT 1 FROM sqlite_stat1 WHERE tbl = ${table.name} AND idx = ${index})`
  })
}
