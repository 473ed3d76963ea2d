import type { AssociationEdge, StoredRow, Tombstone } from '../model.js'
import { type Histories, moveHistories } from './memory-history.js'
import type { PairPlan, RecordsPlan } from './plan-commit.js'
import type { StoredLease } from './plan-lease.js'
import type { ReferencePlan } from './plan-reference.js'
import type { StoredReferenceRow } from './reference-tables.js'
import type { ChangeEntry, PortalRecord, RunRecord } from './store.js'

/** The objects at both ends of a pair. */
export interface PairEnds {
  from: string
  to: string
}

/** What a memory store has of a portal. */
export interface Portal {
  record: PortalRecord | undefined
  checkpoints: Map<string, string>
  rows: Map<string, Map<string, StoredRow>>
  /** By pair, then by the record at the near end, then by `edgeKey`. */
  edges: Map<string, Map<string, Map<string, AssociationEdge>>>
  tombstones: Map<string, Tombstone & { at: string }>
  runs: Map<string, RunRecord>
  leases: Map<string, StoredLease>
  changes: ChangeEntry[]
  /** By reference table, then by its key as text. */
  reference: Map<string, Map<string, StoredReferenceRow>>
  histories: Histories
}

export function emptyPortal(): Portal {
  return {
    record: undefined,
    checkpoints: new Map(),
    rows: new Map(),
    edges: new Map(),
    tombstones: new Map(),
    runs: new Map(),
    leases: new Map(),
    changes: [],
    reference: new Map(),
    histories: new Map(),
  }
}

export function writeRecords(
  { rows, tombstones, edges, changes, histories }: Portal,
  object: string,
  plan: RecordsPlan,
  pairs: ReadonlyMap<string, PairEnds>,
  at: string,
): void {
  const stored = inner(rows, object)
  for (const [id, { row }] of plan.rows) stored.set(id, { ...row, syncedAt: at })
  for (const id of plan.removed) stored.delete(id)
  for (const id of plan.unburied) tombstones.delete(`${object}/${id}`)
  for (const [id, tombstone] of plan.buried) tombstones.set(`${object}/${id}`, { ...tombstone, at })
  moveHistories(histories, object, plan.histories, (id) => tombstones.get(`${object}/${id}`))
  for (const entry of changes)
    if (entry.object === object && plan.removed.has(entry.id)) entry.columns = {}
  if (plan.leaving.size === 0) return
  for (const [pair, { from, to }] of pairs)
    for (const [fromId, set] of inner(edges, pair)) {
      if (from === object && plan.leaving.has(fromId)) set.clear()
      if (to !== object) continue
      for (const [key, { toId }] of set) if (plan.leaving.has(toId)) set.delete(key)
    }
}

export function writePair({ edges }: Portal, { pair, added, relabelled, removed }: PairPlan): void {
  const sets = inner(edges, pair.name)
  for (const { fromId, ...edge } of removed) sets.get(fromId)?.delete(edgeKey(edge))
  for (const { fromId, ...edge } of [...added, ...relabelled])
    inner(sets, fromId).set(edgeKey(edge), edge)
}

export function writeReference(
  { reference }: Portal,
  { table, written, removed }: ReferencePlan,
  at: string,
): void {
  const rows = inner(reference, table.name)
  for (const key of removed) rows.delete(JSON.stringify(key))
  for (const row of written) rows.set(JSON.stringify(row.key), { ...row, syncedAt: at })
}

export function partOf(
  { reference }: Portal,
  table: string,
  scope: StoredReferenceRow['key'],
): StoredReferenceRow[] {
  const rows = [...inner(reference, table).values()]
  return rows.filter(({ key }) => scope.every((value, index) => key[index] === value))
}

/** The map at a key, made where there is none. */
export function inner<K, V>(map: Map<string, Map<K, V>>, key: string): Map<K, V> {
  const found = map.get(key) ?? new Map<K, V>()
  map.set(key, found)
  return found
}

function edgeKey({ toId, category, typeId }: AssociationEdge): string {
  return JSON.stringify([toId, category, typeId])
}
