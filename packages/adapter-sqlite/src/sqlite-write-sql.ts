import type { PortalRecord, RunRecord, Tombstone } from '@hubsync/core'
import type {
  Batch,
  CheckpointMove,
  CommitPlan,
  ObjectTable,
  PairTable,
  PlannedEdge,
  PlannedRow,
  StoredLease,
} from '@hubsync/core/store'
import { rowColumns, rowValues } from './sqlite-rows.js'
import { named, quoted } from './sqlite-sql.js'
import { type Statement, sql, verbatim } from './sqlite-statement.js'

/** What all writes of a batch have in common. */
type Commit = Pick<Batch, 'portalId' | 'at'>

/** Inserts and updates rows. The SQL is built once: building it takes as long as planning a row. */
export function* writeRows(
  { portalId, at }: Commit,
  table: ObjectTable,
  rows: Iterable<PlannedRow>,
): Generator<Statement> {
  const columns = rowColumns(table).map(quoted)
  const insert = `INSERT INTO ${quoted(table.name)} (${columns.join(', ')}, portal_id, source_id)
VALUES (${columns.map(() => '?').join(', ')}, ?, ?)`
  const update = `UPDATE ${quoted(table.name)} SET ${columns.join(' = ?, ')} = ?
WHERE portal_id = ? AND source_id = ?`
  for (const planned of rows)
    yield {
      text: planned.action === 'insert' ? insert : update,
      values: [...rowValues(table, planned, at), portalId, planned.row.id],
    }
}

export const deleteRow = ({ portalId }: Commit, table: ObjectTable, id: string) =>
  sql`DELETE FROM ${named(table)} WHERE portal_id = ${portalId} AND source_id = ${id}`

export const upsertTombstone = (
  { portalId, at }: Commit,
  { object, id, reason, intoId }: Tombstone,
) => sql`INSERT INTO sync_tombstones (portal_id, object, source_id, reason, into_id, at)
VALUES (${portalId}, ${object}, ${id}, ${reason}, ${intoId}, ${at})
ON CONFLICT (portal_id, object, source_id) DO UPDATE
SET reason = excluded.reason, into_id = excluded.into_id, at = excluded.at`

export const deleteTombstone = ({ portalId }: Commit, object: string, id: string) =>
  sql`DELETE FROM sync_tombstones WHERE portal_id = ${portalId} AND object = ${object} AND source_id = ${id}`

/** Inserts an association, or updates the label of an existing one. */
export const upsertEdge = (
  { portalId }: Commit,
  pair: PairTable,
  { fromId, toId, category, typeId, label }: PlannedEdge,
) => sql`INSERT INTO ${named(pair)} (portal_id, from_id, to_id, category, type_id, label)
VALUES (${portalId}, ${fromId}, ${toId}, ${category}, ${typeId}, ${label})
ON CONFLICT (portal_id, from_id, to_id, category, type_id) DO UPDATE SET label = excluded.label`

export const deleteEdge = (
  { portalId }: Commit,
  pair: PairTable,
  { fromId, toId, category, typeId }: PlannedEdge,
) => sql`DELETE FROM ${named(pair)}
WHERE portal_id = ${portalId} AND from_id = ${fromId} AND to_id = ${toId}
  AND category = ${category} AND type_id = ${typeId}`

/** Deletes all associations that a record has at one end. */
export const unlink = (
  { portalId }: Commit,
  pair: PairTable,
  end: 'from_id' | 'to_id',
  id: string,
) => sql`DELETE FROM ${named(pair)} WHERE portal_id = ${portalId} AND ${verbatim(end)} = ${id}`

export const insertChange = (
  { portalId, at }: Commit,
  { object, id, kind, columns }: CommitPlan['entries'][number],
) => sql`INSERT INTO sync_changes (portal_id, object, source_id, kind, columns, at)
VALUES (${portalId}, ${object}, ${id}, ${kind}, ${JSON.stringify(columns)}, ${at})`

/** Removes a record's content from the feed. The entries stay. */
export const eraseChanges = ({ portalId }: Commit, object: string, id: string) =>
  sql`UPDATE sync_changes SET columns = '{}'
WHERE portal_id = ${portalId} AND object = ${object} AND source_id = ${id}`

/** The + stops SQLite from using an index on the portal, as in `selectChanges`. */
export const forgetChanges = ({ portalId }: Commit, upTo: number) =>
  sql`DELETE FROM sync_changes WHERE +portal_id = ${portalId} AND seq <= ${upTo}`

export const upsertCheckpoint = (
  { portalId, at }: Commit,
  { stream, next }: CheckpointMove,
) => sql`INSERT INTO sync_checkpoints (portal_id, stream, state, updated_at)
VALUES (${portalId}, ${stream}, ${JSON.stringify(next)}, ${at})
ON CONFLICT (portal_id, stream) DO UPDATE SET state = excluded.state, updated_at = excluded.updated_at`

export const upsertPortal = (portal: PortalRecord) =>
  sql`INSERT INTO sync_portals (portal_id, ui_domain, time_zone, first_run_at, last_run_at)
VALUES (${portal.portalId}, ${portal.uiDomain}, ${portal.timeZone}, ${portal.firstRunAt}, ${portal.lastRunAt})
ON CONFLICT (portal_id) DO UPDATE
SET ui_domain = excluded.ui_domain, time_zone = excluded.time_zone, last_run_at = excluded.last_run_at`

export const upsertRun = ({ portalId }: Commit, run: RunRecord) =>
  sql`INSERT INTO sync_runs (portal_id, id, jobs, status, counts, error, started_at, finished_at)
VALUES (${portalId}, ${run.id}, ${JSON.stringify(run.jobs)}, ${run.status},
  ${run.counts === null ? null : JSON.stringify(run.counts)}, ${run.error}, ${run.startedAt}, ${run.finishedAt})
ON CONFLICT (portal_id, id) DO UPDATE
SET status = excluded.status, counts = excluded.counts, error = excluded.error, finished_at = excluded.finished_at`

export const forgetRun = ({ portalId }: Commit, id: string) =>
  sql`DELETE FROM sync_runs WHERE portal_id = ${portalId} AND id = ${id}`

export const upsertLease = (
  portalId: string,
  { job, holder, startedAt, renewedAt }: StoredLease,
) => sql`INSERT INTO sync_leases (portal_id, job, holder, started_at, renewed_at)
VALUES (${portalId}, ${job}, ${holder}, ${startedAt}, ${renewedAt})
ON CONFLICT (portal_id, job) DO UPDATE
SET holder = excluded.holder, started_at = excluded.started_at, renewed_at = excluded.renewed_at`

export const deleteLease = (portalId: string, job: string) =>
  sql`DELETE FROM sync_leases WHERE portal_id = ${portalId} AND job = ${job}`

/** Adds a pair to the list of pair tables. */
export const insertPair = ({ name, from, to }: PairTable) =>
  sql`INSERT INTO sync_pairs (name, from_object, to_object)
VALUES (${name}, ${from}, ${to}) ON CONFLICT DO NOTHING`
