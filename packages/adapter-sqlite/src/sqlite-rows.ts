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

/** The values of a `KnownLine` before those that are compared, and before the mapped ones. */
const KEYS_OF_LINE = 2
const BASE_OF_LINE = 8

/** A line of an object's table, with `raw` where it was asked for. */
export type RowLine = Line & { synced_at: string } & { raw?: string }

/** What of a row is compared and written, in the order of `KnownLine` after its id. */
export function rowParameters(
  { columns }: ObjectTable,
  { status, url, createdAt, updatedAt, archivedAt, values }: MirrorRow,
  text: string,
): SqliteValue[] {
  const parameters: SqliteValue[] = [status, url, createdAt, updatedAt, archivedAt, text]
  for (const { name } of columns) parameters.push(encode(values[name] ?? null))
  return parameters
}

/** Whether a line has another value at the place of a parameter. */
export function isChanged(
  line: KnownLine,
  parameters: readonly SqliteValue[],
  place: number,
): boolean {
  return parameters[place] !== line[KEYS_OF_LINE + place]
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

/** What `planRow` has to know of the row that is there. Its values, which few updates need, are made when they are asked for. */
export class KnownRowOfLine implements KnownRow {
  readonly status: RecordStatus
  readonly url: string | null
  readonly createdAt: string | null
  readonly updatedAt: string
  readonly archivedAt: string | null
  readonly rawText: string
  readonly #table: ObjectTable
  readonly #line: KnownLine
  #values: Record<string, ColumnValue> | undefined

  constructor(table: ObjectTable, line: KnownLine) {
    this.status = line[2]
    this.url = line[3]
    this.createdAt = line[4]
    this.updatedAt = line[5]
    this.archivedAt = line[6]
    this.rawText = line[7]
    this.#table = table
    this.#line = line
  }

  get values(): Record<string, ColumnValue> {
    this.#values ??= knownValues(this.#table, this.#line)
    return this.#values
  }
}

function knownValues({ columns }: ObjectTable, line: KnownLine): Record<string, ColumnValue> {
  const values: Record<string, ColumnValue> = {}
  for (const [index, { name, kind }] of columns.entries())
    values[name] = decode(kind, line[BASE_OF_LINE + index] as SqliteValue)
  return values
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
