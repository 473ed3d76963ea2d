import { HubsyncError } from '@hubsync/core'
import type { MirrorSchema, MissingTables, ObjectTable, ReferenceTable } from '@hubsync/core/store'
import { type IndexedColumn, missingIndexes } from './postgres-column-indexes.js'
import { completed, completedReference, relations } from './postgres-existing-tables.js'
import {
  historyTables,
  indexOfHistory,
  missingHistory,
  namesOfHistory,
} from './postgres-history-tables.js'
import { qualified, quoted, quotedSchema, storedName } from './postgres-names.js'
import { expectVisible, isFilled } from './postgres-row-security.js'
import {
  describeSchema,
  dropIndexes,
  insertPair,
  selectPairNames,
  selectVersion,
  waitNotLong,
} from './postgres-schema-sql.js'
import {
  baseColumns,
  createTable,
  leaseTable,
  objectTable,
  pairList,
  pairTable,
  syncTables,
  versionTable,
} from './postgres-tables.js'
import type { Run } from './postgres-transaction.js'

/** Append-only. Each runs once per schema, in this order. */
const migrations: readonly ((schema: string) => string)[] = [
  (schema) =>
    [
      ...syncTables.map((table) => createTable(schema, table)),
      `CREATE INDEX sync_changes_by_record ON ${qualified(schema, 'sync_changes')} (portal_id, object, source_id)`,
    ].join(';\n'),
  (schema) =>
    [
      `CREATE INDEX sync_changes_by_at ON ${qualified(schema, 'sync_changes')} (portal_id, at)`,
      `CREATE INDEX sync_runs_by_start ON ${qualified(schema, 'sync_runs')} (portal_id, started_at, seq)`,
      dropIndexes(schema, '(portal_id, source_status, source_id)', '(portal_id, to_id)'),
    ].join(';\n'),
  // Old entries of the feed are found by their `seq` since this version.
  (schema) => `DROP INDEX IF EXISTS ${qualified(schema, 'sync_changes_by_at')}`,
  // It may be left from a mirror whose other tables were dropped. Its content is still right. So is that of the next one.
  (schema) => createTable(schema, pairList, 'IF NOT EXISTS'),
  (schema) => createTable(schema, leaseTable, 'IF NOT EXISTS'),
]

/** The tables that later versions created, and which versions. */
const laterTables = [
  { table: pairList, since: 4 },
  { table: leaseTable, since: 5 },
]

/**
 * Creates and completes the tables. Call it inside a transaction that began with {@link migrationOpening}.
 *
 * Existing tables are only described. So if nothing has to change, no table is locked, and the role needs no ownership.
 *
 * @returns the missing indexes of columns. Each is made in a transaction of its own: {@link createIndexes}.
 */
export async function migrate(
  run: Run,
  schema: string,
  mirror: MirrorSchema,
): Promise<IndexedColumn[]> {
  const [place] = await run(describeSchema(schema))
  if (place?.encoding !== 'UTF8')
    throw new HubsyncError(
      'STORE_FAILED',
      `Expected a database with the encoding UTF8, got ${place?.encoding}. Create one with ENCODING 'UTF8'.`,
    )
  if (place.spoken !== 'UTF8')
    throw new HubsyncError(
      'STORE_FAILED',
      `Expected connections with the client_encoding UTF8, which is the encoding of pg, got ${place.spoken}. Remove that setting from the pool.`,
    )
  if (place.there === 'f') await run({ text: `CREATE SCHEMA ${quotedSchema(schema)}` })
  await expectVisible(run, schema, namesOf(mirror))
  const statements = [
    ...(await missingVersions(run, schema)),
    ...(await missingTables(run, schema, mirror)),
  ]
  if (statements.length > 0) await run(waitNotLong)
  for (const text of statements) await run({ text })
  await listPairs(run, schema, mirror)
  return missingIndexes(run, schema, mirror)
}

/** Lists the pair tables that hubsync has created. */
async function listPairs(run: Run, schema: string, { pairs }: MirrorSchema): Promise<void> {
  const lines = await run(selectPairNames(schema))
  if (lines.length === 0) await expectVisible(run, schema, [pairList.name], isFilled)
  const listed = new Set(lines.map(({ name }) => name))
  for (const pair of pairs)
    if (!listed.has(storedName(pair.name))) await run(insertPair(schema, pair))
}

function namesOf({ objects, pairs, reference = [] }: MirrorSchema): string[] {
  const own = [versionTable, pairList, leaseTable, ...syncTables]
  const named = [...own, ...objects, ...pairs, ...reference].map(({ name }) => name)
  return [...named, ...objects.flatMap(namesOfHistory)]
}

/**
 * The tables and columns that {@link migrate} would create.
 *
 * @throws the same errors as {@link migrate} if existing tables don't fit this mirror.
 */
export async function missing(
  run: Run,
  schema: string,
  mirror: MirrorSchema,
): Promise<MissingTables> {
  await expectVisible(run, schema, namesOf(mirror))
  await versionOf(run, schema)
  const { objects, pairs, reference = [] } = mirror
  const names = [...objects, ...pairs, ...reference].map(({ name }) => name)
  const there = await relations(run, schema, [...names, ...objects.flatMap(namesOfHistory)])
  for (const object of objects) completed(there, schema, objectTable(object), baseColumns)
  for (const pair of pairs) completed(there, schema, pairTable(schema, pair))
  for (const table of reference) completedReference(there, schema, table, reference)
  const isMissing = ({ name }: { name: string }) => !there.has(storedName(name))
  const lacking = ({ name, columns }: ObjectTable | ReferenceTable) => {
    const { types } = there.get(storedName(name)) ?? {}
    if (!types) return []
    return columns
      .filter(({ sqlName }) => !types.has(storedName(sqlName)))
      .map((column) => ({ object: name, column: column.name }))
  }
  const lacks: MissingTables = {
    objects: objects.filter(isMissing).map(({ name }) => name),
    pairs: pairs.filter(isMissing).map(({ name }) => name),
    columns: [...objects, ...reference].flatMap(lacking),
  }
  const tables = reference.filter(isMissing).map(({ name }) => name)
  if (tables.length > 0) lacks.reference = tables
  const histories = objects.filter((table) => {
    if (table.history)
      for (const each of Object.values(historyTables(table))) completed(there, schema, each)
    return namesOfHistory(table).some((name) => isMissing({ name }))
  })
  if (histories.length > 0) lacks.history = histories.map(({ name }) => name)
  const indexes = (await missingIndexes(run, schema, mirror))
    .filter(({ table }) => !isMissing(table))
    .map(({ table, column }) => ({ object: table.name, column: column.name }))
  if (indexes.length > 0) lacks.indexes = indexes
  return lacks
}

/**
 * The version of the tables; undefined if there are none.
 *
 * @throws if a later release has migrated this schema, or a table that a migration created is gone.
 */
async function versionOf(run: Run, schema: string): Promise<number | undefined> {
  const first = syncTables.map(({ name }) => name)
  const later = laterTables.map(({ table }) => table.name)
  const there = await relations(run, schema, [versionTable.name, ...later, ...first])
  for (const { table } of laterTables) if (there.has(table.name)) completed(there, schema, table)
  if (!there.has(versionTable.name)) return undefined
  const [line] = await run(selectVersion(schema))
  const version = Number(line?.version)
  if (version > migrations.length)
    throw new HubsyncError(
      'SCHEMA_TOO_NEW',
      `Expected a schema up to version ${migrations.length}, but "${schema}" has version ${version}. Update @hubsync/adapter-postgres.`,
    )
  const made = laterTables.filter(({ since }) => version >= since)
  const names = [...first, ...made.map(({ table }) => table.name)]
  const gone = version > 0 && names.find((name) => !there.has(name))
  if (gone)
    throw new HubsyncError(
      'SCHEMA_CONFLICT',
      `Expected all of hubsync's own tables to be in "${schema}", but "${gone}" is gone. Nothing was changed. Restore it from a backup, or drop the other tables that begin with sync_ too: the next run then reads everything again.`,
    )
  return version
}

async function missingVersions(run: Run, schema: string): Promise<string[]> {
  const version = await versionOf(run, schema)
  const versions = qualified(schema, versionTable.name)
  const statements = version === undefined ? [createTable(schema, versionTable)] : []
  for (const [index, migration] of migrations.entries())
    if (index >= (version ?? 0))
      statements.push(`INSERT INTO ${versions} (version) VALUES (${index + 1})`, migration(schema))
  return statements
}

async function missingTables(run: Run, schema: string, mirror: MirrorSchema): Promise<string[]> {
  const statusIndex = (name: string) => `${name}_by_status_and_id`
  const farEndIndex = (name: string) => `${name}_by_to_and_from`
  const objects = mirror.objects.map(({ name }) => name)
  const pairs = mirror.pairs.map(({ name }) => name)
  const { reference = [] } = mirror
  const names = [
    ...[...objects, ...objects.map(statusIndex), ...pairs, ...pairs.map(farEndIndex)],
    ...reference.map(({ name }) => name),
    ...mirror.objects.flatMap((table) => [...namesOfHistory(table), ...indexOfHistory(table)]),
  ]
  const there = await relations(run, schema, names)
  const indexed = (index: string, table: string, columns: string) =>
    there.has(storedName(index))
      ? []
      : [`CREATE INDEX ${quoted(index)} ON ${qualified(schema, table)} (${columns})`]
  const histories: string[] = []
  for (const table of mirror.objects)
    histories.push(...(await missingHistory(run, schema, there, table)))
  return [
    ...mirror.objects.flatMap((object) => [
      ...completed(there, schema, objectTable(object), baseColumns),
      // Counts and ids by status are read from this index alone. Lists use it to find what was modified.
      ...indexed(
        statusIndex(object.name),
        object.name,
        'portal_id, source_status, source_id, source_updated_at',
      ),
    ]),
    ...mirror.pairs.flatMap((pair) => [
      ...completed(there, schema, pairTable(schema, pair)),
      // For reads of a pair from its far end, page by page, and for the foreign key of that end.
      ...indexed(farEndIndex(pair.name), pair.name, 'portal_id, to_id, from_id'),
    ]),
    ...reference.flatMap((table) => completedReference(there, schema, table, reference)),
    ...histories,
  ]
}
