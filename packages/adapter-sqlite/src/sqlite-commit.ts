import {
  type AssociationSet,
  type Batch,
  CheckpointConflictError,
  type CheckpointMove,
  type CommitResult,
  checkpointMoves,
  type MirrorRow,
  type MirrorSchema,
  noRows,
  type ObjectTable,
  type PairTable,
  pairOf,
  planRow,
  type RowCounts,
  type RowGroup,
  type Tombstone,
  tableOf,
} from '@hubsync/core'
import type { Prepare } from './sqlite-connection.js'
import { type SqliteValue, valuesOfLines } from './sqlite-database.js'
import { type KnownLine, KnownRowOfLine, rowParameters } from './sqlite-rows.js'
import * as sql from './sqlite-sql.js'
import { updatesOf } from './sqlite-updates.js'

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
  for (const move of checkpointMoves(batch)) moveCheckpoint(prepare, batch, move)
  writePortalAndRun(prepare, batch)
  if (batch.forgetChangesUpTo !== undefined)
    prepare(sql.syncStatements.forgetChanges).run(batch.portalId, batch.forgetChangesUpTo)
  for (const id of batch.forgetRuns ?? [])
    prepare(sql.syncStatements.deleteRun).run(batch.portalId, id)
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

function moveCheckpoint(
  prepare: Prepare,
  { portalId, at }: Batch,
  { stream, expected, next }: CheckpointMove,
): void {
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
  const updates = updatesOf(table)
  const anyTombstone = prepare(sql.syncStatements.anyTombstone).get(portalId, object) !== undefined
  for (const part of apart(rows)) {
    const lines = knownLines(prepare, table, portalId, part)
    for (const incoming of part) {
      const { id } = incoming
      const tombstone = anyTombstone ? tombstoneOf(prepare, portalId, object, id) : undefined
      const line = lines.get(id.toWellFormed())
      const known = line && new KnownRowOfLine(table, line)
      const plan = planRow(table, incoming, known, tombstone)
      counts[plan.count]++
      if (plan.action === 'leave') continue
      const parameters = rowParameters(table, plan.row, plan.rawText)
      if (line) overwrite(prepare, updates.between(line, parameters), line, parameters, at)
      else insert.run(portalId, id, ...parameters, at, plan.row.createdAt)
      if (tombstone) prepare(sql.syncStatements.deleteTombstone).run(portalId, object, id)
      if (plan.row.status === 'ARCHIVED') unlink(prepare, pairs, portalId, object, id)
      if (!feed) continue
      const { kind, columns } = plan.change
      prepare(sql.syncStatements.insertChange).run(
        portalId,
        object,
        id,
        kind,
        JSON.stringify(columns),
        at,
      )
    }
  }
}

function tombstoneOf(prepare: Prepare, portalId: string, object: string, id: string) {
  const line = prepare(sql.syncStatements.selectTombstone).get(portalId, object, id)
  return line as { reason: Tombstone['reason']; at: string } | undefined
}

function overwrite(
  prepare: Prepare,
  { text, places }: sql.Update,
  [rowid]: KnownLine,
  parameters: readonly SqliteValue[],
  at: string,
): void {
  const written: SqliteValue[] = []
  for (const place of places) written.push(parameters[place] as SqliteValue)
  written.push(at, rowid)
  prepare(text).run(...written)
}

/** The lines that are here of some rows, by id as SQLite gives it back. */
function knownLines(
  prepare: Prepare,
  table: ObjectTable,
  portalId: string,
  rows: readonly MirrorRow[],
): Map<string, KnownLine> {
  const parameters: SqliteValue[] = [portalId]
  for (const { id } of rows) parameters.push(id)
  while (parameters.length <= sql.ROWS_READ_AT_ONCE) parameters.push(null)
  const known = new Map<string, KnownLine>()
  for (const line of valuesOfLines(prepare(sql.selectKnownRows(table)), parameters) as KnownLine[])
    known.set(line[1], line)
  return known
}

/** Rows in parts that can be read at once. Of a record that comes twice, the later row begins a part. */
function* apart(rows: readonly MirrorRow[]): Generator<readonly MirrorRow[]> {
  for (let start = 0; start < rows.length; ) {
    const part = rows.slice(start, start + sql.ROWS_READ_AT_ONCE)
    const ids = part.map(({ id }) => id.toWellFormed())
    const length = new Set(ids).size === ids.length ? ids.length : firstRepeated(ids)
    yield length === part.length ? part : part.slice(0, length)
    start += length
  }
}

function firstRepeated(ids: readonly string[]): number {
  return ids.findIndex((id, index) => ids.indexOf(id) < index)
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
  const pair = pairOf(schema, name)
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
