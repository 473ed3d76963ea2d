import type { ColumnKind, ObjectTable, PairTable, RecordStatus, Store } from '@hubsync/core'
import { qualified, quoted } from './postgres-names.js'
import type { Statement } from './postgres-query.js'
import { momentParameter } from './postgres-rows.js'
import { encodeText } from './postgres-text.js'

// A read by itself goes by whatever the server, the role, the pool or a pooler's other clients have set for the session. So what it gives
// is text that no setting changes, and it names functions and types with their schema: another may be searched first.

/** Whose records a statement is about, and the schema that they are in. */
export interface Place {
  schema: string
  portalId: string
}

/**
 * A moment as text, with its era at the end: PostgreSQL calls the year 0 the year 1 BC. With a `timezone` such as `UTC+5`, PostgreSQL 18
 * takes the word UTC for that zone; an interval is none.
 */
function momentText(expression: string): string {
  return `pg_catalog.to_char(${expression} AT TIME ZONE INTERVAL '0', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"BC')`
}

/** A number as its text; with pg's option `binary` other types than text come in bytes that pg can't give. */
function numberText(expression: string): string {
  return `${expression}::pg_catalog.text`
}

const readers: Partial<Record<ColumnKind, (expression: string) => string>> = {
  integer: numberText,
  decimal: numberText,
  // Its bytes: as text it has as many digits as `extra_float_digits` says.
  number: (expression) => `pg_catalog.encode(pg_catalog.float8send(${expression}), 'hex')`,
  date: (expression) => `pg_catalog.to_char(${expression}, 'YYYY-MM-DDBC')`,
  datetime: momentText,
  list: (expression) => `pg_catalog.to_jsonb(${expression})`,
}

/** The columns of a row as `postgres-rows` takes them, named, since the table may have others that aren't the mirror's. */
function rowColumns({ columns }: ObjectTable, from: string, raw: boolean): string {
  const moments = ['created', 'updated', 'archived'].map((name) => `source_${name}_at`)
  return [
    ...(raw ? [`${from}.raw`] : []),
    ...['source_id', 'source_status', 'source_url'].map((name) => `${from}.${name}`),
    ...[...moments, 'synced_at'].map((name) => `${momentText(`${from}.${name}`)} AS ${name}`),
    ...columns.map(({ sqlName, kind }) => {
      const name = quoted(sqlName)
      const read = readers[kind] ?? ((expression: string) => expression)
      return `${read(`${from}.${name}`)} AS ${name}`
    }),
  ].join(', ')
}

/** Values that are added one by one, for a statement that doesn't always have the same ones. */
function parameters() {
  const values: (string | null)[] = []
  return { values, add: (value: string) => `$${values.push(value)}` }
}

/** The rows of these ids that are here. */
export function selectRows(
  { schema, portalId }: Place,
  table: ObjectTable,
  ids: Iterable<string>,
  raw = true,
): Statement {
  return {
    text: `SELECT ${rowColumns(table, 'stored', raw)} FROM ${qualified(schema, table.name)} AS stored
WHERE portal_id = $1 AND source_id = ANY ($2)`,
    values: [encodeText(portalId), Array.from(ids, encodeText)],
  }
}

/** Rows after an id. */
export function listRows(
  { schema, portalId }: Place,
  table: ObjectTable,
  { after = '', limit, status, updatedSince, raw = true }: Parameters<Store['list']>[2],
): Statement {
  const { values, add } = parameters()
  const conditions = [
    `portal_id = ${add(encodeText(portalId))}`,
    `stored.source_id > ${add(encodeText(after))}`,
  ]
  if (status) conditions.push(`stored.source_status = ${add(status)}`)
  if (updatedSince)
    conditions.push(`stored.source_updated_at >= ${add(momentParameter(updatedSince))}`)
  const text = `SELECT ${rowColumns(table, 'stored', raw)} FROM ${qualified(schema, table.name)} AS stored
WHERE ${conditions.join(' AND ')} ORDER BY stored.source_id LIMIT ${add(String(limit))}`
  return { text, values }
}

/** Which versions are here of some ids, and which of them have a tombstone. */
export function selectVersions(
  { schema, portalId }: Place,
  { name }: ObjectTable,
  ids: readonly string[],
): Statement {
  const moments = ['source_updated_at', 'source_archived_at', 'synced_at']
  return {
    text: `SELECT NULL AS _reason, source_id, source_status, ${moments.map((each) => `${momentText(each)} AS ${each}`).join(', ')}
FROM ${qualified(schema, name)} WHERE portal_id = $1 AND source_id = ANY ($2)
UNION ALL
SELECT reason, source_id, NULL, NULL, NULL, NULL
FROM ${qualified(schema, 'sync_tombstones')} WHERE portal_id = $1 AND object = $3 AND source_id = ANY ($2)`,
    values: [encodeText(portalId), ids.map(encodeText), name],
  }
}

/** Ids of one length, which in their order as text are in the order of their number. */
export function selectIds(
  { schema, portalId }: Place,
  { name }: ObjectTable,
  page: { after: string; length: number; limit: number; status: RecordStatus | undefined },
): Statement {
  const { after, length, limit, status } = page
  return {
    text: `SELECT source_id FROM ${qualified(schema, name)}
WHERE portal_id = $1 AND source_id > $2 AND pg_catalog.length(source_id) = $3${status ? ' AND source_status = $5' : ''}
ORDER BY source_id LIMIT $4`,
    values: [
      ...[portalId, after].map(encodeText),
      ...[String(length), String(limit)],
      ...(status ? [status] : []),
    ],
  }
}

/** The least length of ids that are longer. */
export function selectNextLength(
  { schema, portalId }: Place,
  { name }: ObjectTable,
  length: number,
  status: RecordStatus | undefined,
): Statement {
  return {
    text: `SELECT ${numberText('pg_catalog.min(pg_catalog.length(source_id))')} AS length FROM ${qualified(schema, name)}
WHERE portal_id = $1 AND pg_catalog.length(source_id) > $2${status ? ' AND source_status = $3' : ''}`,
    values: [encodeText(portalId), String(length), ...(status ? [status] : [])],
  }
}

export function countRows({ schema, portalId }: Place, objects: readonly ObjectTable[]): Statement {
  const counts = objects.map(
    ({ name }) =>
      `SELECT '${name}' AS object, source_status, ${numberText('pg_catalog.count(*)')} AS rows FROM ${qualified(schema, name)} WHERE portal_id = $1 GROUP BY source_status`,
  )
  return { text: counts.join('\nUNION ALL '), values: [encodeText(portalId)] }
}

/** The associations of these records in a pair. */
export function selectEdges(
  { schema, portalId }: Place,
  { name }: PairTable,
  fromIds: Iterable<string>,
): Statement {
  return {
    text: `SELECT from_id, to_id, category, ${numberText('pair.type_id')} AS type_id, label FROM ${qualified(schema, name)} AS pair
WHERE portal_id = $1 AND from_id = ANY ($2) ORDER BY from_id, to_id, category, pair.type_id`,
    values: [encodeText(portalId), Array.from(fromIds, encodeText)],
  }
}

/** The records at the other end, each with one line for each of its associations. */
export function selectRelated(
  { schema, portalId }: Place,
  pair: PairTable,
  far: ObjectTable,
  end: Parameters<Store['related']>[2],
): Statement {
  const { after = '', limit, raw = true } = end
  const [id, nearId, farId] =
    'fromId' in end ? [end.fromId, 'from_id', 'to_id'] : [end.toId, 'to_id', 'from_id']
  const table = qualified(schema, pair.name)
  const limited = limit === undefined ? '' : ' LIMIT $4'
  return {
    // Names with an underscore in front can't be those of mapped columns.
    text: `SELECT pair.category AS _category, ${numberText('pair.type_id')} AS _type_id, pair.label AS _label, ${rowColumns(far, 'far', raw)}
FROM ${table} AS pair JOIN ${qualified(schema, far.name)} AS far
  ON far.portal_id = pair.portal_id AND far.source_id = pair.${farId}
WHERE pair.portal_id = $1 AND pair.${nearId} = $2 AND pair.${farId} IN (
  SELECT DISTINCT ${farId} FROM ${table}
  WHERE portal_id = $1 AND ${nearId} = $2 AND ${farId} > $3 ORDER BY ${farId}${limited}
)
ORDER BY pair.${farId}, pair.category, pair.type_id`,
    values: [
      ...[portalId, id, after].map(encodeText),
      ...(limit === undefined ? [] : [String(limit)]),
    ],
  }
}

/** What is here of the tombstones of these ids. */
export function selectTombstones(
  { schema, portalId }: Place,
  object: string,
  ids: Iterable<string>,
): Statement {
  return {
    text: `SELECT source_id, reason, into_id, ${momentText('at')} AS at FROM ${qualified(schema, 'sync_tombstones')}
WHERE portal_id = $1 AND object = $2 AND source_id = ANY ($3)`,
    values: [encodeText(portalId), object, Array.from(ids, encodeText)],
  }
}

export function selectCheckpoints({ schema, portalId }: Place): Statement {
  return {
    text: `SELECT stream, state FROM ${qualified(schema, 'sync_checkpoints')} WHERE portal_id = $1`,
    values: [encodeText(portalId)],
  }
}

export function selectCheckpoint({ schema, portalId }: Place, stream: string): Statement {
  return {
    text: `SELECT state FROM ${qualified(schema, 'sync_checkpoints')} WHERE portal_id = $1 AND stream = $2`,
    values: [portalId, stream].map(encodeText),
  }
}

export function selectPortals(schema: string): Statement {
  return {
    text: `SELECT portal_id, ui_domain, time_zone, ${momentText('first_run_at')} AS first_run_at, ${momentText('last_run_at')} AS last_run_at
FROM ${qualified(schema, 'sync_portals')} ORDER BY portal_id`,
  }
}

export function selectChanges(
  { schema, portalId }: Place,
  { after = 0, limit, newestFirst = false }: Parameters<Store['changes']>[1],
): Statement {
  return {
    text: `SELECT ${numberText('changes.seq')} AS seq, object, source_id, kind, columns, ${momentText('at')} AS at
FROM ${qualified(schema, 'sync_changes')} AS changes WHERE portal_id = $1 AND changes.seq > $2
ORDER BY changes.seq ${newestFirst ? 'DESC' : 'ASC'} LIMIT $3`,
    values: [encodeText(portalId), String(after), String(limit)],
  }
}

export function selectRuns(
  { schema, portalId }: Place,
  { limit, startedBefore }: Parameters<Store['runs']>[1],
): Statement {
  const before = startedBefore === undefined ? [] : [momentParameter(startedBefore)]
  return {
    text: `SELECT id, jobs, status, counts, error, ${momentText('started_at')} AS started_at, ${momentText('finished_at')} AS finished_at
FROM ${qualified(schema, 'sync_runs')} AS runs WHERE portal_id = $1${before.length > 0 ? ' AND runs.started_at < $3' : ''}
ORDER BY runs.started_at DESC, runs.seq DESC LIMIT $2`,
    values: [encodeText(portalId), String(limit), ...before],
  }
}
