import type { ColumnKind, RecordStatus, Store } from '@hubsync/core'
import type { Filter, ObjectTable, PairTable } from '@hubsync/core/store'
import { qualified, quoted } from './postgres-names.js'
import { encode, momentParameter } from './postgres-rows.js'
import { type Sql, type Statement, sql, verbatim } from './postgres-statement.js'

// A read outside of a transaction runs under any settings that the server, the role, the pool or another client of a
// pooler has made for the session. So it returns text that no setting changes, and it names functions and types with
// their schema, because the search_path may list another one first.

/** The portal that a statement is about, and the schema of its tables. */
export interface Place {
  schema: string
  portalId: string
}

/** The qualified name of a table. */
export function at({ schema }: Pick<Place, 'schema'>, name: string): Sql {
  return verbatim(qualified(schema, name))
}

/**
 * A time as text in UTC, with its era at the end: in PostgreSQL the year 0 is the year 1 BC. The zone is given as an
 * interval, because PostgreSQL 18 with a `timezone` such as `UTC+5` takes the name UTC for that zone.
 */
function momentText(expression: string): string {
  return `pg_catalog.to_char(${expression} AT TIME ZONE INTERVAL '0', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"BC')`
}

/** Columns with times, as text. */
function moments(...names: readonly string[]): Sql {
  return verbatim(
    names.map((name) => `${momentText(name)} AS ${name.split('.').at(-1)}`).join(', '),
  )
}

/** A number as text. With pg's option `binary` a number would be bytes that can't be read as text. */
function numberText(expression: string): string {
  return `${expression}::pg_catalog.text`
}

const readers: Partial<Record<ColumnKind, (expression: string) => string>> = {
  integer: numberText,
  decimal: numberText,
  // As bytes, because its text has only as many digits as `extra_float_digits` says.
  number: (expression) => `pg_catalog.encode(pg_catalog.float8send(${expression}), 'hex')`,
  date: (expression) => `pg_catalog.to_char(${expression}, 'YYYY-MM-DDBC')`,
  datetime: momentText,
  list: (expression) => `pg_catalog.to_jsonb(${expression})`,
}

/** The text of a value of this kind, as `decode` of `postgres-rows` reads it. */
export function columnText(kind: ColumnKind, expression: string): string {
  return readers[kind]?.(expression) ?? expression
}

/** The columns that `postgres-rows` reads. They are listed, because the user may have added others. */
function rowColumns({ columns }: ObjectTable, raw = true): Sql {
  const mapped = columns.map(({ sqlName, kind }) => {
    const name = quoted(sqlName)
    return `, ${columnText(kind, `stored.${name}`)} AS ${name}`
  })
  return sql`stored.source_id, stored.source_status, stored.source_url,
  ${moments('stored.source_created_at', 'stored.source_updated_at', 'stored.source_archived_at', 'stored.synced_at')}
  ${verbatim(mapped.join(''))}${verbatim(raw ? ', stored.raw' : '')}`
}

export function selectRows(
  place: Place,
  table: ObjectTable,
  ids: Iterable<string>,
  raw?: boolean,
): Statement {
  return sql`SELECT ${rowColumns(table, raw)} FROM ${at(place, table.name)} AS stored
WHERE portal_id = ${place.portalId} AND source_id = ANY (${ids})`
}

export function listRows(
  place: Place,
  table: ObjectTable,
  { after = '', limit, status, updatedSince, raw }: Parameters<Store['list']>[2],
  filters: readonly Filter[] = [],
): Statement {
  const passing = filters.map(({ column: { sqlName, kind }, value }) => {
    const name = verbatim(`stored.${quoted(sqlName)}`)
    return value === null ? sql` AND ${name} IS NULL` : sql` AND ${name} = ${encode(kind, value)}`
  })
  return sql`SELECT ${rowColumns(table, raw)} FROM ${at(place, table.name)} AS stored
WHERE portal_id = ${place.portalId} AND stored.source_id > ${after}${isOf(status)}
${passing.reduce((all, each) => sql`${all}${each}`, verbatim(''))}
${updatedSince ? sql` AND stored.source_updated_at >= ${momentParameter(updatedSince)}` : verbatim('')}
ORDER BY ${firstInOrder(filters)}stored.source_id LIMIT ${limit}`
}

/**
 * A column that is null in all the rows of a list. PostgreSQL doesn't conclude from `IS NULL` that an index on it has
 * these rows in the order of their ids, and would sort them all for each page.
 */
function firstInOrder(filters: readonly Filter[]): Sql {
  const indexed = filters.filter(({ column }) => column.index)
  const [first] = indexed.some(({ value }) => value !== null) ? [] : indexed
  return verbatim(first ? `stored.${quoted(first.column.sqlName)}, ` : '')
}

function isOf(status: RecordStatus | undefined): Sql {
  return status ? sql` AND source_status = ${status}` : verbatim('')
}

/** The stored versions of these ids, and, as lines with a `_reason`, their tombstones. */
export function selectVersions(
  place: Place,
  { name }: ObjectTable,
  ids: readonly string[],
): Statement {
  return sql`SELECT NULL AS _reason, source_id, source_status, ${moments('source_updated_at', 'source_archived_at', 'synced_at')}
FROM ${at(place, name)} WHERE portal_id = ${place.portalId} AND source_id = ANY (${ids})
UNION ALL
SELECT reason, source_id, NULL, NULL, NULL, NULL
FROM ${at(place, 'sync_tombstones')} WHERE portal_id = ${place.portalId} AND object = ${name} AND source_id = ANY (${ids})`
}

/** Ids of one length. Within one length, the order as text is the order as numbers. */
export function selectIds(
  place: Place,
  { name }: ObjectTable,
  { after, length, limit, status }: Page,
): Statement {
  return sql`SELECT source_id FROM ${at(place, name)}
WHERE portal_id = ${place.portalId} AND source_id > ${after} AND pg_catalog.length(source_id) = ${length}${isOf(status)}
ORDER BY source_id LIMIT ${limit}`
}

interface Page {
  after: string
  length: number
  limit: number
  status: RecordStatus | undefined
}

/** The next greater length that an id has. */
export function selectNextLength(
  place: Place,
  { name }: ObjectTable,
  length: number,
  status: RecordStatus | undefined,
): Statement {
  return sql`SELECT ${verbatim(numberText('pg_catalog.min(pg_catalog.length(source_id))'))} AS length FROM ${at(place, name)}
WHERE portal_id = ${place.portalId} AND pg_catalog.length(source_id) > ${length}${isOf(status)}`
}

export function countRows(place: Place, objects: readonly string[]): Statement {
  const rows = verbatim(numberText('pg_catalog.count(*)'))
  return objects
    .map(
      (name) => sql`SELECT ${name}::pg_catalog.text AS object, source_status, ${rows} AS rows
FROM ${at(place, name)} WHERE portal_id = ${place.portalId} GROUP BY source_status`,
    )
    .reduce((all, each) => sql`${all}\nUNION ALL ${each}`)
}

export function selectEdges(
  place: Place,
  { name }: PairTable,
  fromIds: Iterable<string>,
): Statement {
  return sql`SELECT from_id, to_id, category, ${verbatim(numberText('pair.type_id'))} AS type_id, label
FROM ${at(place, name)} AS pair WHERE portal_id = ${place.portalId} AND from_id = ANY (${fromIds})
ORDER BY from_id, to_id, category, pair.type_id`
}

/** The records at the other end, one line per association. */
export function selectRelated(
  place: Place,
  { name }: PairTable,
  far: ObjectTable,
  end: Parameters<Store['related']>[2],
): Statement {
  const { after = '', limit, raw } = end
  const [id, nearId, farId] =
    'fromId' in end
      ? [end.fromId, verbatim('from_id'), verbatim('to_id')]
      : [end.toId, verbatim('to_id'), verbatim('from_id')]
  // No mapped column can have a name that starts with an underscore.
  return sql`SELECT pair.category AS _category, ${verbatim(numberText('pair.type_id'))} AS _type_id, pair.label AS _label, ${rowColumns(far, raw)}
FROM ${at(place, name)} AS pair JOIN ${at(place, far.name)} AS stored
  ON stored.portal_id = pair.portal_id AND stored.source_id = pair.${farId}
WHERE pair.portal_id = ${place.portalId} AND pair.${nearId} = ${id} AND pair.${farId} IN (
  SELECT DISTINCT ${farId} FROM ${at(place, name)}
  WHERE portal_id = ${place.portalId} AND ${nearId} = ${id} AND ${farId} > ${after} ORDER BY ${farId}
  ${limit === undefined ? verbatim('') : sql`LIMIT ${limit}`}
)
ORDER BY pair.${farId}, pair.category, pair.type_id`
}

export function selectTombstones(place: Place, object: string, ids: Iterable<string>): Statement {
  return sql`SELECT source_id, reason, into_id, ${moments('at')} FROM ${at(place, 'sync_tombstones')}
WHERE portal_id = ${place.portalId} AND object = ${object} AND source_id = ANY (${ids})`
}

export function selectCheckpoints(place: Place): Statement {
  return sql`SELECT stream, state FROM ${at(place, 'sync_checkpoints')} WHERE portal_id = ${place.portalId}`
}

export function selectCheckpoint(place: Place, stream: string): Statement {
  return sql`SELECT state FROM ${at(place, 'sync_checkpoints')} WHERE portal_id = ${place.portalId} AND stream = ${stream}`
}

/** The leases of a portal, each with the server's present moment. Without any there is a line of that moment alone. */
export function selectLeases(place: Place): Statement {
  return sql`SELECT job, holder, ${moments('present.at', 'started_at', 'renewed_at')}
FROM (SELECT pg_catalog.clock_timestamp() AS at) AS present
LEFT JOIN ${at(place, 'sync_leases')} AS lease ON portal_id = ${place.portalId} ORDER BY job`
}

export function selectPortals(schema: string): Statement {
  return sql`SELECT portal_id, ui_domain, time_zone, ${moments('first_run_at', 'last_run_at')}
FROM ${at({ schema }, 'sync_portals')} ORDER BY portal_id`
}

export function selectChanges(
  place: Place,
  { after = 0, before, limit, newestFirst = false, of }: Parameters<Store['changes']>[1],
): Statement {
  const record = of ? sql`AND object = ${of.object} AND source_id = ${of.id}` : sql``
  const earlier = before === undefined ? sql`` : sql`AND changes.seq < ${before}`
  return sql`SELECT ${verbatim(numberText('changes.seq'))} AS seq, object, source_id, kind, columns, ${moments('at')}
FROM ${at(place, 'sync_changes')} AS changes WHERE portal_id = ${place.portalId} AND changes.seq > ${after} ${earlier} ${record}
ORDER BY changes.seq ${verbatim(newestFirst ? 'DESC' : 'ASC')} LIMIT ${limit}`
}

export function selectRuns(
  place: Place,
  { limit, startedBefore }: Parameters<Store['runs']>[1],
): Statement {
  return sql`SELECT id, jobs, status, counts, error, ${moments('started_at', 'finished_at')}
FROM ${at(place, 'sync_runs')} AS runs WHERE portal_id = ${place.portalId}
${startedBefore ? sql` AND runs.started_at < ${momentParameter(startedBefore)}` : verbatim('')}
ORDER BY runs.started_at DESC, runs.seq DESC LIMIT ${limit}`
}
