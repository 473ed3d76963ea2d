import type {
  Batch,
  ChangeEntry,
  CheckpointMove,
  MirrorSchema,
  ObjectTable,
  PairTable,
  PlannedEdge,
  PlannedRow,
  PortalRecord,
  RunRecord,
  Tombstone,
} from '@hubsync/core'
import { pairOf } from '@hubsync/core'
import { hasBegun } from './postgres-database.js'
import { lockKey, qualified, quoted } from './postgres-names.js'
import type { Statement } from './postgres-query.js'
import { momentParameter, rowsJson } from './postgres-rows.js'
import type { Place } from './postgres-sql.js'
import { objectTable } from './postgres-tables.js'
import { encodeJson, encodeText } from './postgres-text.js'

/** Where a commit writes, and the moment that it notes. */
export interface Target extends Place {
  at: string
}

/**
 * What a commit begins with. Its locks keep all that its plan rests on as it is until its end: the rows and tombstones of the objects that it writes, the
 * sets of the pairs that it writes, and the rows at both ends of those, which others may read meanwhile. All commits take them in one order.
 *
 * Every statement of a commit finds its rows by an index. A plan that was made while a table was almost empty, and is kept with the
 * statement's name, would go on to read the table from end to end.
 */
export function commitOpening(schema: string, mirror: MirrorSchema, batch: Batch): string {
  const { portalId, rows = [], tombstones = [], associations = [] } = batch
  const rowsOf = (object: string) => lockKey('rows', schema, portalId, object)
  const locks = new Map<bigint, string>()
  for (const name of new Set(associations.map(({ pair }) => pair))) {
    const { from, to } = pairOf(mirror, name)
    for (const object of [from, to]) locks.set(rowsOf(object), 'pg_advisory_xact_lock_shared')
    locks.set(lockKey('sets', schema, portalId, name), 'pg_advisory_xact_lock')
  }
  for (const object of new Set([...rows, ...tombstones].map((each) => each.object)))
    locks.set(rowsOf(object), 'pg_advisory_xact_lock')
  const inOrder = [...locks].sort(([one], [other]) => (one < other ? -1 : 1))
  const statements = inOrder.map(([key, lock]) => `SELECT ${lock}(${key})`)
  const settings = ['SET LOCAL enable_seqscan = off']
  if (batch.durable) settings.push(WAIT_FOR_DISK)
  return [...settings, ...statements].join(';')
}

/** Where the server answers before a commit is on its disk, it waits for that now. Any other setting does so, or waits for more. */
const WAIT_FOR_DISK = `SELECT pg_catalog.set_config('synchronous_commit', 'on', true)
WHERE pg_catalog.current_setting('synchronous_commit') = 'off'`

/** Gives a line where the checkpoint was as expected. The second of two writers waits here for the first. */
export function moveCheckpoint(
  { schema, portalId, at }: Target,
  { stream, expected, next }: CheckpointMove,
): Statement {
  const table = qualified(schema, 'sync_checkpoints')
  const values = [...[portalId, stream].map(encodeText), ...[encodeJson(next), momentParameter(at)]]
  if (expected === null)
    return {
      text: `INSERT INTO ${table} (portal_id, stream, state, updated_at)
SELECT $1, $2, $3::jsonb, $4::timestamptz WHERE ${hasBegun}
ON CONFLICT (portal_id, stream) DO NOTHING RETURNING stream`,
      values,
    }
  return {
    text: `UPDATE ${table} SET state = $3, updated_at = $4
WHERE portal_id = $1 AND stream = $2 AND state = $5::jsonb AND ${hasBegun} RETURNING stream`,
    values: [...values, encodeJson(expected)],
  }
}

/**
 * Those of the ids that are here and active. They are held that way until the commit: whoever writes to them by SQL of his own isn't kept off by
 * the locks that a commit begins with.
 */
export function selectActive(
  { schema, portalId }: Place,
  { name }: ObjectTable,
  ids: Iterable<string>,
): Statement {
  return {
    text: `SELECT source_id FROM ${qualified(schema, name)}
WHERE portal_id = $1 AND source_id = ANY ($2) AND source_status = 'ACTIVE' ORDER BY source_id FOR SHARE`,
    values: [encodeText(portalId), Array.from(ids, encodeText)],
  }
}

/**
 * Lines given as JSON, the portal among their columns. Compared with a parameter instead, PostgreSQL takes the portal for a rare
 * one as long as it has no statistics, and reads all of its rows for each line.
 */
const given = (columns: string) =>
  `jsonb_to_recordset($1::jsonb) AS given (portal_id text, ${columns})`

export function upsertRows(
  { schema, portalId, at }: Target,
  table: ObjectTable,
  rows: Iterable<PlannedRow>,
): Statement {
  const columns = objectTable(table).columns.filter(
    ([name]) => name !== 'portal_id' && name !== 'synced_at',
  )
  const names = columns.map(([name]) => quoted(name))
  const types = columns.map(([name, type]) => `${quoted(name)} ${type}`)
  const updates = [...names, 'synced_at'].map((name) => `${name} = excluded.${name}`)
  return {
    text: `INSERT INTO ${qualified(schema, table.name)} (portal_id, synced_at, ${names})
SELECT portal_id, $2::timestamptz, ${names} FROM ${given(types.join(', '))}
ON CONFLICT (portal_id, source_id) DO UPDATE SET ${updates}`,
    values: [rowsJson(table, portalId, rows), momentParameter(at)],
  }
}

export function deleteRows(
  { schema, portalId }: Place,
  object: string,
  ids: Iterable<string>,
): Statement {
  return {
    text: `DELETE FROM ${qualified(schema, object)} WHERE portal_id = $1 AND source_id = ANY ($2)`,
    values: [encodeText(portalId), Array.from(ids, encodeText)],
  }
}

const edgeColumns = 'from_id text, to_id text, category text, type_id bigint, label text'
const isGivenEdge = ['portal_id', 'from_id', 'to_id', 'category', 'type_id']
  .map((name) => `pair.${name} = given.${name}`)
  .join(' AND ')

function edgesJson(portalId: string, edges: readonly PlannedEdge[]): string {
  return encodeJson(
    edges.map(({ fromId, toId, category, typeId, label }) => {
      return { portal_id: portalId, from_id: fromId, to_id: toId, category, type_id: typeId, label }
    }),
  )
}

export function insertEdges(
  { schema, portalId }: Place,
  { name }: PairTable,
  edges: readonly PlannedEdge[],
): Statement {
  const columns = 'portal_id, from_id, to_id, category, type_id, label'
  return {
    text: `INSERT INTO ${qualified(schema, name)} (${columns}) SELECT ${columns} FROM ${given(edgeColumns)}`,
    values: [edgesJson(portalId, edges)],
  }
}

export function updateLabels(
  { schema, portalId }: Place,
  { name }: PairTable,
  edges: readonly PlannedEdge[],
): Statement {
  return {
    text: `UPDATE ${qualified(schema, name)} AS pair SET label = given.label FROM ${given(edgeColumns)} WHERE ${isGivenEdge}`,
    values: [edgesJson(portalId, edges)],
  }
}

export function deleteEdges(
  { schema, portalId }: Place,
  { name }: PairTable,
  edges: readonly PlannedEdge[],
): Statement {
  return {
    text: `DELETE FROM ${qualified(schema, name)} AS pair USING ${given(edgeColumns)} WHERE ${isGivenEdge}`,
    values: [edgesJson(portalId, edges)],
  }
}

/** The pairs that were made here and have their table still, also those that this process knows nothing of. */
export function selectPairs({ schema }: Place): Statement {
  return {
    text: `SELECT pair.name, from_object AS from, to_object AS to
FROM ${qualified(schema, 'sync_pairs')} AS pair
WHERE EXISTS (
  SELECT FROM pg_catalog.pg_class AS class JOIN pg_catalog.pg_namespace AS namespace ON namespace.oid = class.relnamespace
  WHERE namespace.nspname = $1 AND class.relname = pair.name AND class.relkind IN ('r', 'p')
) ORDER BY pair.name`,
    values: [schema],
  }
}

/** Takes away the associations of records that leave, at the near end and at the far one. */
export function unlink(
  { schema, portalId }: Place,
  pair: string,
  near: Iterable<string>,
  far: Iterable<string>,
): Statement {
  return {
    text: `DELETE FROM ${qualified(schema, pair)} WHERE portal_id = $1 AND (from_id = ANY ($2) OR to_id = ANY ($3))`,
    values: [encodeText(portalId), Array.from(near, encodeText), Array.from(far, encodeText)],
  }
}

export function upsertTombstones(
  { schema, portalId, at }: Target,
  object: string,
  tombstones: Iterable<Tombstone>,
): Statement {
  const columns = 'portal_id, object, source_id, reason, into_id'
  const lines = Array.from(tombstones, ({ id, reason, intoId }) => {
    return { portal_id: portalId, object, source_id: id, reason, into_id: intoId }
  })
  return {
    text: `INSERT INTO ${qualified(schema, 'sync_tombstones')} (${columns}, at)
SELECT ${columns}, $2::timestamptz FROM ${given('object text, source_id text, reason text, into_id text')}
ON CONFLICT (portal_id, object, source_id) DO UPDATE SET reason = excluded.reason, into_id = excluded.into_id, at = excluded.at`,
    values: [encodeJson(lines), momentParameter(at)],
  }
}

export function deleteTombstones(place: Place, object: string, ids: Iterable<string>): Statement {
  return {
    text: `DELETE FROM ${qualified(place.schema, 'sync_tombstones')} WHERE ${isRecord}`,
    values: recordValues(place, object, ids),
  }
}

/** Takes the content of records out of the feed. */
export function eraseChanges(place: Place, object: string, ids: Iterable<string>): Statement {
  return {
    text: `UPDATE ${qualified(place.schema, 'sync_changes')} SET columns = '{}' WHERE ${isRecord} AND columns <> '{}'`,
    values: recordValues(place, object, ids),
  }
}

const isRecord = 'portal_id = $1 AND object = $2 AND source_id = ANY ($3)'

function recordValues({ portalId }: Place, object: string, ids: Iterable<string>) {
  return [encodeText(portalId), object, Array.from(ids, encodeText)]
}

/**
 * Adds to the change feed. The numbers are given out under a lock that lasts until the commit: whoever reads up to a number has
 * read all below it, since no commit that got lower ones can still be on its way.
 */
export function insertChanges(
  { schema, portalId, at }: Target,
  entries: readonly Omit<ChangeEntry, 'seq' | 'at'>[],
): Statement {
  const lines = entries.map(({ object, id, kind, columns }, place) => {
    return { portal_id: portalId, object, source_id: id, kind, columns, place }
  })
  return {
    text: `WITH turn AS MATERIALIZED (SELECT pg_advisory_xact_lock($3::bigint))
INSERT INTO ${qualified(schema, 'sync_changes')} (portal_id, object, source_id, kind, columns, at)
SELECT portal_id, object, source_id, kind, columns, $2::timestamptz
FROM turn CROSS JOIN ${given('object text, source_id text, kind text, columns jsonb, place integer')} ORDER BY place`,
    values: [
      ...[encodeJson(lines), momentParameter(at)],
      String(lockKey('changes', schema, portalId)),
    ],
  }
}

/** Forgets entries of the feed, up to this number. */
export function forgetChanges({ schema, portalId }: Place, upTo: number): Statement {
  return {
    text: `DELETE FROM ${qualified(schema, 'sync_changes')} WHERE portal_id = $1 AND seq <= $2`,
    values: [encodeText(portalId), String(upTo)],
  }
}

export function forgetRuns({ schema, portalId }: Place, ids: readonly string[]): Statement {
  return {
    text: `DELETE FROM ${qualified(schema, 'sync_runs')} WHERE portal_id = $1 AND id = ANY ($2)`,
    values: [encodeText(portalId), ids.map(encodeText)],
  }
}

export function upsertRun({ schema, portalId }: Place, run: RunRecord): Statement {
  const { id, jobs, status, counts, error, startedAt, finishedAt } = run
  return {
    text: `INSERT INTO ${qualified(schema, 'sync_runs')} (portal_id, id, jobs, status, counts, error, started_at, finished_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (portal_id, id) DO UPDATE SET status = excluded.status, counts = excluded.counts, error = excluded.error, finished_at = excluded.finished_at`,
    values: [
      ...[encodeText(portalId), encodeText(id), encodeJson(jobs), status],
      counts === null ? null : encodeJson(counts),
      error === null ? null : encodeText(error),
      ...[startedAt, finishedAt].map(momentParameter),
    ],
  }
}

export function upsertPortal({ schema, portalId }: Place, portal: PortalRecord): Statement {
  const { uiDomain, timeZone, firstRunAt, lastRunAt } = portal
  return {
    text: `INSERT INTO ${qualified(schema, 'sync_portals')} (portal_id, ui_domain, time_zone, first_run_at, last_run_at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (portal_id) DO UPDATE SET ui_domain = excluded.ui_domain, time_zone = excluded.time_zone, last_run_at = excluded.last_run_at`,
    values: [
      ...[portalId, uiDomain, timeZone].map(encodeText),
      ...[firstRunAt, lastRunAt].map(momentParameter),
    ],
  }
}
