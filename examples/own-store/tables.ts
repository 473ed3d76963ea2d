import { HubsyncError } from '@hubsync/core'
import {
  COUNTED_ROWS,
  historyNames,
  type MirrorSchema,
  type MissingTables,
  type ObjectTable,
  type PairTable,
  type ReferenceTable,
  type TableColumn,
  type TablePart,
} from '@hubsync/core/store'
import { all, columnsOf, type Database, quoted, run } from './database.ts'
import { ensureHistory, hasHistory } from './history.ts'
import { keyColumns } from './reference.ts'

const VERSION = 1

const ownTables = {
  sync_schema: 'version INTEGER PRIMARY KEY',
  sync_portals: `portal_id TEXT PRIMARY KEY, ui_domain TEXT NOT NULL, time_zone TEXT NOT NULL,
    first_run_at TEXT NOT NULL, last_run_at TEXT NOT NULL`,
  sync_checkpoints: `portal_id TEXT NOT NULL, stream TEXT NOT NULL, state TEXT NOT NULL,
    PRIMARY KEY (portal_id, stream)`,
  sync_runs: `seq INTEGER PRIMARY KEY, portal_id TEXT NOT NULL, id TEXT NOT NULL, jobs TEXT NOT NULL,
    status TEXT NOT NULL, counts TEXT, error TEXT, started_at TEXT NOT NULL, finished_at TEXT,
    UNIQUE (portal_id, id)`,
  sync_changes: `seq INTEGER PRIMARY KEY AUTOINCREMENT, portal_id TEXT NOT NULL, object TEXT NOT NULL,
    source_id TEXT NOT NULL, kind TEXT NOT NULL, columns TEXT NOT NULL, at TEXT NOT NULL`,
  sync_tombstones: `portal_id TEXT NOT NULL, object TEXT NOT NULL, source_id TEXT NOT NULL,
    reason TEXT NOT NULL, into_id TEXT, at TEXT NOT NULL, PRIMARY KEY (portal_id, object, source_id)`,
  sync_leases: `portal_id TEXT NOT NULL, job TEXT NOT NULL, holder TEXT NOT NULL, started_at TEXT NOT NULL,
    renewed_at TEXT NOT NULL, PRIMARY KEY (portal_id, job)`,
  // Lists the tables of pairs that this store has created. Without it they couldn't be told from the user's tables.
  sync_pairs: 'name TEXT PRIMARY KEY, "from" TEXT NOT NULL, "to" TEXT NOT NULL',
}

const baseColumns = {
  portal_id: 'TEXT NOT NULL',
  source_id: 'TEXT NOT NULL',
  source_status: 'TEXT NOT NULL',
  source_url: 'TEXT',
  source_created_at: 'TEXT',
  source_updated_at: 'TEXT NOT NULL',
  source_archived_at: 'TEXT',
  source_created_year: 'INTEGER',
  raw: 'TEXT NOT NULL',
  synced_at: 'TEXT NOT NULL',
}

const affinities = { integer: 'INTEGER', boolean: 'INTEGER', number: 'REAL' }
const affinityOf = (kind: string): string => (affinities as Record<string, string>)[kind] ?? 'TEXT'

const pairColumns = ({ from, to }: PairTable) => `portal_id TEXT NOT NULL, from_id TEXT NOT NULL,
  to_id TEXT NOT NULL, category TEXT NOT NULL, type_id INTEGER NOT NULL, label TEXT,
  PRIMARY KEY (portal_id, from_id, to_id, category, type_id),
  FOREIGN KEY (portal_id, from_id) REFERENCES ${quoted(from)} (portal_id, source_id),
  FOREIGN KEY (portal_id, to_id) REFERENCES ${quoted(to)} (portal_id, source_id)`

/** Creates what is missing. It runs in a transaction, so other processes wait for it. */
export function migrate(at: Database, schema: MirrorSchema): void {
  const isNew = columnsOf(at, 'sync_schema').length === 0
  for (const [name, columns] of Object.entries(isNew ? ownTables : {})) {
    expectFree(at, name)
    at.exec(`CREATE TABLE ${name} (${columns})`)
  }
  if (versionOf(at) < VERSION) run(at, 'INSERT INTO sync_schema VALUES (?)', [VERSION])
  for (const table of schema.objects) ensureObjectTable(at, table)
  for (const pair of schema.pairs) {
    run(at, 'INSERT OR IGNORE INTO sync_pairs VALUES (?, ?, ?)', [pair.name, pair.from, pair.to])
    if (columnsOf(at, pair.name).includes('from_id')) continue
    expectFree(at, pair.name)
    at.exec(`CREATE TABLE ${quoted(pair.name)} (${pairColumns(pair)})`)
    at.exec(
      `CREATE INDEX ${quoted(`${pair.name}_by_to`)} ON ${quoted(pair.name)} (portal_id, to_id)`,
    )
  }
  for (const table of schema.objects) ensureHistory(at, table, (name) => expectFree(at, name))
  for (const table of schema.reference ?? []) ensureReferenceTable(at, table, schema)
}

/** What `migrate` would create. It doesn't check for tables that somebody else has created: `migrate` refuses those. */
export function missing(
  at: Database,
  { objects, pairs, reference = [] }: MirrorSchema,
): MissingTables {
  if (columnsOf(at, 'sync_schema').length > 0) versionOf(at)
  const isMissing = ({ name }: { name: string }) => columnsOf(at, name).length === 0
  const isOwn = ({ name }: { name: string }) => columnsOf(at, name).includes('synced_at')
  const lacks: MissingTables = {
    objects: objects.filter(isMissing).map(({ name }) => name),
    pairs: pairs.filter(isMissing).map(({ name }) => name),
    columns: [...objects, ...reference]
      .filter(isOwn)
      .flatMap((table) =>
        columnsToAdd(at, table).map(({ name }) => ({ object: table.name, column: name })),
      ),
  }
  const absent = reference.filter(isMissing).map(({ name }) => name)
  if (absent.length > 0) lacks.reference = absent
  const histories = objects.filter(({ name, history }) => history && !hasHistory(at, name))
  if (histories.length > 0) lacks.history = histories.map(({ name }) => name)
  return lacks
}

/** Deletes parts of a portal, and drops those that no other portal has. */
export function prune(
  at: Database,
  portalId: string,
  parts: readonly TablePart[],
  dryRun: boolean,
): { rows: (number | null)[]; dropped: TablePart[] } {
  const dropped: TablePart[] = []
  const rows = parts.map((part) => {
    if (!isOurs(at, part)) return null
    const table = quoted(part.table)
    const counted = `SELECT 1 FROM ${table} WHERE portal_id = ? LIMIT ${COUNTED_ROWS}`
    const [count] = all(at, `SELECT count(*) AS rows FROM (${counted})`, [portalId])
    if (dryRun) return Number(count?.rows)
    const column = part.column === undefined ? undefined : quoted(part.column)
    if (column) {
      run(at, `UPDATE ${table} SET ${column} = NULL WHERE portal_id = ?`, [portalId])
      const feed = 'UPDATE sync_changes SET columns = json_remove(columns, ?)'
      const value = `$."${part.name}"`
      run(at, `${feed} WHERE portal_id = ? AND object = ?`, [value, portalId, part.table])
    } else clear(at, portalId, part.table)
    const others = `SELECT 1 FROM ${table} WHERE portal_id <> ? AND ${column ?? 1} IS NOT NULL LIMIT 1`
    if (part.historyOf !== undefined)
      pruneGaps(
        at,
        portalId,
        part.historyOf,
        !part.shared && all(at, others, [portalId]).length === 0,
      )
    if (!part.shared && all(at, others, [portalId]).length === 0) {
      run(at, column ? `ALTER TABLE ${table} DROP COLUMN ${column}` : `DROP TABLE ${table}`)
      if (!column) run(at, 'DELETE FROM sync_pairs WHERE name = ?', [part.table])
      dropped.push(part)
    }
    return Number(count?.rows)
  })
  return { rows, dropped }
}

/** The gaps of a history, and the view of its stages. */
function pruneGaps(at: Database, portalId: string, object: string, isDropped: boolean): void {
  const { gaps, stages } = historyNames(object)
  if (!isDropped) run(at, `DELETE FROM ${quoted(gaps)} WHERE portal_id = ?`, [portalId])
  else at.exec(`DROP VIEW IF EXISTS ${quoted(stages)}; DROP TABLE ${quoted(gaps)}`)
}

/** Deletes what a portal has in a table. The entries of the change feed stay without their values. */
function clear(at: Database, portalId: string, table: string): void {
  run(at, `DELETE FROM ${quoted(table)} WHERE portal_id = ?`, [portalId])
  run(at, 'DELETE FROM sync_tombstones WHERE portal_id = ? AND object = ?', [portalId, table])
  run(at, "UPDATE sync_changes SET columns = '{}' WHERE portal_id = ? AND object = ?", [
    portalId,
    table,
  ])
}

/** Whether this store has created the table, and the column in it. */
function isOurs(at: Database, { table, column, historyOf }: TablePart): boolean {
  if (historyOf !== undefined) return hasHistory(at, historyOf)
  const there = columnsOf(at, table)
  const isPair = all(at, 'SELECT 1 FROM sync_pairs WHERE name = ?', [table]).length > 0
  if (isPair) return column === undefined && there.includes('from_id')
  const base = Object.keys(baseColumns)
  if (!base.every((name) => there.includes(name))) return false
  return column === undefined || (there.includes(column) && !base.includes(column))
}

function versionOf(at: Database): number {
  const [newest] = all(at, 'SELECT max(version) AS version FROM sync_schema')
  const version = Number(newest?.version ?? 0)
  if (version > VERSION)
    throw new HubsyncError('SCHEMA_TOO_NEW', `Expected at most version ${VERSION}, got ${version}.`)
  return version
}

type Column = Pick<TableColumn, 'name' | 'sqlName' | 'kind'>

const declare = ({ sqlName, kind }: Column) => `${quoted(sqlName)} ${affinityOf(kind)}`

/** Creates a table of reference data, or adds new columns of a later release. */
function ensureReferenceTable(
  at: Database,
  table: ReferenceTable,
  { reference = [] }: MirrorSchema,
): void {
  const name = quoted(table.name)
  const base = [
    'portal_id TEXT NOT NULL',
    ...table.key.map((column) => `${declare(column)} NOT NULL`),
    ...(table.keeps ? ['source_status TEXT NOT NULL'] : []),
    ...(table.raw ? ['raw TEXT NOT NULL'] : []),
    'synced_at TEXT NOT NULL',
  ]
  const there = columnsOf(at, table.name)
  if ([...keyColumns(table), 'synced_at'].every((column) => there.includes(column))) {
    for (const column of columnsToAdd(at, table))
      at.exec(`ALTER TABLE ${name} ADD COLUMN ${declare(column)}`)
    return
  }
  expectFree(at, table.name)
  const keys = (of: ReferenceTable) => keyColumns(of).map(quoted)
  const parent = reference.find((other) => other.name === table.parent)
  const lines = [...base, ...table.columns.map(declare), `PRIMARY KEY (${keys(table)})`]
  if (parent)
    lines.push(
      `FOREIGN KEY (${keys(table).slice(0, keys(parent).length)}) REFERENCES ${quoted(parent.name)} (${keys(parent)})`,
    )
  at.exec(`CREATE TABLE ${name} (${lines.join(', ')})`)
}

/** Creates an object's table, or adds new columns of its definition. */
function ensureObjectTable(at: Database, table: ObjectTable): void {
  const name = quoted(table.name)
  const there = columnsOf(at, table.name)
  // If a table lacks a base column, nobody knows what it held.
  if (Object.keys(baseColumns).every((column) => there.includes(column))) {
    for (const column of columnsToAdd(at, table))
      at.exec(`ALTER TABLE ${name} ADD COLUMN ${declare(column)}`)
    return
  }
  expectFree(at, table.name)
  const base = Object.entries(baseColumns).map(([column, type]) => `${column} ${type}`)
  const columns = [...base, ...table.columns.map(declare)].join(', ')
  at.exec(`CREATE TABLE ${name} (${columns}, PRIMARY KEY (portal_id, source_id))`)
}

/** The columns that an existing table lacks. Throws if it has one of them with another type. */
function columnsToAdd(
  at: Database,
  { name, columns }: { name: string; columns: readonly Column[] },
): Column[] {
  const lines = all(at, `PRAGMA table_info(${quoted(name)})`)
  const types = new Map(lines.map((line) => [line.name, line.type]))
  for (const { sqlName, kind } of columns)
    if (types.has(sqlName) && types.get(sqlName) !== affinityOf(kind))
      throw new HubsyncError(
        'SCHEMA_CONFLICT',
        `Expected "${sqlName}" of "${name}" to be ${affinityOf(kind)}, got ${types.get(sqlName)}.`,
      )
  return columns.filter(({ sqlName }) => !types.has(sqlName))
}

/** Throws if somebody else has created a table of that name. */
function expectFree(at: Database, table: string): void {
  if (columnsOf(at, table).length > 0)
    throw new HubsyncError('SCHEMA_CONFLICT', `Expected no table "${table}" that is not ours.`)
}
