import { HubsyncError } from '@hubsync/core'
import {
  historyNames,
  type MirrorSchema,
  type MissingTables,
  type ObjectTable,
  objectComments,
  type ReferenceColumn,
  type ReferenceTable,
  referenceComments,
  type TableColumn,
} from '@hubsync/core/store'
import {
  assumeColumnContent,
  createColumnIndexes,
  missingIndexes,
} from './sqlite-column-indexes.js'
import { expectFree, expectOurs, lackingColumns, tableExists } from './sqlite-existing-tables.js'
import {
  assumeHistoryContent,
  createGapTable,
  createHistoryIndex,
  createHistoryTable,
  entryColumns,
  gapColumns,
} from './sqlite-history.js'
import type { SqliteQueries } from './sqlite-queries.js'
import { createReferenceTable, referenceColumns } from './sqlite-reference.js'
import { quoted } from './sqlite-sql.js'
import { makeStagesView } from './sqlite-stages-view.js'
import {
  addColumn,
  assumeObjectContent,
  assumePairContent,
  createFarEndIndex,
  createLeases,
  createObjectTable,
  createPairList,
  createPairTable,
  createStatusIndex,
  createSyncIndexes,
  createSyncTables,
  createVersionTable,
  dropForgettingIndex,
  insertVersion,
  objectColumns,
  pairColumns,
  readStatistics,
  selectOldStatusIndexes,
  selectVersion,
  syncTableNames,
} from './sqlite-tables.js'
import { insertPair } from './sqlite-write-sql.js'

/** Append-only. Each runs once per database, in this order. */
const migrations: readonly ((queries: SqliteQueries) => void)[] = [
  (queries) => {
    queries.exec(createSyncTables)
  },
  (queries) => {
    queries.exec(createSyncIndexes)
    const old = queries.all<{ name: string }>(selectOldStatusIndexes)
    for (const { name } of old) queries.exec(`DROP INDEX ${quoted(name)}`)
  },
  (queries) => {
    queries.exec(dropForgettingIndex)
  },
  // It may be left from a mirror whose other tables were dropped. Its content is still right. So is that of the next one.
  (queries) => {
    if (!tableExists(queries, 'sync_pairs')) queries.exec(createPairList)
    else expectOurs(queries, 'sync_pairs', 'name', 'from_object', 'to_object')
  },
  (queries) => {
    if (!tableExists(queries, 'sync_leases')) queries.exec(createLeases)
    else
      expectOurs(queries, 'sync_leases', 'portal_id', 'job', 'holder', 'started_at', 'renewed_at')
  },
]

/** The tables that later versions created, and which versions. */
const laterTables = { sync_pairs: 4, sync_leases: 5 }

/** Creates and completes the tables. Call it inside a transaction that holds the write lock. */
export function migrate(queries: SqliteQueries, schema: MirrorSchema): void {
  if (tableExists(queries, 'sync_schema')) expectOurs(queries, 'sync_schema', 'version')
  else {
    for (const name of syncTableNames) expectFree(queries, name)
    queries.exec(createVersionTable)
  }
  const version = versionOf(queries)
  for (const [index, migration] of migrations.entries()) {
    if (index < version) continue
    queries.run(insertVersion(index + 1, new Date().toISOString()))
    migration(queries)
  }
  for (const table of schema.objects) ensureObjectTable(queries, table)
  for (const pair of schema.pairs) {
    if (!tableExists(queries, pair.name)) queries.exec(createPairTable(pair))
    else expectOurs(queries, pair.name, ...pairColumns)
    queries.exec(createFarEndIndex(pair))
    queries.run(insertPair(pair))
  }
  const kept = schema.objects.filter(({ history }) => history)
  for (const table of kept) ensureHistory(queries, table)
  const { reference = [] } = schema
  for (const table of reference) ensureReferenceTable(queries, table, reference)
  if (!tableExists(queries, 'sqlite_stat1')) queries.exec(readStatistics)
  const assumptions = [
    ...schema.objects.map(assumeObjectContent),
    ...schema.pairs.map(assumePairContent),
    ...schema.objects.flatMap(assumeColumnContent),
    ...kept.map(assumeHistoryContent),
  ]
  const added = assumptions.map((assume) => queries.run(assume))
  if (added.some((lines) => lines > 0)) queries.exec(readStatistics)
}

/**
 * The tables and columns that {@link migrate} would create.
 *
 * @throws the same errors as {@link migrate} if existing tables don't fit this schema.
 */
export function missing(queries: SqliteQueries, schema: MirrorSchema): MissingTables {
  if (tableExists(queries, 'sync_schema')) versionOf(queries)
  const { objects, pairs, reference = [] } = schema
  const isMissing = ({ name }: { name: string }) => !tableExists(queries, name)
  const lacking = (table: ObjectTable | ReferenceTable) => {
    if (isMissing(table)) return []
    const columns =
      'key' in table ? referenceColumnsToAdd(queries, table) : columnsToAdd(queries, table)
    return columns.map(({ name }) => ({ object: table.name, column: name }))
  }
  for (const pair of pairs) if (!isMissing(pair)) expectOurs(queries, pair.name, ...pairColumns)
  const lacks: MissingTables = {
    objects: objects.filter(isMissing).map(({ name }) => name),
    pairs: pairs.filter(isMissing).map(({ name }) => name),
    columns: [...objects, ...reference].flatMap(lacking),
  }
  const tables = reference.filter(isMissing).map(({ name }) => name)
  if (tables.length > 0) lacks.reference = tables
  const histories = objects.filter((table) => lacksHistory(queries, table))
  if (histories.length > 0) lacks.history = histories.map(({ name }) => name)
  const indexes = objects
    .filter((table) => !isMissing(table))
    .flatMap((table) =>
      missingIndexes(queries, table).map(({ name }) => ({ object: table.name, column: name })),
    )
  if (indexes.length > 0) lacks.indexes = indexes
  return lacks
}

/** @throws if a later release has migrated this database, or a table that a migration created is gone. */
function versionOf(queries: SqliteQueries): number {
  const version = queries.get<{ version: number }>(selectVersion)?.version ?? 0
  if (version > migrations.length)
    throw new HubsyncError(
      'SCHEMA_TOO_NEW',
      `Expected a schema up to version ${migrations.length}, but this database has version ${version}. Update @hubsync/adapter-sqlite.`,
    )
  const later = Object.entries(laterTables).filter(([, since]) => version >= since)
  const names = [...syncTableNames, ...later.map(([name]) => name)]
  const gone = version > 0 && names.find((name) => !tableExists(queries, name))
  if (gone)
    throw new HubsyncError(
      'SCHEMA_CONFLICT',
      `Expected all of hubsync's own tables to exist, but "${gone}" is gone. Nothing was changed. Restore it from a backup, or drop the other tables that begin with sync_ too: the next run then reads everything again.`,
    )
  return version
}

function ensureObjectTable(queries: SqliteQueries, table: ObjectTable): void {
  if (tableExists(queries, table.name)) {
    const comments = objectComments(table)
    for (const column of columnsToAdd(queries, table))
      queries.exec(addColumn(table.name, column, comments))
  } else {
    queries.exec(createObjectTable(table))
  }
  queries.exec(createStatusIndex(table))
  for (const text of createColumnIndexes(table)) queries.exec(text)
}

function ensureHistory(queries: SqliteQueries, table: ObjectTable): void {
  const { entries, gaps } = historyNames(table.name)
  if (!tableExists(queries, entries)) queries.exec(createHistoryTable(table))
  else expectOurs(queries, entries, ...entryColumns)
  if (!tableExists(queries, gaps)) queries.exec(createGapTable(table))
  else expectOurs(queries, gaps, ...gapColumns)
  queries.exec(createHistoryIndex(table))
  makeStagesView(queries, table)
}

/** Whether a table of an object's history is missing. Throws if something else has its name. */
function lacksHistory(queries: SqliteQueries, { name, history }: ObjectTable): boolean {
  if (!history) return false
  const names = historyNames(name)
  const missing = [
    [names.entries, entryColumns] as const,
    [names.gaps, gapColumns] as const,
  ].filter(([table, columns]) => {
    if (!tableExists(queries, table)) return true
    expectOurs(queries, table, ...columns)
    return false
  })
  return missing.length > 0
}

/** The columns that an existing table lacks. Throws if it isn't hubsync's, or has a column with another type. */
function columnsToAdd(queries: SqliteQueries, table: ObjectTable): TableColumn[] {
  const there = expectOurs(queries, table.name, ...objectColumns)
  return lackingColumns(there, table, ({ name }) => {
    return `give the column \`${name}\` another name in the definition`
  })
}

/** @param reference - the tables of the schema, with the one that this table refers to. */
function ensureReferenceTable(
  queries: SqliteQueries,
  table: ReferenceTable,
  reference: readonly ReferenceTable[],
): void {
  const comments = referenceComments(table)
  if (tableExists(queries, table.name))
    for (const column of referenceColumnsToAdd(queries, table))
      queries.exec(addColumn(table.name, column, comments))
  else
    queries.exec(
      createReferenceTable(
        table,
        reference.find(({ name }) => name === table.parent),
      ),
    )
}

/** The same as {@link columnsToAdd} for a reference table. */
function referenceColumnsToAdd(queries: SqliteQueries, table: ReferenceTable): ReferenceColumn[] {
  const there = expectOurs(queries, table.name, ...referenceColumns(table))
  lackingColumns(there, { name: table.name, columns: table.key }, () => dropIt)
  return lackingColumns(there, table, () => dropIt)
}

const dropIt = 'drop that table, and the next run makes and fills it again'
