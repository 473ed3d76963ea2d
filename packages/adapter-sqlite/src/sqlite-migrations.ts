import { HubsyncError } from '@hubsync/core'
import type { MirrorSchema, MissingTables, ObjectTable } from '@hubsync/core/store'
import {
  assumeColumnContent,
  createColumnIndexes,
  missingIndexes,
} from './sqlite-column-indexes.js'
import type { SqliteQueries } from './sqlite-queries.js'
import { quoted, selectColumns, selectTable } from './sqlite-sql.js'
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
  declarations,
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
  if (!tableExists(queries, 'sqlite_stat1')) queries.exec(readStatistics)
  const assumptions = [
    ...schema.objects.map(assumeObjectContent),
    ...schema.pairs.map(assumePairContent),
    ...schema.objects.flatMap(assumeColumnContent),
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
  const isMissing = ({ name }: { name: string }) => !tableExists(queries, name)
  const lacking = (table: ObjectTable) => {
    if (isMissing(table)) return []
    return columnsToAdd(queries, table)
  }
  for (const pair of schema.pairs)
    if (!isMissing(pair)) expectOurs(queries, pair.name, ...pairColumns)
  const lacks: MissingTables = {
    objects: schema.objects.filter(isMissing).map(({ name }) => name),
    pairs: schema.pairs.filter(isMissing).map(({ name }) => name),
    columns: schema.objects.flatMap((table) =>
      lacking(table).map(({ name }) => ({ object: table.name, column: name })),
    ),
  }
  const indexes = schema.objects
    .filter((table) => !isMissing(table))
    .flatMap((table) =>
      missingIndexes(queries, table).map(({ name }) => ({ object: table.name, column: name })),
    )
  return indexes.length > 0 ? { ...lacks, indexes } : lacks
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

export function tableExists(queries: SqliteQueries, name: string): boolean {
  return queries.get(selectTable(name)) !== undefined
}

function ensureObjectTable(queries: SqliteQueries, table: ObjectTable): void {
  if (tableExists(queries, table.name)) {
    for (const column of columnsToAdd(queries, table)) queries.exec(addColumn(table, column))
  } else {
    queries.exec(createObjectTable(table))
  }
  queries.exec(createStatusIndex(table))
  for (const text of createColumnIndexes(table)) queries.exec(text)
}

/** The columns that an existing table lacks. Throws if it isn't hubsync's, or has a column with another type. */
function columnsToAdd(queries: SqliteQueries, table: ObjectTable): ObjectTable['columns'] {
  const there = expectOurs(queries, table.name, ...objectColumns)
  return table.columns.filter(({ name, sqlName, kind }) => {
    const type = there.get(sqlName)
    if (type !== undefined && type !== declarations[kind])
      throw new HubsyncError(
        'SCHEMA_CONFLICT',
        `Expected the column "${sqlName}" of "${table.name}" to be ${declarations[kind]}, got ${type}. It was left as it is; give the column \`${name}\` another name in the definition.`,
      )
    return type === undefined
  })
}

function expectFree(queries: SqliteQueries, name: string): void {
  if (tableExists(queries, name)) throw schemaConflict(name, 'existed before hubsync')
}

/**
 * The types of a table's columns, by name. Throws if the table isn't hubsync's, so that nobody else's table of that
 * name is changed.
 */
function expectOurs(
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

function schemaConflict(name: string, how: string): HubsyncError {
  // The names of hubsync's own tables are fixed.
  const advice = name.startsWith('sync_')
    ? 'rename that table'
    : 'give the object another `name`, as in contacts.extend({ name })'
  return new HubsyncError(
    'SCHEMA_CONFLICT',
    `Expected the table "${name}" to be hubsync's or not to exist, but it ${how}. It was left as it is; ${advice}, or use another database.`,
  )
}
