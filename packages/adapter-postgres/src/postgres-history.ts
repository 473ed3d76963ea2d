import type { HistoryGap, StoredHistoryEntry } from '@hubsync/core'
import {
  type HistoryPlan,
  type HistoryRead,
  historyNames,
  type ObjectTable,
  type RecordsPlan,
} from '@hubsync/core/store'
import { storedName } from './postgres-names.js'
import type { Line } from './postgres-query.js'
import { decode, momentParameter, textOf } from './postgres-rows.js'
import { at, columnText, type Place } from './postgres-sql.js'
import { json, type Sql, type Statement, sql, verbatim } from './postgres-statement.js'
import { given, type Target } from './postgres-write-sql.js'

export const entriesOf = (place: Pick<Place, 'schema'>, object: string) =>
  at(place, historyNames(object).entries)
export const gapsOf = (place: Pick<Place, 'schema'>, object: string) =>
  at(place, historyNames(object).gaps)

export const momentText = (expression: string) => columnText('datetime', expression)

/** Whether a row of a history is of the record and the property that a line of `given` names. */
export const isAsked = (alias: string) =>
  verbatim(
    `${alias}.portal_id = given.portal_id AND ${alias}.source_id = given.id AND ${alias}.property = given.property`,
  )

/** Adds entries. Those that are there were merged into the record, and are its own from now on. */
export function upsertEntries(
  target: Target,
  { name }: ObjectTable,
  written: HistoryPlan['written'],
): Statement {
  const lines = written.map((entry) => ({
    portal_id: target.portalId,
    source_id: entry.id,
    property: entry.property,
    changed_at: momentParameter(entry.changedAt),
    ordinal: entry.ordinal,
    value: entry.value,
    source_type: entry.sourceType,
    source_ref: entry.sourceRef,
    source_label: entry.sourceLabel,
    user_id: entry.userId,
  }))
  const columns = verbatim(
    'portal_id, source_id, property, changed_at, ordinal, value, source_type, source_ref, source_label, user_id',
  )
  return sql`INSERT INTO ${entriesOf(target, name)} (${columns}, synced_at)
SELECT ${columns}, ${momentParameter(target.at)}::timestamptz FROM ${given(json(lines), 'source_id text, property text, changed_at timestamptz, ordinal integer, value text, source_type text, source_ref text, source_label text, user_id text')}
ON CONFLICT (portal_id, source_id, property, changed_at, ordinal) DO UPDATE SET value = excluded.value,
  source_type = excluded.source_type, source_ref = excluded.source_ref, source_label = excluded.source_label,
  user_id = excluded.user_id, merged_from = NULL, synced_at = excluded.synced_at`
}

function deleteGaps(place: Place, { name }: ObjectTable, filled: HistoryPlan['filled']): Statement {
  const lines = filled.map(({ id, property, before }) => ({
    portal_id: place.portalId,
    id,
    property,
    before: momentParameter(before),
  }))
  return sql`DELETE FROM ${gapsOf(place, name)} AS gap
USING ${given(json(lines), 'id text, property text, before timestamptz')} WHERE ${isAsked('gap')} AND gap.before = given.before`
}

function upsertGaps(place: Place, { name }: ObjectTable, gaps: HistoryPlan['gaps']): Statement {
  const lines = gaps.map(({ id, property, after, before, foundAt }) => ({
    portal_id: place.portalId,
    source_id: id,
    property,
    after: momentParameter(after),
    before: momentParameter(before),
    found_at: momentParameter(foundAt),
  }))
  const columns = verbatim('portal_id, source_id, property, after, before, found_at')
  return sql`INSERT INTO ${gapsOf(place, name)} (${columns})
SELECT ${columns} FROM ${given(json(lines), 'source_id text, property text, after timestamptz, before timestamptz, found_at timestamptz')}
ON CONFLICT (portal_id, source_id, property, before) DO UPDATE
SET after = excluded.after, found_at = excluded.found_at, merged_from = NULL`
}

/** What a commit writes of the history of an object, apart from its entries. */
export function* gapWrites(place: Place, plan: HistoryPlan): Generator<Statement> {
  if (plan.filled.length > 0) yield deleteGaps(place, plan.table, plan.filled)
  if (plan.gaps.length > 0) yield upsertGaps(place, plan.table, plan.gaps)
}

/**
 * Erases the histories of records that are gone, or moves them to the records that these are part of now, where those
 * have nothing of the same property and moment. Run it after the tombstones are written.
 *
 * @param tables - the names, in the database, of the tables that exist.
 */
export function* historyMoves(
  place: Place,
  object: string,
  histories: RecordsPlan['histories'],
  tables: ReadonlySet<string>,
): Generator<Statement> {
  const names = historyNames(object)
  for (const [name, moment] of [
    [names.entries, 'changed_at'],
    [names.gaps, 'before'],
  ] as const) {
    if (!tables.has(storedName(name))) continue
    const table = at(place, name)
    // One after the other: two of them may have been merged into one record, and have the same moments.
    for (const [id, intoId] of histories)
      if (intoId !== null)
        yield moveToKeeper(place, object, id, { table, moment: verbatim(moment) })
    yield sql`DELETE FROM ${table} WHERE portal_id = ${place.portalId} AND source_id = ANY (${histories.keys()})`
  }
}

/** Moves the history of a merged record to the last of those that were merged into each other, if that isn't gone. */
function moveToKeeper(
  place: Place,
  object: string,
  id: string,
  { table, moment }: { table: Sql; moment: Sql },
): Statement {
  const tombstones = at(place, 'sync_tombstones')
  const ofObject = sql`gone.portal_id = ${place.portalId} AND gone.object = ${object}`
  return sql`WITH RECURSIVE chain AS (
  SELECT gone.into_id AS id FROM ${tombstones} AS gone WHERE ${ofObject} AND gone.source_id = ${id}
  UNION SELECT gone.into_id FROM chain JOIN ${tombstones} AS gone ON ${ofObject} AND gone.source_id = chain.id
), keeper AS (
  SELECT chain.id FROM chain WHERE chain.id IS NOT NULL
    AND NOT EXISTS (SELECT FROM ${tombstones} AS gone WHERE ${ofObject} AND gone.source_id = chain.id)
)
UPDATE ${table} AS own SET source_id = keeper.id, merged_from = coalesce(own.merged_from, own.source_id) FROM keeper
WHERE own.portal_id = ${place.portalId} AND own.source_id = ${id} AND NOT EXISTS (SELECT FROM ${table} AS other
  WHERE other.portal_id = own.portal_id AND other.source_id = keeper.id AND other.property = own.property AND other.${moment} = own.${moment})`
}

export function selectHistory(
  place: Place,
  object: string,
  id: string,
  { property, after, limit }: HistoryRead,
): Statement {
  const older = after
    ? sql`AND (entry.changed_at, entry.property, entry.ordinal) < (${momentParameter(after.changedAt)}::pg_catalog.timestamptz, ${after.property}, ${after.ordinal})`
    : verbatim('')
  return sql`SELECT entry.property, ${verbatim(momentText('entry.changed_at'))} AS changed_at, entry.ordinal::pg_catalog.text AS ordinal, entry.value,
  entry.source_type, entry.source_ref, entry.source_label, entry.user_id, entry.merged_from, ${verbatim(momentText('entry.synced_at'))} AS synced_at
FROM ${entriesOf(place, object)} AS entry WHERE portal_id = ${place.portalId} AND source_id = ${id} ${ofProperty(property)} ${older}
ORDER BY entry.changed_at DESC, entry.property DESC, entry.ordinal DESC LIMIT ${limit}`
}

export function selectHistoryGaps(
  place: Place,
  object: string,
  id: string,
  { property, limit }: { property?: string | undefined; limit: number },
): Statement {
  return sql`SELECT gap.property, ${verbatim(momentText('gap.after'))} AS after, ${verbatim(momentText('gap.before'))} AS before, gap.merged_from,
  ${verbatim(momentText('gap.found_at'))} AS found_at
FROM ${gapsOf(place, object)} AS gap WHERE portal_id = ${place.portalId} AND source_id = ${id} ${ofProperty(property)}
ORDER BY gap.before DESC, gap.property DESC LIMIT ${limit}`
}

export function countGaps(place: Place, object: string): Statement {
  return sql`SELECT gap.property, count(*)::pg_catalog.text AS gaps FROM ${gapsOf(place, object)} AS gap
WHERE portal_id = ${place.portalId} GROUP BY gap.property`
}

export function selectLatestGaps(place: Place, object: string, latest: number): Statement {
  return sql`SELECT gap.source_id, gap.property, ${verbatim(momentText('gap.after'))} AS after, ${verbatim(momentText('gap.before'))} AS before,
  gap.merged_from, ${verbatim(momentText('gap.found_at'))} AS found_at
FROM ${gapsOf(place, object)} AS gap WHERE portal_id = ${place.portalId}
ORDER BY gap.found_at DESC, gap.before DESC, gap.property DESC, gap.source_id DESC LIMIT ${latest}`
}

const ofProperty = (property: string | undefined) =>
  property === undefined ? verbatim('') : sql`AND property = ${property}`

export const momentIn = (value: string | null | undefined) =>
  decode('datetime', value ?? null) as string | null

export function storedEntry(line: Line): StoredHistoryEntry {
  return {
    property: textOf(line.property) ?? '',
    changedAt: momentIn(line.changed_at) ?? '',
    ordinal: Number(line.ordinal),
    value: textOf(line.value),
    sourceType: textOf(line.source_type) ?? '',
    sourceRef: textOf(line.source_ref),
    sourceLabel: textOf(line.source_label),
    userId: textOf(line.user_id),
    mergedFrom: textOf(line.merged_from),
    syncedAt: momentIn(line.synced_at) ?? '',
  }
}

export function storedGap(line: Line): HistoryGap {
  return {
    property: textOf(line.property) ?? '',
    after: momentIn(line.after),
    before: momentIn(line.before) ?? '',
    mergedFrom: textOf(line.merged_from),
    foundAt: momentIn(line.found_at) ?? '',
  }
}
