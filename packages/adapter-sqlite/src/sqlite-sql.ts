import { HubsyncError, type Store } from '@hubsync/core'
import {
  expectedGot,
  type Filter,
  type IdRange,
  type ObjectTable,
  type PairTable,
  type RowRead,
  show,
  type TableColumn,
} from '@hubsync/core/store'
import type { SqliteValue } from './sqlite-database.js'
import { encode, rowColumns } from './sqlite-rows.js'
import { type Statement, sql, verbatim } from './sqlite-statement.js'

/** Names reach SQL only through here. */
export function quoted(name: string): string {
  if (!/^[a-z][a-z0-9_]*$/.test(name))
    throw new HubsyncError('STORE_FAILED', expectedGot('a table or column name', show(name)))
  return `"${name}"`
}

/** The table of an object or a pair. */
export const named = ({ name }: { name: string }) => verbatim(quoted(name))

function storedColumns(table: ObjectTable, raw: boolean, from = ''): Statement {
  const columns = ['source_id', ...rowColumns(table)].filter((name) => raw || name !== 'raw')
  return verbatim(columns.map((name) => from + quoted(name)).join(', '))
}

/** The right side of `IN`, as one parameter: the SQL text is then the same for any number of ids. */
const listed = (ids: Iterable<string>) =>
  sql`(SELECT value FROM json_each(${JSON.stringify([...ids].map((id) => id.toWellFormed()))}))`

const rowsOf = (table: ObjectTable, portalId: string, ids: Iterable<string>) =>
  sql`${named(table)} WHERE portal_id = ${portalId} AND source_id IN ${listed(ids)}`

export const selectRows = (
  table: ObjectTable,
  portalId: string,
  ids: Iterable<string>,
  { raw = true }: RowRead = {},
) => sql`SELECT ${storedColumns(table, raw)} FROM ${rowsOf(table, portalId, ids)}`

export const selectVersions = (table: ObjectTable, portalId: string, ids: Iterable<string>) =>
  sql`SELECT source_id, source_status, source_updated_at, source_archived_at, synced_at
FROM ${rowsOf(table, portalId, ids)}`

export const selectActive = (table: ObjectTable, portalId: string, ids: Iterable<string>) =>
  sql`SELECT source_id FROM ${rowsOf(table, portalId, ids)} AND source_status = 'ACTIVE'`

export const selectEdges = (pair: PairTable, portalId: string, fromIds: Iterable<string>) =>
  sql`SELECT from_id AS fromId, to_id AS toId, category, type_id AS typeId, label
FROM ${named(pair)} WHERE portal_id = ${portalId} AND from_id IN ${listed(fromIds)}`

export const selectTombstones = (portalId: string, object: string, ids: Iterable<string>) =>
  sql`SELECT source_id, reason, into_id AS intoId, at FROM sync_tombstones
WHERE portal_id = ${portalId} AND object = ${object} AND source_id IN ${listed(ids)}`

/**
 * A parameter of a range, a join or a limit, wrapped in a subquery. SQLite uses the value of a plain parameter to plan
 * such a statement, and plans again whenever the value changes. That takes several times as long as the read itself.
 */
const given = (value: SqliteValue) => sql`(SELECT ${value})`

/** A condition; nothing if there is no value. */
const where = (column: string, operator: string, value: string | undefined) =>
  value === undefined ? verbatim('') : sql`AND ${verbatim(`${column} ${operator}`)} ${given(value)}`

/** What filters compare: the column itself, but decimals, which are text, without the zeros at their end. */
export function comparable({ sqlName, kind }: TableColumn): string {
  const name = quoted(sqlName)
  return kind === 'decimal'
    ? `CASE WHEN instr(${name}, '.') > 0 THEN rtrim(rtrim(${name}, '0'), '.') ELSE ${name} END`
    : name
}

const passing = ({ column, value }: Filter) =>
  sql`AND ${verbatim(comparable(column))} IS ${given(encode(value))}`

export const listRows = (
  table: ObjectTable,
  portalId: string,
  { after = '', limit, status, updatedSince, raw = true }: Parameters<Store['list']>[2],
  filters: readonly Filter[],
) => sql`SELECT ${storedColumns(table, raw)} FROM ${named(table)}
WHERE portal_id = ${given(portalId)} AND source_id > ${given(after)}
  ${where('source_status', '=', status)} ${where('source_updated_at', '>=', updatedSince)}
  ${filters.map(passing).reduce((all, each) => sql`${all} ${each}`, verbatim(''))}
ORDER BY source_id LIMIT ${given(limit)}`

/** The records at the other end, one line per association. No mapped column can have a name with `@`. */
export function selectRelated(
  far: ObjectTable,
  pair: PairTable,
  portalId: string,
  end: Parameters<Store['related']>[2],
): Statement {
  const { after = '', limit = -1, raw = true } = end
  const [near, other] = 'fromId' in end ? ['from_id', 'to_id'] : ['to_id', 'from_id']
  const otherId = verbatim(other)
  const links = sql`${named(pair)} WHERE portal_id = ${given(portalId)}
  ${where(near, '=', 'fromId' in end ? end.fromId : end.toId)} ${where(other, '>', after)}`
  const page = sql`SELECT DISTINCT ${otherId} AS id FROM ${links} ORDER BY id LIMIT ${given(limit)}`
  return sql`SELECT link.category AS "@category", link.type_id AS "@type_id", link.label AS "@label",
  ${storedColumns(far, raw, 'far.')}
FROM (SELECT * FROM ${links}) AS link JOIN ${named(far)} AS far
  ON far.portal_id = link.portal_id AND far.source_id = link.${otherId}
WHERE link.${otherId} <= (SELECT max(id) FROM (${page}))
ORDER BY link.${otherId}, link.category, link.type_id`
}

/** Ids of one length. Within one length, the order as text is the order as numbers. */
export const selectIds = (
  table: ObjectTable,
  portalId: string,
  { after = '', limit, status }: IdRange,
  length: number,
) => sql`SELECT source_id FROM ${named(table)}
WHERE portal_id = ${given(portalId)} ${where('source_status', '=', status)}
  AND source_id > ${given(after)} AND length(source_id) = ${given(length)}
ORDER BY source_id LIMIT ${given(limit)}`

/** The next greater length that an id has. */
export const selectNextLength = (
  table: ObjectTable,
  portalId: string,
  { status }: IdRange,
  length: number,
) => sql`SELECT min(length(source_id)) AS length FROM ${named(table)}
WHERE portal_id = ${portalId} ${where('source_status', '=', status)} AND length(source_id) > ${length}`

export const countRows = (table: ObjectTable, portalId: string) =>
  sql`SELECT source_status, count(*) AS rows FROM ${named(table)}
WHERE portal_id = ${portalId} GROUP BY source_status`

export const selectCheckpoints = (portalId: string) =>
  sql`SELECT stream, state FROM sync_checkpoints WHERE portal_id = ${portalId}`

export const selectCheckpoint = (portalId: string, stream: string) =>
  sql`SELECT state FROM sync_checkpoints WHERE portal_id = ${portalId} AND stream = ${stream}`

export const selectLeases = (portalId: string) =>
  sql`SELECT job, holder, started_at AS startedAt, renewed_at AS renewedAt
FROM sync_leases WHERE portal_id = ${portalId} ORDER BY job`

export const selectPortals = sql`SELECT portal_id AS portalId, ui_domain AS uiDomain, time_zone AS timeZone,
  first_run_at AS firstRunAt, last_run_at AS lastRunAt FROM sync_portals ORDER BY portal_id`

export const selectRuns = (
  portalId: string,
  { limit, startedBefore }: Parameters<Store['runs']>[1],
) => sql`SELECT id, jobs, status, counts, error, started_at AS startedAt, finished_at AS finishedAt
FROM sync_runs WHERE portal_id = ${portalId} ${where('started_at', '<', startedBefore)}
ORDER BY started_at DESC, rowid DESC LIMIT ${limit}`

/**
 * The + stops SQLite from using an index on the portal: it would then sort the portal's whole feed for each page. The
 * entries of one record are found by their index.
 */
export const selectChanges = (
  portalId: string,
  { after = 0, before, limit, newestFirst = false, of }: Parameters<Store['changes']>[1],
) => {
  const whose = of
    ? sql`portal_id = ${portalId} AND object = ${of.object} AND source_id = ${of.id}`
    : sql`+portal_id = ${portalId}`
  const until = before === undefined ? sql`` : sql`AND seq < ${before}`
  return sql`SELECT seq, object, source_id AS id, kind, columns, at FROM sync_changes
WHERE ${whose} AND seq > ${after} ${until}
ORDER BY seq ${verbatim(newestFirst ? 'DESC' : 'ASC')} LIMIT ${limit}`
}

/** The pairs that hubsync has created and whose table still exists, also those that aren't in this process's schema. */
export const selectPairs = sql`SELECT name, from_object AS "from", to_object AS "to" FROM sync_pairs
WHERE EXISTS (SELECT 1 FROM sqlite_master WHERE type = 'table' AND sqlite_master.name = sync_pairs.name)`

/** The user's tables with foreign keys to these tables. */
export const selectReferring = (objects: Iterable<string>) => sql`SELECT DISTINCT child.name AS name
FROM sqlite_master AS child JOIN pragma_foreign_key_list(child.name) AS key
WHERE child.type = 'table' AND child.name NOT IN (SELECT name FROM sync_pairs) AND key."table" IN ${listed(objects)}
ORDER BY child.name`

export const selectTable = (name: string) =>
  sql`SELECT 1 FROM sqlite_master WHERE type IN ('table', 'view') AND name = ${name} COLLATE NOCASE`

export const selectColumns = (table: string) =>
  sql`SELECT name, type FROM pragma_table_info(${table})`
export const selectIndex = (name: string) =>
  sql`SELECT 1 FROM sqlite_master WHERE type = 'index' AND name = ${name} COLLATE NOCASE`

/** The SQL of all triggers, also of the temporary ones of a lent connection. */
export const selectTriggers = sql`SELECT sql FROM sqlite_master WHERE type = 'trigger'
UNION ALL SELECT sql FROM sqlite_temp_master WHERE type = 'trigger'`
