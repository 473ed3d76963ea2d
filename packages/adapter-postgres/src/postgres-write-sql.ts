import {
  type Batch,
  type CheckpointMove,
  type CommitPlan,
  type MirrorSchema,
  type ObjectTable,
  type PairPlan,
  type PlannedEdge,
  type PlannedRow,
  type PortalRecord,
  pairOf,
  type RecordsPlan,
  type RunRecord,
  type StoredLease,
} from '@hubsync/core/store'
import { lockKey, quoted, storedName } from './postgres-names.js'
import { momentParameter, rowsJson } from './postgres-rows.js'
import { at, type Place } from './postgres-sql.js'
import { asGiven, json, type Sql, type Statement, sql, verbatim } from './postgres-statement.js'
import { objectTable } from './postgres-tables.js'
import { hasBegun } from './postgres-transaction.js'

/** Where a commit writes, and its time. */
export interface Target extends Place {
  at: string
}

/**
 * The locks of a commit, sent with BEGIN. They keep other commits from changing what its plan is based on: the rows and
 * tombstones of the objects that it writes, the sets of the pairs and the reference tables that it writes, and, with a
 * shared lock, the rows at both ends of those pairs. All commits take their locks in the same order, so that they can't deadlock.
 *
 * Sequential scans are turned off: a named statement may keep a plan that was made while a table was almost empty, and
 * would then scan the whole table each time.
 */
export function commitOpening(schema: string, mirror: MirrorSchema, batch: Batch): string {
  const { portalId, rows = [], tombstones = [], associations = [], reference = [] } = batch
  const rowsOf = (object: string) => lockKey('rows', schema, portalId, object)
  const locks = new Map<bigint, string>()
  for (const name of new Set(associations.map(({ pair }) => pair))) {
    const { from, to } = pairOf(mirror, name)
    for (const object of [from, to]) locks.set(rowsOf(object), 'pg_advisory_xact_lock_shared')
    locks.set(lockKey('sets', schema, portalId, name), 'pg_advisory_xact_lock')
  }
  for (const object of new Set([...rows, ...tombstones].map((each) => each.object)))
    locks.set(rowsOf(object), 'pg_advisory_xact_lock')
  for (const { table } of reference)
    locks.set(lockKey('reference', schema, portalId, table), 'pg_advisory_xact_lock')
  const inOrder = [...locks].sort(([one], [other]) => (one < other ? -1 : 1))
  const statements = inOrder.map(([key, lock]) => `SELECT ${lock}(${key})`)
  const settings = ['SET LOCAL enable_seqscan = off']
  if (batch.durable) settings.push(WAIT_FOR_DISK)
  return [...settings, ...statements].join(';')
}

/** Makes COMMIT wait for the disk if `synchronous_commit` is off. All other settings wait for at least that. */
const WAIT_FOR_DISK = `SELECT pg_catalog.set_config('synchronous_commit', 'on', true)
WHERE pg_catalog.current_setting('synchronous_commit') = 'off'`

/** Returns a line if the checkpoint was as expected. The second of two concurrent writers waits here for the first. */
export function moveCheckpoint(
  target: Target,
  { stream, expected, next }: CheckpointMove,
): Statement {
  const [table, begun] = [at(target, 'sync_checkpoints'), verbatim(hasBegun)]
  const now = momentParameter(target.at)
  if (expected === null)
    return sql`INSERT INTO ${table} (portal_id, stream, state, updated_at)
SELECT ${target.portalId}, ${stream}, ${json(next)}::jsonb, ${now}::timestamptz WHERE ${begun}
ON CONFLICT (portal_id, stream) DO NOTHING RETURNING stream`
  return sql`UPDATE ${table} SET state = ${json(next)}, updated_at = ${now}
WHERE portal_id = ${target.portalId} AND stream = ${stream} AND state = ${json(expected)}::jsonb AND ${begun} RETURNING stream`
}

/**
 * The ids that are stored and active. FOR SHARE keeps them so until the commit: the advisory locks don't stop a user
 * who writes with SQL.
 */
export function selectActive(
  place: Place,
  { name }: ObjectTable,
  ids: Iterable<string>,
): Statement {
  return sql`SELECT source_id FROM ${at(place, name)}
WHERE portal_id = ${place.portalId} AND source_id = ANY (${ids}) AND source_status = 'ACTIVE' ORDER BY source_id FOR SHARE`
}

/**
 * Lines as JSON, each with its portal. If the portal were a parameter, PostgreSQL without statistics would assume that
 * it is selective, and read all of its rows for each line.
 */
export function given(lines: ReturnType<typeof json>, columns: string): Sql {
  return sql`jsonb_to_recordset(${lines}::jsonb) AS given (portal_id text, ${verbatim(columns)})`
}

export function upsertRows(
  target: Target,
  table: ObjectTable,
  rows: readonly PlannedRow[],
): Statement {
  const columns = objectTable(table).columns.filter(
    ([name]) => name !== 'portal_id' && name !== 'synced_at',
  )
  const names = columns.map(([name]) => quoted(name))
  const types = columns.map(([name, type]) => `${quoted(name)} ${type}`)
  const updates = [...names, 'synced_at'].map((name) => `${name} = excluded.${name}`)
  const lines = asGiven(rowsJson(table, target.portalId, rows))
  return sql`INSERT INTO ${at(target, table.name)} (portal_id, synced_at, ${verbatim(names.join())})
SELECT portal_id, ${momentParameter(target.at)}::timestamptz, ${verbatim(names.join())} FROM ${given(lines, types.join())}
ON CONFLICT (portal_id, source_id) DO UPDATE SET ${verbatim(updates.join())}`
}

export function deleteRows(place: Place, { table, removed }: RecordsPlan): Statement {
  return sql`DELETE FROM ${at(place, table.name)} WHERE portal_id = ${place.portalId} AND source_id = ANY (${removed})`
}

function givenEdges({ portalId }: Place, edges: readonly PlannedEdge[]): Sql {
  const lines = edges.map(({ fromId, toId, category, typeId, label }) => {
    return { portal_id: portalId, from_id: fromId, to_id: toId, category, type_id: typeId, label }
  })
  return given(json(lines), 'from_id text, to_id text, category text, type_id bigint, label text')
}

const edgeKey = ['portal_id', 'from_id', 'to_id', 'category', 'type_id']
const edgeColumns = verbatim([...edgeKey, 'label'].join())
const isGivenEdge = verbatim(edgeKey.map((name) => `pair.${name} = given.${name}`).join(' AND '))

export function insertEdges(place: Place, { pair, added }: PairPlan): Statement {
  return sql`INSERT INTO ${at(place, pair.name)} (${edgeColumns}) SELECT ${edgeColumns} FROM ${givenEdges(place, added)}`
}

export function updateLabels(place: Place, { pair, relabelled }: PairPlan): Statement {
  return sql`UPDATE ${at(place, pair.name)} AS pair SET label = given.label FROM ${givenEdges(place, relabelled)} WHERE ${isGivenEdge}`
}

export function deleteEdges(place: Place, { pair, removed }: PairPlan): Statement {
  return sql`DELETE FROM ${at(place, pair.name)} AS pair USING ${givenEdges(place, removed)} WHERE ${isGivenEdge}`
}

/**
 * The pairs that hubsync has created and whose table still exists, also those that aren't in this process's schema. Of
 * these names of tables of histories, those that exist are lines without ends.
 */
export function selectPairs({ schema }: Place, histories: readonly string[]): Statement {
  const kept = sql`SELECT class.relname, NULL, NULL
FROM pg_catalog.pg_class AS class JOIN pg_catalog.pg_namespace AS namespace ON namespace.oid = class.relnamespace
WHERE namespace.nspname = ${asGiven(schema)} AND class.relname = ANY (${histories.map(storedName)}) AND class.relkind IN ('r', 'p')
  AND 2 = (SELECT count(*) FROM pg_catalog.pg_attribute AS attribute WHERE attribute.attrelid = class.oid
    AND attribute.attname IN ('property', 'merged_from') AND NOT attribute.attisdropped)`
  const pairs = selectPairNames(schema)
  return histories.length > 0
    ? sql`${pairs} UNION ALL ${kept} ORDER BY name`
    : sql`${pairs} ORDER BY name`
}

function selectPairNames(schema: string): Sql {
  return sql`SELECT pair.name, from_object AS from, to_object AS to
FROM ${at({ schema }, 'sync_pairs')} AS pair
WHERE EXISTS (
  SELECT FROM pg_catalog.pg_class AS class JOIN pg_catalog.pg_namespace AS namespace ON namespace.oid = class.relnamespace
  WHERE namespace.nspname = ${asGiven(schema)} AND class.relname = pair.name AND class.relkind IN ('r', 'p')
)`
}

/** Deletes the associations of records that leave, at the near and at the far end. */
export function unlink(
  place: Place,
  pair: string,
  near: Iterable<string>,
  far: Iterable<string>,
): Statement {
  return sql`DELETE FROM ${at(place, pair)} WHERE portal_id = ${place.portalId} AND (from_id = ANY (${near}) OR to_id = ANY (${far}))`
}

export function upsertTombstones(target: Target, { buried }: RecordsPlan): Statement {
  const columns = verbatim('portal_id, object, source_id, reason, into_id')
  const { portalId } = target
  const lines = Array.from(buried.values(), ({ object, id, reason, intoId }) => {
    return { portal_id: portalId, object, source_id: id, reason, into_id: intoId }
  })
  return sql`INSERT INTO ${at(target, 'sync_tombstones')} (${columns}, at)
SELECT ${columns}, ${momentParameter(target.at)}::timestamptz
FROM ${given(json(lines), 'object text, source_id text, reason text, into_id text')}
ON CONFLICT (portal_id, object, source_id) DO UPDATE SET reason = excluded.reason, into_id = excluded.into_id, at = excluded.at`
}

export function deleteTombstones(place: Place, { table, unburied }: RecordsPlan): Statement {
  return sql`DELETE FROM ${at(place, 'sync_tombstones')}
WHERE portal_id = ${place.portalId} AND object = ${table.name} AND source_id = ANY (${unburied})`
}

/** Removes the content of removed records from the feed. The entries stay. */
export function eraseChanges(place: Place, { table, removed }: RecordsPlan): Statement {
  return sql`UPDATE ${at(place, 'sync_changes')} SET columns = '{}'
WHERE portal_id = ${place.portalId} AND object = ${table.name} AND source_id = ANY (${removed}) AND columns <> '{}'`
}

/**
 * Locks the change feed until the end of the transaction. Numbers are assigned under this lock, so entries become
 * visible in the order of their numbers: no commit with lower numbers can still be open.
 */
export function lockFeed({ schema, portalId }: Place): Statement {
  return sql`SELECT pg_advisory_xact_lock(${asGiven(String(lockKey('changes', schema, portalId)))}::bigint)`
}

/** Adds entries to the change feed. Call {@link lockFeed} before. */
export function insertChanges(target: Target, entries: CommitPlan['entries']): Statement {
  const { portalId } = target
  const lines = entries.map(({ object, id, kind, columns }, place) => {
    return { portal_id: portalId, object, source_id: id, kind, columns, place }
  })
  return sql`INSERT INTO ${at(target, 'sync_changes')} (portal_id, object, source_id, kind, columns, at)
SELECT portal_id, object, source_id, kind, columns, ${momentParameter(target.at)}::timestamptz
FROM ${given(json(lines), 'object text, source_id text, kind text, columns jsonb, place integer')} ORDER BY place`
}

/** Deletes the entries of the feed up to this number. */
export function forgetChanges(place: Place, upTo: number): Statement {
  return sql`DELETE FROM ${at(place, 'sync_changes')} WHERE portal_id = ${place.portalId} AND seq <= ${upTo}`
}

export function forgetRuns(place: Place, ids: readonly string[]): Statement {
  return sql`DELETE FROM ${at(place, 'sync_runs')} WHERE portal_id = ${place.portalId} AND id = ANY (${ids})`
}

export function upsertRun(place: Place, run: RunRecord): Statement {
  const { id, jobs, status, counts, error } = run
  const [startedAt, finishedAt] = [momentParameter(run.startedAt), momentParameter(run.finishedAt)]
  return sql`INSERT INTO ${at(place, 'sync_runs')} (portal_id, id, jobs, status, counts, error, started_at, finished_at)
VALUES (${place.portalId}, ${id}, ${json(jobs)}, ${status}, ${counts === null ? null : json(counts)}, ${error}, ${startedAt}, ${finishedAt})
ON CONFLICT (portal_id, id) DO UPDATE SET status = excluded.status, counts = excluded.counts, error = excluded.error, finished_at = excluded.finished_at`
}

/** Goes out with BEGIN: who asks later for a lease of the portal waits until the others are through. */
export function leaseOpening(schema: string, portalId: string): string {
  return `SELECT pg_advisory_xact_lock(${lockKey('leases', schema, portalId)})`
}

export function upsertLeases(place: Place, leases: readonly StoredLease[]): Statement {
  const lines = leases.map(({ job, holder, startedAt, renewedAt }) => ({
    portal_id: place.portalId,
    job,
    holder,
    started_at: momentParameter(startedAt),
    renewed_at: momentParameter(renewedAt),
  }))
  return sql`INSERT INTO ${at(place, 'sync_leases')} (portal_id, job, holder, started_at, renewed_at)
SELECT portal_id, job, holder, started_at, renewed_at
FROM ${given(json(lines), 'job text, holder text, started_at timestamptz, renewed_at timestamptz')}
ON CONFLICT (portal_id, job) DO UPDATE
SET holder = excluded.holder, started_at = excluded.started_at, renewed_at = excluded.renewed_at`
}

export function deleteLeases(place: Place, jobs: readonly string[]): Statement {
  return sql`DELETE FROM ${at(place, 'sync_leases')} WHERE portal_id = ${place.portalId} AND job = ANY (${jobs})`
}

export function upsertPortal(place: Place, portal: PortalRecord): Statement {
  const { portalId, uiDomain, timeZone } = portal
  const [first, last] = [momentParameter(portal.firstRunAt), momentParameter(portal.lastRunAt)]
  return sql`INSERT INTO ${at(place, 'sync_portals')} (portal_id, ui_domain, time_zone, first_run_at, last_run_at)
VALUES (${portalId}, ${uiDomain}, ${timeZone}, ${first}, ${last})
ON CONFLICT (portal_id) DO UPDATE SET ui_domain = excluded.ui_domain, time_zone = excluded.time_zone, last_run_at = excluded.last_run_at`
}
