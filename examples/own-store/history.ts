import type { HistoryGap, StoredHistoryEntry } from '@hubsync/core'
import {
  type Batch,
  type HistoryLookup,
  type HistoryPlan,
  type HistoryRead,
  historyNames,
  type KnownHistory,
  keeperOf,
  type ObjectGaps,
  type ObjectTable,
  type RecordsPlan,
  selectStages,
} from '@hubsync/core/store'
import { all, columnsOf, type Database, quoted, run } from './database.ts'

const columns = {
  entries: `portal_id TEXT NOT NULL, source_id TEXT NOT NULL, property TEXT NOT NULL, changed_at TEXT NOT NULL,
    ordinal INTEGER NOT NULL, value TEXT, source_type TEXT NOT NULL, source_ref TEXT, source_label TEXT, user_id TEXT,
    merged_from TEXT, synced_at TEXT NOT NULL, PRIMARY KEY (portal_id, source_id, property, changed_at, ordinal)`,
  gaps: `portal_id TEXT NOT NULL, source_id TEXT NOT NULL, property TEXT NOT NULL, "after" TEXT, "before" TEXT NOT NULL,
    found_at TEXT NOT NULL, merged_from TEXT, PRIMARY KEY (portal_id, source_id, property, "before")`,
}

/** Whether this store has created the tables of an object's history. */
export function hasHistory(at: Database, object: string): boolean {
  const { entries, gaps } = historyNames(object)
  return columnsOf(at, entries).includes('merged_from') && columnsOf(at, gaps).includes('found_at')
}

/** Creates what is missing of an object's history. `expectFree` throws if somebody else has a name of it. */
export function ensureHistory(
  at: Database,
  { name, history }: ObjectTable,
  expectFree: (table: string) => void,
): void {
  if (!history) return
  const { stages, ...tables } = historyNames(name)
  if (!hasHistory(at, name))
    for (const part of ['entries', 'gaps'] as const) {
      const table = tables[part]
      if (!columnsOf(at, table).includes('merged_from')) expectFree(table)
      at.exec(`CREATE TABLE IF NOT EXISTS ${quoted(table)} (${columns[part]})`)
    }
  if (history.stages)
    at.exec(
      `CREATE VIEW IF NOT EXISTS ${quoted(stages)} AS ${selectStages(quoted(tables.entries), history.stages)}`,
    )
}

/** What is stored of a property's history around the entries that were given. */
export function findHistory(
  at: Database,
  portalId: string,
  { object, id, property, from, to }: HistoryLookup,
): KnownHistory {
  const { entries, gaps } = historyNames(object)
  const ofProperty = 'portal_id = ? AND source_id = ? AND property = ?'
  const key = [portalId, id, property]
  const bound = (select: string, moment: string) =>
    all(
      at,
      `SELECT ${select} AS bound FROM ${quoted(entries)}
       WHERE ${ofProperty} AND merged_from IS NULL AND changed_at ${moment}`,
      [...key, select.startsWith('max') ? from : to],
    )[0]?.bound
  const known = all(
    at,
    `SELECT changed_at AS changedAt, ordinal, value, merged_from AS mergedFrom FROM ${quoted(entries)}
     WHERE ${ofProperty} AND changed_at >= ? AND changed_at <= ?`,
    [...key, bound('max(changed_at)', '< ?') ?? from, bound('min(changed_at)', '> ?') ?? to],
  )
  const open = all(
    at,
    `SELECT "after", "before", found_at AS foundAt FROM ${quoted(gaps)} WHERE ${ofProperty} AND merged_from IS NULL`,
    key,
  )
  return {
    entries: known as unknown as KnownHistory['entries'],
    gaps: open as unknown as KnownHistory['gaps'],
  }
}

/** Adds entries, and writes and deletes gaps. */
export function writeHistory(
  at: Database,
  { portalId, at: moment }: Batch,
  { table, written, gaps, filled }: HistoryPlan,
): void {
  const names = historyNames(table.name)
  for (const { id, property, changedAt, ordinal, value, ...source } of written) {
    const { sourceType, sourceRef, sourceLabel, userId } = source
    const own = [value, sourceType, sourceRef, sourceLabel, userId, null, moment]
    run(
      at,
      `INSERT OR REPLACE INTO ${quoted(names.entries)} VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      [portalId, id, property, changedAt, ordinal, ...own],
    )
  }
  for (const { id, property, before } of filled)
    run(
      at,
      `DELETE FROM ${quoted(names.gaps)} WHERE portal_id = ? AND source_id = ? AND property = ? AND "before" = ?`,
      [portalId, id, property, before],
    )
  for (const { id, property, after, before, foundAt } of gaps)
    run(at, `INSERT OR REPLACE INTO ${quoted(names.gaps)} VALUES (?, ?, ?, ?, ?, ?, NULL)`, [
      ...[portalId, id, property, after, before, foundAt],
    ])
}

/** Erases the histories of records that are gone, or moves them to the records that these are part of now. */
export function moveHistories(
  at: Database,
  portalId: string,
  object: string,
  histories: RecordsPlan['histories'],
  tombstoneOf: Parameters<typeof keeperOf>[1],
): void {
  if (histories.size === 0 || !hasHistory(at, object)) return
  const names = historyNames(object)
  const tables = [[names.entries, 'changed_at'] as const, [names.gaps, '"before"'] as const]
  for (const [id, intoId] of histories) {
    const keeper = keeperOf(intoId, tombstoneOf)
    for (const [name, moment] of tables) {
      const table = quoted(name)
      if (keeper !== null)
        run(
          at,
          `UPDATE ${table} AS own SET source_id = ?, merged_from = coalesce(merged_from, source_id)
           WHERE portal_id = ? AND source_id = ? AND NOT EXISTS (SELECT 1 FROM ${table} AS other WHERE
           (other.portal_id, other.source_id, other.property, other.${moment}) = (own.portal_id, ?, own.property, own.${moment}))`,
          [keeper, portalId, id, keeper],
        )
      run(at, `DELETE FROM ${table} WHERE portal_id = ? AND source_id = ?`, [portalId, id])
    }
  }
}

export function readHistory(
  at: Database,
  portalId: string,
  object: string,
  id: string,
  { property, after, limit }: HistoryRead,
): StoredHistoryEntry[] {
  const older = after ? 'AND (changed_at, property, ordinal) < (?, ?, ?)' : ''
  return all(
    at,
    `SELECT property, changed_at AS changedAt, ordinal, value, source_type AS sourceType, source_ref AS sourceRef,
     source_label AS sourceLabel, user_id AS userId, merged_from AS mergedFrom, synced_at AS syncedAt
     FROM ${quoted(historyNames(object).entries)}
     WHERE portal_id = ? AND source_id = ? AND (? IS NULL OR property = ?) ${older}
     ORDER BY changed_at DESC, property DESC, ordinal DESC LIMIT ?`,
    [
      ...[portalId, id, property ?? null, property ?? null],
      ...(after ? [after.changedAt, after.property, after.ordinal] : []),
      limit,
    ],
  ).map((line) => ({ ...line })) as unknown as StoredHistoryEntry[]
}

export function readGaps(
  at: Database,
  portalId: string,
  object: string,
  id: string,
  { property, limit }: { property?: string | undefined; limit: number },
): HistoryGap[] {
  return all(
    at,
    `SELECT property, "after", "before", merged_from AS mergedFrom, found_at AS foundAt
     FROM ${quoted(historyNames(object).gaps)} WHERE portal_id = ? AND source_id = ? AND (? IS NULL OR property = ?)
     ORDER BY "before" DESC, property DESC LIMIT ?`,
    [portalId, id, property ?? null, property ?? null, limit],
  ).map((line) => ({ ...line })) as unknown as HistoryGap[]
}

export function readGapsOf(
  at: Database,
  portalId: string,
  object: string,
  latest: number,
): ObjectGaps {
  const table = quoted(historyNames(object).gaps)
  const counts = all(
    at,
    `SELECT property, count(*) AS gaps FROM ${table} WHERE portal_id = ? GROUP BY property`,
    [portalId],
  )
  const found = all(
    at,
    `SELECT source_id AS id, property, "after", "before", merged_from AS mergedFrom, found_at AS foundAt
     FROM ${table} WHERE portal_id = ? ORDER BY found_at DESC, "before" DESC, property DESC, source_id DESC LIMIT ?`,
    [portalId, latest],
  )
  return {
    counts: Object.fromEntries(counts.map(({ property, gaps }) => [property, Number(gaps)])),
    latest: found.map((line) => ({ ...line })) as unknown as ObjectGaps['latest'],
  }
}
