import type {
  AssociationEdge,
  ChangeEntry,
  ColumnKind,
  ColumnValue,
  PortalRecord,
  RecordStatus,
  RunRecord,
  StoredRow,
  StoredVersion,
  Tombstone,
} from '@hubsync/core'
import type {
  Checkpoint,
  KnownRow,
  KnownTombstone,
  ObjectTable,
  PlannedRow,
  RelatedRow,
  StoredLease,
} from '@hubsync/core/store'
import type { Line } from './postgres-query.js'
import { decodeJson, decodeJsonText, decodeText, encodeJsonText } from './postgres-text.js'

/** The rows as JSON, in the columns of the object's table. */
export function rowsJson(
  { columns }: ObjectTable,
  portalId: string,
  rows: readonly PlannedRow[],
): string {
  const lines = rows.map(({ row, rawText }) => {
    const line: Record<string, ColumnValue> = {
      portal_id: portalId,
      source_id: row.id,
      source_status: row.status,
      source_url: row.url,
      source_created_at: momentParameter(row.createdAt),
      source_updated_at: momentParameter(row.updatedAt),
      source_archived_at: momentParameter(row.archivedAt),
      source_created_year: row.createdAt?.slice(0, 4) ?? null,
    }
    for (const { name, sqlName, kind } of columns)
      line[sqlName] = encode(kind, row.values[name] ?? null)
    // `raw` is JSON text already.
    return encodeJsonText(`${JSON.stringify(line).slice(0, -1)},"raw":${rawText}}`)
  })
  return `[${lines}]`
}

/** A line with `rowColumns` as a row. It has `raw` if that was selected. */
export function storedRow(table: ObjectTable, line: Line): StoredRow {
  const row = withoutRaw(table, line)
  return (line.raw === undefined ? row : { ...row, raw: decodeJson(String(line.raw)) }) as StoredRow
}

/** Lines with `rowColumns` as `planCommit` needs them, by id. `raw` stays text. */
export function knownRows(table: ObjectTable, lines: readonly Line[]): Map<string, KnownRow> {
  const known = lines.map((line) => {
    return { ...withoutRaw(table, line), rawText: decodeJsonText(String(line.raw)) }
  })
  return new Map(known.map((row) => [row.id, row]))
}

function withoutRaw({ columns }: ObjectTable, line: Line): Omit<StoredRow, 'raw'> {
  const values: Record<string, ColumnValue> = {}
  for (const { name, sqlName, kind } of columns) values[name] = decode(kind, line[sqlName] ?? null)
  return {
    ...storedVersion(line),
    id: idOf(line),
    url: textOf(line.source_url),
    createdAt: momentOf(line.source_created_at),
    values,
  }
}

/** Associations by the record at their near end. */
export function storedSets(lines: readonly Line[]): Map<string, AssociationEdge[]> {
  const sets = new Map<string, AssociationEdge[]>()
  for (const line of lines) {
    const fromId = textOf(line.from_id) ?? ''
    const edges = sets.get(fromId) ?? []
    sets.set(fromId, edges)
    edges.push({
      toId: textOf(line.to_id) ?? '',
      category: textOf(line.category) ?? '',
      typeId: Number(line.type_id),
      label: textOf(line.label),
    })
  }
  return sets
}

/** Checkpoints by their stream. */
export function storedCheckpoints(lines: readonly Line[]): Map<string, Checkpoint> {
  return new Map(
    lines.map(({ stream, state }) => [textOf(stream) ?? '', decodeJson(String(state))]),
  )
}

/** Leases, and the moment at which they were read. */
export function storedLeases(lines: readonly Line[]): { now: string; leases: StoredLease[] } {
  const leases = lines
    .filter(({ job }) => job !== null)
    .map((line) => ({
      job: textOf(line.job) ?? '',
      holder: textOf(line.holder) ?? '',
      startedAt: momentOf(line.started_at) ?? '',
      renewedAt: momentOf(line.renewed_at) ?? '',
    }))
  return { now: momentOf(lines[0]?.at) ?? '', leases }
}

/** Tombstones by the id of their record. */
export function knownTombstones(lines: readonly Line[]): Map<string, KnownTombstone> {
  return new Map(
    lines.map((line) => {
      const reason = line.reason as Tombstone['reason']
      return [idOf(line), { reason, intoId: textOf(line.into_id), at: momentOf(line.at) ?? '' }]
    }),
  )
}

/** The version of a stored record, and when it was written. */
export function storedVersion(line: Line): StoredVersion {
  return {
    status: line.source_status as RecordStatus,
    updatedAt: momentOf(line.source_updated_at) ?? '',
    archivedAt: momentOf(line.source_archived_at),
    syncedAt: momentOf(line.synced_at) ?? '',
  }
}

/** Groups lines, which are one per association and sorted by record, into one entry per record. */
export function relatedRows(table: ObjectTable, lines: readonly Line[]): RelatedRow[] {
  const related: RelatedRow[] = []
  for (const line of lines) {
    const last = related.at(-1)
    const association = {
      category: textOf(line._category) ?? '',
      typeId: Number(line._type_id),
      label: textOf(line._label),
    }
    if (last?.row.id === idOf(line)) last?.associations.push(association)
    else related.push({ row: storedRow(table, line), associations: [association] })
  }
  return related
}

export function storedPortal(line: Line): PortalRecord {
  return {
    portalId: textOf(line.portal_id) ?? '',
    uiDomain: textOf(line.ui_domain) ?? '',
    timeZone: textOf(line.time_zone) ?? '',
    firstRunAt: momentOf(line.first_run_at) ?? '',
    lastRunAt: momentOf(line.last_run_at) ?? '',
  }
}

export function storedRun(line: Line): RunRecord {
  return {
    id: textOf(line.id) ?? '',
    jobs: decodeJson<string[]>(String(line.jobs)),
    status: line.status as RunRecord['status'],
    startedAt: momentOf(line.started_at) ?? '',
    finishedAt: momentOf(line.finished_at),
    counts: line.counts ? decodeJson(line.counts) : null,
    error: textOf(line.error),
  }
}

export function storedChange(line: Line): ChangeEntry {
  return {
    seq: Number(line.seq),
    object: textOf(line.object) ?? '',
    id: idOf(line),
    kind: line.kind as ChangeEntry['kind'],
    columns: decodeJson<ChangeEntry['columns']>(String(line.columns)),
    at: momentOf(line.at) ?? '',
  }
}

export function idOf(line: Line): string {
  return decodeText(String(line.source_id))
}

/** The value of a text column. */
export function textOf(value: string | null | undefined): string | null {
  return value === null || value === undefined ? null : decodeText(value)
}

/** A time or a date from the text of `to_char`, which ends with the era. */
function momentOf(value: string | null | undefined): string | null {
  if (value === null || value === undefined) return null
  return value.endsWith('BC') ? `0000${value.slice(4, -2)}` : value.slice(0, -2)
}

/**
 * A time or a date in PostgreSQL's form. PostgreSQL has no year 0: it is the year 1 BC. `Z` becomes `+00`, because a
 * `timezone` such as `Z5` defines Z as another zone.
 */
export function momentParameter<T extends string | null>(value: T): T | string {
  if (value === null) return value
  const zoned = value.endsWith('Z') ? `${value.slice(0, -1)}+00` : value
  return zoned.startsWith('0000') ? `0001${zoned.slice(4)} BC` : zoned
}

/** A column's value in PostgreSQL's form. */
export function encode(kind: ColumnKind, value: ColumnValue): string | string[] | null {
  if (value === null || Array.isArray(value)) return value
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

/** The value of a column, from its text. */
export function decode(kind: ColumnKind, value: string | null): ColumnValue {
  return value === null ? null : decoders[kind](value)
}
