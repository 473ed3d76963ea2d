import {
  type Batch,
  CheckpointConflictError,
  type CommitPlan,
  type CommitResult,
  checkpointMoves,
  endsOf,
  type IdsByName,
  lookupsOf,
  type MirrorSchema,
  type PairPlan,
  pairOf,
  planCommit,
  type RecordsPlan,
  type StoredState,
  tableOf,
} from '@hubsync/core'
import type { Transaction } from './postgres-database.js'
import { idOf, knownRows, knownTombstones, storedSets, textOf } from './postgres-rows.js'
import { selectEdges, selectRows, selectTombstones } from './postgres-sql.js'
import * as sql from './postgres-write-sql.js'

/** A batch on its way into the database. */
interface Work extends Transaction {
  target: sql.Target
  mirror: MirrorSchema
  batch: Batch
}

/**
 * Writes a batch. Call it inside a transaction that began with `commitOpening`, whose locks keep what is looked up here as it is.
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
  const { send, target } = work
  if (batch.portal) send(sql.upsertPortal(target, batch.portal))
  if (batch.run) send(sql.upsertRun(target, batch.run))
  if (batch.forgetRuns) send(sql.forgetRuns(target, batch.forgetRuns))
  for (const { table, rows } of plan.records.values())
    if (rows.size > 0) send(sql.upsertRows(target, table, rows.values()))
  await unlink(work, plan)
  for (const [object, records] of plan.records) writeTombstones(work, object, records)
  for (const pair of plan.pairs.values()) writeEdges(work, pair)
  writeFeed(work, plan)
  return plan.result
}

/** Looks up what the batch is about, right behind BEGIN. */
async function lookUp({
  early,
  target,
  mirror,
  batch,
}: Work): Promise<Omit<StoredState, 'active'>> {
  const { records, sets } = lookupsOf(batch)
  const [rows, tombstones, edges] = await Promise.all([
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
  ])
  return { rows, tombstones, sets: edges }
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

/** Asks about all ids of a name at once, name by name in their order. */
async function forEach<Found>(
  ids: IdsByName,
  ask: (name: string, ids: ReadonlySet<string>) => Promise<Found>,
): Promise<Map<string, Found>> {
  const inOrder = [...ids].sort(([one], [other]) => (one < other ? -1 : 1))
  const found = inOrder.map(async ([name, each]) => [name, await ask(name, each)] as const)
  return new Map(await Promise.all(found))
}

/**
 * The second of two writers waits here for the first, and then finds another checkpoint than it expected. All of them are moved in one order:
 * two commits may have the same fences.
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
 * Takes away the associations of the records that leave. In every pair that is there: one that has left the schema, or that another
 * process has added, still has its ends here.
 */
async function unlink({ run, send, target }: Work, { records }: CommitPlan): Promise<void> {
  const leaving = (object: string | null | undefined) => records.get(object ?? '')?.leaving ?? []
  if ([...records.values()].every((plan) => plan.leaving.size === 0)) return
  for (const { name, from, to } of await run(sql.selectPairs(target)))
    if (records.has(from ?? '') || records.has(to ?? ''))
      send(sql.unlink(target, String(name), leaving(from), leaving(to)))
}

function writeTombstones(
  { send, target }: Work,
  object: string,
  { unburied, buried, removed }: RecordsPlan,
): void {
  if (unburied.size > 0) send(sql.deleteTombstones(target, object, unburied))
  if (buried.size > 0) send(sql.upsertTombstones(target, object, buried.values()))
  if (removed.size > 0) send(sql.deleteRows(target, object, removed))
}

function writeEdges({ send, target }: Work, plan: PairPlan): void {
  const { pair, added, relabelled, removed } = plan
  if (removed.length > 0) send(sql.deleteEdges(target, pair, removed))
  if (relabelled.length > 0) send(sql.updateLabels(target, pair, relabelled))
  if (added.length > 0) send(sql.insertEdges(target, pair, added))
}

/** Last of all, since from here until its end the commit keeps the others from the feed. */
function writeFeed({ send, target, batch }: Work, { records, entries }: CommitPlan): void {
  const { forgetChangesUpTo } = batch
  if (entries.length === 0 && forgetChangesUpTo === undefined) return
  send(sql.lockFeed(target))
  if (forgetChangesUpTo !== undefined) send(sql.forgetChanges(target, forgetChangesUpTo))
  for (const [object, { removed }] of records)
    if (removed.size > 0) send(sql.eraseChanges(target, object, removed))
  if (entries.length > 0) send(sql.insertChanges(target, entries))
}
