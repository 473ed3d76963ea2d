import { HubsyncError } from '@hubsync/core'
import {
  type Label,
  type LabelledView,
  labelledViewComment,
  labelledViewName,
  type TablePart,
} from '@hubsync/core/store'
import { literal, qualified, quoted, storedName } from './postgres-names.js'
import { waitNotLong } from './postgres-schema-sql.js'
import { asGiven, sql } from './postgres-statement.js'
import { objectTable } from './postgres-tables.js'
import type { Run } from './postgres-transaction.js'

/** Makes the views, or replaces hubsync's own. Call it inside a transaction that began with `migrationOpening`. */
export async function makeViews(
  run: Run,
  schema: string,
  views: readonly LabelledView[],
): Promise<string[]> {
  const options = await viewOptions(run)
  await run(waitNotLong)
  for (const view of views) {
    const there = await viewHere(run, schema, view.name, labelledViewComment(view.table.name))
    if (there && !there.isOurs)
      throw new HubsyncError(
        'SCHEMA_CONFLICT',
        `Expected "${schema}"."${view.name}" to be a view that hubsync made or not to exist, but it is another table or view. It was left as it is, and no view was made. Rename or drop it.`,
      )
    const columns = columnsOf(view, schema)
    // A view that is replaced in place keeps its grants, and views on it. PostgreSQL then only takes further columns, at
    // the end.
    const known = there?.columns ?? []
    const stays = known.every((name) => columns.has(name))
    const order = stays ? [...new Set([...known, ...columns.keys()])] : [...columns.keys()]
    const name = qualified(schema, view.name)
    const selected = order.map((column) => `${columns.get(column)} AS "${column}"`)
    if (!stays) await run({ text: `DROP VIEW ${name}` })
    await run({
      text: `CREATE OR REPLACE VIEW ${name}${options} AS SELECT ${selected.join(',\n  ')}\nFROM ${qualified(schema, view.table.name)} AS record`,
    })
    await run({
      text: `COMMENT ON VIEW ${name} IS ${literal(labelledViewComment(view.table.name))}`,
    })
  }
  return views.map(({ name }) => name)
}

/** Without this option, a view would show what row-level security hides from its reader. */
export async function viewOptions(run: Run): Promise<string> {
  const [server] = await run(
    sql`SELECT pg_catalog.current_setting('server_version_num')::integer >= 150000 AS invokes`,
  )
  return server?.invokes === 't' ? ' WITH (security_invoker = true)' : ''
}

/** Drops the view that has a part which is going to be dropped. */
export async function dropViewOf(
  run: Run,
  schema: string,
  { table, column }: TablePart,
): Promise<void> {
  const name = labelledViewName(table)
  const there = await viewHere(run, schema, name, labelledViewComment(table))
  if (!there?.isOurs) return
  if (column === undefined || there.columns.includes(storedName(column)))
    await run({ text: `DROP VIEW ${qualified(schema, name)}` })
}

/** What has the name of a view: its columns in their order, and whether it is hubsync's, which has this comment. */
export async function viewHere(
  run: Run,
  schema: string,
  name: string,
  comment: string,
): Promise<{ isOurs: boolean; columns: string[] } | undefined> {
  const lines = await run(sql`SELECT attribute.attname AS column, class.relkind = 'v' AND
  coalesce(pg_catalog.obj_description(class.oid, 'pg_class') = ${comment}, false) AS ours
FROM pg_catalog.pg_class AS class
JOIN pg_catalog.pg_namespace AS namespace ON namespace.oid = class.relnamespace
LEFT JOIN pg_catalog.pg_attribute AS attribute ON attribute.attrelid = class.oid AND attribute.attnum > 0
WHERE namespace.nspname = ${asGiven(schema)} AND class.relname = ${storedName(name)}
ORDER BY attribute.attnum`)
  const [first] = lines
  return first && { isOurs: first.ours === 't', columns: lines.map(({ column }) => String(column)) }
}

/**
 * The columns of a view by name, and what each is. Every label is a subquery that finds one row by its key, so that no
 * line is lost or doubled.
 */
function columnsOf({ table, labels }: LabelledView, schema: string): Map<string, string> {
  const columns = new Map<string, string>()
  for (const [column] of objectTable(table).columns) {
    columns.set(storedName(column), `record.${quoted(column)}`)
    for (const label of labels.filter((each) => each.column.sqlName === column))
      columns.set(storedName(label.sqlName), labelOf(label, schema, table.name))
  }
  return columns
}

function labelOf({ of, column, pipeline }: Label, schema: string, object: string): string {
  const value = `record.${quoted(column.sqlName)}`
  const from = (name: string) => `FROM ${qualified(schema, name)} AS known`
  if (of === 'owner')
    return `(SELECT coalesce(nullif(pg_catalog.btrim(coalesce(known.first_name, '') || ' ' || coalesce(known.last_name, '')), ''), known.email)
    ${from('owners')} WHERE known.portal_id = record.portal_id AND known.source_id = ${value})`
  const ofObject = `known.portal_id = record.portal_id AND known.object = ${literal(object)}`
  if (of === 'pipeline')
    return `(SELECT known.label ${from('pipelines')} WHERE ${ofObject} AND known.source_id = ${value})`
  if (of === 'stage') {
    const inPipeline = pipeline ? `AND known.pipeline_id = record.${quoted(pipeline.sqlName)} ` : ''
    return `(SELECT known.label ${from('pipeline_stages')} WHERE ${ofObject} ${inPipeline}AND known.source_id = ${value}
    ORDER BY known.source_status, known.pipeline_id LIMIT 1)`
  }
  const ofProperty = `${from('property_options')} WHERE ${ofObject} AND known.property = ${literal(column.property)}`
  if (column.kind !== 'list') return `(SELECT known.label ${ofProperty} AND known.value = ${value})`
  return `CASE WHEN ${value} IS NOT NULL THEN ARRAY(
    SELECT coalesce((SELECT known.label ${ofProperty} AND known.value = item.value), item.value)
    FROM pg_catalog.unnest(${value}) WITH ORDINALITY AS item (value, place) ORDER BY item.place) END`
}
