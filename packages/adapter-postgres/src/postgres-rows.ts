import type {
  ColumnKind,
  ColumnValue,
  KnownRow,
  MirrorRow,
  ObjectTable,
  RecordStatus,
  RowVersion,
  StoredRow,
  StoredVersion,
} from '@hubsync/core'
import type { Line } from './postgres-query.js'
import { givenColumns } from './postgres-sql.js'
import {
  arrayText,
  decodeJson,
  decodeJsonText,
  decodeText,
  encodeJsonText,
  slices,
  textArray,
} from './postgres-text.js'

/** A row that is to be written. */
export interface PlannedRow {
  row: MirrorRow
  /** The text of its `raw`. */
  rawText: string
}

/** What the base columns of a row hold, but for those that `upsertRows` takes apart. */
const baseCells: Record<string, (row: MirrorRow) => string | null> = {
  source_id: ({ id }) => id,
  source_status: ({ status }) => status,
  source_url: ({ url }) => url,
  source_created_at: ({ createdAt }) => momentParameter(createdAt),
  source_updated_at: ({ updatedAt }) => momentParameter(updatedAt),
  source_archived_at: ({ archivedAt }) => momentParameter(archivedAt),
  source_created_year: ({ createdAt }) => (createdAt === null ? null : createdAt.slice(0, 4)),
}

/** Parameters of `upsertRows`, from `$3`. */
export type RowParameters = (string | Buffer)[]

/** Rows as these parameters, in the order of their ids: `lockEnds` takes them so too, in commits of associations. */
export function rowParameters(table: ObjectTable, planned: Iterable<PlannedRow>): RowParameters {
  const inOrder = [...planned].sort((one, other) => (one.row.id < other.row.id ? -1 : 1))
  const rows = inOrder.map(({ row }) => row)
  const column = (cell: (row: MirrorRow) => string | null) => textArray(rows.map(cell))
  return [
    ...slices(inOrder.map(({ rawText }) => encodeJsonText(rawText))),
    ...givenColumns.map(([sqlName]) => column(baseCells[sqlName] as (typeof baseCells)[string])),
    ...table.columns.map(({ name, kind }) =>
      column(({ values }) => encode(kind, values[name] ?? null)),
    ),
  ]
}

/** A line of `rowColumns` as a row. */
export function storedRow(table: ObjectTable, line: Line): StoredRow {
  const row = {
    ...storedVersion(line),
    ...detailsOf(table, line),
    id: decodeText(String(line.source_id)),
  }
  // Left out where it wasn't asked for.
  return (line.raw === undefined ? row : { ...row, raw: decodeJson(String(line.raw)) }) as StoredRow
}

/** What `planRow` has to know of the row that is there, from a line of `selectKnownRows`. */
export function knownRow(table: ObjectTable, line: Line): KnownRow {
  const url = line._url ? `"url":${line._url},` : ''
  return {
    ...versionOf(line),
    ...detailsOf(table, line),
    rawText: decodeJsonText(line.raw ?? `{${url}"properties":${line._left}}`),
  }
}

/** Which version of a record a line holds. */
function versionOf(line: Line): RowVersion {
  return {
    status: line.source_status as RecordStatus,
    updatedAt: momentOf(line.source_updated_at) ?? '',
    archivedAt: momentOf(line.source_archived_at),
  }
}

/** The same, and since when it is here. */
export function storedVersion(line: Line): StoredVersion {
  return { ...versionOf(line), syncedAt: momentOf(line.synced_at) ?? '' }
}

function detailsOf(
  table: ObjectTable,
  line: Line,
): Pick<StoredRow, 'url' | 'createdAt' | 'values'> {
  const values: Record<string, ColumnValue> = {}
  for (const { name, sqlName, kind } of table.columns)
    values[name] = decode(kind, line[sqlName] ?? null)
  return {
    url: textOf(line.source_url),
    createdAt: momentOf(line.source_created_at),
    values,
  }
}

/** A text column's value. */
export function textOf(value: string | null | undefined): string | null {
  return value === null || value === undefined ? null : decodeText(value)
}

/** A line of text columns. */
export function decodeLine(line: Line): Line {
  return Object.fromEntries(Object.entries(line).map(([name, value]) => [name, textOf(value)]))
}

/** A moment, or a day, from the text of `to_char`, which ends with the era. */
export function momentOf(value: string | null | undefined): string | null {
  if (value === null || value === undefined) return null
  return value.endsWith('BC') ? `0000${value.slice(4, -2)}` : value.slice(0, -2)
}

/** A moment as the statements write it, for `momentOf` and for comparing versions. */
export function momentText(moment: string): string {
  return moment.startsWith('0000') ? `0001${moment.slice(4)}BC` : `${moment}AD`
}

/**
 * A moment, or a day, as PostgreSQL reads it. It has no year 0, and calls that year 1 BC. And what it takes Z for depends on the `timezone`
 * that is set: one such as `Z5` has that name for a zone of its own.
 */
export function momentParameter<T extends string | null>(value: T): T | string {
  if (value === null) return value
  const zoned = value.endsWith('Z') ? `${value.slice(0, -1)}+00` : value
  return zoned.startsWith('0000') ? `0001${zoned.slice(4)} BC` : zoned
}

function encode(kind: ColumnKind, value: ColumnValue): string | null {
  if (value === null) return null
  if (Array.isArray(value)) return arrayText(value)
  return kind === 'date' || kind === 'datetime' ? momentParameter(String(value)) : String(value)
}

const decoders: Record<ColumnKind, (value: string) => ColumnValue> = {
  text: decodeText,
  email: decodeText,
  phone: decodeText,
  integer: Number,
  number: (value) => Buffer.from(value, 'hex').readDoubleBE(),
  decimal: (value) => value,
  boolean: (value) => value === 't',
  date: momentOf,
  datetime: momentOf,
  list: (value) => decodeJson<string[]>(value),
}

function decode(kind: ColumnKind, value: string | null): ColumnValue {
  return value === null ? null : decoders[kind](value)
}
