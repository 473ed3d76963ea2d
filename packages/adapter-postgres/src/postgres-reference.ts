import type { ColumnValue, Json, RecordStatus } from '@hubsync/core'
import {
  type ReferenceColumn,
  type ReferencePlan,
  type ReferenceRow,
  type ReferenceSet,
  type ReferenceTable,
  referenceComments,
  type StoredReferenceRow,
} from '@hubsync/core/store'
import { qualified, quoted } from './postgres-names.js'
import type { Line } from './postgres-query.js'
import { decode, encode, momentParameter } from './postgres-rows.js'
import { at, columnText, type Place } from './postgres-sql.js'
import { json, type Sql, type Statement, sql, verbatim } from './postgres-statement.js'
import {
  type ColumnDeclaration,
  columnTypes,
  key as keyOf,
  portalId,
  sourceStatus,
  type TableDeclaration,
} from './postgres-tables.js'
import { decodeJson } from './postgres-text.js'
import { given, type Target } from './postgres-write-sql.js'

type Key = ReferenceRow['key']

const keyNames = ({ key }: ReferenceTable) => ['portal_id', ...key.map(({ sqlName }) => sqlName)]

/** The columns of a reference table besides its own, by which it is recognised as hubsync's. */
export function referenceColumns(table: ReferenceTable): ColumnDeclaration[] {
  const key = table.key.map(({ sqlName, kind }): ColumnDeclaration => {
    return [sqlName, columnTypes[kind], kind === 'integer' ? 'NOT NULL' : keyOf]
  })
  const columns = [portalId, ...key]
  if (table.keeps) columns.push(sourceStatus)
  if (table.raw) columns.push(['raw', 'jsonb', ''])
  return [...columns, ['synced_at', columnTypes.datetime, 'NOT NULL']]
}

/** @param reference - the tables of the schema, with the one that this table refers to. */
export function referenceTable(
  schema: string,
  table: ReferenceTable,
  reference: readonly ReferenceTable[],
): TableDeclaration {
  const base = referenceColumns(table)
  const own = table.columns.map(({ sqlName, kind }): ColumnDeclaration => {
    return [sqlName, columnTypes[kind], '']
  })
  const after = table.raw ? -2 : -1
  const listed = (names: readonly string[]) => names.map(quoted).join(', ')
  const constraints = [`PRIMARY KEY (${listed(keyNames(table))})`]
  const parent = reference.find(({ name }) => name === table.parent)
  if (parent) {
    const here = keyNames(table).slice(0, parent.key.length + 1)
    constraints.push(
      `FOREIGN KEY (${listed(here)}) REFERENCES ${qualified(schema, parent.name)} (${listed(keyNames(parent))})`,
    )
  }
  return {
    name: table.name,
    columns: [...base.slice(0, after), ...own, ...base.slice(after)],
    constraints,
    comments: referenceComments(table),
  }
}

/** The rows of a part, in the order of their keys. */
export function selectReference(
  place: Place,
  table: ReferenceTable,
  scope: ReferenceSet['scope'],
): Statement {
  const columns = [...table.key, ...table.columns, syncedAt].map(
    ({ sqlName, kind }) => `${columnText(kind, `stored.${quoted(sqlName)}`)} AS ${quoted(sqlName)}`,
  )
  if (table.keeps) columns.push('stored.source_status')
  if (table.raw) columns.push('stored.raw')
  const order = keyNames(table).map((name) => `stored.${quoted(name)}`)
  return sql`SELECT ${verbatim(columns.join(', '))} FROM ${at(place, table.name)} AS stored
WHERE ${inScope(place, table, scope)} ORDER BY ${verbatim(order.join(', '))}`
}

const syncedAt = { name: 'syncedAt', sqlName: 'synced_at', kind: 'datetime' } as const

function inScope(place: Place, { key }: ReferenceTable, scope: ReferenceSet['scope']): Sql {
  return scope.reduce<Sql>((all, value, index) => {
    const { sqlName } = key[index] as ReferenceColumn
    return sql`${all} AND ${verbatim(`stored.${quoted(sqlName)}`)} = ${value}`
  }, sql`stored.portal_id = ${place.portalId}`)
}

/** A line that {@link selectReference} gives. */
export function storedReferenceRow(table: ReferenceTable, line: Line): StoredReferenceRow {
  const stored = ({ kind, sqlName }: ReferenceColumn) => decode(kind, line[sqlName] ?? null)
  return {
    key: table.key.map((column) => stored(column) as Key[number]),
    status: table.keeps ? (line.source_status as RecordStatus) : 'ACTIVE',
    values: Object.fromEntries(table.columns.map((column) => [column.name, stored(column)])),
    raw: decodeJson(line.raw ?? 'null'),
    syncedAt: String(stored(syncedAt)),
  }
}

export function upsertReference(
  target: Target,
  table: ReferenceTable,
  rows: ReferencePlan['written'],
): Statement {
  const { columns } = referenceTable(target.schema, table, [])
  const written = columns.filter(([name]) => name !== 'portal_id' && name !== 'synced_at')
  const names = written.map(([name]) => quoted(name))
  const types = written.map(([name, type]) => `${quoted(name)} ${type}`)
  const keys = keyNames(table).map(quoted)
  const changes = [...names, 'synced_at']
    .filter((name) => !keys.includes(name))
    .map((name) => `${name} = excluded.${name}`)
  const lines = rows.map((row) => lineOf(target, table, row))
  return sql`INSERT INTO ${at(target, table.name)} (portal_id, synced_at, ${verbatim(names.join())})
SELECT portal_id, ${momentParameter(target.at)}::timestamptz, ${verbatim(names.join())} FROM ${given(json(lines), types.join())}
ON CONFLICT (${verbatim(keys.join())}) DO UPDATE SET ${verbatim(changes.join())}`
}

function lineOf(
  place: Place,
  table: ReferenceTable,
  { key, status, values, raw }: ReferenceRow,
): Record<string, ColumnValue | Json> {
  const line: Record<string, ColumnValue | Json> = keyLine(place, table, key)
  if (table.keeps) line.source_status = status
  for (const { name, sqlName, kind } of table.columns)
    line[sqlName] = encode(kind, values[name] ?? null)
  if (table.raw) line.raw = raw
  return line
}

function keyLine(
  { portalId }: Place,
  { key: columns }: ReferenceTable,
  key: Key,
): Record<string, string | number> {
  const values = columns.map(({ sqlName }, index) => [sqlName, key[index] ?? ''] as const)
  return { portal_id: portalId, ...Object.fromEntries(values) }
}

export function deleteReference(
  place: Place,
  { table, removed }: Pick<ReferencePlan, 'table' | 'removed'>,
): Statement {
  const types = table.key.map(({ sqlName, kind }) => `${quoted(sqlName)} ${columnTypes[kind]}`)
  const isGiven = keyNames(table).map((name) => `stored.${quoted(name)} = given.${quoted(name)}`)
  const lines = removed.map((key) => keyLine(place, table, key))
  return sql`DELETE FROM ${at(place, table.name)} AS stored
USING ${given(json(lines), types.join())} WHERE ${verbatim(isGiven.join(' AND '))}`
}
