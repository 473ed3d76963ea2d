import {
  type AssociationSet,
  type Batch,
  CheckpointConflictError,
  type CommitResult,
  HubsyncError,
  type MirrorRow,
  type MirrorSchema,
  noRows,
  type ObjectTable,
  type PairTable,
  planRow,
  type RowCounts,
  type RowGroup,
  type Tombstone,
} from '@hubsync/core'
import { type SqliteStatement, valuesOfLines } from './sqlite-database.js'
import { type KnownLine, knownRow, rowParameters } from './sqlite-rows.js'
import * as sql from './sqlite-sql.js'

/** Prepares a statement once for each text. */
export type Prepare = (text: string) => SqliteStatement

/** The pairs that have a table here, asked for where a record leaves and at no other time. */
type Pairs = () => readonly PairTable[]

/** Writes a batch. Call it inside a transaction: what it has done when it throws is for that to undo. */
export function writeBatch(prepare: Prepare, schema: MirrorSchema, batch: Batch): CommitResult {
  let known: PairTable[] | undefined
  const pairs: Pairs = () => {
    known ??= prepare(sql.selectPairs).all() as PairTable[]
    return known
  }
  const result: CommitResult = { rows: {}, associations: { added: 0, removed: 0, unlinked: 0 } }
  moveCheckpoint(prepare, batch)
  writePortalAndRun(prepare, batch)
  if (batch.forgetChangesBefore !== undefined)
    prepare(sql.syncStatements.forgetChanges).run(batch.portalId, batch.forgetChangesBefore)
  for (const group of batch.rows ?? [])
    writeRows(prepare, schema, pairs, batch, group, countsOf(result, group.object))
  for (const tombstone of batch.tombstones ?? [])
    if (bury(prepare, schema, pairs, batch, tombstone)) countsOf(result, tombstone.object).removed++
  for (const set of batch.associations ?? [])
    writeSet(prepare, schema, batch, set, result.associations)
  return result
}

function countsOf(result: CommitResult, object: string): RowCounts {
  const counts = result.rows[object] ?? noRows()
  result.rows[object] = counts
  return counts
}

function moveCheckpoint(prepare: Prepare, { portalId, at, checkpoint }: Batch): void {
  if (!checkpoint) return
  const { stream, expected, next } = checkpoint
  const stored = prepare(sql.syncStatements.selectCheckpoint).get(portalId, stream) as
    | { state: string }
    | undefined
  if ((stored?.state ?? 'null') !== JSON.stringify(expected))
    throw new CheckpointConflictError(stream)
  prepare(sql.syncStatements.upsertCheckpoint).run(portalId, stream, JSON.stringify(next), at)
}

function writePortalAndRun(prepare: Prepare, { portalId, portal, run }: Batch): void {
  if (portal)
    prepare(sql.syncStatements.upsertPortal).run(
      portal.portalId,
      portal.uiDomain,
      portal.timeZone,
      portal.firstRunAt,
      portal.lastRunAt,
    )
  if (run)
    prepare(sql.syncStatements.upsertRun).run(
      portalId,
      run.id,
      JSON.stringify(run.jobs),
      run.status,
      run.counts === null ? null : JSON.stringify(run.counts),
      run.error,
      run.startedAt,
      run.finishedAt,
    )
}

function writeRows(
  prepare: Prepare,
  schema: MirrorSchema,
  pairs: Pairs,
  { portalId, at }: Batch,
  { object, rows, feed }: RowGroup,
  counts: RowCounts,
): void {
  const table = tableOf(schema, object)
  const insert = prepare(sql.insertRow(table))
  const update = prepare(sql.updateRow(table))
  const anyTombstone = prepare(sql.syncStatements.anyTombstone).get(portalId, object) !== undefined
  for (const [incoming, line] of besideKnown(prepare, table, portalId, rows)) {
    const tombstone = anyTombstone
      ? (prepare(sql.syncStatements.selectTombstone).get(portalId, object, incoming.id) as
          | { reason: Tombstone['reason']; at: string }
          | undefined)
      : undefined
    const plan = planRow(table, incoming, line && knownRow(table, line), tombstone)
    counts[plan.count]++
    if (plan.action === 'leave') continue
    const parameters = rowParameters(table, plan.row, plan.rawText, at)
    if (line) update.run(...parameters, line[0])
    else insert.run(portalId, incoming.id, ...parameters)
    if (tombstone) prepare(sql.syncStatements.deleteTombstone).run(portalId, object, incoming.id)
    if (plan.row.status === 'ARCHIVED') unlink(prepare, pairs, portalId, object, incoming.id)
    if (!feed) continue
    const { kind, columns } = plan.change
    prepare(sql.syncStatements.insertChange).run(
      portalId,
      object,
      incoming.id,
      kind,
      JSON.stringify(columns),
      at,
    )
  }
}

/** Rows, each beside the line that is here of it at that moment. */
function* besideKnown(
  prepare: Prepare,
  table: ObjectTable,
  portalId: string,
  rows: readonly MirrorRow[],
): Generator<[MirrorRow, KnownLine | undefined]> {
  const select = prepare(sql.selectKnownRows(table))
  for (const part of apart(rows)) {
    const places = Array<string | null>(sql.ROWS_READ_AT_ONCE).fill(null)
    const parameters = [portalId, ...Object.assign(places, [...part.keys()])]
    const lines = valuesOfLines(select, parameters) as KnownLine[]
    const known = new Map(lines.map((line) => [line[1], line]))
    for (const [id, row] of part) yield [row, known.get(id)]
  }
}

/** Rows by id as SQLite gives it back, in parts that can be read at once. Of a record that comes twice, the later row begins a part. */
function* apart(rows: readonly MirrorRow[]): Generator<Map<string, MirrorRow>> {
  let part = new Map<string, MirrorRow>()
  for (const row of rows) {
    const id = row.id.toWellFormed()
    if (part.size === sql.ROWS_READ_AT_ONCE || part.has(id)) {
      yield part
      part = new Map()
    }
    part.set(id, row)
  }
  if (part.size > 0) yield part
}

/** Takes a row out, with its associations and its content in the feed. True where there was one. */
function bury(
  prepare: Prepare,
  schema: MirrorSchema,
  pairs: Pairs,
  { portalId, at }: Batch,
  { object, id, reason, intoId }: Tombstone,
): boolean {
  prepare(sql.syncStatements.upsertTombstone).run(portalId, object, id, reason, intoId, at)
  unlink(prepare, pairs, portalId, object, id)
  const { changes } = prepare(sql.deleteRow(tableOf(schema, object))).run(portalId, id)
  if (Number(changes) === 0) return false
  prepare(sql.syncStatements.eraseChanges).run(portalId, object, id)
  const kind = reason === 'merged' ? 'merged' : 'removed'
  prepare(sql.syncStatements.insertChange).run(portalId, object, id, kind, '{}', at)
  return true
}

function unlink(
  prepare: Prepare,
  pairs: Pairs,
  portalId: string,
  object: string,
  id: string,
): void {
  for (const pair of pairs()) {
    if (pair.from === object) prepare(sql.deleteEdgesFrom(pair)).run(portalId, id)
    if (pair.to === object) prepare(sql.deleteEdgesTo(pair)).run(portalId, id)
  }
}

function writeSet(
  prepare: Prepare,
  schema: MirrorSchema,
  { portalId }: Batch,
  { pair: name, fromId, edges }: AssociationSet,
  counts: CommitResult['associations'],
): void {
  const pair = schema.pairs.find((each) => each.name === name)
  if (!pair)
    throw new HubsyncError(
      'STORE_FAILED',
      `Expected a table for the pair "${name}": migrate first.`,
    )
  const lines = prepare(sql.selectEdges(pair)).all(portalId, fromId) as EdgeLine[]
  const gone = new Map(
    lines.map((line) => [edgeKey(line.to_id, line.category, line.type_id), line]),
  )
  const wanted = new Map(
    edges.map((edge) => [edgeKey(edge.toId, edge.category, edge.typeId), edge]),
  )
  for (const [key, { toId, category, typeId, label }] of wanted) {
    const line = gone.get(key)
    gone.delete(key)
    if (!line) {
      const { changes } = prepare(sql.insertEdge(pair)).run(
        ...[portalId, fromId, toId, category, typeId, label],
        ...[portalId, fromId, portalId, toId],
      )
      if (Number(changes) === 1) counts.added++
      else counts.unlinked++
    } else if (line.label !== label) {
      prepare(sql.updateEdgeLabel(pair)).run(label, portalId, fromId, toId, category, typeId)
    }
  }
  for (const { to_id, category, type_id } of gone.values())
    prepare(sql.deleteEdge(pair)).run(portalId, fromId, to_id, category, type_id)
  counts.removed += gone.size
}

interface EdgeLine {
  to_id: string
  category: string
  type_id: number
  label: string | null
}

function edgeKey(toId: string, category: string, typeId: number): string {
  return JSON.stringify([toId, category, typeId])
}

function tableOf(schema: MirrorSchema, object: string): ObjectTable {
  const table = schema.objects.find(({ name }) => name === object)
  if (!table)
    throw new HubsyncError('STORE_FAILED', `Expected a table for "${object}": migrate first.`)
  return table
}
