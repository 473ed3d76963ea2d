import {
  type Batch,
  type HistoryPlan,
  type HistoryRead,
  historyComments,
  historyGapComments,
  historyNames,
  type ObjectTable,
} from '@hubsync/core/store'
import type { SqliteQueries } from './sqlite-queries.js'
import { quoted, selectColumns } from './sqlite-sql.js'
import { type Statement, sql, verbatim } from './sqlite-statement.js'
import { assumeContent, createTable } from './sqlite-tables.js'

/** The columns by which the tables of a history are recognised as hubsync's. */
export const entryColumns = [
  ...['portal_id', 'source_id', 'property', 'changed_at', 'ordinal', 'value', 'source_type'],
  ...['source_ref', 'source_label', 'user_id', 'merged_from', 'synced_at'],
]
export const gapColumns = [
  ...['portal_id', 'source_id', 'property', 'after', 'before', 'found_at', 'merged_from'],
]

export function createHistoryTable({ name }: ObjectTable): string {
  const lines = [
    'portal_id TEXT NOT NULL',
    'source_id TEXT NOT NULL',
    'property TEXT NOT NULL',
    'changed_at TEXT NOT NULL',
    'ordinal INTEGER NOT NULL DEFAULT 0',
    'value TEXT',
    'source_type TEXT NOT NULL',
    'source_ref TEXT',
    'source_label TEXT',
    'user_id TEXT',
    'merged_from TEXT',
    'synced_at TEXT NOT NULL',
    'PRIMARY KEY (portal_id, source_id, property, changed_at, ordinal)',
  ]
  return `${createTable(historyNames(name).entries, historyComments(name), lines)} WITHOUT ROWID`
}

export function createGapTable({ name }: ObjectTable): string {
  const lines = [
    'portal_id TEXT NOT NULL',
    'source_id TEXT NOT NULL',
    'property TEXT NOT NULL',
    '"after" TEXT',
    '"before" TEXT NOT NULL',
    'found_at TEXT NOT NULL',
    'merged_from TEXT',
    'PRIMARY KEY (portal_id, source_id, property, "before")',
  ]
  return `${createTable(historyNames(name).gaps, historyGapComments(name), lines)} WITHOUT ROWID`
}

/** For questions about all records: who moved most last month, what was in which stage. */
export function createHistoryIndex({ name }: ObjectTable): string {
  const { entries, byProperty } = historyNames(name)
  return `CREATE INDEX IF NOT EXISTS ${quoted(byProperty)} ON ${quoted(entries)} (portal_id, property, changed_at)`
}

/** Default statistics, as `assumeObjectContent` has them for the table of the object. */
export function assumeHistoryContent({ name }: ObjectTable): Statement {
  const { entries, byProperty } = historyNames(name)
  return assumeContent(entries, {
    [entries]: '1000000 1000000 20 5 1 1',
    [byProperty]: '1000000 1000000 200000 2',
  })
}

const entriesOf = (object: string) => verbatim(quoted(historyNames(object).entries))
const gapsOf = (object: string) => verbatim(quoted(historyNames(object).gaps))

/** `asked` has lists of place, id, property, from and to. */
const askedFor = (asked: string) => sql`(SELECT json_extract(value, '$[0]') AS place,
  json_extract(value, '$[1]') AS id, json_extract(value, '$[2]') AS property,
  json_extract(value, '$[3]') AS "from", json_extract(value, '$[4]') AS "to" FROM json_each(${asked})) AS asked`

/** The record's own neighbours of what is asked for set the bounds. */
export function selectKnown(object: string, portalId: string, asked: string): Statement {
  const entries = entriesOf(object)
  const own = (bound: 'max' | 'min', condition: string) =>
    sql`(SELECT ${verbatim(bound)}(changed_at) FROM ${entries} AS near
    WHERE near.portal_id = ${portalId} AND near.source_id = asked.id AND near.property = asked.property
      AND near.changed_at ${verbatim(condition)} AND near.merged_from IS NULL)`
  return sql`SELECT asked.place AS place, known.changed_at AS changedAt, known.ordinal AS ordinal, known.value AS value,
  known.merged_from AS mergedFrom
FROM ${askedFor(asked)} CROSS JOIN ${entries} AS known
WHERE known.portal_id = ${portalId} AND known.source_id = asked.id AND known.property = asked.property
  AND known.changed_at >= coalesce(${own('max', '< asked."from"')}, asked."from")
  AND known.changed_at <= coalesce(${own('min', '> asked."to"')}, asked."to")`
}

export function selectKnownGaps(object: string, portalId: string, asked: string): Statement {
  return sql`SELECT asked.place AS place, gap."after" AS after, gap."before" AS before, gap.found_at AS foundAt
FROM ${askedFor(asked)} CROSS JOIN ${gapsOf(object)} AS gap
WHERE gap.portal_id = ${portalId} AND gap.source_id = asked.id AND gap.property = asked.property AND gap.merged_from IS NULL`
}

/** What a commit writes of the history of an object. */
export function* historyWrites(
  { portalId, at }: Pick<Batch, 'portalId' | 'at'>,
  { table: { name }, written, gaps, filled }: HistoryPlan,
): Generator<Statement> {
  const names = historyNames(name)
  const own = entryColumns.slice(5).map((column) => `${column} = excluded.${column}`)
  const insert = `INSERT INTO ${quoted(names.entries)} (${entryColumns.join(', ')})
VALUES (${entryColumns.map(() => '?').join(', ')})
ON CONFLICT (portal_id, source_id, property, changed_at, ordinal) DO UPDATE SET ${own.join(', ')}`
  for (const { id, property, changedAt, ordinal, value, ...source } of written) {
    const { sourceType, sourceRef, sourceLabel, userId } = source
    const place = [portalId, id, property, changedAt, ordinal]
    const values = [value, sourceType, sourceRef, sourceLabel, userId, null, at]
    yield { text: insert, values: [...place, ...values] }
  }
  for (const { id, property, before } of filled)
    yield sql`DELETE FROM ${gapsOf(name)}
WHERE portal_id = ${portalId} AND source_id = ${id} AND property = ${property} AND "before" = ${before}`
  for (const { id, property, after, before, foundAt } of gaps)
    yield sql`INSERT INTO ${gapsOf(name)} (portal_id, source_id, property, "after", "before", found_at, merged_from)
VALUES (${portalId}, ${id}, ${property}, ${after}, ${before}, ${foundAt}, NULL)
ON CONFLICT (portal_id, source_id, property, "before") DO UPDATE
SET "after" = excluded."after", found_at = excluded.found_at, merged_from = NULL`
}

/**
 * Erases the history of a record that is gone, or moves it.
 *
 * @param keeper - the record that it belongs to now; null if there is none.
 * @param here - the names of the tables that exist.
 */
export function* historyMoves(
  portalId: string,
  object: string,
  id: string,
  keeper: string | null,
  here: ReadonlySet<string>,
): Generator<Statement> {
  const { entries, gaps } = historyNames(object)
  const tables = [[entries, 'changed_at'] as const, [gaps, '"before"'] as const]
  for (const [name, moment] of tables) {
    if (!here.has(name)) continue
    const table = verbatim(quoted(name))
    if (keeper !== null) yield moveTo(table, moment, portalId, id, keeper)
    yield sql`DELETE FROM ${table} WHERE portal_id = ${portalId} AND source_id = ${id}`
  }
}

/** Moves what a record has where the other has nothing of the same property and moment. */
function moveTo(
  table: Statement,
  moment: string,
  portalId: string,
  id: string,
  intoId: string,
): Statement {
  const at = verbatim(moment)
  return sql`UPDATE ${table} AS own SET source_id = ${intoId}, merged_from = coalesce(merged_from, source_id)
WHERE portal_id = ${portalId} AND source_id = ${id} AND NOT EXISTS (SELECT 1 FROM ${table} AS other
  WHERE other.portal_id = own.portal_id AND other.source_id = ${intoId} AND other.property = own.property AND other.${at} = own.${at})`
}

/**
 * The names of the tables of these objects' histories that exist, also if they aren't in this process's schema. A table of
 * the user's by that name is none of them.
 */
export function historyTablesHere(queries: SqliteQueries, objects: readonly string[]): Set<string> {
  const declared = objects.flatMap((object) => {
    const { entries, gaps } = historyNames(object)
    return [[entries, entryColumns] as const, [gaps, gapColumns] as const]
  })
  const isHere = ([name, columns]: (typeof declared)[number]) => {
    const lines = queries.all<{ name: string }>(selectColumns(name))
    return columns.every((column) => lines.some((line) => line.name === column))
  }
  return new Set(declared.filter(isHere).map(([name]) => name))
}

export function selectHistory(
  object: string,
  portalId: string,
  id: string,
  { property, after, limit }: HistoryRead,
): Statement {
  const ofProperty = property === undefined ? verbatim('') : sql`AND property = ${property}`
  const older = after
    ? sql`AND (changed_at, property, ordinal) < (${after.changedAt}, ${after.property}, ${after.ordinal})`
    : verbatim('')
  return sql`SELECT property, changed_at AS changedAt, ordinal, value, source_type AS sourceType, source_ref AS sourceRef,
  source_label AS sourceLabel, user_id AS userId, merged_from AS mergedFrom, synced_at AS syncedAt
FROM ${entriesOf(object)} WHERE portal_id = ${portalId} AND source_id = ${id} ${ofProperty} ${older}
ORDER BY changed_at DESC, property DESC, ordinal DESC LIMIT ${limit}`
}

export function selectHistoryGaps(
  object: string,
  portalId: string,
  id: string,
  { property, limit }: { property?: string | undefined; limit: number },
): Statement {
  const ofProperty = property === undefined ? verbatim('') : sql`AND property = ${property}`
  return sql`SELECT property, "after" AS after, "before" AS before, merged_from AS mergedFrom, found_at AS foundAt
FROM ${gapsOf(object)} WHERE portal_id = ${portalId} AND source_id = ${id} ${ofProperty}
ORDER BY "before" DESC, property DESC LIMIT ${limit}`
}

export function countGaps(object: string, portalId: string): Statement {
  return sql`SELECT property, count(*) AS gaps FROM ${gapsOf(object)} WHERE portal_id = ${portalId} GROUP BY property`
}

export function selectLatestGaps(object: string, portalId: string, latest: number): Statement {
  return sql`SELECT source_id AS id, property, "after" AS after, "before" AS before, merged_from AS mergedFrom, found_at AS foundAt
FROM ${gapsOf(object)} WHERE portal_id = ${portalId}
ORDER BY found_at DESC, "before" DESC, property DESC, source_id DESC LIMIT ${latest}`
}
