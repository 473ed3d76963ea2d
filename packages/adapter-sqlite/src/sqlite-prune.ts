import { COUNTED_ROWS, historyNames, type TablePart } from '@hubsync/core/store'
import { columnIndexName } from './sqlite-column-indexes.js'
import { tableExists } from './sqlite-existing-tables.js'
import { entryColumns } from './sqlite-history.js'
import type { SqliteQueries } from './sqlite-queries.js'
import { quoted, selectColumns } from './sqlite-sql.js'
import { dropStagesView } from './sqlite-stages-view.js'
import { type Statement, sql, verbatim } from './sqlite-statement.js'
import { objectColumns, pairColumns } from './sqlite-tables.js'
import { dropViewOf } from './sqlite-views.js'

/**
 * Drops parts that no other portal has, and deletes what the portal has of the others. Call it inside a transaction that
 * holds the write lock, or any for a dry run.
 *
 * @returns for each part its number of rows, or null; and the parts that were dropped.
 */
export function prune(
  queries: SqliteQueries,
  portalId: string,
  parts: readonly TablePart[],
  dryRun: boolean,
): { rows: (number | null)[]; dropped: TablePart[] } {
  const dropped: TablePart[] = []
  const rows = parts.map((part) => {
    const kind = kindOf(queries, part)
    if (kind === undefined) return null
    const table = verbatim(quoted(part.table))
    const ofPortal = sql`SELECT count(*) AS rows FROM (SELECT 1 FROM ${table} WHERE portal_id = ${portalId} LIMIT ${COUNTED_ROWS})`
    const count = queries.get<{ rows: number }>(ofPortal)?.rows ?? 0
    if (dryRun) return count
    const { clear, others, drop } = statementsFor(kind, part, portalId)
    const isDropped = !part.shared && queries.get(others) === undefined
    if (isDropped) dropViewOf(queries, part)
    if (isDropped && kind === 'column') dropIndexes(queries, part)
    if (isDropped && part.historyOf !== undefined) dropStagesView(queries, part.historyOf)
    for (const statement of isDropped ? drop : clear) queries.run(statement)
    if (isDropped) dropped.push(part)
    return count
  })
  return { rows, dropped }
}

type Kind = 'object' | 'pair' | 'column' | 'history'

/** What a part is, or undefined if it doesn't exist or isn't hubsync's. */
function kindOf(queries: SqliteQueries, { table, column, historyOf }: TablePart): Kind | undefined {
  if (queries.get(selectRealTable(table)) === undefined) return undefined
  const lines = queries.all<{ name: string }>(selectColumns(table))
  const has = (name: string) => lines.some((line) => line.name === name)
  if (historyOf !== undefined) return entryColumns.every(has) ? 'history' : undefined
  if (tableExists(queries, 'sync_pairs') && queries.get(selectPair(table)) !== undefined)
    return column === undefined && pairColumns.every(has) ? 'pair' : undefined
  if (!objectColumns.every(has)) return undefined
  if (column === undefined) return 'object'
  return has(column) && !objectColumns.includes(column) ? 'column' : undefined
}

const selectRealTable = (name: string) =>
  sql`SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ${name}`
const selectPair = (name: string) => sql`SELECT 1 FROM sync_pairs WHERE name = ${name}`

/**
 * `clear` deletes what is the portal's, `drop` the part as a whole, without touching its rows: that would take long, and
 * something of the user's might refuse it.
 */
function statementsFor(
  kind: Kind,
  part: TablePart,
  portalId: string,
): { clear: Statement[]; others: Statement; drop: Statement[] } {
  const table = verbatim(quoted(part.table))
  if (kind === 'column') {
    const column = verbatim(quoted(part.column ?? ''))
    const path = `$."${part.name ?? ''}"`
    const feed = sql`UPDATE sync_changes SET columns = json_remove(columns, ${path})
WHERE portal_id = ${portalId} AND object = ${part.table} AND json_type(columns, ${path}) IS NOT NULL`
    return {
      clear: [
        sql`UPDATE ${table} SET ${column} = NULL WHERE portal_id = ${portalId} AND ${column} IS NOT NULL`,
        feed,
      ],
      others: sql`SELECT 1 FROM ${table} WHERE portal_id <> ${portalId} AND ${column} IS NOT NULL LIMIT 1`,
      drop: [sql`ALTER TABLE ${table} DROP COLUMN ${column}`, feed],
    }
  }
  const rows = sql`DELETE FROM ${table} WHERE portal_id = ${portalId}`
  const others = sql`SELECT 1 FROM ${table} WHERE portal_id <> ${portalId} LIMIT 1`
  const drop = sql`DROP TABLE ${table}`
  if (kind === 'history') {
    const gaps = verbatim(quoted(historyNames(part.historyOf ?? '').gaps))
    return {
      clear: [rows, sql`DELETE FROM ${gaps} WHERE portal_id = ${portalId}`],
      others,
      drop: [drop, sql`DROP TABLE IF EXISTS ${gaps}`],
    }
  }
  if (kind === 'pair')
    return {
      clear: [rows],
      others,
      drop: [drop, sql`DELETE FROM sync_pairs WHERE name = ${part.table}`],
    }
  const tombstones = sql`DELETE FROM sync_tombstones WHERE portal_id = ${portalId} AND object = ${part.table}`
  const feed = sql`UPDATE sync_changes SET columns = '{}' WHERE portal_id = ${portalId} AND object = ${part.table}`
  return { clear: [rows, tombstones, feed], others, drop: [drop, tombstones, feed] }
}

/**
 * PostgreSQL drops the indexes on a column with it; SQLite refuses to drop the column. That of a decimal is on an
 * expression, and is only known by its name.
 */
function dropIndexes(queries: SqliteQueries, { table, column = '' }: TablePart): void {
  const lines = queries.all<{ name: string }>(sql`SELECT DISTINCT list.name AS name
FROM pragma_index_list(${table}) AS list, pragma_index_info(list.name) AS info
WHERE list.origin = 'c' AND (info.name = ${column} OR list.name = ${columnIndexName(table, column)})`)
  for (const { name } of lines) queries.exec(`DROP INDEX "${name.replaceAll('"', '""')}"`)
}
