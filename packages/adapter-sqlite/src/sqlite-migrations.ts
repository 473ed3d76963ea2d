import {
  HubsyncError,
  type MirrorSchema,
  type MissingTables,
  type ObjectTable,
} from '@hubsync/core'
import type { SqliteDatabase } from './sqlite-database.js'
import {
  addColumn,
  assumeObjectContent,
  assumePairContent,
  baseColumns,
  createFarEndIndex,
  createObjectTable,
  createPairList,
  createPairTable,
  createStatusIndex,
  createSyncIndexes,
  createSyncTables,
  createVersionTable,
  dropForgettingIndex,
  insertPair,
  pairColumns,
  quoted,
  readStatistics,
  selectOldStatusIndexes,
  syncTableNames,
} from './sqlite-sql.js'

/** Append-only: each runs once in a database, in this order. */
const migrations: readonly ((database: SqliteDatabase) => void)[] = [
  (database) => {
    database.exec(createSyncTables)
  },
  (database) => {
    database.exec(createSyncIndexes)
    const old = database.prepare(selectOldStatusIndexes).all() as { name: string }[]
    for (const { name } of old) database.exec(`DROP INDEX ${quoted(name)}`)
  },
  (database) => {
    database.exec(dropForgettingIndex)
  },
  (database) => {
    // It may be left of a mirror whose other tables somebody has dropped, and is true still.
    if (!tableExists(database, 'sync_pairs')) database.exec(createPairList)
    else expectOurs(database, 'sync_pairs', 'name', 'from_object', 'to_object')
  },
]

/** The version that made the list of pairs. */
const LISTING = 4

/** Brings the tables up to date. Call it inside a transaction that holds the write lock. */
export function migrate(database: SqliteDatabase, schema: MirrorSchema): void {
  if (tableExists(database, 'sync_schema')) expectOurs(database, 'sync_schema', 'version')
  else {
    for (const name of syncTableNames) expectFree(database, name)
    database.exec(createVersionTable)
  }
  const version = versionOf(database)
  const applied = database.prepare('INSERT INTO sync_schema (version, applied_at) VALUES (?, ?)')
  for (const [index, migration] of migrations.entries()) {
    if (index < version) continue
    applied.run(index + 1, new Date().toISOString())
    migration(database)
  }
  for (const table of schema.objects) ensureObjectTable(database, table)
  for (const pair of schema.pairs) {
    if (!tableExists(database, pair.name)) database.exec(createPairTable(pair))
    else expectOurs(database, pair.name, ...pairColumns)
    database.exec(createFarEndIndex(pair))
    database.prepare(insertPair).run(pair.name, pair.from, pair.to)
  }
  if (!tableExists(database, 'sqlite_stat1')) database.exec(readStatistics)
  const assumptions = [
    ...schema.objects.map(assumeObjectContent),
    ...schema.pairs.map(assumePairContent),
  ]
  const added = assumptions.map((assume) => Number(database.prepare(assume).run().changes))
  if (added.some((lines) => lines > 0)) database.exec(readStatistics)
}

/**
 * What {@link migrate} would make.
 *
 * @throws as it does where what is there can't be read as this schema.
 */
export function missing(database: SqliteDatabase, schema: MirrorSchema): MissingTables {
  if (tableExists(database, 'sync_schema')) versionOf(database)
  const isMissing = ({ name }: { name: string }) => !tableExists(database, name)
  const lacking = (table: ObjectTable) => {
    if (isMissing(table)) return []
    const there = expectOurs(database, table.name, ...baseColumns)
    return table.columns.filter(({ sqlName }) => !there.includes(sqlName))
  }
  for (const pair of schema.pairs)
    if (!isMissing(pair)) expectOurs(database, pair.name, ...pairColumns)
  return {
    objects: schema.objects.filter(isMissing).map(({ name }) => name),
    pairs: schema.pairs.filter(isMissing).map(({ name }) => name),
    columns: schema.objects.flatMap((table) =>
      lacking(table).map(({ name }) => ({ object: table.name, column: name })),
    ),
  }
}

/** @throws where a later release has been here, or one of the tables that a version made is gone. */
function versionOf(database: SqliteDatabase): number {
  const { version } = database
    .prepare('SELECT coalesce(max(version), 0) AS version FROM sync_schema')
    .get() as { version: number }
  if (version > migrations.length)
    throw new HubsyncError(
      'SCHEMA_TOO_NEW',
      `Expected a schema up to version ${migrations.length}, but this database has version ${version}. Update @hubsync/adapter-sqlite.`,
    )
  const names = version < LISTING ? syncTableNames : [...syncTableNames, 'sync_pairs']
  const gone = version > 0 && names.find((name) => !tableExists(database, name))
  if (gone)
    throw new HubsyncError(
      'SCHEMA_CONFLICT',
      `Expected all of hubsync's own tables to be here, but "${gone}" is gone. Nothing was changed. Restore it from a backup, or drop the other tables that begin with sync_ too: everything is read anew then.`,
    )
  return version
}

export function tableExists(database: SqliteDatabase, name: string): boolean {
  const found = database.prepare(
    `SELECT 1 FROM sqlite_master WHERE type IN ('table', 'view') AND name = ? COLLATE NOCASE`,
  )
  return found.get(name) !== undefined
}

function ensureObjectTable(database: SqliteDatabase, table: ObjectTable): void {
  if (tableExists(database, table.name)) {
    const there = expectOurs(database, table.name, ...baseColumns)
    for (const column of table.columns)
      if (!there.includes(column.sqlName)) database.exec(addColumn(table, column))
  } else {
    database.exec(createObjectTable(table))
  }
  database.exec(createStatusIndex(table))
}

function expectFree(database: SqliteDatabase, name: string): void {
  if (tableExists(database, name)) throw schemaConflict(name, 'was there before hubsync')
}

/** A table of that name which somebody else made is left alone. */
function expectOurs(database: SqliteDatabase, name: string, ...needed: string[]): string[] {
  const columns = columnsOf(database, name)
  const missing = needed.find((column) => !columns.includes(column))
  if (missing !== undefined) throw schemaConflict(name, `has no column ${missing}`)
  return columns
}

function columnsOf(database: SqliteDatabase, table: string): string[] {
  const lines = database.prepare(`PRAGMA table_info(${quoted(table)})`).all() as { name: string }[]
  return lines.map((line) => line.name)
}

function schemaConflict(name: string, how: string): HubsyncError {
  return new HubsyncError(
    'SCHEMA_CONFLICT',
    `Expected the table "${name}" to be hubsync's or not to exist, but it ${how}. It was left as it is; give the object another \`name\`, or use another database.`,
  )
}
