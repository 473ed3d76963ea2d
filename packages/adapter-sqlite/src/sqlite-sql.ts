import {
  type ColumnKind,
  HubsyncError,
  type ObjectTable,
  objectComments,
  type PairTable,
  pairComments,
  syncComments,
  type TableComments,
} from '@hubsync/core'

/** The base columns of every object's table, in the order of the statements' parameters. */
const keyColumns = ['portal_id', 'source_id'] as const
const knownColumns = [
  'source_status',
  'source_url',
  'source_created_at',
  'source_updated_at',
  'source_archived_at',
  'raw',
] as const

/** The columns that every object's table has, whatever its definition is. */
export const baseColumns = [...keyColumns, ...knownColumns, 'source_created_year', 'synced_at']
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

/** Names reach SQL only through here. */
export function quoted(name: string): string {
  if (!/^[a-z][a-z0-9_]*$/.test(name))
    throw new HubsyncError(
      'STORE_FAILED',
      `Expected a table or column name, got ${JSON.stringify(name)}.`,
    )
  return `"${name}"`
}

/**
 * Writes a statement, or what holds some, once for each table and variant. Prepared statements are found by their text: one that is put together anew has
 * to be read through for that, which takes a fifth of the time that reading an associated record does.
 */
export function writtenOnce<Table extends object, Variant extends unknown[], Written>(
  write: (table: Table, ...variant: Variant) => Written,
): typeof write {
  const written = new WeakMap<Table, Map<string, Written>>()
  return (table, ...variant) => {
    const variants = written.get(table) ?? new Map<string, Written>()
    written.set(table, variants)
    const key = JSON.stringify(variant)
    const found = variants.get(key) ?? write(table, ...variant)
    variants.set(key, found)
    return found
  }
}

/**
 * A parameter of a range, a join or a limit, as a query of its own. SQLite looks at the values of others when it plans those, and so
 * plans them again each time that they change: that takes several times as long as the reading.
 */
const given = '(SELECT ?)'

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
export const selectOldStatusIndexes = `SELECT name FROM sqlite_master
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
export function assumeObjectContent({ name }: ObjectTable): string {
  return assumeContent(name, {
    [`sqlite_autoindex_${name}_1`]: '1000000 1000000 1',
    [`${name}_by_status_and_id`]: '1000000 1000000 500000 1 1',
  })
}

/** The same of a pair's table. */
export function assumePairContent({ name }: PairTable): string {
  return assumeContent(name, {
    [name]: '1000000 1000000 4 2 2 1',
    [`${name}_by_to`]: '1000000 1000000 100',
  })
}

/** For each index how many rows there are, and how many with the same first column, the same first two, and so on. */
function assumeContent(table: string, indexes: Record<string, string>): string {
  const lines = Object.entries(indexes).map(([index, rows]) => `('${index}', '${rows}')`)
  return `INSERT INTO sqlite_stat1 (tbl, idx, stat) SELECT '${table}', column1, column2 FROM (VALUES ${lines.join(', ')})
WHERE NOT EXISTS (SELECT 1 FROM sqlite_stat1 WHERE tbl = '${table}')`
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

/** The pairs that were made here and have their table still, also those that this process knows nothing of. */
export const selectPairs = `SELECT name, from_object AS "from", to_object AS "to" FROM sync_pairs
WHERE EXISTS (SELECT 1 FROM sqlite_master WHERE type = 'table' AND sqlite_master.name = sync_pairs.name)`

/** The foreign keys of tables that aren't ours, and what they refer to. */
export const selectReferring = `SELECT child.name AS name, key."table" AS "to"
FROM sqlite_master AS child JOIN pragma_foreign_key_list(child.name) AS key
WHERE child.type = 'table' AND child.name NOT IN (SELECT name FROM sync_pairs) ORDER BY child.name`

export const insertPair =
  'INSERT INTO sync_pairs (name, from_object, to_object) VALUES (?, ?, ?) ON CONFLICT DO NOTHING'

/** What of a row is compared and written, in the order of `rowParameters` and of `KnownLine` after its id. */
function rowColumns({ columns }: ObjectTable): string[] {
  return [...knownColumns, ...columns.map(({ sqlName }) => sqlName)]
}

const createdPlace = knownColumns.indexOf('source_created_at')
const yearOfDate = 'CAST(substr(?, 1, 4) AS INTEGER)'

/** Within a transaction it is known whether the row is there: inserting and updating by themselves cost less than an upsert. */
export const insertRow = writtenOnce((table: ObjectTable) => {
  const all = [...keyColumns, ...rowColumns(table), 'synced_at'].map(quoted)
  return `INSERT INTO ${quoted(table.name)} (${all.join(', ')}, source_created_year)
VALUES (${all.map(() => '?').join(', ')}, ${yearOfDate})`
})

/** A statement that takes the parameters at some places, those of `rowParameters`, then `synced_at`, and last the row's `_rowid_`. */
export interface Update {
  text: string
  places: readonly number[]
}

/**
 * Writes the columns at these places of `rowColumns`, and the year with the date that it is of. The others are left alone, with the
 * indexes that the owner has made of them.
 */
export function updateRow(table: ObjectTable, places: readonly number[]): Update {
  const columns = rowColumns(table)
  const written = places.map((place) => `${quoted(columns[place] as string)} = ?`)
  const isDated = places.includes(createdPlace)
  if (isDated) written.push(`source_created_year = ${yearOfDate}`)
  return {
    text: `UPDATE ${quoted(table.name)} SET ${[...written, 'synced_at = ?'].join(', ')} WHERE _rowid_ = ?`,
    places: isDated ? [...places, createdPlace] : places,
  }
}

/** How many rows `selectKnownRows` has places for; more at once wouldn't be faster. */
export const ROWS_READ_AT_ONCE = 50

/**
 * What is known of rows before they are written again, as `KnownLine` has it. Their number in the table gets a name that no mapped
 * column can have. A place that isn't needed takes null.
 */
export const selectKnownRows = writtenOnce((table: ObjectTable) => {
  const read = ['source_id', ...rowColumns(table)].map(quoted)
  return `SELECT _rowid_ AS "@rowid", ${read.join(', ')} FROM ${quoted(table.name)}
WHERE portal_id = ? AND source_id IN (${Array(ROWS_READ_AT_ONCE).fill('?').join(', ')})`
})

export const selectRow = writtenOnce(
  (table: ObjectTable, raw: boolean) =>
    `SELECT ${storedColumns(table, { raw })} FROM ${quoted(table.name)} WHERE portal_id = ? AND source_id = ?`,
)

/** The columns that `storedRow` takes. */
function storedColumns(
  { columns }: ObjectTable,
  { raw, from = '' }: { raw: boolean; from?: string },
): string {
  const base = ['source_id', ...knownColumns, 'synced_at']
  return [...base, ...columns.map(({ sqlName }) => sqlName)]
    .filter((column) => raw || column !== 'raw')
    .map((column) => from + quoted(column))
    .join(', ')
}

export function selectVersion({ name }: ObjectTable): string {
  return `SELECT source_status, source_updated_at, source_archived_at, synced_at FROM ${quoted(name)} WHERE portal_id = ? AND source_id = ?`
}

export function deleteRow({ name }: ObjectTable): string {
  return `DELETE FROM ${quoted(name)} WHERE portal_id = ? AND source_id = ?`
}

export const listRows = writtenOnce(
  (table: ObjectTable, wants: { status: boolean; updatedSince: boolean; raw: boolean }) =>
    `SELECT ${storedColumns(table, wants)} FROM ${quoted(table.name)}
WHERE portal_id = ${given} AND source_id > ${given}${wants.status ? ` AND source_status = ${given}` : ''}${wants.updatedSince ? ` AND source_updated_at >= ${given}` : ''}
ORDER BY source_id LIMIT ${given}`,
)

/** Ids of one length, which in their order as text are in the order of their number. */
export function selectIds({ name }: ObjectTable, withStatus: boolean): string {
  return `SELECT source_id FROM ${quoted(name)}
WHERE portal_id = ${given}${withStatus ? ` AND source_status = ${given}` : ''} AND source_id > ${given} AND length(source_id) = ${given}
ORDER BY source_id LIMIT ${given}`
}

export function selectNextLength({ name }: ObjectTable, withStatus: boolean): string {
  return `SELECT min(length(source_id)) AS length FROM ${quoted(name)}
WHERE portal_id = ?${withStatus ? ' AND source_status = ?' : ''} AND length(source_id) > ?`
}

export function countRows({ name }: ObjectTable): string {
  return `SELECT source_status, count(*) AS rows FROM ${quoted(name)} WHERE portal_id = ? GROUP BY source_status`
}

export function selectEdges({ name }: PairTable): string {
  return `SELECT to_id, category, type_id, label FROM ${quoted(name)} WHERE portal_id = ? AND from_id = ?`
}

/** Writes an association only where both its ends are here and active. */
export function insertEdge({ name, from, to }: PairTable): string {
  const isActive = (table: string) =>
    `EXISTS (SELECT 1 FROM ${quoted(table)} WHERE portal_id = ${given} AND source_id = ${given} AND source_status = 'ACTIVE')`
  return `INSERT INTO ${quoted(name)} (portal_id, from_id, to_id, category, type_id, label)
SELECT ?, ?, ?, ?, ?, ? WHERE ${isActive(from)} AND ${isActive(to)}`
}

export function updateEdgeLabel({ name }: PairTable): string {
  return `UPDATE ${quoted(name)} SET label = ?
WHERE portal_id = ? AND from_id = ? AND to_id = ? AND category = ? AND type_id = ?`
}

export function deleteEdge({ name }: PairTable): string {
  return `DELETE FROM ${quoted(name)}
WHERE portal_id = ? AND from_id = ? AND to_id = ? AND category = ? AND type_id = ?`
}

export function deleteEdgesFrom({ name }: PairTable): string {
  return `DELETE FROM ${quoted(name)} WHERE portal_id = ? AND from_id = ?`
}

export function deleteEdgesTo({ name }: PairTable): string {
  return `DELETE FROM ${quoted(name)} WHERE portal_id = ? AND to_id = ?`
}

/** The records at the other end, each with one line for each of its associations, whose columns no mapped one can be named as. */
export const selectRelated = writtenOnce(
  (far: ObjectTable, pair: string, near: 'from' | 'to', limited: boolean, raw: boolean) => {
    const farId = near === 'from' ? 'to_id' : 'from_id'
    const wanted = (from: string) =>
      `${from}portal_id = ${given} AND ${from}${near}_id = ${given} AND ${from}${farId} > ${given}`
    const page = `SELECT DISTINCT ${farId} AS id FROM ${quoted(pair)} WHERE ${wanted('')} ORDER BY id LIMIT ${given}`
    return `SELECT pair.category AS "@category", pair.type_id AS "@type_id", pair.label AS "@label", ${storedColumns(far, { raw, from: 'far.' })}
FROM ${quoted(pair)} AS pair JOIN ${quoted(far.name)} AS far
  ON far.portal_id = pair.portal_id AND far.source_id = pair.${farId}
WHERE ${wanted('pair.')}${limited ? ` AND pair.${farId} <= (SELECT max(id) FROM (${page}))` : ''}
ORDER BY pair.${farId}, pair.category, pair.type_id`
  },
)

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

export const syncStatements = {
  selectCheckpoints: 'SELECT stream, state FROM sync_checkpoints WHERE portal_id = ?',
  selectCheckpoint: 'SELECT state FROM sync_checkpoints WHERE portal_id = ? AND stream = ?',
  upsertCheckpoint: `INSERT INTO sync_checkpoints (portal_id, stream, state, updated_at) VALUES (?, ?, ?, ?)
ON CONFLICT (portal_id, stream) DO UPDATE SET state = excluded.state, updated_at = excluded.updated_at`,
  selectPortals: 'SELECT * FROM sync_portals ORDER BY portal_id',
  upsertPortal: `INSERT INTO sync_portals (portal_id, ui_domain, time_zone, first_run_at, last_run_at) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (portal_id) DO UPDATE SET ui_domain = excluded.ui_domain, time_zone = excluded.time_zone, last_run_at = excluded.last_run_at`,
  upsertRun: `INSERT INTO sync_runs (portal_id, id, jobs, status, counts, error, started_at, finished_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (portal_id, id) DO UPDATE SET status = excluded.status, counts = excluded.counts, error = excluded.error, finished_at = excluded.finished_at`,
  selectRuns:
    'SELECT * FROM sync_runs WHERE portal_id = ? ORDER BY started_at DESC, rowid DESC LIMIT ?',
  selectRunsBefore:
    'SELECT * FROM sync_runs WHERE portal_id = ? AND started_at < ? ORDER BY started_at DESC, rowid DESC LIMIT ?',
  deleteRun: 'DELETE FROM sync_runs WHERE portal_id = ? AND id = ?',
  insertChange:
    'INSERT INTO sync_changes (portal_id, object, source_id, kind, columns, at) VALUES (?, ?, ?, ?, ?, ?)',
  eraseChanges: `UPDATE sync_changes SET columns = '{}' WHERE portal_id = ? AND object = ? AND source_id = ?`,
  // The + keeps SQLite from gathering the portal's whole feed by another index, to sort it for each page.
  forgetChanges: 'DELETE FROM sync_changes WHERE +portal_id = ? AND seq <= ?',
  selectChanges: 'SELECT * FROM sync_changes WHERE +portal_id = ? AND seq > ? ORDER BY seq LIMIT ?',
  selectNewestChanges:
    'SELECT * FROM sync_changes WHERE +portal_id = ? AND seq > ? ORDER BY seq DESC LIMIT ?',
  anyTombstone: 'SELECT 1 FROM sync_tombstones WHERE portal_id = ? AND object = ? LIMIT 1',
  selectTombstone:
    'SELECT reason, into_id, at FROM sync_tombstones WHERE portal_id = ? AND object = ? AND source_id = ?',
  upsertTombstone: `INSERT INTO sync_tombstones (portal_id, object, source_id, reason, into_id, at) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (portal_id, object, source_id) DO UPDATE SET reason = excluded.reason, into_id = excluded.into_id, at = excluded.at
WHERE reason <> excluded.reason OR into_id IS NOT excluded.into_id`,
  deleteTombstone:
    'DELETE FROM sync_tombstones WHERE portal_id = ? AND object = ? AND source_id = ?',
} as const
