import { HubsyncError } from '@hubsync/core'
import {
  type Label,
  type LabelledView,
  labelledViewComment,
  labelledViewName,
  type TablePart,
} from '@hubsync/core/store'
import type { SqliteQueries } from './sqlite-queries.js'
import { quoted, selectColumns } from './sqlite-sql.js'
import { sql } from './sqlite-statement.js'
import { objectColumns } from './sqlite-tables.js'

/** Makes the views, or replaces hubsync's own. Call it inside a transaction that holds the write lock. */
export function makeViews(queries: SqliteQueries, views: readonly LabelledView[]): string[] {
  return views.map((view) => {
    const { name, table } = view
    const taken = queries.get(selectNamed(name)) !== undefined
    if (taken && !isOurs(queries, table.name))
      throw new HubsyncError(
        'SCHEMA_CONFLICT',
        `Expected "${name}" to be a view that hubsync made or not to exist, but it is another table or view. It was left as it is, and no view was made. Rename or drop it.`,
      )
    if (taken) queries.exec(`DROP VIEW ${quoted(name)}`)
    queries.exec(createView(view))
    return name
  })
}

/** Drops the view that has a part which is going to be dropped. */
export function dropViewOf(queries: SqliteQueries, { table, column }: TablePart): void {
  if (!isOurs(queries, table)) return
  const name = labelledViewName(table)
  const columns = queries.all<{ name: string }>(selectColumns(name))
  if (column === undefined || columns.some((each) => each.name === column))
    queries.exec(`DROP VIEW ${quoted(name)}`)
}

const selectNamed = (name: string) =>
  sql`SELECT 1 FROM sqlite_master WHERE name = ${name} COLLATE NOCASE`

/** Whether the view of a table is hubsync's: SQLite keeps its text with the comment. */
function isOurs(queries: SqliteQueries, table: string): boolean {
  const comment = `%/* ${labelledViewComment(table)} */%`
  const view = sql`SELECT 1 FROM sqlite_master WHERE type = 'view' AND name = ${labelledViewName(table)} AND sql LIKE ${comment}`
  return queries.get(view) !== undefined
}

/** Every label is a subquery that finds one row by its key, so that no line is lost or doubled. */
function createView({ name, table, labels }: LabelledView): string {
  const columns = [...objectColumns, ...table.columns.map(({ sqlName }) => sqlName)].flatMap(
    (column) => [
      `record.${quoted(column)}`,
      ...labels
        .filter((label) => label.column.sqlName === column)
        .map((label) => `${labelOf(label, table.name)} AS ${quoted(label.sqlName)}`),
    ],
  )
  return `CREATE VIEW ${quoted(name)} AS /* ${labelledViewComment(table.name)} */
SELECT ${columns.join(',\n  ')}
FROM ${quoted(table.name)} AS record`
}

function labelOf({ of, column, pipeline }: Label, object: string): string {
  const value = `record.${quoted(column.sqlName)}`
  if (of === 'owner')
    return `(SELECT coalesce(nullif(trim(coalesce(first_name, '') || ' ' || coalesce(last_name, '')), ''), email)
    FROM owners WHERE portal_id = record.portal_id AND source_id = ${value})`
  const ofObject = `portal_id = record.portal_id AND object = '${object}'`
  if (of === 'pipeline')
    return `(SELECT label FROM pipelines WHERE ${ofObject} AND source_id = ${value})`
  if (of === 'stage') {
    const inPipeline = pipeline ? `AND pipeline_id = record.${quoted(pipeline.sqlName)} ` : ''
    return `(SELECT label FROM pipeline_stages WHERE ${ofObject} ${inPipeline}AND source_id = ${value}
    ORDER BY source_status, pipeline_id LIMIT 1)`
  }
  const ofProperty = `${ofObject} AND property = '${column.property.replaceAll("'", "''")}'`
  if (column.kind !== 'list')
    return `(SELECT label FROM property_options WHERE ${ofProperty} AND value = ${value})`
  return `CASE WHEN ${value} IS NOT NULL THEN (SELECT json_group_array(label) FROM (
    SELECT coalesce((SELECT label FROM property_options WHERE ${ofProperty} AND value = item.value), item.value) AS label
    FROM json_each(${value}) AS item ORDER BY item.key)) END`
}
