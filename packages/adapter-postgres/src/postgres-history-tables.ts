import { HubsyncError } from '@hubsync/core'
import {
  historyComments,
  historyGapComments,
  historyNames,
  type ObjectTable,
  selectStages,
  stagesComment,
} from '@hubsync/core/store'
import { completed, type Relation } from './postgres-existing-tables.js'
import { literal, qualified, quoted, storedName } from './postgres-names.js'
import { describeRelations } from './postgres-schema-sql.js'
import type { Place } from './postgres-sql.js'
import { columnTypes, key, portalId, type TableDeclaration } from './postgres-tables.js'
import type { Run } from './postgres-transaction.js'
import { viewHere, viewOptions } from './postgres-views.js'

const moment = columnTypes.datetime

/** The tables of an object's history: that of the entries, and that of the gaps. */
export function historyTables({ name }: Pick<ObjectTable, 'name'>): {
  entries: TableDeclaration
  gaps: TableDeclaration
} {
  const names = historyNames(name)
  return {
    entries: {
      name: names.entries,
      columns: [
        portalId,
        ['source_id', 'text', key],
        ['property', 'text', key],
        ['changed_at', moment, 'NOT NULL'],
        ['ordinal', 'integer', 'NOT NULL DEFAULT 0'],
        ['value', 'text', ''],
        ['source_type', 'text', 'NOT NULL'],
        ['source_ref', 'text', ''],
        ['source_label', 'text', ''],
        ['user_id', 'text', ''],
        ['merged_from', 'text', ''],
        ['synced_at', moment, 'NOT NULL'],
      ],
      constraints: ['PRIMARY KEY (portal_id, source_id, property, changed_at, ordinal)'],
      comments: historyComments(name),
    },
    gaps: {
      name: names.gaps,
      columns: [
        portalId,
        ['source_id', 'text', key],
        ['property', 'text', key],
        ['after', moment, ''],
        ['before', moment, 'NOT NULL'],
        ['found_at', moment, 'NOT NULL'],
        ['merged_from', 'text', ''],
      ],
      constraints: ['PRIMARY KEY (portal_id, source_id, property, before)'],
      comments: historyGapComments(name),
    },
  }
}

/** The names of the tables of an object's history, which it may not have. */
export function tableNamesOfHistory(object: string): string[] {
  const { entries, gaps } = historyNames(object)
  return [entries, gaps]
}

/** The names of the tables of an object's history, if its definition keeps one. */
export function namesOfHistory({ name, history }: ObjectTable): string[] {
  return history ? tableNamesOfHistory(name) : []
}

export function indexOfHistory({ name, history }: ObjectTable): string[] {
  return history ? [historyNames(name).byProperty] : []
}

/** SQL that creates what is missing of an object's history. Throws if something else has one of its names. */
export async function missingHistory(
  run: Run,
  schema: string,
  there: Map<string, Relation>,
  table: ObjectTable,
): Promise<string[]> {
  if (!table.history) return []
  const { entries, gaps } = historyTables(table)
  const { byProperty } = historyNames(table.name)
  const statements = [...completed(there, schema, entries), ...completed(there, schema, gaps)]
  // For questions about all records: who moved most last month, what was in which stage.
  if (!there.has(storedName(byProperty)))
    statements.push(
      `CREATE INDEX ${quoted(byProperty)} ON ${qualified(schema, entries.name)} (portal_id, property, changed_at)`,
    )
  return [...statements, ...(await missingStages(run, schema, table))]
}

/** SQL that makes the view of an object's stages, if it doesn't exist. */
async function missingStages(
  run: Run,
  schema: string,
  { name, history }: ObjectTable,
): Promise<string[]> {
  if (!history?.stages) return []
  const { entries, stages } = historyNames(name)
  const there = await viewHere(run, schema, stages, stagesComment(name))
  if (there?.isOurs) return []
  if (there)
    throw new HubsyncError(
      'SCHEMA_CONFLICT',
      `Expected "${schema}"."${stages}" to be a view that hubsync made or not to exist, but it is another table or view. It was left as it is; rename or drop it, or give the object another \`name\`, as in deals.extend({ name }).`,
    )
  const view = qualified(schema, stages)
  return [
    `CREATE VIEW ${view}${await viewOptions(run)} AS ${selectStages(qualified(schema, entries), history.stages)}`,
    `COMMENT ON VIEW ${view} IS ${literal(stagesComment(name))}`,
  ]
}

/** Drops the view of an object's stages if it is hubsync's. */
export async function dropStagesView(run: Run, schema: string, object: string): Promise<void> {
  const { stages } = historyNames(object)
  const there = await viewHere(run, schema, stages, stagesComment(object))
  if (there?.isOurs) await run({ text: `DROP VIEW ${qualified(schema, stages)}` })
}

/**
 * The names of the tables of these objects' histories that exist, also if they aren't in this process's schema. A table of
 * the user's by that name is none of them.
 */
export async function historyTablesHere(
  run: Run,
  { schema }: Place,
  objects: readonly string[],
): Promise<Set<string>> {
  const declared = objects.flatMap((name) => Object.values(historyTables({ name })))
  const lines = await run(
    describeRelations(
      schema,
      declared.map(({ name }) => name),
    ),
  )
  const isHere = ({ name, columns }: (typeof declared)[number]) =>
    columns.every(([column]) =>
      lines.some((line) => line.name === storedName(name) && line.column === column),
    )
  return new Set(declared.filter(isHere).map(({ name }) => name))
}
