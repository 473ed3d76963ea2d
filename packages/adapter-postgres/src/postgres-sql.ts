import type { ColumnKind, ObjectTable, PairTable } from '@hubsync/core'
import { hasBegun } from './postgres-database.js'
import { literal, qualified, quoted, quotedSchema } from './postgres-names.js'
import { baseColumns, mappedColumn } from './postgres-tables.js'

/** Everything about an object's table that a statement needs: the schema it is in, and the table. */
export interface Place<Table> {
  schema: string
  table: Table
}

/** Writes a statement once for each place and variant: those of rows are long, and would be put together anew for each commit and each read. */
function writtenOnce<Table extends object, Variant extends unknown[]>(
  write: (place: Place<Table>, ...variant: Variant) => string,
): typeof write {
  const written = new WeakMap<Table, Map<string, string>>()
  return (place, ...variant) => {
    const texts = written.get(place.table) ?? new Map<string, string>()
    written.set(place.table, texts)
    const key = JSON.stringify([place.schema, ...variant])
    const text = texts.get(key) ?? write(place, ...variant)
    texts.set(key, text)
    return text
  }
}

// A read by itself goes by whatever the server, the role, the pool or a pooler's other clients have set for the session. So what it gives
// is text that no setting changes, and it names functions and types with their schema: another may be searched first.

/**
 * A moment as text, with its era at the end: PostgreSQL calls the year 0 the year 1 BC. Versions are compared as this text. With a
 * `timezone` such as `UTC+5`, PostgreSQL 18 takes the word UTC for that zone; an interval is none.
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

/** The columns of a row as `postgres-rows` takes them. */
function rowColumns(table: ObjectTable, from: string, raw: boolean): string {
  return [
    ...(raw ? [`${from}.raw`] : []),
    ...knownColumns(table, from),
    `${momentText(`${from}.synced_at`)} AS synced_at`,
  ].join(', ')
}

/**
 * Those of them that are compared with another version, but for HubSpot's object.
 *
 * @param compared - the columns of `from` that hold the version as text, and whether the batch has it too; where it hasn't, what matters
 * for an equal version alone is null.
 */
function knownColumns(
  { columns }: ObjectTable,
  from: string,
  compared?: { version: string; same: string },
): string[] {
  const ifSame = (expression: string) =>
    compared ? `CASE WHEN ${compared.same} THEN ${expression} END` : expression
  return [
    ...['source_id', 'source_status'].map((name) => `${from}.${name}`),
    `${ifSame(`${from}.source_url`)} AS source_url`,
    `${ifSame(momentText(`${from}.source_created_at`))} AS source_created_at`,
    `${compared?.version ?? momentText(`${from}.source_updated_at`)} AS source_updated_at`,
    `${momentText(`${from}.source_archived_at`)} AS source_archived_at`,
    ...columns.map(({ sqlName, kind }) => {
      const name = quoted(sqlName)
      const read = readers[kind] ?? ((expression: string) => expression)
      return `${read(`${from}.${name}`)} AS ${name}`
    }),
  ]
}

const at = <Table extends { name: string }>({ schema, table }: Place<Table>) =>
  qualified(schema, table.name)

/**
 * The rows of a batch as they are here, and after them the tombstones, with `_reason`. The commit's locks keep others from writing
 * either until its end, which costs less than to lock each row.
 *
 * Of a version that the batch has too, all of HubSpot's object comes, for comparing, with its link and the date of its creation; of any
 * other, as `_left`, the properties that aren't in every row of the batch, for keeping: reading the rest would take most of a commit's time. `$4` has the
 * batch's versions as `momentText` of postgres-rows writes them, `$5` the names of the properties, `$6` tells whether a row lacks its link.
 *
 * `OFFSET 0` keeps PostgreSQL from putting the expressions back into each place that names them: the inner one for `_version`, the outer
 * one for `_whole`. `IN` looks a version up by a hash; `= ANY` of a parameter would compare it with all of them. The columns are named, since the
 * table may have others that aren't the mirror's.
 */
export const selectKnownRows = writtenOnce((place: Place<ObjectTable>) => {
  const columns = knownColumns(place.table, 'known', { version: '_version', same: '_whole' })
  const nulls = columns.slice(1).map(() => 'NULL')
  const own = [...baseColumns, ...place.table.columns.map(mappedColumn)]
    .map(([name]) => quoted(name))
    .join(', ')
  return `SELECT NULL AS _reason, NULL AS _at, CASE WHEN _whole THEN known.raw END AS raw,
  CASE WHEN NOT _whole THEN (known.raw -> 'properties') - $5::text[] END AS _left,
  CASE WHEN $6::boolean AND NOT _whole THEN known.raw -> 'url' END AS _url, ${columns.join(', ')}
FROM (
  SELECT ${own}, _version, _version IN (SELECT unnest($4::text[])) AS _whole FROM (
    SELECT ${own}, ${momentText('source_updated_at')} AS _version
    FROM ${at(place)} WHERE portal_id = $1 AND source_id = ANY ($2) OFFSET 0
  ) AS versions OFFSET 0
) AS known
UNION ALL
SELECT reason, ${momentText('at')}, NULL, NULL, NULL, source_id, ${nulls.join(', ')}
FROM ${qualified(place.schema, 'sync_tombstones')}
WHERE portal_id = $1 AND object = $3 AND source_id = ANY ($2)`
})

/** The base columns that {@link upsertRows} takes one by one. */
export const givenColumns = baseColumns.filter(
  ([name]) => !['portal_id', 'synced_at', 'raw'].includes(name),
)

/**
 * Writes rows: `$3` has HubSpot's objects, `$4` and `$5` where in it each of them is. Each parameter after these is a column of all rows: the
 * {@link givenColumns}, then those that are mapped. All are arrays of texts, and a list is the text that PostgreSQL writes.
 */
export const upsertRows = writtenOnce((place: Place<ObjectTable>) => {
  const columns = [...givenColumns, ...place.table.columns.map(mappedColumn)]
  const names = columns.map(([name]) => quoted(name))
  const cells = names.map((name, index) => `unnest($${index + 6}::text[]) AS ${name}`)
  const values = columns.map(([, type], index) => `given.${names[index]}::${type}`)
  const changed = [...names.filter((name) => name !== '"source_id"'), 'raw', 'synced_at']
  return `INSERT INTO ${at(place)} (portal_id, synced_at, raw, ${names.join(', ')})
SELECT $1, $2::timestamptz, convert_from(substring($3::bytea FROM _start FOR _length), 'UTF8')::jsonb, ${values.join(', ')}
FROM (SELECT unnest($4::int[]) AS _start, unnest($5::int[]) AS _length, ${cells.join(', ')}) AS given
ON CONFLICT (portal_id, source_id) DO UPDATE SET ${changed.map((name) => `${name} = excluded.${name}`).join(', ')}`
})

export function deleteRows(place: Place<ObjectTable>): string {
  return `DELETE FROM ${at(place)} WHERE portal_id = $1 AND source_id = ANY ($2) RETURNING source_id`
}

/** Takes away the associations of records that left, `$2` at the near end and `$3` at the far one. */
export function unlink(place: Place<PairTable>): string {
  return `DELETE FROM ${at(place)} WHERE portal_id = $1 AND (from_id = ANY ($2) OR to_id = ANY ($3))`
}

/**
 * Those of the ids that are here and active, held that way until the commit: a commit that archives one of them waits, and then
 * takes its new associations away.
 */
export function lockEnds(place: Place<ObjectTable>): string {
  return `SELECT source_id FROM ${at(place)}
WHERE portal_id = $1 AND source_id = ANY ($2) AND source_status = 'ACTIVE' ORDER BY source_id FOR SHARE`
}

/**
 * Lines given as JSON, the portal among their columns. Compared with a parameter instead, PostgreSQL takes the portal for a rare
 * one as long as it has no statistics, and reads all of its rows for each line.
 */
const given = (parameter: string, columns: string) =>
  `jsonb_to_recordset(${parameter}::jsonb) AS given (portal_id text, ${columns})`
const givenEdges = given(
  '$1',
  'from_id text, to_id text, category text, type_id bigint, label text',
)
const givenRecords = given('$1', 'object text, source_id text')

const isGiven = (table: string, names: readonly string[]) =>
  ['portal_id', ...names].map((name) => `${table}.${name} = given.${name}`).join(' AND ')
const isGivenEdge = isGiven('pair', ['from_id', 'to_id', 'category', 'type_id'])
const isGivenRecord = isGiven('stored', ['object', 'source_id'])

export function insertEdges(place: Place<PairTable>): string {
  const columns = 'portal_id, from_id, to_id, category, type_id, label'
  return `INSERT INTO ${at(place)} (${columns}) SELECT ${columns} FROM ${givenEdges}`
}

export function updateLabels(place: Place<PairTable>): string {
  return `UPDATE ${at(place)} AS pair SET label = given.label FROM ${givenEdges} WHERE ${isGivenEdge}`
}

export function deleteEdges(place: Place<PairTable>): string {
  return `DELETE FROM ${at(place)} AS pair USING ${givenEdges} WHERE ${isGivenEdge} RETURNING 1`
}

/**
 * Adds to the change feed. The numbers are given out under a lock that lasts until the commit: whoever reads up to a number has
 * read all below it, since no commit that got lower ones can still be on its way.
 */
export function insertChanges(schema: string): string {
  return `WITH turn AS MATERIALIZED (SELECT pg_advisory_xact_lock($4::bigint))
INSERT INTO ${qualified(schema, 'sync_changes')} (portal_id, object, source_id, kind, columns, at)
SELECT $1, given.object, given.source_id, given.kind, given.columns, $2::timestamptz
FROM turn CROSS JOIN ROWS FROM (
  jsonb_to_recordset($3::jsonb) AS (object text, source_id text, kind text, columns jsonb)
) WITH ORDINALITY AS given (object, source_id, kind, columns, place)
ORDER BY given.place`
}

const written = new Map<string, ReturnType<typeof writeSyncStatements>>()

/** The statements on the tables that are the same in every mirror. */
export function syncStatements(schema: string) {
  const statements = written.get(schema) ?? writeSyncStatements(schema)
  written.set(schema, statements)
  return statements
}

function writeSyncStatements(schema: string) {
  const table = (name: string) => qualified(schema, `sync_${name}`)
  const selectRuns = (condition: string) =>
    `SELECT id, jobs, status, counts, error, ${momentText('started_at')} AS started_at, ${momentText('finished_at')} AS finished_at
FROM ${table('runs')} AS runs WHERE portal_id = $1 ${condition}ORDER BY runs.started_at DESC, runs.seq DESC LIMIT $2`
  const selectChanges = (order: 'ASC' | 'DESC') =>
    `SELECT ${numberText('changes.seq')} AS seq, object, source_id, kind, columns, ${momentText('at')} AS at
FROM ${table('changes')} AS changes WHERE portal_id = $1 AND changes.seq > $2 ORDER BY changes.seq ${order} LIMIT $3`
  return {
    insertCheckpoint: `INSERT INTO ${table('checkpoints')} (portal_id, stream, state, updated_at)
SELECT $1, $2, $3::jsonb, $4::timestamptz WHERE ${hasBegun}
ON CONFLICT (portal_id, stream) DO NOTHING RETURNING stream`,
    updateCheckpoint: `UPDATE ${table('checkpoints')} SET state = $3, updated_at = $4
WHERE portal_id = $1 AND stream = $2 AND state = $5::jsonb AND ${hasBegun} RETURNING stream`,
    selectCheckpoints: `SELECT stream, state FROM ${table('checkpoints')} WHERE portal_id = $1`,
    selectCheckpoint: `SELECT state FROM ${table('checkpoints')} WHERE portal_id = $1 AND stream = $2`,
    upsertPortal: `INSERT INTO ${table('portals')} (portal_id, ui_domain, time_zone, first_run_at, last_run_at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (portal_id) DO UPDATE SET ui_domain = excluded.ui_domain, time_zone = excluded.time_zone, last_run_at = excluded.last_run_at`,
    selectPortals: `SELECT portal_id, ui_domain, time_zone, ${momentText('first_run_at')} AS first_run_at, ${momentText('last_run_at')} AS last_run_at
FROM ${table('portals')} ORDER BY portal_id`,
    upsertRun: `INSERT INTO ${table('runs')} (portal_id, id, jobs, status, counts, error, started_at, finished_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (portal_id, id) DO UPDATE SET status = excluded.status, counts = excluded.counts, error = excluded.error, finished_at = excluded.finished_at`,
    selectRuns: selectRuns(''),
    selectRunsBefore: selectRuns('AND runs.started_at < $3 '),
    forgetRuns: `DELETE FROM ${table('runs')} WHERE portal_id = $1 AND id = ANY ($2)`,
    selectChanges: selectChanges('ASC'),
    selectNewestChanges: selectChanges('DESC'),
    forgetChanges: `DELETE FROM ${table('changes')} WHERE portal_id = $1 AND seq <= $2`,
    eraseChanges: `UPDATE ${table('changes')} AS stored SET columns = '{}' FROM ${givenRecords} WHERE ${isGivenRecord} AND stored.columns <> '{}'`,
    selectTombstone: `SELECT reason, into_id FROM ${table('tombstones')} WHERE portal_id = $1 AND object = $2 AND source_id = $3`,
    upsertTombstones: `INSERT INTO ${table('tombstones')} AS stored (portal_id, object, source_id, reason, into_id, at)
SELECT portal_id, object, source_id, reason, into_id, $2::timestamptz
FROM ${given('$1', 'object text, source_id text, reason text, into_id text')}
ON CONFLICT (portal_id, object, source_id) DO UPDATE SET reason = excluded.reason, into_id = excluded.into_id, at = excluded.at
WHERE stored.reason <> excluded.reason OR stored.into_id IS DISTINCT FROM excluded.into_id`,
    deleteTombstones: `DELETE FROM ${table('tombstones')} AS stored USING ${givenRecords} WHERE ${isGivenRecord}`,
  }
}

export const selectRow = writtenOnce((place: Place<ObjectTable>, raw: boolean) => {
  return `SELECT ${rowColumns(place.table, 'stored', raw)} FROM ${at(place)} AS stored WHERE portal_id = $1 AND source_id = $2`
})

/** Which versions are here of some ids, and which of them have a tombstone. */
export function selectVersions(place: Place<ObjectTable>): string {
  return `SELECT NULL AS _reason, source_id, source_status, ${momentText('source_updated_at')} AS source_updated_at, ${momentText('source_archived_at')} AS source_archived_at, ${momentText('synced_at')} AS synced_at
FROM ${at(place)} WHERE portal_id = $1 AND source_id = ANY ($2)
UNION ALL
SELECT reason, source_id, NULL, NULL, NULL, NULL
FROM ${qualified(place.schema, 'sync_tombstones')} WHERE portal_id = $1 AND object = $3 AND source_id = ANY ($2)`
}

export const listRows = writtenOnce(
  (
    place: Place<ObjectTable>,
    filters: { status: boolean; updatedSince: boolean },
    raw: boolean,
  ) => {
    const since = filters.status ? '$5' : '$4'
    return `SELECT ${rowColumns(place.table, 'stored', raw)} FROM ${at(place)} AS stored
WHERE portal_id = $1 AND stored.source_id > $2${filters.status ? ' AND stored.source_status = $4' : ''}${filters.updatedSince ? ` AND stored.source_updated_at >= ${since}` : ''}
ORDER BY stored.source_id LIMIT $3`
  },
)

/** Ids of one length, which in their order as text are in the order of their number. */
export function selectIds(place: Place<ObjectTable>, withStatus: boolean): string {
  return `SELECT source_id FROM ${at(place)}
WHERE portal_id = $1 AND source_id > $2 AND pg_catalog.length(source_id) = $3${withStatus ? ' AND source_status = $5' : ''}
ORDER BY source_id LIMIT $4`
}

export function selectNextLength(place: Place<ObjectTable>, withStatus: boolean): string {
  return `SELECT ${numberText('pg_catalog.min(pg_catalog.length(source_id))')} AS length FROM ${at(place)}
WHERE portal_id = $1 AND pg_catalog.length(source_id) > $2${withStatus ? ' AND source_status = $3' : ''}`
}

export function countRows(schema: string, tables: readonly ObjectTable[]): string {
  return tables
    .map(
      ({ name }) =>
        `SELECT ${`'${name}'`} AS object, source_status, ${numberText('pg_catalog.count(*)')} AS rows FROM ${qualified(schema, name)} WHERE portal_id = $1 GROUP BY source_status`,
    )
    .join('\nUNION ALL ')
}

export function selectEdges(place: Place<PairTable>): string {
  return `SELECT from_id, to_id, category, ${numberText('pair.type_id')} AS type_id, label FROM ${at(place)} AS pair
WHERE portal_id = $1 AND from_id = ANY ($2) ORDER BY from_id, to_id, category, pair.type_id`
}

/** The records at the other end, each with one line for each of its associations. */
export const selectRelated = writtenOnce(
  (
    { schema, table: far }: Place<ObjectTable>,
    pairName: string,
    near: 'from' | 'to',
    limited: boolean,
    raw: boolean,
  ) => {
    const pair = qualified(schema, pairName)
    const farId = near === 'from' ? 'to_id' : 'from_id'
    const ids = `SELECT DISTINCT ${farId} FROM ${pair}
  WHERE portal_id = $1 AND ${near}_id = $2 AND ${farId} > $3 ORDER BY ${farId}${limited ? ' LIMIT $4' : ''}`
    // Names with an underscore in front can't be those of mapped columns.
    return `SELECT pair.category AS _category, ${numberText('pair.type_id')} AS _type_id, pair.label AS _label, ${rowColumns(far, 'far', raw)}
FROM ${pair} AS pair JOIN ${qualified(schema, far.name)} AS far
  ON far.portal_id = pair.portal_id AND far.source_id = pair.${farId}
WHERE pair.portal_id = $1 AND pair.${near}_id = $2 AND pair.${farId} IN (${ids})
ORDER BY pair.${farId}, pair.category, pair.type_id`
  },
)

/** Whether the schema is there, and the encodings of the database and of the connection. */
export const describeSchema = `SELECT EXISTS (SELECT FROM pg_catalog.pg_namespace WHERE nspname = $1) AS there,
  pg_catalog.current_setting('server_encoding') AS encoding, pg_catalog.current_setting('client_encoding') AS spoken`

/** Which of the names are taken in a schema, by what, and with which columns. Types come without quotes, whatever the session's settings put around them. */
export const describeRelations = `SELECT class.relname AS name, class.relkind AS kind, attribute.attname AS column,
  pg_catalog.replace(pg_catalog.format_type(attribute.atttypid, attribute.atttypmod), '"', '') AS type
FROM pg_catalog.pg_class AS class
JOIN pg_catalog.pg_namespace AS namespace ON namespace.oid = class.relnamespace
LEFT JOIN pg_catalog.pg_attribute AS attribute
  ON attribute.attrelid = class.oid AND attribute.attnum > 0 AND NOT attribute.attisdropped
WHERE namespace.nspname = $1 AND class.relname = ANY ($2)`

/**
 * Which of the tables row-level security is at work in for this role: whether no policy lets it see a row, and whether something is in a
 * table of which no policy lets it see all.
 */
export const describeHidden = `SELECT class.relname AS name, current_user::pg_catalog.text AS role, shown.nothing AS denied,
  NOT shown.everything AND pg_catalog.pg_relation_size(class.oid) > 0 AS filled
FROM pg_catalog.pg_class AS class
JOIN pg_catalog.pg_namespace AS namespace ON namespace.oid = class.relnamespace
CROSS JOIN LATERAL (
  SELECT coalesce(pg_catalog.bool_and(rows = 'false'), true) AS nothing, coalesce(pg_catalog.bool_or(rows = 'true'), false) AS everything
  FROM pg_catalog.pg_policy AS policy, pg_catalog.pg_get_expr(policy.polqual, policy.polrelid) AS rows
  WHERE policy.polrelid = class.oid AND policy.polpermissive AND policy.polcmd IN ('*', 'r') AND rows IS NOT NULL
    AND EXISTS (SELECT FROM pg_catalog.unnest(policy.polroles) AS role
      WHERE CASE WHEN role = 0 THEN true ELSE pg_catalog.pg_has_role(role, 'USAGE') END)
) AS shown
WHERE namespace.nspname = $1 AND class.relname = ANY ($2) AND pg_catalog.row_security_active(class.oid)
ORDER BY name`

/** The pairs that were made here and have their table still, also those that this process knows nothing of. */
export function selectPairs(schema: string): string {
  return `SELECT pair.name, from_object AS from, to_object AS to
FROM ${qualified(schema, 'sync_pairs')} AS pair
WHERE EXISTS (
  SELECT FROM pg_catalog.pg_class AS class JOIN pg_catalog.pg_namespace AS namespace ON namespace.oid = class.relnamespace
  WHERE namespace.nspname = $1 AND class.relname = pair.name AND class.relkind IN ('r', 'p')
) ORDER BY pair.name`
}

export function selectPairNames(schema: string): string {
  return `SELECT name FROM ${qualified(schema, 'sync_pairs')}`
}

export function insertPair(schema: string): string {
  return `INSERT INTO ${qualified(schema, 'sync_pairs')} (name, from_object, to_object) VALUES ($1, $2, $3)`
}

/**
 * Drops the indexes on exactly these columns that have such a name as ours had, which ended in a hash where the table's is long. Only this
 * schema's are looked into, since those of another may be dropped at this moment.
 */
export function dropIndexes(schema: string, ...columns: readonly string[]): string {
  const endings = columns.map((each) => literal(`%${each}`)).join(', ')
  return `DO ${literal(`DECLARE old regclass;
BEGIN
  FOR old IN WITH here AS MATERIALIZED (SELECT index.indexrelid AS id FROM pg_catalog.pg_index AS index
      JOIN pg_catalog.pg_class AS class ON class.oid = index.indexrelid
      WHERE class.relnamespace = ${literal(quotedSchema(schema))}::regnamespace AND NOT index.indisprimary AND class.relname ~ '_(by_(status|to)|[0-9a-f]{8})$')
    SELECT id FROM here WHERE pg_catalog.pg_get_indexdef(id) LIKE ANY (ARRAY[${endings}])
  LOOP EXECUTE 'DROP INDEX ' || old::text; END LOOP;
END`)}`
}
