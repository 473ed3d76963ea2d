import type { ColumnKind } from '@hubsync/core'
import {
  type ObjectTable,
  objectComments,
  type PairTable,
  pairComments,
  syncComments,
  type TableComments,
} from '@hubsync/core/store'
import { baseColumns } from './sqlite-rows.js'
import { quoted } from './sqlite-sql.js'
import { type Statement, sql, verbatim } from './sqlite-statement.js'

/** What a table has to have to be one of ours. */
export const objectColumns = ['portal_id', 'source_id', ...baseColumns]
export const pairColumns = ['portal_id', 'from_id', 'to_id', 'category', 'type_id', 'label']

/**
 * How each kind is declared. Decimals are text, because SQLite's numbers are floating-point and would change them: sum and
 * compare them with `CAST(amount AS REAL)`.
 */
const declarations: Record<ColumnKind, string> = {
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

export function createObjectTable(table: ObjectTable): string {
  return createTable(table.name, objectComments(table), [
    'portal_id TEXT NOT NULL',
    'source_id TEXT NOT NULL',
    "source_status TEXT NOT NULL CHECK (source_status IN ('ACTIVE', 'ARCHIVED'))",
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

/** Counts, and ids by status, are read from this index alone, and a list finds in it what was modified. */
export function createStatusIndex({ name }: ObjectTable): string {
  return `CREATE INDEX IF NOT EXISTS ${quoted(`${name}_by_status_and_id`)} ON ${quoted(name)} (portal_id, source_status, source_id, source_updated_at)`
}

/** The index that had its place before schema version 2. */
export const selectOldStatusIndexes = sql`SELECT name FROM sqlite_master
WHERE type = 'index' AND name = tbl_name || '_by_status' AND sql LIKE '%(portal_id, source_status, source_id)'`

export function addColumn(table: ObjectTable, column: ObjectTable['columns'][number]): string {
  const comment = objectComments(table).columns[column.sqlName]
  return `ALTER TABLE ${quoted(table.name)} ADD COLUMN ${declareColumn(column)}${inlineComment(comment)}`
}

function declareColumn({ sqlName, kind }: ObjectTable['columns'][number]): string {
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
 * The pair seen from its far end, page by page, since the rest of the key follows in it; also what the foreign key of that end is
 * checked by.
 */
export function createFarEndIndex({ name }: PairTable): string {
  return `CREATE INDEX IF NOT EXISTS ${quoted(`${name}_by_to`)} ON ${quoted(name)} (portal_id, to_id)`
}

/** Makes the table of what SQLite knows about the content of others where it isn't there, and has SQLite read it. */
export const readStatistics = 'ANALYZE sqlite_master'

/**
 * What SQLite is to assume of a table, unless it was told better: that all rows are one portal's, and few of them are a record's. Knowing
 * nothing, it takes a portal for as rare as a record. Associations of the far end, which go with their record, it then looks for among
 * all of the portal's.
 */
export function assumeObjectContent({ name }: ObjectTable): Statement {
  return assumeContent(name, {
    [`sqlite_autoindex_${name}_1`]: '1000000 1000000 1',
    [`${name}_by_status_and_id`]: '1000000 1000000 500000 1 1',
  })
}

/** The same of a pair's table. */
export function assumePairContent({ name }: PairTable): Statement {
  return assumeContent(name, {
    [name]: '1000000 1000000 4 2 2 1',
    [`${name}_by_to`]: '1000000 1000000 100',
  })
}

/** For each index how many rows there are, and how many with the same first column, the same first two, and so on. */
function assumeContent(table: string, indexes: Record<string, string>): Statement {
  const lines = Object.entries(indexes).map(([index, rows]) => `('${index}', '${rows}')`)
  return verbatim(`INSERT INTO sqlite_stat1 (tbl, idx, stat) SELECT '${table}', column1, column2 FROM (VALUES ${lines.join(', ')})
WHERE NOT EXISTS (SELECT 1 FROM sqlite_stat1 WHERE tbl = '${table}')`)
}

/**
 * SQLite keeps the text that made a table, with the comments in it: `.schema contacts` shows them. Each stands before the comma of
 * its column, where it stays when another column is added.
 */
function createTable(name: string, comments: TableComments, lines: readonly string[]): string {
  const described = lines.map((line) => {
    const [, column = ''] = /^"?([a-z0-9_]+)/.exec(line) ?? []
    return `  ${line}${inlineComment(comments.columns[column])}`
  })
  return `CREATE TABLE ${quoted(name)} (${inlineComment(comments.table)}\n${described.join(',\n')}\n)`
}

/** A property's name is HubSpot's to choose, and may not end the comment. */
function inlineComment(text: string | undefined): string {
  if (text === undefined) return ''
  // biome-ignore lint/suspicious/noControlCharactersInRegex: SQLite would take the text to end at U+0000.
  return ` /* ${text.replaceAll('*/', '* /').replaceAll(/[\u0000-\u001f]/g, ' ')} */`
}

/** The tables that are the same in every mirror, as the first migration makes them. */
const syncTables: Record<
  Exclude<keyof typeof syncComments, 'sync_schema' | 'sync_pairs'>,
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

/** Tables that are read by their key alone. */
const withoutRowid = ['sync_checkpoints', 'sync_tombstones']

export const createSyncTables = [
  ...syncTableNames.map(
    (name) =>
      createTable(name, syncComments[name], syncTables[name]) +
      (withoutRowid.includes(name) ? ' WITHOUT ROWID' : ''),
  ),
  'CREATE INDEX sync_changes_by_record ON sync_changes (portal_id, object, source_id)',
].join(';\n')

/** For the latest runs, and for the forgetting of what is old, which no longer goes by this since schema version 3. */
export const createSyncIndexes = `CREATE INDEX sync_changes_by_at ON sync_changes (portal_id, at);
CREATE INDEX sync_runs_by_start ON sync_runs (portal_id, started_at)`

/** Nothing else tells the tables of pairs from tables of the user's. */
export const createPairList = `${createTable('sync_pairs', syncComments.sync_pairs, [
  'name TEXT NOT NULL PRIMARY KEY',
  'from_object TEXT NOT NULL',
  'to_object TEXT NOT NULL',
])} WITHOUT ROWID`

export const dropForgettingIndex = 'DROP INDEX IF EXISTS sync_changes_by_at'

export const createVersionTable = createTable('sync_schema', syncComments.sync_schema, [
  'version INTEGER PRIMARY KEY',
  'applied_at TEXT NOT NULL',
])

export const selectVersion = sql`SELECT coalesce(max(version), 0) AS version FROM sync_schema`

export const insertVersion = (version: number, appliedAt: string) =>
  sql`INSERT INTO sync_schema (version, applied_at) VALUES (${version}, ${appliedAt})`
