import type { ColumnValue, MirrorRow, StoredRow } from '@hubsync/core'
import type { Batch, Filter, ObjectTable } from '@hubsync/core/store'
import { all, type Database, type Line, quoted, run, type Value } from './database.ts'

export function encode(value: ColumnValue): Value {
  if (typeof value === 'boolean') return value ? 1 : 0
  return Array.isArray(value) ? JSON.stringify(value) : value
}

export function decode(kind: string, value: Value): ColumnValue {
  if (value === null) return null
  if (kind === 'boolean') return value === 1
  return kind === 'list' ? (JSON.parse(String(value)) as string[]) : value
}

export function storedRow({ columns }: ObjectTable, line: Line): StoredRow {
  return {
    id: String(line.source_id),
    status: line.source_status as StoredRow['status'],
    url: line.source_url as string | null,
    createdAt: line.source_created_at as string | null,
    updatedAt: String(line.source_updated_at),
    archivedAt: line.source_archived_at as string | null,
    values: Object.fromEntries(
      columns.map(({ name, sqlName, kind }) => [name, decode(kind, line[sqlName] ?? null)]),
    ),
    raw: JSON.parse(String(line.raw)),
    syncedAt: String(line.synced_at),
  }
}

export function upsertRow(
  at: Database,
  table: ObjectTable,
  batch: Batch,
  row: MirrorRow,
  raw: string,
) {
  const { id, status, url, createdAt, updatedAt, archivedAt, values } = row
  const line: Line = {
    portal_id: batch.portalId,
    source_id: id,
    source_status: status,
    source_url: url,
    source_created_at: createdAt,
    source_updated_at: updatedAt,
    source_archived_at: archivedAt,
    source_created_year: createdAt === null ? null : Number(createdAt.slice(0, 4)),
    raw,
    synced_at: batch.at,
  }
  for (const { name, sqlName } of table.columns) line[sqlName] = encode(values[name] ?? null)
  const names = Object.keys(line).map(quoted)
  const places = names.map(() => '?').join(', ')
  const changes = names.map((name) => `${name} = excluded.${name}`).join(', ')
  run(
    at,
    `INSERT INTO ${quoted(table.name)} (${names.join(', ')}) VALUES (${places})
     ON CONFLICT (portal_id, source_id) DO UPDATE SET ${changes}`,
    Object.values(line),
  )
}

/** A condition of `list`, with the value of its parameter. Decimals are text: compared without the zeros at their end. */
export function condition({ column, value }: Filter): { sql: string; value: Value } {
  const name = quoted(column.sqlName)
  const shortest = `CASE WHEN instr(${name}, '.') > 0 THEN rtrim(rtrim(${name}, '0'), '.') ELSE ${name} END`
  return { sql: `${column.kind === 'decimal' ? shortest : name} IS ?`, value: encode(value) }
}

export function readRow(at: Database, { name }: ObjectTable, portalId: string, id: string) {
  return all(at, `SELECT * FROM ${quoted(name)} WHERE portal_id = ? AND source_id = ?`, [
    portalId,
    id,
  ])[0]
}
