import {
  type Batch,
  type ChangeEntry,
  CheckpointConflictError,
  type CheckpointMove,
  type CommitResult,
  checkpointMoves,
  type MirrorRow,
  type MirrorSchema,
  noRows,
  type ObjectTable,
  planRow,
  type RowCounts,
  type RunRecord,
  type Tombstone,
} from '@hubsync/core'
import { replaceSet, unlink } from './associations.ts'
import { all, type Database, quoted, run } from './database.ts'
import { readRow, storedRow, tableOf, upsertRow } from './rows.ts'

/** Writes a batch within a transaction: what it has done when it throws is for that to undo. */
export function writeBatch(at: Database, schema: MirrorSchema, batch: Batch): CommitResult {
  const { portalId, portal, run: record, forgetChangesUpTo, forgetRuns = [] } = batch
  const result: CommitResult = { rows: {}, associations: { added: 0, removed: 0, unlinked: 0 } }
  for (const move of checkpointMoves(batch)) moveCheckpoint(at, portalId, move)
  if (portal)
    run(
      at,
      `INSERT INTO sync_portals VALUES (?, ?, ?, ?, ?) ON CONFLICT (portal_id) DO UPDATE SET
       ui_domain = excluded.ui_domain, time_zone = excluded.time_zone, last_run_at = excluded.last_run_at`,
      ...[portal.portalId, portal.uiDomain, portal.timeZone, portal.firstRunAt, portal.lastRunAt],
    )
  if (record) writeRun(at, portalId, record)
  if (forgetChangesUpTo !== undefined)
    run(
      at,
      'DELETE FROM sync_changes WHERE portal_id = ? AND seq <= ?',
      portalId,
      forgetChangesUpTo,
    )
  for (const id of forgetRuns)
    run(at, 'DELETE FROM sync_runs WHERE portal_id = ? AND id = ?', portalId, id)
  for (const group of batch.rows ?? []) {
    const counts = countsOf(result, group.object)
    for (const row of group.rows)
      counts[writeRow(at, tableOf(schema, group.object), batch, row, group.feed)]++
  }
  for (const tombstone of batch.tombstones ?? []) {
    countsOf(result, tombstone.object).removed += bury(
      at,
      tableOf(schema, tombstone.object),
      batch,
      tombstone,
    )
  }
  for (const set of batch.associations ?? [])
    replaceSet(at, schema, portalId, set, result.associations)
  return result
}

function countsOf(result: CommitResult, object: string): RowCounts {
  const counts = result.rows[object] ?? noRows()
  result.rows[object] = counts
  return counts
}

/** The second of two runners finds another checkpoint than it expected, and writes nothing. */
function moveCheckpoint(
  at: Database,
  portalId: string,
  { stream, expected, next }: CheckpointMove,
): void {
  const stored = readCheckpoint(at, portalId, stream) ?? 'null'
  if (stored !== JSON.stringify(expected)) throw new CheckpointConflictError(stream)
  run(
    at,
    'INSERT OR REPLACE INTO sync_checkpoints VALUES (?, ?, ?)',
    ...[portalId, stream, JSON.stringify(next)],
  )
}

export function readCheckpoint(at: Database, portalId: string, stream: string): string | undefined {
  const sql = 'SELECT state FROM sync_checkpoints WHERE portal_id = ? AND stream = ?'
  return all(at, sql, portalId, stream)[0]?.state as string | undefined
}

function writeRun(at: Database, portalId: string, record: RunRecord): void {
  const { id, jobs, status, counts, error, startedAt, finishedAt } = record
  run(
    at,
    `INSERT INTO sync_runs (portal_id, id, jobs, status, counts, error, started_at, finished_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (portal_id, id) DO UPDATE SET status = excluded.status,
     counts = excluded.counts, error = excluded.error, finished_at = excluded.finished_at`,
    ...[
      portalId,
      id,
      JSON.stringify(jobs),
      status,
      counts === null ? null : JSON.stringify(counts),
    ],
    ...[error, startedAt, finishedAt],
  )
}

/** `planRow` says what becomes of a row: whether it is newer, whether anything changed, what the feed tells. */
function writeRow(
  at: Database,
  table: ObjectTable,
  batch: Batch,
  incoming: MirrorRow,
  feed: boolean,
): keyof CommitResult['rows'][string] {
  const { portalId } = batch
  const line = readRow(at, table, portalId, incoming.id)
  const known = line && { ...storedRow(table, line), rawText: String(line.raw) }
  const tombstone = readTombstone(at, portalId, table.name, incoming.id)
  const plan = planRow(table, incoming, known, tombstone)
  if (plan.action === 'leave') return plan.count
  upsertRow(at, table, batch, plan.row, plan.rawText)
  run(
    at,
    'DELETE FROM sync_tombstones WHERE portal_id = ? AND object = ? AND source_id = ?',
    ...[portalId, table.name, incoming.id],
  )
  if (plan.row.status === 'ARCHIVED') unlink(at, portalId, table.name, incoming.id)
  if (feed) tell(at, batch, table.name, incoming.id, plan.change)
  return plan.count
}

export function readTombstone(at: Database, portalId: string, object: string, id: string) {
  return all(
    at,
    'SELECT * FROM sync_tombstones WHERE portal_id = ? AND object = ? AND source_id = ?',
    ...[portalId, object, id],
  )[0] as { reason: Tombstone['reason']; into_id: string | null; at: string } | undefined
}

function tell(
  at: Database,
  batch: Batch,
  object: string,
  id: string,
  { kind, columns }: Pick<ChangeEntry, 'kind' | 'columns'>,
): void {
  run(
    at,
    `INSERT INTO sync_changes (portal_id, object, source_id, kind, columns, at)
     VALUES (?, ?, ?, ?, ?, ?)`,
    ...[batch.portalId, object, id, kind, JSON.stringify(columns), batch.at],
  )
}

/** Takes a row out, with its associations and its content in the feed. Gives how many rows went. */
function bury(
  at: Database,
  table: ObjectTable,
  batch: Batch,
  { object, id, reason, intoId }: Tombstone,
): number {
  const key = [batch.portalId, object, id]
  const there = readTombstone(at, batch.portalId, object, id)
  if (there?.reason !== reason || there.into_id !== intoId)
    run(
      at,
      'INSERT OR REPLACE INTO sync_tombstones VALUES (?, ?, ?, ?, ?, ?)',
      ...[...key, reason, intoId, batch.at],
    )
  unlink(at, batch.portalId, object, id)
  const gone = run(
    at,
    `DELETE FROM ${quoted(table.name)} WHERE portal_id = ? AND source_id = ?`,
    ...[batch.portalId, id],
  )
  if (gone === 0) return 0
  run(
    at,
    `UPDATE sync_changes SET columns = '{}' WHERE portal_id = ? AND object = ? AND source_id = ?`,
    ...key,
  )
  tell(at, batch, object, id, { kind: reason === 'merged' ? 'merged' : 'removed', columns: {} })
  return gone
}
