import type { ColumnKind, ColumnValue, RecordStatus, StoredRow, StoredVersion } from '@hubsync/core'
import type {
  KnownRow,
  KnownTombstone,
  ObjectTable,
  PlannedRow,
  RelatedRow,
} from '@hubsync/core/store'
import type { SqliteValue } from './sqlite-database.js'

/** The columns of an object's table that make up a row's version. */
export interface VersionLine {
  source_id: string
  source_status: RecordStatus
  source_updated_at: string
  source_archived_at: string | null
  synced_at: string
}

/** A line of an object's table. It has `raw` if that was selected, and the mapped columns beside these. */
export interface RowLine extends VersionLine {
  source_url: string | null
  source_created_at: string | null
  raw?: string
}

/** A record at the other end of an association, joined with that association. */
export type RelatedLine = RowLine & {
  '@category': string
  '@type_id': number
  '@label': string | null
}

export type TombstoneLine = KnownTombstone & { source_id: string }

/** The columns that every object's table has besides its key and its mapped columns. */
export const baseColumns = [
  'source_status',
  'source_url',
  'source_created_at',
  'source_updated_at',
  'source_archived_at',
  'source_created_year',
  'raw',
  'synced_at',
]

/** All columns except the key, in the order of {@link rowValues}. */
export function rowColumns({ columns }: ObjectTable): string[] {
  return [...baseColumns, ...columns.map(({ sqlName }) => sqlName)]
}

export function rowValues(
  { columns }: ObjectTable,
  { row, rawText }: PlannedRow,
  syncedAt: string,
): SqliteValue[] {
  const { status, url, createdAt, updatedAt, archivedAt, values } = row
  const year = createdAt === null ? null : Number(createdAt.slice(0, 4))
  const base = [status, url, createdAt, updatedAt, archivedAt, year, rawText, syncedAt]
  return [...base, ...columns.map(({ name }) => encode(values[name] ?? null))]
}

export function storedRow(table: ObjectTable, line: RowLine): StoredRow {
  const row = rowWithoutRaw(table, line)
  // Without `raw` if it wasn't selected: parsing it takes as long as the rest.
  return (line.raw === undefined ? row : { ...row, raw: JSON.parse(line.raw) }) as StoredRow
}

/** A stored row as `planCommit` needs it. */
export function knownRow(table: ObjectTable, line: RowLine): KnownRow {
  return { ...rowWithoutRaw(table, line), rawText: String(line.raw) }
}

function rowWithoutRaw({ columns }: ObjectTable, line: RowLine): Omit<StoredRow, 'raw'> {
  const mapped = line as unknown as Record<string, SqliteValue>
  const values: Record<string, ColumnValue> = {}
  for (const { name, sqlName, kind } of columns)
    values[name] = decode(kind, mapped[sqlName] ?? null)
  return {
    id: line.source_id,
    url: line.source_url,
    createdAt: line.source_created_at,
    values,
    ...storedVersion(line),
  }
}

export function storedVersion(line: VersionLine): StoredVersion {
  return {
    status: line.source_status,
    updatedAt: line.source_updated_at,
    archivedAt: line.source_archived_at,
    syncedAt: line.synced_at,
  }
}

/** Groups lines, which are one per association and sorted by record, into one entry per record. */
export function relatedRows(table: ObjectTable, lines: readonly RelatedLine[]): RelatedRow[] {
  const related: RelatedRow[] = []
  for (const line of lines) {
    const { '@category': category, '@type_id': typeId, '@label': label } = line
    const last = related.at(-1)
    if (last?.row.id === line.source_id) last.associations.push({ category, typeId, label })
    else
      related.push({
        row: storedRow(table, line),
        associations: [{ category, typeId, label }],
      })
  }
  return related
}

/** A column's value as it is stored. */
export function encode(value: ColumnValue): SqliteValue {
  if (typeof value === 'boolean') return value ? 1 : 0
  return Array.isArray(value) ? JSON.stringify(value) : value
}

/** The value of a stored column. */
export function decode(kind: ColumnKind, value: SqliteValue): ColumnValue {
  if (value === null) return null
  if (kind === 'boolean') return value === 1
  return kind === 'list' ? (JSON.parse(String(value)) as string[]) : value
}
