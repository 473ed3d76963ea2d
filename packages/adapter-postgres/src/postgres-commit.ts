import { CheckpointConflictError } from '@hubsync/core'
import {
  type Batch,
  type CommitPlan,
  type CommitResult,
  checkpointMoves,
  endsOf,
  historyTableOf,
  type IdsByName,
  type Lease,
  type LeaseRequest,
  lookupsOf,
  type MirrorSchema,
  pairOf,
  planCommit,
  planLease,
  type RecordsPlan,
  referenceOf,
  type StoredState,
  tableOf,
} from '@hubsync/core/store'
import { gapWrites, historyMoves, upsertEntries } from './postgres-history.js'
import { tableNamesOfHistory } from './postgres-history-tables.js'
import { findHistories } from './postgres-known-history.js'
import type { Line } from './postgres-query.js'
import {
  deleteReference,
  selectReference,
  storedReferenceRow,
  upsertReference,
} from './postgres-reference.js'
import {
  idOf,
  knownRows,
  knownTombstones,
  storedLeases,
  storedSets,
  textOf,
} from './postgres-rows.js'
import { selectEdges, selectLeases, selectRows, selectTombstones } from './postgres-sql.js'
import type { Statement } from './postgres-statement.js'
import type { Transaction } from './postgres-transaction.js'
import * as sql from './postgres-write-sql.js'

/** A batch with the transaction that writes it. */
interface Work extends Transaction {
  target: sql.Target
  mirror: MirrorSchema
  batch: Batch
}

/**
 * Writes a batch. Call it inside a transaction that began with `commitOpening`: its locks keep other commits from
 * changing what is looked up here.
 */
export async function writeBatch(
  transaction: Transaction,
  schema: string,
  mirror: MirrorSchema,
  batch: Batch,
): Promise<CommitResult> {
  const { portalId, at } = batch
  const work: Work = { ...transaction, target: { schema, portalId, at }, mirror, batch }
  const [found] = await Promise.all([lookUp(work), moveCheckpoints(work)])
  const active = await lookUpEnds(work, found)
  const plan = planCommit(mirror, batch, { ...found, active })
  const { run, send, target } = work
  const records = [...plan.records.values()]
  for (const { table, rows } of records)
    for (const portion of portionsOf(rows.values(), ({ rawText }) => rawText.length))
      send(sql.upsertRows(target, table, portion))
  const anyLeave = records.some(({ leaving }) => leaving.size > 0)
  const gone = records.filter(({ histories }) => histories.size > 0)
  const kept = gone.flatMap(({ table }) => tableNamesOfHistory(table.name))
  const lines = anyLeave ? await run(sql.selectPairs(target, kept)) : []
  const pairs = lines.filter(({ from }) => from !== null)
  const tables = new Set(lines.filter(({ from }) => from === null).map(({ name }) => String(name)))
  const moves = movesOf(target, gone, tables)
  for (const statement of otherWrites(work, plan, pairs, moves)) send(statement)
  return plan.result
}

/**
 * What becomes of the histories of records that are gone.
 *
 * @param tables - the names in the database of the tables that exist: another process may have made them, or an earlier
 * definition.
 */
function* movesOf(
  target: sql.Target,
  records: readonly RecordsPlan[],
  tables: ReadonlySet<string>,
): Generator<Statement> {
  for (const { table, histories } of records)
    yield* historyMoves(target, table.name, histories, tables)
}

/**
 * Writes what `planLease` says that a request means for the leases that are here. Their time is the server's, because
 * the clocks of machines differ. Call it inside a transaction that began with `leaseOpening`.
 */
export async function writeLeases(
  { run, send }: Transaction,
  schema: string,
  request: LeaseRequest,
): Promise<Lease[]> {
  const place = { schema, portalId: request.portalId }
  const stored = storedLeases(await run(selectLeases(place)))
  const { written, released, leases } = planLease(request, stored.leases, stored.now)
  if (written.length > 0) send(sql.upsertLeases(place, written))
  if (released.length > 0) send(sql.deleteLeases(place, released))
  return leases
}

/** Looks up the stored state that the batch concerns, pipelined right behind BEGIN. */
async function lookUp({
  early,
  target,
  mirror,
  batch,
}: Work): Promise<Omit<StoredState, 'active'>> {
  const { records, sets, reference: parts, history: lookups } = lookupsOf(batch)
  for (const { object } of lookups ?? []) historyTableOf(mirror, object)
  const [rows, tombstones, edges, reference, history] = await Promise.all([
    forEach(records, async (object, ids) => {
      const table = tableOf(mirror, object)
      return knownRows(table, await early(selectRows(target, table, ids)))
    }),
    forEach(records, async (object, ids) => {
      return knownTombstones(await early(selectTombstones(target, object, ids)))
    }),
    forEach(sets, async (pair, ids) => {
      return storedSets(await early(selectEdges(target, pairOf(mirror, pair), ids)))
    }),
    Promise.all(
      parts.map(async ({ table: name, scope }) => {
        const table = referenceOf(mirror, name)
        const lines = await early(selectReference(target, table, scope))
        return lines.map((line) => storedReferenceRow(table, line))
      }),
    ),
    lookups && findHistories(early, target, lookups),
  ])
  return { rows, tombstones, sets: edges, reference, history }
}

/** Looks up which ends of new associations are active. */
async function lookUpEnds(
  { run, target, mirror, batch }: Work,
  found: Pick<StoredState, 'sets'>,
): Promise<StoredState['active']> {
  return forEach(endsOf(mirror, batch, found), async (object, ids) => {
    const lines = await run(sql.selectActive(target, tableOf(mirror, object), ids))
    return new Map(lines.map((line) => [idOf(line), true]))
  })
}

/** One query for all ids of a name. The names are in order, as all commits take their locks in one order. */
async function forEach<Found>(
  ids: IdsByName,
  ask: (name: string, ids: ReadonlySet<string>) => Promise<Found>,
): Promise<Map<string, Found>> {
  const inOrder = [...ids].sort(([one], [other]) => (one < other ? -1 : 1))
  const found = inOrder.map(async ([name, each]) => [name, await ask(name, each)] as const)
  return new Map(await Promise.all(found))
}

/**
 * Compare-and-set of the checkpoints. The second of two concurrent writers waits here for the first, and then finds
 * another checkpoint than it expected. They are moved in one order, so that two commits with the same fences don't
 * deadlock.
 */
async function moveCheckpoints({ early, target, batch }: Work): Promise<void> {
  const moves = checkpointMoves(batch)
  const inOrder = moves.toSorted((one, other) => (one.stream < other.stream ? -1 : 1))
  const lines = await Promise.all(inOrder.map((move) => early(sql.moveCheckpoint(target, move))))
  const moved = new Set(lines.flat().map(({ stream }) => textOf(stream)))
  const overtaken = moves.find(({ stream }) => !moved.has(stream))
  if (overtaken) throw new CheckpointConflictError(overtaken.stream)
}

/**
 * The JSON of a statement may have 256 MB. A character takes at most three bytes, and a text is both in `raw` and in a
 * column.
 */
const MOST_CHARACTERS = 32 * 2 ** 20

/** Splits the rows into portions that fit into one statement each. Only very wide rows need more than one portion. */
function* portionsOf<Row>(rows: Iterable<Row>, lengthOf: (row: Row) => number): Generator<Row[]> {
  let portion: Row[] = []
  let characters = 0
  for (const row of rows) {
    characters += lengthOf(row)
    if (characters > MOST_CHARACTERS && portion.length > 0) {
      yield portion
      portion = []
      characters = lengthOf(row)
    }
    portion.push(row)
  }
  if (portion.length > 0) yield portion
}

/**
 * All writes of a plan except the rows, which are written before. They are in the order that foreign keys need.
 *
 * @param pairs - all pairs that have a table, also those that are no longer in the schema, or that another process has
 * added.
 * @param moves - what becomes of the histories of records that are gone.
 */
function* otherWrites(
  { target, batch }: Work,
  { records, pairs: planned, reference, history, entries }: CommitPlan,
  pairs: readonly Line[],
  moves: Iterable<Statement>,
): Generator<Statement> {
  const { portal, run, forgetChangesUpTo, forgetRuns } = batch
  if (portal) yield sql.upsertPortal(target, portal)
  if (run) yield sql.upsertRun(target, run)
  if (forgetRuns) yield sql.forgetRuns(target, forgetRuns)
  for (const { name, from, to } of pairs) {
    const near = records.get(String(from))?.leaving ?? new Set()
    const far = records.get(String(to))?.leaving ?? new Set()
    if (near.size + far.size > 0) yield sql.unlink(target, String(name), near, far)
  }
  for (const plan of records.values()) {
    if (plan.unburied.size > 0) yield sql.deleteTombstones(target, plan)
    if (plan.buried.size > 0) yield sql.upsertTombstones(target, plan)
    if (plan.removed.size > 0) yield sql.deleteRows(target, plan)
  }
  for (const plan of planned.values()) {
    if (plan.removed.length > 0) yield sql.deleteEdges(target, plan)
    if (plan.relabelled.length > 0) yield sql.updateLabels(target, plan)
    if (plan.added.length > 0) yield sql.insertEdges(target, plan)
  }
  for (const plan of history.values()) {
    for (const portion of portionsOf(plan.written, ({ value }) => (value?.length ?? 0) + 500))
      yield upsertEntries(target, plan.table, portion)
    yield* gapWrites(target, plan)
  }
  yield* moves
  for (const plan of reference) {
    if (plan.removed.length > 0) yield deleteReference(target, plan)
    for (const portion of portionsOf(plan.written, ({ raw }) => JSON.stringify(raw).length))
      yield upsertReference(target, plan.table, portion)
  }
  if (entries.length === 0 && forgetChangesUpTo === undefined) return
  // Last, because from here to the end of the transaction the lock keeps other commits from the feed.
  yield sql.lockFeed(target)
  if (forgetChangesUpTo !== undefined) yield sql.forgetChanges(target, forgetChangesUpTo)
  for (const plan of records.values())
    if (plan.removed.size > 0) yield sql.eraseChanges(target, plan)
  if (entries.length > 0) yield sql.insertChanges(target, entries)
}
