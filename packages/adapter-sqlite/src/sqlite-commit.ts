import { CheckpointConflictError } from '@hubsync/core'
import {
  type Batch,
  type CommitPlan,
  type CommitResult,
  checkpointMoves,
  endsOf,
  type HistoryLookup,
  historyTableOf,
  type IdsByName,
  keeperOf,
  type Lease,
  type LeaseRequest,
  lookupsOf,
  type MirrorSchema,
  type PairPlan,
  type PairTable,
  type PlannedEdge,
  pairOf,
  planCommit,
  planLease,
  type RecordsPlan,
  type ReferenceSet,
  type ReferenceTable,
  referenceOf,
  type StoredLease,
  type StoredReferenceRow,
  type StoredState,
  tableOf,
} from '@hubsync/core/store'
import type { SqliteValue } from './sqlite-database.js'
import { historyMoves, historyTablesHere, historyWrites } from './sqlite-history.js'
import { findHistories } from './sqlite-known-history.js'
import type { SqliteQueries } from './sqlite-queries.js'
import { referenceWrites, selectReference, storedReferenceRow } from './sqlite-reference.js'
import { knownRow, type RowLine, type TombstoneLine } from './sqlite-rows.js'
import * as read from './sqlite-sql.js'
import type { Statement } from './sqlite-statement.js'
import * as write from './sqlite-write-sql.js'

/**
 * Writes a batch: looks up the stored state that the batch concerns, lets `planCommit` decide, and writes the plan.
 * Call it inside a transaction, which undoes its writes if it throws.
 */
export function writeBatch(
  queries: SqliteQueries,
  schema: MirrorSchema,
  batch: Batch,
): CommitResult {
  for (const move of checkpointMoves(batch)) {
    const stored = queries.get<{ state: string }>(
      read.selectCheckpoint(batch.portalId, move.stream),
    )
    if ((stored?.state ?? 'null') !== JSON.stringify(move.expected))
      throw new CheckpointConflictError(move.stream)
    queries.run(write.upsertCheckpoint(batch, move))
  }
  const plan = planCommit(schema, batch, find(queries, schema, batch))
  const anyLeave = [...plan.records.values()].some(({ leaving }) => leaving.size > 0)
  const pairs = anyLeave ? queries.all<PairTable>(read.selectPairs) : []
  for (const query of writesOf(batch, plan, pairs)) queries.run(query)
  moveHistories(queries, batch, plan)
  return plan.result
}

/** The tables are looked for in the database: another process may have made them, or an earlier definition. */
function moveHistories(queries: SqliteQueries, { portalId }: Batch, { records }: CommitPlan): void {
  const moves = [...records].filter(([, { histories }]) => histories.size > 0)
  if (moves.length === 0) return
  const here = historyTablesHere(
    queries,
    moves.map(([object]) => object),
  )
  for (const [object, { histories }] of moves)
    for (const [id, intoId] of histories) {
      const keeper = keeperOf(intoId, (gone) =>
        queries.get<TombstoneLine>(read.selectTombstones(portalId, object, new Set([gone]))),
      )
      for (const query of historyMoves(portalId, object, id, keeper, here)) queries.run(query)
    }
}

/** Writes what `planLease` says that a request means for the leases that are here. Call it inside a transaction, too. */
export function writeLeases(queries: SqliteQueries, request: LeaseRequest): Lease[] {
  const { portalId, at } = request
  const stored = queries.all<StoredLease>(read.selectLeases(portalId))
  const { written, released, leases } = planLease(request, stored, at)
  for (const lease of written) queries.run(write.upsertLease(portalId, lease))
  for (const job of released) queries.run(write.deleteLease(portalId, job))
  return leases
}

/** Looks up the stored state that the batch concerns, and then which ends of new associations are active. */
function find(queries: SqliteQueries, schema: MirrorSchema, batch: Batch): StoredState {
  const { portalId } = batch
  const { records, sets, reference, history } = lookupsOf(batch)
  const found = {
    rows: lookUp(records, (object, ids) => {
      const table = tableOf(schema, object)
      const lines = queries.all<RowLine>(read.selectRows(table, portalId, ids))
      return new Map(lines.map((line) => [line.source_id, knownRow(table, line)]))
    }),
    tombstones: lookUp(records, (object, ids) => {
      const lines = queries.all<TombstoneLine>(read.selectTombstones(portalId, object, ids))
      return new Map(lines.map((line) => [line.source_id, line]))
    }),
    sets: lookUp(sets, (pair, ids) => {
      const query = read.selectEdges(pairOf(schema, pair), portalId, ids)
      return Map.groupBy(queries.all<PlannedEdge>(query), ({ fromId }) => fromId)
    }),
    reference: reference.map(({ table: name, scope }) => {
      const table = referenceOf(schema, name)
      return readReference(queries, table, portalId, scope)
    }),
    history: history && findHistories(queries, portalId, expectTables(schema, history)),
  }
  const active = lookUp(endsOf(schema, batch, found), (object, ids) => {
    const query = read.selectActive(tableOf(schema, object), portalId, ids)
    const lines = queries.all<{ source_id: string }>(query)
    return new Map(lines.map(({ source_id }) => [source_id, true]))
  })
  return { ...found, active }
}

/** Throws if an object has no tables for its history. */
function expectTables(schema: MirrorSchema, lookups: readonly HistoryLookup[]) {
  for (const object of new Set(lookups.map(({ object }) => object))) historyTableOf(schema, object)
  return lookups
}

/** The rows of a part of a reference table, in the order of their keys. */
export function readReference(
  queries: SqliteQueries,
  table: ReferenceTable,
  portalId: string,
  scope: ReferenceSet['scope'],
): StoredReferenceRow[] {
  const query = selectReference(table, portalId, scope)
  const lines = queries.all<Record<string, SqliteValue>>(query)
  return lines.map((line) => storedReferenceRow(table, line))
}

/** One query for all ids of an object or a pair. */
function lookUp<Found>(
  names: IdsByName,
  ask: (name: string, ids: ReadonlySet<string>) => Found,
): Map<string, Found> {
  return new Map([...names].map(([name, ids]) => [name, ask(name, ids)]))
}

/**
 * All writes of a plan, in the order that foreign keys need.
 *
 * @param pairs - all pairs that have a table, also those that are no longer in the schema.
 */
function* writesOf(
  batch: Batch,
  { records, pairs: planned, reference, history, entries }: CommitPlan,
  pairs: readonly PairTable[],
): Generator<Statement> {
  const { portal, run, forgetChangesUpTo, forgetRuns = [] } = batch
  if (portal) yield write.upsertPortal(portal)
  for (const id of forgetRuns) yield write.forgetRun(batch, id)
  if (run) yield write.upsertRun(batch, run)
  if (forgetChangesUpTo !== undefined) yield write.forgetChanges(batch, forgetChangesUpTo)
  for (const [object, plan] of records) yield* recordWrites(batch, object, plan, pairs)
  for (const plan of history.values()) yield* historyWrites(batch, plan)
  for (const plan of planned.values()) yield* edgeWrites(batch, plan)
  for (const plan of reference) yield* referenceWrites(batch, plan)
  for (const entry of entries) yield write.insertChange(batch, entry)
}

function* recordWrites(
  batch: Batch,
  object: string,
  { table, rows, removed, leaving, unburied, buried }: RecordsPlan,
  pairs: readonly PairTable[],
): Generator<Statement> {
  yield* write.writeRows(batch, table, rows.values())
  for (const id of leaving)
    for (const pair of pairs) {
      if (pair.from === object) yield write.unlink(batch, pair, 'from_id', id)
      if (pair.to === object) yield write.unlink(batch, pair, 'to_id', id)
    }
  for (const id of removed) {
    yield write.deleteRow(batch, table, id)
    yield write.eraseChanges(batch, object, id)
  }
  for (const id of unburied) yield write.deleteTombstone(batch, object, id)
  for (const tombstone of buried.values()) yield write.upsertTombstone(batch, tombstone)
}

function* edgeWrites(
  batch: Batch,
  { pair, added, relabelled, removed }: PairPlan,
): Generator<Statement> {
  for (const edge of removed) yield write.deleteEdge(batch, pair, edge)
  for (const edge of relabelled) yield write.upsertEdge(batch, pair, edge)
  for (const edge of added) yield write.upsertEdge(batch, pair, edge)
}
