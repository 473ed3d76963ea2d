import type {
  ColumnKind,
  ColumnValue,
  KnownRow,
  MirrorRow,
  ObjectTable,
  RecordStatus,
  StoredRow,
} from '@hubsync/core'
import type { SqliteValue } from './sqlite-database.js'

type Line = Record<string, SqliteValue> & {
  source_id: string
  source_status: 'ACTIVE' | 'ARCHIVED'
  source_url: string | null
  source_created_at: string | null
  source_updated_at: string
  source_archived_at: string | null
}

/** The values of a line of `selectKnownRows`, those of the mapped columns at the end. */
export type KnownLine = [
  rowid: number,
  id: string,
  status: RecordStatus,
  url: string | null,
  createdAt: string | null,
  updatedAt: string,
  archivedAt: string | null,
  raw: string,
  ...mapped: SqliteValue[],
]

/** A line of an object's table, with `raw` where it was asked for. */
export type RowLine = Line & { synced_at: string } & { raw?: string }

/** What of a row follows its key, as parameters of `insertRow` and `updateRow`. */
export function rowParameters(
  table: ObjectTable,
  row: MirrorRow,
  text: string,
  at: string,
): SqliteValue[] {
  return [
    row.status,
    row.url,
    row.createdAt,
    row.updatedAt,
    row.archivedAt,
    text,
    row.createdAt === null ? null : Number(row.createdAt.slice(0, 4)),
    at,
    ...table.columns.map(({ name }) => encode(row.values[name] ?? null)),
  ]
}

export function storedRow(table: ObjectTable, line: RowLine): StoredRow {
  const row = {
    ...versionOf(line),
    id: line.source_id,
    values: valuesOf(table, line),
    url: line.source_url,
    createdAt: line.source_created_at,
    syncedAt: line.synced_at,
  }
  // Left out where it wasn't asked for: its parsing takes as long as the rest.
  return (line.raw === undefined ? row : { ...row, raw: JSON.parse(line.raw) }) as StoredRow
}

/** What `planRow` has to know of the row that is there. */
export function knownRow({ columns }: ObjectTable, line: KnownLine): KnownRow {
  const [, , status, url, createdAt, updatedAt, archivedAt, rawText, ...mapped] = line
  const values: Record<string, ColumnValue> = {}
  for (const [index, { name, kind }] of columns.entries())
    values[name] = decode(kind, mapped[index] as SqliteValue)
  return { status, url, createdAt, updatedAt, archivedAt, rawText, values }
}

export function versionOf(
  line: Pick<RowLine, 'source_status' | 'source_updated_at' | 'source_archived_at'>,
) {
  return {
    status: line.source_status,
    updatedAt: line.source_updated_at,
    archivedAt: line.source_archived_at,
  }
}

function valuesOf(
  table: ObjectTable,
  line: Record<string, SqliteValue>,
): Record<string, ColumnValue> {
  const values: Record<string, ColumnValue> = {}
  for (const { name, sqlName, kind } of table.columns)
    values[name] = decode(kind, line[sqlName] ?? null)
  return values
}

function encode(value: ColumnValue): SqliteValue {
  if (typeof value === 'boolean') return value ? 1 : 0
  return Array.isArray(value) ? JSON.stringify(value) : value
}

function decode(kind: ColumnKind, value: SqliteValue): ColumnValue {
  if (value === null) return null
  if (kind === 'boolean') return value === 1
  return kind === 'list' ? (JSON.parse(String(value)) as string[]) : value
}
