import { HubsyncError } from '../errors.js'
import type { AssociationEdge, AssociationSet, MirrorRow, Tombstone } from '../model.js'
import { newEdges, planEdges } from './plan-edges.js'
import { historyLookups, planHistories } from './plan-histories.js'
import type { HistoryLookup, HistoryPlan, KnownHistory } from './plan-history.js'
import { planReference, type ReferencePlan, wellFormedKey } from './plan-reference.js'
import { changedColumns, type KnownRow, noRows, planRow } from './plan-row.js'
import {
  type ReferenceRow,
  type ReferenceSet,
  type ReferenceTable,
  referenceTables,
} from './reference-tables.js'
import type { Batch, ChangeEntry, CommitResult, RowCounts, RowGroup } from './store.js'
import type { MirrorSchema, ObjectTable, PairTable } from './tables.js'

/** Ids, by the name of their object or of the pair whose near ends they are. */
export type IdsByName = Map<string, Set<string>>

/** What a store has to look up before it can plan a batch. */
export interface Lookups {
  /** By object: the records whose rows and tombstones are needed. */
  records: IdsByName
  /** By pair: the near ends whose association sets are needed. */
  sets: IdsByName
  /** The parts of reference tables that are needed. */
  reference: Pick<ReferenceSet, 'table' | 'scope'>[]
  /** The parts of histories that are needed. Absent if no row has any. */
  history?: readonly HistoryLookup[]
}

/** A tombstone as it is stored. */
export type KnownTombstone = Pick<Tombstone, 'reason' | 'intoId'> & {
  /** When it was written. */
  at: string
}

/** What a store has found for {@link lookupsOf} and {@link endsOf}. Absent entries don't exist. */
export interface StoredState {
  /** By object, then by id. */
  rows: ReadonlyMap<string, ReadonlyMap<string, KnownRow>>
  /** By object, then by id. */
  tombstones: ReadonlyMap<string, ReadonlyMap<string, KnownTombstone>>
  /** By pair, then by the near end. */
  sets: ReadonlyMap<string, ReadonlyMap<string, readonly AssociationEdge[]>>
  /** By object, then by id: whether the ends are active. */
  active: ReadonlyMap<string, ReadonlyMap<string, boolean>>
  /** The rows of the parts of reference tables, in the order of {@link Lookups.reference}. */
  reference: readonly (readonly ReferenceRow[])[]
  /** The parts of histories, in the order of {@link Lookups.history}. Absent without any. */
  history?: readonly KnownHistory[] | undefined
}

/** A row to be written. */
export interface PlannedRow {
  /** `update` if there is a row of this id. */
  action: 'insert' | 'update'
  /** The complete row, with everything that it keeps of the stored one. */
  row: MirrorRow
  /** The text to store as its `raw`. */
  rawText: string
}

/** What to write about the records of an object. */
export interface RecordsPlan {
  /** The table that they are written to. */
  table: ObjectTable
  /** By id. */
  rows: Map<string, PlannedRow>
  /** Rows to delete. Their values are also erased from earlier entries of the change feed. */
  removed: Set<string>
  /** Records that lose all associations, in every pair of the store, even if the schema lacks that pair. */
  leaving: Set<string>
  /** Tombstones to delete. */
  unburied: Set<string>
  /** Tombstones to write, by id. They replace existing ones. */
  buried: Map<string, Tombstone>
  /**
   * Records whose histories go, each with the record that it is part of now; null if it was purged. Entries and gaps are
   * moved to the record that `keeperOf` names, where that has none of the same property and moment, or erased if there is
   * none. In order, after all entries and tombstones are written, if the store has tables for the history of this object,
   * even if the schema no longer has them.
   */
  histories: Map<string, string | null>
}

/** An association with its near end. */
export type PlannedEdge = AssociationEdge & { fromId: string }

/** What to write about the associations of a pair, after those of the leaving records are deleted. */
export interface PairPlan {
  /** The table that they are written to. */
  pair: PairTable
  /** Associations to write. */
  added: PlannedEdge[]
  /** Associations whose label changes. */
  relabelled: PlannedEdge[]
  /** Associations to delete. */
  removed: PlannedEdge[]
}

/**
 * Everything that a batch writes, except for checkpoints, the portal, the run, and what the feed and the runs forget.
 */
export interface CommitPlan {
  /** By object. */
  records: Map<string, RecordsPlan>
  /** By pair. */
  pairs: Map<string, PairPlan>
  /** In the order in which they are written. */
  reference: ReferencePlan[]
  /** By object. Empty without history in the batch. */
  history: Map<string, HistoryPlan>
  /** New entries of the change feed, in order. */
  entries: Omit<ChangeEntry, 'seq' | 'at'>[]
  /** The result of the commit. */
  result: CommitResult
}

/** Names everything that has to be looked up before a batch can be planned. */
export function lookupsOf({
  rows = [],
  tombstones = [],
  associations = [],
  reference = [],
}: Batch): Lookups {
  const records: IdsByName = new Map()
  const sets: IdsByName = new Map()
  for (const group of rows) for (const { id } of group.rows) add(records, group.object, id)
  for (const { object, id } of tombstones) add(records, object, id)
  for (const { pair, fromId } of associations) add(sets, pair, fromId)
  const parts = reference.map(({ table, scope }) => ({ table, scope: wellFormedKey(scope) }))
  const history = historyLookups(rows)
  const needed = { records, sets, reference: parts }
  return history.length > 0 ? { ...needed, history } : needed
}

/**
 * Names the ends of new associations, by object: the store has to look up whether they are active. Records that the
 * batch itself writes are not among them.
 *
 * @param found - the sets that {@link lookupsOf} names.
 */
export function endsOf(
  schema: MirrorSchema,
  batch: Batch,
  found: Pick<StoredState, 'sets'>,
): IdsByName {
  const { records } = lookupsOf(batch)
  const ends: IdsByName = new Map()
  const need = (object: string, id: string) => {
    if (!records.get(object)?.has(id)) add(ends, object, id)
  }
  for (const { pair: name, fromId, edges } of batch.associations ?? []) {
    const { from, to } = pairOf(schema, name)
    const missing = newEdges(edges, found.sets.get(name)?.get(fromId) ?? [])
    if (missing.length > 0) need(from, fromId)
    for (const { toId } of missing) need(to, toId)
  }
  return ends
}

/**
 * Looks up ids one by one, for a store that answers synchronously.
 *
 * @param find - returns what is stored for an id, or undefined.
 */
export function lookUp<Value>(
  ids: IdsByName,
  find: (name: string, id: string) => Value | undefined,
): Map<string, Map<string, Value>> {
  const found = new Map<string, Map<string, Value>>()
  for (const [name, each] of ids) {
    const values = [...each].map((id) => [id, find(name, id)] as const)
    const known = values.filter((entry): entry is [string, Value] => entry[1] !== undefined)
    found.set(name, new Map(known))
  }
  return found
}

/**
 * Decides everything that a batch writes. This is the only place where versions are compared, values kept, ends of
 * associations checked and results counted. In one transaction, a store looks up what is needed, writes what the plan
 * lists, and moves the checkpoints.
 *
 * @throws with code `STORE_FAILED` if the schema lacks an object, a pair or a reference table of the batch.
 */
export function planCommit(schema: MirrorSchema, batch: Batch, found: StoredState): CommitPlan {
  const result: CommitResult = { rows: {}, associations: { added: 0, removed: 0, unlinked: 0 } }
  const work: Work = {
    schema,
    found,
    records: new Map(),
    pairs: new Map(),
    reference: [],
    entries: [],
    result,
    history: new Map(),
    known: new Map(),
    tombstones: new Map(),
  }
  for (const group of batch.rows ?? []) planRows(work, group)
  addHistories(work, batch)
  for (const tombstone of batch.tombstones ?? []) bury(work, tombstone, batch.at)
  for (const set of lastSets(batch.associations ?? [])) planSet(work, set)
  for (const [index, set] of (batch.reference ?? []).entries())
    replacePart(work, set, found.reference[index] ?? [])
  const { records, pairs, entries } = work
  const order = referenceTables.map(({ name }) => name)
  const reference = work.reference.sort(
    (a, b) => order.indexOf(a.table.name) - order.indexOf(b.table.name),
  )
  return { records, pairs, reference, history: work.history, entries, result }
}

/**
 * A plan in progress, with the rows and tombstones as they will be after it: a batch may contain the same record again.
 */
interface Work extends CommitPlan {
  schema: MirrorSchema
  found: StoredState
  known: Map<string, Map<string, KnownRow>>
  tombstones: Map<string, Map<string, KnownTombstone>>
}

function planRows(work: Work, { object, rows, feed }: RowGroup): void {
  const plan = recordsOf(work, object)
  const counts = countsOf(work, object)
  const { known, tombstones } = hereOf(work, object)
  for (const incoming of rows) {
    const { id } = incoming
    const decision = planRow(plan.table, incoming, known.get(id), tombstones.get(id))
    counts[decision.count]++
    if (decision.action === 'leave') continue
    const { row, rawText, count } = decision
    const before = known.get(id)?.values ?? {}
    const isThere = work.found.rows.get(object)?.has(id)
    plan.rows.set(id, { action: isThere ? 'update' : 'insert', row, rawText })
    known.set(id, { ...row, rawText })
    if (tombstones.delete(id)) plan.unburied.add(id)
    if (row.status === 'ARCHIVED') plan.leaving.add(id)
    if (feed)
      work.entries.push({
        object,
        id,
        kind: count,
        columns: changedColumns(plan.table, before, row.values),
      })
  }
}

/** Adds what the rows bring of histories, if their records are here by now. */
function addHistories(work: Work, batch: Batch): void {
  const { plans, counts } = planHistories(
    batch,
    work.found.history ?? [],
    (object) => historyTableOf(work.schema, object),
    (object, id) => hereOf(work, object).known.has(id),
    (object, id) => !work.found.rows.get(object)?.has(id),
  )
  work.history = plans
  if (plans.size > 0) work.result.history = counts
}

/** Deletes a row, and its values in the feed. */
function bury(work: Work, tombstone: Tombstone, at: string): void {
  const { object, id, reason, intoId } = tombstone
  const plan = recordsOf(work, object)
  const { known, tombstones } = hereOf(work, object)
  const before = tombstones.get(id)
  if (before?.reason !== reason || before.intoId !== intoId) {
    plan.buried.set(id, tombstone)
    plan.unburied.delete(id)
    tombstones.set(id, { reason, intoId, at })
    plan.histories.set(id, intoId)
  }
  plan.leaving.add(id)
  plan.rows.delete(id)
  if (work.found.rows.get(object)?.has(id)) plan.removed.add(id)
  if (!known.delete(id)) return
  countsOf(work, object).removed++
  for (const entry of work.entries)
    if (entry.object === object && entry.id === id) entry.columns = {}
  const kind = reason === 'merged' ? 'merged' : 'removed'
  work.entries.push({ object, id, kind, columns: {} })
}

function planSet(work: Work, { pair: name, fromId, edges }: AssociationSet): void {
  const pair = pairOf(work.schema, name)
  const isActive = (object: string, id: string) =>
    work.records.get(object) && hereOf(work, object).known.has(id)
      ? hereOf(work, object).known.get(id)?.status === 'ACTIVE'
      : work.found.active.get(object)?.get(id) === true
  const leaves = (object: string, id: string) => work.records.get(object)?.leaving.has(id)
  const stored = work.found.sets.get(name)?.get(fromId) ?? []
  const staying = leaves(pair.from, fromId)
    ? []
    : stored.filter(({ toId }) => !leaves(pair.to, toId))
  const isLinked = (toId: string) => isActive(pair.from, fromId) && isActive(pair.to, toId)
  const { added, relabelled, removed, unlinked } = planEdges(edges, staying, isLinked)
  const plan = work.pairs.get(name) ?? { pair, added: [], relabelled: [], removed: [] }
  work.pairs.set(name, plan)
  const withEnd = (edge: AssociationEdge) => ({ fromId, ...edge })
  plan.added.push(...added.map(withEnd))
  plan.relabelled.push(...relabelled.map(withEnd))
  plan.removed.push(...removed.map(withEnd))
  const { associations } = work.result
  associations.added += added.length
  associations.removed += removed.length
  associations.unlinked += unlinked
}

function replacePart(work: Work, set: ReferenceSet, stored: readonly ReferenceRow[]): void {
  const table = referenceOf(work.schema, set.table)
  const { plan, counts, entries } = planReference(table, set, stored)
  const sum = countsOf(work, table.name)
  for (const [name, count] of Object.entries(counts)) sum[name as keyof RowCounts] += count
  work.reference.push(plan)
  work.entries.push(...entries)
}

/** If a set is given twice, the later one counts. */
function lastSets(sets: readonly AssociationSet[]): Iterable<AssociationSet> {
  return new Map(sets.map((set) => [`${set.pair}/${set.fromId}`, set])).values()
}

function recordsOf({ schema, records }: Work, object: string): RecordsPlan {
  const begun = records.get(object)
  if (begun) return begun
  const plan: RecordsPlan = {
    table: tableOf(schema, object),
    rows: new Map(),
    removed: new Set(),
    leaving: new Set(),
    unburied: new Set(),
    buried: new Map(),
    histories: new Map(),
  }
  records.set(object, plan)
  return plan
}

/** The records of an object as they will be after the plan so far. */
function hereOf({ found, known, tombstones }: Work, object: string) {
  const here = {
    known: known.get(object) ?? new Map(found.rows.get(object)),
    tombstones: tombstones.get(object) ?? new Map(found.tombstones.get(object)),
  }
  known.set(object, here.known)
  tombstones.set(object, here.tombstones)
  return here
}

function countsOf({ result }: Work, object: string): RowCounts {
  const counts = result.rows[object] ?? noRows()
  result.rows[object] = counts
  return counts
}

/**
 * The table of an object.
 *
 * @throws with code `STORE_FAILED` if the schema has none.
 */
export function tableOf({ objects }: MirrorSchema, name: string): ObjectTable {
  return objects.find((table) => table.name === name) ?? notMigrated(`"${name}"`)
}

/**
 * The table of an object that has one for its history too.
 *
 * @throws with code `STORE_FAILED` if the schema has none.
 */
export function historyTableOf(schema: MirrorSchema, name: string): ObjectTable {
  const table = tableOf(schema, name)
  return table.history ? table : notMigrated(`the history of "${name}"`)
}

/**
 * The table of a pair.
 *
 * @throws with code `STORE_FAILED` if the schema has none.
 */
export function pairOf({ pairs }: MirrorSchema, name: string): PairTable {
  return pairs.find((pair) => pair.name === name) ?? notMigrated(`the pair "${name}"`)
}

/**
 * A reference table.
 *
 * @throws with code `STORE_FAILED` if the schema lacks it.
 */
export function referenceOf({ reference = [] }: MirrorSchema, name: string): ReferenceTable {
  return reference.find((table) => table.name === name) ?? notMigrated(`"${name}"`)
}

function notMigrated(what: string): never {
  throw new HubsyncError(
    'STORE_FAILED',
    `The table of ${what} doesn't exist yet, or was dropped. Call run(): it creates it.`,
  )
}

function add(ids: IdsByName, name: string, id: string): void {
  ids.set(name, (ids.get(name) ?? new Set()).add(id))
}
