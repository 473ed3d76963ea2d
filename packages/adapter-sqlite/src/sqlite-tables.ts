import type { ColumnKind } from '@hubsync/core'
import {
  type ObjectTable,
  objectComments,
  type PairTable,
  pairComments,
  syncComments,
  type TableColumn,
  type TableComments,
} from '@hubsync/core/store'
import { baseColumns } from './sqlite-rows.js'
import { quoted } from './sqlite-sql.js'
import { type Statement, sql, verbatim } from './sqlite-statement.js'

/** The columns by which a table is recognised as hubsync's. */
export const objectColumns = ['portal_id', 'source_id', ...baseColumns]
export const pairColumns = ['portal_id', 'from_id', 'to_id', 'category', 'type_id', 'label']

/**
 * The SQL type of each kind. Decimals are text, because SQLite's floating-point numbers would change them: sum and
 * compare them with `CAST(amount AS REAL)`.
 */
export const declarations: Record<ColumnKind, string> = {
  text: 'TEXT',
  email: 'TEXT',
  phone: 'TEXT',
  integer: 'INTEGER',
  number: 'REAL',
  decimal: 'TEXT',
  boolean: 'INTEGER',
  date: 'TEXT',
  datetime: 'TEXT',
  list: 'TEXT',
}

export const declareStatus =
  "source_status TEXT NOT NULL CHECK (source_status IN ('ACTIVE', 'ARCHIVED'))"

export function createObjectTable(table: ObjectTable): string {
  return createTable(table.name, objectComments(table), [
    'portal_id TEXT NOT NULL',
    'source_id TEXT NOT NULL',
    declareStatus,
    'source_url TEXT',
    'source_created_at TEXT',
    'source_updated_at TEXT NOT NULL',
    'source_archived_at TEXT',
    'source_created_year INTEGER',
    ...table.columns.map(declareColumn),
    'raw TEXT NOT NULL',
    'synced_at TEXT NOT NULL',
    'PRIMARY KEY (portal_id, source_id)',
  ])
}

/** Counts and ids by status are read from this index alone. Lists use it to find what was modified. */
export function createStatusIndex({ name }: ObjectTable): string {
  return `CREATE INDEX IF NOT EXISTS ${quoted(`${name}_by_status_and_id`)} ON ${quoted(name)} (portal_id, source_status, source_id, source_updated_at)`
}

/** The index that `createStatusIndex` replaced in schema version 2. */
export const selectOldStatusIndexes = sql`SELECT name FROM sqlite_master
WHERE type = 'index' AND name = tbl_name || '_by_status' AND sql LIKE '%(portal_id, source_status, source_id)'`

type Column = Pick<TableColumn, 'sqlName' | 'kind'>

export function addColumn(name: string, column: Column, comments: TableComments): string {
  const comment = inlineComment(comments.columns[column.sqlName])
  return `ALTER TABLE ${quoted(name)} ADD COLUMN ${declareColumn(column)}${comment}`
}

export function declareColumn({ sqlName, kind }: Column): string {
  return `${quoted(sqlName)} ${declarations[kind]}`
}

export function createPairTable(pair: PairTable): string {
  const lines = [
    'portal_id TEXT NOT NULL',
    'from_id TEXT NOT NULL',
    'to_id TEXT NOT NULL',
    'category TEXT NOT NULL',
    'type_id INTEGER NOT NULL',
    'label TEXT',
    'PRIMARY KEY (portal_id, from_id, to_id, category, type_id)',
    `FOREIGN KEY (portal_id, from_id) REFERENCES ${quoted(pair.from)} (portal_id, source_id)`,
    `FOREIGN KEY (portal_id, to_id) REFERENCES ${quoted(pair.to)} (portal_id, source_id)`,
  ]
  return `${createTable(pair.name, pairComments(pair), lines)} WITHOUT ROWID`
}

/**
 * For reads of a pair from its far end, page by page: a `WITHOUT ROWID` index also contains the rest of the primary
 * key. SQLite also checks the foreign key of that end with it.
 */
export function createFarEndIndex({ name }: PairTable): string {
  return `CREATE INDEX IF NOT EXISTS ${quoted(`${name}_by_to`)} ON ${quoted(name)} (portal_id, to_id)`
}

/** Creates SQLite's table of statistics if there is none, and lets SQLite load it. */
export const readStatistics = 'ANALYZE sqlite_master'

/**
 * Default statistics for the query planner: all rows belong to one portal, and few to one record. Without them, SQLite
 * assumes that a portal is as selective as a record, and searches all associations of the portal for those of a
 * record's far end. Statistics that ANALYZE has written are kept.
 */
export function assumeObjectContent({ name }: ObjectTable): Statement {
  return assumeContent(name, {
    [`sqlite_autoindex_${name}_1`]: '1000000 1000000 1',
    [`${name}_by_status_and_id`]: '1000000 1000000 500000 1 1',
  })
}

/** The same for the table of a pair. */
export function assumePairContent({ name }: PairTable): Statement {
  return assumeContent(name, {
    [name]: '1000000 1000000 4 2 2 1',
    [`${name}_by_to`]: '1000000 1000000 100',
  })
}

/**
 * The format of `sqlite_stat1`: per index, the number of rows, then the rows with the same first column, the same first
 * two, …
 */
export function assumeContent(table: string, indexes: Record<string, string>): Statement {
  const lines = Object.entries(indexes).map(([index, rows]) => `('${index}', '${rows}')`)
  return verbatim(`INSERT INTO sqlite_stat1 (tbl, idx, stat) SELECT '${table}', column1, column2 FROM (VALUES ${lines.join(', ')})
WHERE NOT EXISTS (SELECT 1 FROM sqlite_stat1 WHERE tbl = '${table}')`)
}

/**
 * SQLite keeps the text of CREATE TABLE with its comments: `.schema contacts` shows them. Each comment is before the
 * comma of its column, so that it stays with the column when ALTER TABLE appends another.
 */
export function createTable(
  name: string,
  comments: TableComments,
  lines: readonly string[],
): string {
  const described = lines.map((line) => {
    const [, column = ''] = /^"?([a-z0-9_]+)/.exec(line) ?? []
    return `  ${line}${inlineComment(comments.columns[column])}`
  })
  return `CREATE TABLE ${quoted(name)} (${inlineComment(comments.table)}\n${described.join(',\n')}\n)`
}

/** A comment contains property names, which HubSpot chooses: they must not end the comment. */
function inlineComment(text: string | undefined): string {
  if (text === undefined) return ''
  // biome-ignore lint/suspicious/noControlCharactersInRegex: SQLite would end the text at U+0000.
  return ` /* ${text.replaceAll('*/', '* /').replaceAll(/[\u0000-\u001f]/g, ' ')} */`
}

/** The tables that are the same in every mirror, as the first migration creates them. */
const syncTables: Record<
  Exclude<keyof typeof syncComments, 'sync_schema' | 'sync_pairs' | 'sync_leases'>,
  string[]
> = {
  sync_portals: [
    'portal_id TEXT NOT NULL PRIMARY KEY',
    'ui_domain TEXT NOT NULL',
    'time_zone TEXT NOT NULL',
    'first_run_at TEXT NOT NULL',
    'last_run_at TEXT NOT NULL',
  ],
  sync_checkpoints: [
    'portal_id TEXT NOT NULL',
    'stream TEXT NOT NULL',
    'state TEXT NOT NULL',
    'updated_at TEXT NOT NULL',
    'PRIMARY KEY (portal_id, stream)',
  ],
  sync_runs: [
    'portal_id TEXT NOT NULL',
    'id TEXT NOT NULL',
    'jobs TEXT NOT NULL',
    'status TEXT NOT NULL',
    'counts TEXT',
    'error TEXT',
    'started_at TEXT NOT NULL',
    'finished_at TEXT',
    'PRIMARY KEY (portal_id, id)',
  ],
  sync_changes: [
    'seq INTEGER PRIMARY KEY AUTOINCREMENT',
    'portal_id TEXT NOT NULL',
    'object TEXT NOT NULL',
    'source_id TEXT NOT NULL',
    'kind TEXT NOT NULL',
    'columns TEXT NOT NULL',
    'at TEXT NOT NULL',
  ],
  sync_tombstones: [
    'portal_id TEXT NOT NULL',
    'object TEXT NOT NULL',
    'source_id TEXT NOT NULL',
    "reason TEXT NOT NULL CHECK (reason IN ('merged', 'purged'))",
    'into_id TEXT',
    'at TEXT NOT NULL',
    'PRIMARY KEY (portal_id, object, source_id)',
  ],
}

export const syncTableNames = Object.keys(syncTables) as (keyof typeof syncTables)[]

/** Tables that are only read by their key. */
const withoutRowid = ['sync_checkpoints', 'sync_tombstones']

export const createSyncTables = [
  ...syncTableNames.map(
    (name) =>
      createTable(name, syncComments[name], syncTables[name]) +
      (withoutRowid.includes(name) ? ' WITHOUT ROWID' : ''),
  ),
  'CREATE INDEX sync_changes_by_record ON sync_changes (portal_id, object, source_id)',
].join(';\n')

/** For lists of the latest runs. The index on `sync_changes` is dropped by the third migration. */
export const createSyncIndexes = `CREATE INDEX sync_changes_by_at ON sync_changes (portal_id, at);
CREATE INDEX sync_runs_by_start ON sync_runs (portal_id, started_at)`

/** Lists the pair tables that hubsync has created. Without it they couldn't be told from the user's tables. */
export const createPairList = `${createTable('sync_pairs', syncComments.sync_pairs, [
  'name TEXT NOT NULL PRIMARY KEY',
  'from_object TEXT NOT NULL',
  'to_object TEXT NOT NULL',
])} WITHOUT ROWID`

export const createLeases = `${createTable('sync_leases', syncComments.sync_leases, [
  'portal_id TEXT NOT NULL',
  'job TEXT NOT NULL',
  'holder TEXT NOT NULL',
  'started_at TEXT NOT NULL',
  'renewed_at TEXT NOT NULL',
  'PRIMARY KEY (portal_id, job)',
])} WITHOUT ROWID`

export const dropForgettingIndex = 'DROP INDEX IF EXISTS sync_changes_by_at'

export const createVersionTable = createTable('sync_schema', syncComments.sync_schema, [
  'version INTEGER PRIMARY KEY',
  'applied_at TEXT NOT NULL',
])

export const selectVersion = sql`SELECT coalesce(max(version), 0) AS version FROM sync_schema`

export const insertVersion = (version: number, appliedAt: string) =>
  sql`INSERT INTO sync_schema (version, applied_at) VALUES (${version}, ${appliedAt})`
