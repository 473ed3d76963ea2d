import type { RecordStatus } from '@hubsync/core'
import {
  type Batch,
  type ReferenceColumn,
  type ReferencePlan,
  type ReferenceSet,
  type ReferenceTable,
  referenceComments,
  type StoredReferenceRow,
} from '@hubsync/core/store'
import type { SqliteValue } from './sqlite-database.js'
import { decode, encode } from './sqlite-rows.js'
import { named, quoted } from './sqlite-sql.js'
import { type Statement, sql, verbatim } from './sqlite-statement.js'
import { createTable, declareColumn, declareStatus } from './sqlite-tables.js'

type Key = StoredReferenceRow['key']

const keyColumns = ({ key }: ReferenceTable) => ['portal_id', ...key.map(({ sqlName }) => sqlName)]

/** The columns between the key and the table's own ones, and those after them. */
const before = ({ keeps }: ReferenceTable) => (keeps ? ['source_status'] : [])
const after = ({ raw }: ReferenceTable) => (raw ? ['raw', 'synced_at'] : ['synced_at'])

/** The columns by which a reference table is recognised as hubsync's. */
export function referenceColumns(table: ReferenceTable): string[] {
  return [...keyColumns(table), ...before(table), ...after(table)]
}

/** All columns, in the order of {@link writtenValues}. */
function allColumns(table: ReferenceTable): string[] {
  const own = table.columns.map(({ sqlName }) => sqlName)
  return [...keyColumns(table), ...before(table), ...own, ...after(table)]
}

export function createReferenceTable(table: ReferenceTable, parent?: ReferenceTable): string {
  const { name, key, columns, keeps, raw } = table
  const listed = (names: readonly string[]) => names.map(quoted).join(', ')
  const lines = [
    'portal_id TEXT NOT NULL',
    ...key.map((column) => `${declareColumn(column)} NOT NULL`),
    ...(keeps ? [declareStatus] : []),
    ...columns.map(declareColumn),
    ...(raw ? ['raw TEXT'] : []),
    'synced_at TEXT NOT NULL',
    `PRIMARY KEY (${listed(keyColumns(table))})`,
  ]
  if (parent) {
    const [here, there] = [keyColumns(table).slice(0, parent.key.length + 1), keyColumns(parent)]
    lines.push(`FOREIGN KEY (${listed(here)}) REFERENCES ${quoted(parent.name)} (${listed(there)})`)
  }
  return createTable(name, referenceComments(table), lines)
}

/** The rows of a part, in the order of their keys. */
export function selectReference(
  table: ReferenceTable,
  portalId: string,
  scope: ReferenceSet['scope'],
): Statement {
  const columns = verbatim(allColumns(table).map(quoted).join(', '))
  const order = verbatim(keyColumns(table).map(quoted).join(', '))
  return sql`SELECT ${columns} FROM ${named(table)} WHERE ${isKey(table, portalId, scope)} ORDER BY ${order}`
}

/** That a row has this key, or one that begins with these values. */
function isKey({ key }: ReferenceTable, portalId: string, values: Key): Statement {
  return values.reduce<Statement>((all, value, index) => {
    const { sqlName } = key[index] as ReferenceColumn
    return sql`${all} AND ${verbatim(quoted(sqlName))} = ${value}`
  }, sql`portal_id = ${portalId}`)
}

/** A line that {@link selectReference} gives. */
export function storedReferenceRow(
  table: ReferenceTable,
  line: Record<string, SqliteValue>,
): StoredReferenceRow {
  const stored = ({ kind, sqlName }: ReferenceColumn) => decode(kind, line[sqlName] ?? null)
  return {
    key: table.key.map((column) => stored(column) as Key[number]),
    status: table.keeps ? (line.source_status as RecordStatus) : 'ACTIVE',
    values: Object.fromEntries(table.columns.map((column) => [column.name, stored(column)])),
    raw: JSON.parse(String(line.raw ?? null)),
    syncedAt: String(line.synced_at),
  }
}

export function* referenceWrites(
  { portalId, at }: Pick<Batch, 'portalId' | 'at'>,
  { table, written, removed }: ReferencePlan,
): Generator<Statement> {
  for (const key of removed)
    yield sql`DELETE FROM ${named(table)} WHERE ${isKey(table, portalId, key)}`
  const columns = allColumns(table).map(quoted)
  const key = keyColumns(table).map(quoted)
  const changes = columns.filter((name) => !key.includes(name))
  const text = `INSERT INTO ${quoted(table.name)} (${columns.join(', ')})
VALUES (${columns.map(() => '?').join(', ')}) ON CONFLICT (${key.join(', ')}) DO UPDATE
SET ${changes.map((name) => `${name} = excluded.${name}`).join(', ')}`
  for (const row of written) yield { text, values: writtenValues(table, row, portalId, at) }
}

function writtenValues(
  { keeps, columns, raw: hasRaw }: ReferenceTable,
  { key, status, values, raw }: ReferencePlan['written'][number],
  portalId: string,
  at: string,
): SqliteValue[] {
  const own = columns.map(({ name }) => encode(values[name] ?? null))
  const all: SqliteValue[] = [portalId, ...key]
  if (keeps) all.push(status)
  all.push(...own)
  if (hasRaw) all.push(raw === null ? null : JSON.stringify(raw))
  return [...all, at]
}
