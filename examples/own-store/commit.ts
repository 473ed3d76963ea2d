import { CheckpointConflictError, type RunRecord, type Tombstone } from '@hubsync/core'
import {
  type Batch,
  type CheckpointMove,
  type CommitPlan,
  type CommitResult,
  checkpointMoves,
  endsOf,
  historyTableOf,
  type Lease,
  type LeaseRequest,
  lookUp,
  lookupsOf,
  type MirrorSchema,
  pairOf,
  planCommit,
  planLease,
  type RecordsPlan,
  referenceOf,
  type StoredLease,
  type StoredState,
  tableOf,
} from '@hubsync/core/store'
import { readSet, unlink, writeEdges } from './associations.ts'
import { all, type Database, quoted, run } from './database.ts'
import { findHistory, moveHistories, writeHistory } from './history.ts'
import { readReference, writeReference } from './reference.ts'
import { readRow, storedRow, upsertRow } from './rows.ts'

/**
 * Writes a batch. Call it inside a transaction, which undoes its writes if it throws. `planCommit` decides what to
 * write. This function only looks up what the plan needs, and writes the plan.
 */
export function writeBatch(at: Database, schema: MirrorSchema, batch: Batch): CommitResult {
  const { portalId, portal, run: record, forgetChangesUpTo, forgetRuns = [] } = batch
  for (const move of checkpointMoves(batch)) moveCheckpoint(at, portalId, move)
  const found = find(at, schema, batch)
  const { records, pairs, reference, history, entries, result } = planCommit(schema, batch, found)
  if (portal)
    run(
      at,
      `INSERT INTO sync_portals VALUES (?, ?, ?, ?, ?) ON CONFLICT (portal_id) DO UPDATE SET
       ui_domain = excluded.ui_domain, time_zone = excluded.time_zone, last_run_at = excluded.last_run_at`,
      [portal.portalId, portal.uiDomain, portal.timeZone, portal.firstRunAt, portal.lastRunAt],
    )
  if (record) writeRun(at, portalId, record)
  if (forgetChangesUpTo !== undefined)
    run(at, 'DELETE FROM sync_changes WHERE portal_id = ? AND seq <= ?', [
      portalId,
      forgetChangesUpTo,
    ])
  for (const id of forgetRuns)
    run(at, 'DELETE FROM sync_runs WHERE portal_id = ? AND id = ?', [portalId, id])
  for (const plan of history.values()) writeHistory(at, batch, plan)
  for (const [object, plan] of records) writeRecords(at, batch, object, plan)
  for (const plan of pairs.values()) writeEdges(at, portalId, plan)
  for (const plan of reference) writeReference(at, batch, plan)
  for (const entry of entries) insertChange(at, batch, entry)
  return result
}

/** Looks up what the batch concerns, and then the far ends of new associations. */
function find(at: Database, schema: MirrorSchema, batch: Batch): StoredState {
  const { portalId } = batch
  const { records, sets, reference, history = [] } = lookupsOf(batch)
  const found = {
    rows: lookUp(records, (object, id) => {
      const table = tableOf(schema, object)
      const line = readRow(at, table, portalId, id)
      return line && { ...storedRow(table, line), rawText: String(line.raw) }
    }),
    tombstones: lookUp(records, (object, id) => readTombstone(at, portalId, object, id)),
    sets: lookUp(sets, (pair, fromId) => {
      return readSet(at, portalId, pairOf(schema, pair).name, fromId).edges
    }),
    reference: reference.map(({ table, scope }) => {
      return readReference(at, referenceOf(schema, table), portalId, scope)
    }),
    history: history.map((lookup) => {
      historyTableOf(schema, lookup.object)
      return findHistory(at, portalId, lookup)
    }),
  }
  const isActive = (object: string, id: string) =>
    readRow(at, tableOf(schema, object), portalId, id)?.source_status === 'ACTIVE'
  return { ...found, active: lookUp(endsOf(schema, batch, found), isActive) }
}

/** If two processes run at the same time, the second finds another checkpoint than it expects, and writes nothing. */
function moveCheckpoint(
  at: Database,
  portalId: string,
  { stream, expected, next }: CheckpointMove,
): void {
  const stored = readCheckpoint(at, portalId, stream) ?? 'null'
  if (stored !== JSON.stringify(expected)) throw new CheckpointConflictError(stream)
  run(at, 'INSERT OR REPLACE INTO sync_checkpoints VALUES (?, ?, ?)', [
    portalId,
    stream,
    JSON.stringify(next),
  ])
}

/** Who is at which job. `planLease` decides; this runs within a transaction. */
export function writeLeases(at: Database, request: LeaseRequest): Lease[] {
  const { portalId } = request
  const { written, released, leases } = planLease(request, readLeases(at, portalId), request.at)
  for (const { job, holder, startedAt, renewedAt } of written)
    run(at, 'INSERT OR REPLACE INTO sync_leases VALUES (?, ?, ?, ?, ?)', [
      portalId,
      job,
      holder,
      startedAt,
      renewedAt,
    ])
  for (const job of released)
    run(at, 'DELETE FROM sync_leases WHERE portal_id = ? AND job = ?', [portalId, job])
  return leases
}

export function readLeases(at: Database, portalId: string): StoredLease[] {
  return all(at, 'SELECT * FROM sync_leases WHERE portal_id = ?', [portalId]).map((line) => ({
    ...{ job: String(line.job), holder: String(line.holder) },
    ...{ startedAt: String(line.started_at), renewedAt: String(line.renewed_at) },
  }))
}

export function readCheckpoint(at: Database, portalId: string, stream: string): string | undefined {
  const sql = 'SELECT state FROM sync_checkpoints WHERE portal_id = ? AND stream = ?'
  return all(at, sql, [portalId, stream])[0]?.state as string | undefined
}

function writeRun(at: Database, portalId: string, record: RunRecord): void {
  const { id, jobs, status, counts, error, startedAt, finishedAt } = record
  run(
    at,
    `INSERT INTO sync_runs (portal_id, id, jobs, status, counts, error, started_at, finished_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (portal_id, id) DO UPDATE SET status = excluded.status,
     counts = excluded.counts, error = excluded.error, finished_at = excluded.finished_at`,
    [
      portalId,
      id,
      JSON.stringify(jobs),
      status,
      counts === null ? null : JSON.stringify(counts),
      error,
      startedAt,
      finishedAt,
    ],
  )
}

function writeRecords(
  at: Database,
  batch: Batch,
  object: string,
  { table, rows, removed, leaving, unburied, buried, histories }: RecordsPlan,
): void {
  const { portalId } = batch
  for (const { row, rawText } of rows.values()) upsertRow(at, table, batch, row, rawText)
  for (const id of leaving) unlink(at, portalId, object, id)
  for (const id of unburied)
    run(at, 'DELETE FROM sync_tombstones WHERE portal_id = ? AND object = ? AND source_id = ?', [
      portalId,
      object,
      id,
    ])
  for (const { id, reason, intoId } of buried.values())
    run(at, 'INSERT OR REPLACE INTO sync_tombstones VALUES (?, ?, ?, ?, ?, ?)', [
      portalId,
      object,
      id,
      reason,
      intoId,
      batch.at,
    ])
  moveHistories(at, portalId, object, histories, (id) => readTombstone(at, portalId, object, id))
  for (const id of removed) {
    run(at, `DELETE FROM ${quoted(object)} WHERE portal_id = ? AND source_id = ?`, [portalId, id])
    // The content of a removed record is removed from the feed too.
    run(
      at,
      `UPDATE sync_changes SET columns = '{}' WHERE portal_id = ? AND object = ? AND source_id = ?`,
      [portalId, object, id],
    )
  }
}

export function readTombstone(at: Database, portalId: string, object: string, id: string) {
  const line = all(
    at,
    'SELECT * FROM sync_tombstones WHERE portal_id = ? AND object = ? AND source_id = ?',
    [portalId, object, id],
  )[0]
  if (!line) return undefined
  return {
    reason: line.reason as Tombstone['reason'],
    intoId: line.into_id as string | null,
    at: String(line.at),
  }
}

function insertChange(
  at: Database,
  batch: Batch,
  { object, id, kind, columns }: CommitPlan['entries'][number],
): void {
  run(
    at,
    `INSERT INTO sync_changes (portal_id, object, source_id, kind, columns, at)
     VALUES (?, ?, ?, ?, ?, ?)`,
    [batch.portalId, object, id, kind, JSON.stringify(columns), batch.at],
  )
}
