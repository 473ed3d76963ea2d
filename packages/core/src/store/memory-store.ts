import { CheckpointConflictError, HubsyncError } from '../errors.js'
import type { AssociationEdge, AssociationSet, MirrorRow, StoredRow, Tombstone } from '../model.js'
import { checkpointMoves } from './checkpoint-moves.js'
import { differenceOf, noRows, planRow } from './plan-row.js'
import { rawText } from './raw-text.js'
import type {
  Batch,
  ChangeEntry,
  Checkpoint,
  CommitResult,
  PortalRecord,
  RelatedRow,
  RowCounts,
  RowGroup,
  RunRecord,
  Store,
} from './store.js'
import { type MirrorSchema, mergeSchemas, type ObjectTable } from './tables.js'

interface Portal {
  record: PortalRecord | undefined
  checkpoints: Map<string, string>
  rows: Map<string, Map<string, StoredRow>>
  /** By pair, then by the record at the near end, then by `edgeKey`. */
  edges: Map<string, Map<string, Map<string, AssociationEdge>>>
  tombstones: Map<string, Tombstone & { at: string }>
  runs: Map<string, RunRecord>
  changes: ChangeEntry[]
}

/**
 * The reference store: everything in this process's memory, gone with it. For tests, and to read how a store behaves;
 * it is simple before it is fast.
 */
export function memoryStore(): Store {
  const portals = new Map<string, Portal>()
  const tables = new Map<string, ObjectTable>()
  const pairs = new Map<string, { from: string; to: string }>()
  let seq = 0

  const portal = (portalId: string): Portal => {
    const found = portals.get(portalId) ?? emptyPortal()
    portals.set(portalId, found)
    return found
  }

  /** Undoes, newest first, what a failed commit has done. */
  let undo: (() => void)[] = []

  function set<K, V>(map: Map<K, V>, key: K, value: V): void {
    const had = map.has(key)
    const before = map.get(key) as V
    undo.push(() => (had ? map.set(key, before) : map.delete(key)))
    map.set(key, value)
  }

  function remove<K, V>(map: Map<K, V>, key: K): boolean {
    if (!map.has(key)) return false
    const before = map.get(key) as V
    undo.push(() => map.set(key, before))
    return map.delete(key)
  }

  function inner<K, V>(map: Map<string, Map<K, V>>, key: string): Map<K, V> {
    const found = map.get(key) ?? new Map<K, V>()
    map.set(key, found)
    return found
  }

  function record(at: Portal, entry: Omit<ChangeEntry, 'seq'>): void {
    at.changes.push({ ...entry, seq: ++seq })
    undo.push(() => at.changes.pop())
  }

  function unlink(at: Portal, object: string, id: string): void {
    for (const [pair, { from, to }] of pairs) {
      const sets = inner(at.edges, pair)
      if (from === object) remove(sets, id)
      if (to !== object) continue
      for (const edges of sets.values())
        for (const [key, edge] of edges) if (edge.toId === id) remove(edges, key)
    }
  }

  function expectTable(object: string): ObjectTable {
    const table = tables.get(object)
    if (table) return table
    throw new HubsyncError('STORE_FAILED', `Expected a table for "${object}": migrate first.`)
  }

  function writeRows(at: Portal, batch: Batch, { object, rows, feed }: RowGroup): RowCounts {
    const table = expectTable(object)
    const counts = noRows()
    const stored = inner(at.rows, object)
    for (const row of rows) writeRow(row)
    return counts

    function writeRow(incoming: MirrorRow): void {
      const known = stored.get(incoming.id)
      const plan = planRow(
        table,
        incoming,
        known && { ...known, rawText: rawText(known.raw) },
        at.tombstones.get(`${object}/${incoming.id}`),
      )
      counts[plan.count]++
      if (plan.action === 'leave') return
      set(stored, incoming.id, { ...plan.row, syncedAt: batch.at })
      remove(at.tombstones, `${object}/${incoming.id}`)
      if (plan.row.status === 'ARCHIVED') unlink(at, object, incoming.id)
      if (feed) record(at, { object, id: incoming.id, at: batch.at, ...plan.change })
    }
  }

  function writeTombstone(at: Portal, batch: Batch, tombstone: Tombstone): boolean {
    const { object, id, reason } = tombstone
    expectTable(object)
    const key = `${object}/${id}`
    const known = at.tombstones.get(key)
    if (known?.reason !== reason || known.intoId !== tombstone.intoId)
      set(at.tombstones, key, { ...tombstone, at: batch.at })
    unlink(at, object, id)
    if (!remove(inner(at.rows, object), id)) return false
    // Content is erased with the row, out of the feed too.
    for (const [index, entry] of at.changes.entries())
      if (entry.object === object && entry.id === id) {
        at.changes[index] = { ...entry, columns: {} }
        undo.push(() => {
          at.changes[index] = entry
        })
      }
    record(at, {
      object,
      id,
      kind: reason === 'merged' ? 'merged' : 'removed',
      columns: {},
      at: batch.at,
    })
    return true
  }

  function writeSet(
    at: Portal,
    { pair, fromId, edges }: AssociationSet,
    counts: CommitResult['associations'],
  ): void {
    const ends = pairs.get(pair)
    if (!ends)
      throw new HubsyncError(
        'STORE_FAILED',
        `Expected a table for the pair "${pair}": migrate first.`,
      )
    const isActive = (object: string, id: string) =>
      inner(at.rows, object).get(id)?.status === 'ACTIVE'
    const wanted = new Map(edges.map((edge) => [edgeKey(edge), edge]))
    const linked = [...wanted].filter(
      ([, { toId }]) => isActive(ends.from, fromId) && isActive(ends.to, toId),
    )
    counts.unlinked += wanted.size - linked.length
    const before = inner(at.edges, pair).get(fromId) ?? new Map()
    const after = new Map(linked)
    for (const key of before.keys()) if (!after.has(key)) counts.removed++
    for (const key of after.keys()) if (!before.has(key)) counts.added++
    set(inner(at.edges, pair), fromId, after)
  }

  function write(batch: Batch): CommitResult {
    const at = portal(batch.portalId)
    const result: CommitResult = { rows: {}, associations: { added: 0, removed: 0, unlinked: 0 } }
    for (const { stream, expected, next } of checkpointMoves(batch)) {
      if ((at.checkpoints.get(stream) ?? 'null') !== JSON.stringify(expected))
        throw new CheckpointConflictError(stream)
      set(at.checkpoints, stream, JSON.stringify(next))
    }
    if (batch.portal) {
      const before = at.record
      undo.push(() => {
        at.record = before
      })
      at.record = { ...batch.portal, firstRunAt: before?.firstRunAt ?? batch.portal.firstRunAt }
    }
    const { forgetChangesUpTo } = batch
    if (forgetChangesUpTo !== undefined) {
      const before = at.changes
      undo.push(() => {
        at.changes = before
      })
      at.changes = before.filter((entry) => entry.seq > forgetChangesUpTo)
    }
    for (const id of batch.forgetRuns ?? []) remove(at.runs, id)
    if (batch.run) set(at.runs, batch.run.id, batch.run)
    for (const group of batch.rows ?? []) {
      const counts = writeRows(at, batch, group)
      const sum = countsOf(result, group.object)
      for (const key of Object.keys(counts) as (keyof RowCounts)[]) sum[key] += counts[key]
    }
    for (const tombstone of batch.tombstones ?? [])
      if (writeTombstone(at, batch, tombstone)) countsOf(result, tombstone.object).removed++
    for (const set of batch.associations ?? []) writeSet(at, set, result.associations)
    return result
  }

  return {
    async migrate(wanted: MirrorSchema) {
      const schema = mergeSchemas({ objects: [...tables.values()], pairs: [] }, wanted)
      for (const table of schema.objects) {
        tables.set(table.name, table)
        for (const { rows } of portals.values()) addColumns(table, inner(rows, table.name).values())
      }
      for (const { name, from, to } of schema.pairs) pairs.set(name, { from, to })
    },

    async missing(wanted: MirrorSchema) {
      const objects = wanted.objects.filter(({ name }) => !tables.has(name))
      return {
        objects: objects.map(({ name }) => name),
        pairs: wanted.pairs.map(({ name }) => name).filter((name) => !pairs.has(name)),
        columns: wanted.objects.flatMap(({ name, columns }) => {
          const known = tables.get(name)?.columns
          const lacking = known
            ? columns.filter((column) => !known.some(({ name }) => name === column.name))
            : []
          return lacking.map((column) => ({ object: name, column: column.name }))
        }),
      }
    },

    async portals() {
      return [...portals.values()].flatMap(({ record }) => (record ? [{ ...record }] : []))
    },

    async readCheckpoint(portalId, stream) {
      return JSON.parse(portal(portalId).checkpoints.get(stream) ?? 'null') as Checkpoint | null
    },

    async commit(batch) {
      undo = []
      try {
        // What was handed in stays the caller's to change.
        return write(structuredClone(batch))
      } catch (error) {
        for (const step of undo.reverse()) step()
        throw error
      }
    },

    async get(portalId, object, id) {
      return structuredClone(inner(portal(portalId).rows, object).get(id) ?? null)
    },

    async list(portalId, object, { after, limit, status, updatedSince = '' }) {
      return [...inner(portal(portalId).rows, object).values()]
        .filter(
          (row) =>
            (after === undefined || row.id > after) &&
            (!status || row.status === status) &&
            row.updatedAt >= updatedSince,
        )
        .sort((a, b) => (a.id < b.id ? -1 : 1))
        .slice(0, limit)
        .map((row) => structuredClone(row))
    },

    async related(portalId, pair, end) {
      const at = portal(portalId)
      const ends = pairs.get(pair)
      if (!ends) return []
      const found = new Map<string, RelatedRow['associations']>()
      for (const [fromId, edges] of inner(at.edges, pair))
        for (const { toId, ...type } of edges.values()) {
          const [near, far] = 'fromId' in end ? [fromId, toId] : [toId, fromId]
          if (near !== ('fromId' in end ? end.fromId : end.toId)) continue
          found.set(far, [...(found.get(far) ?? []), type])
        }
      const rows = inner(at.rows, 'fromId' in end ? ends.to : ends.from)
      return [...found]
        .filter(([id]) => end.after === undefined || id > end.after)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .slice(0, end.limit)
        .map(([id, associations]) => ({
          row: structuredClone(rows.get(id) as StoredRow),
          associations: associations.sort((a, b) =>
            a.category < b.category ? -1 : a.category > b.category ? 1 : a.typeId - b.typeId,
          ),
        }))
    },

    async sets(portalId, pair, fromIds) {
      const sets = inner(portal(portalId).edges, pair)
      return fromIds.map((fromId) => ({
        pair,
        fromId,
        edges: structuredClone([...(sets.get(fromId)?.values() ?? [])]),
      }))
    },

    async ids(portalId, object, { after, upTo, limit, status }) {
      return [...inner(portal(portalId).rows, object).values()]
        .filter((row) => !status || row.status === status)
        .map(({ id }) => id)
        .filter(
          (id) =>
            (after === undefined || byNumber(id, after) > 0) &&
            (upTo === undefined || byNumber(id, upTo) <= 0),
        )
        .sort(byNumber)
        .slice(0, limit)
    },

    async differing(portalId, object, claims) {
      const at = portal(portalId)
      const rows = inner(at.rows, object)
      return claims.flatMap((claim) => {
        const tombstone = at.tombstones.get(`${object}/${claim.id}`)
        return differenceOf(claim, rows.get(claim.id), tombstone) ?? []
      })
    },

    async tombstone(portalId, object, id) {
      const found = portal(portalId).tombstones.get(`${object}/${id}`)
      return found ? { object, id, reason: found.reason, intoId: found.intoId } : null
    },

    async changes(portalId, { after = 0, limit, newestFirst = false }) {
      const entries = portal(portalId).changes.filter((entry) => entry.seq > after)
      if (newestFirst) entries.reverse()
      return structuredClone(entries.slice(0, limit))
    },

    async runs(portalId, { limit, startedBefore }) {
      return [...portal(portalId).runs.values()]
        .filter(({ startedAt }) => startedBefore === undefined || startedAt < startedBefore)
        .reverse()
        .sort((a, b) => (a.startedAt < b.startedAt ? 1 : a.startedAt > b.startedAt ? -1 : 0))
        .slice(0, limit)
        .map((run) => structuredClone(run))
    },

    async counts(portalId) {
      const counts: Record<string, { active: number; archived: number }> = {}
      for (const object of tables.keys()) {
        const statuses = [...inner(portal(portalId).rows, object).values()].map(
          ({ status }) => status,
        )
        const active = statuses.filter((status) => status === 'ACTIVE').length
        counts[object] = { active, archived: statuses.length - active }
      }
      return counts
    },

    async close() {},
  }
}

/** Gives rows from before a column was added a null in it. */
function addColumns(table: ObjectTable, rows: Iterable<StoredRow>): void {
  const nulls = table.columns.map(({ name }) => [name, null] as const)
  for (const row of rows) row.values = { ...Object.fromEntries(nulls), ...row.values }
}

function emptyPortal(): Portal {
  return {
    record: undefined,
    checkpoints: new Map(),
    rows: new Map(),
    edges: new Map(),
    tombstones: new Map(),
    runs: new Map(),
    changes: [],
  }
}

function edgeKey({ toId, category, typeId }: AssociationEdge): string {
  return JSON.stringify([toId, category, typeId])
}

/** Ids as HubSpot counts them: a shorter number is a smaller one. */
function byNumber(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0)
}

function countsOf(result: CommitResult, object: string): RowCounts {
  const counts = result.rows[object] ?? noRows()
  result.rows[object] = counts
  return counts
}
