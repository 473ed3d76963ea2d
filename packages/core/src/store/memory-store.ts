import { CheckpointConflictError, HubsyncError } from '../errors.js'
import type { ColumnValue, StoredRow } from '../model.js'
import { checkpointMoves } from './checkpoint-moves.js'
import { type Filter, filtersOf, shortestDecimal } from './filters.js'
import { knownHistory, readGaps, readGapsOf, readHistory, writeHistory } from './memory-history.js'
import {
  emptyPortal,
  inner,
  type PairEnds,
  type Portal,
  partOf,
  writePair,
  writeRecords,
  writeReference,
} from './memory-portal.js'
import { prunePart } from './memory-prune.js'
import { endsOf, lookUp, lookupsOf, planCommit, type StoredState } from './plan-commit.js'
import { leasesAt, planLease } from './plan-lease.js'
import { differenceOf } from './plan-row.js'
import { rawText } from './raw-text.js'
import type { ReferenceTable, StoredReferenceRow } from './reference-tables.js'
import type { Batch, Checkpoint, CommitResult, RelatedRow, Store } from './store.js'
import { type MirrorSchema, type MissingTables, mergeSchemas, type ObjectTable } from './tables.js'

/**
 * The reference store. It keeps everything in this process's memory and loses it with the process. For tests, and to
 * read how a store behaves: it prefers simple code to fast code.
 */
export function memoryStore(): Store {
  return memoryStoreBy(planCommit)
}

/** A memory store with another plan, for tests to show what a wrong plan does. */
export function memoryStoreBy(plan: typeof planCommit): Store {
  const portals = new Map<string, Portal>()
  const tables = new Map<string, ObjectTable>()
  const pairs = new Map<string, PairEnds>()
  const reference = new Map<string, ReferenceTable>()
  let seq = 0

  const portal = (portalId: string): Portal => {
    const found = portals.get(portalId) ?? emptyPortal()
    portals.set(portalId, found)
    return found
  }

  const schema = (): MirrorSchema => ({
    objects: [...tables.values()],
    pairs: [...pairs].map(([name, ends]) => ({ name, ...ends })),
    reference: [...reference.values()],
  })

  /** All checks come before the first write, so a commit that fails has written nothing. */
  function write(batch: Batch): CommitResult {
    const at = portal(batch.portalId)
    const moves = checkpointMoves(batch)
    for (const { stream, expected } of moves)
      if ((at.checkpoints.get(stream) ?? 'null') !== JSON.stringify(expected))
        throw new CheckpointConflictError(stream)
    const decided = plan(schema(), batch, find(at, batch))
    for (const { stream, next } of moves) at.checkpoints.set(stream, JSON.stringify(next))
    const { portal: pinned, run, forgetChangesUpTo } = batch
    if (pinned) at.record = { ...pinned, firstRunAt: at.record?.firstRunAt ?? pinned.firstRunAt }
    for (const id of batch.forgetRuns ?? []) at.runs.delete(id)
    if (run) at.runs.set(run.id, run)
    if (forgetChangesUpTo !== undefined)
      at.changes = at.changes.filter((entry) => entry.seq > forgetChangesUpTo)
    for (const plan of decided.history.values()) writeHistory(at.histories, plan, batch.at)
    for (const [object, plan] of decided.records) writeRecords(at, object, plan, pairs, batch.at)
    for (const plan of decided.pairs.values()) writePair(at, plan)
    for (const plan of decided.reference) writeReference(at, plan, batch.at)
    for (const entry of decided.entries) at.changes.push({ ...entry, seq: ++seq, at: batch.at })
    return decided.result
  }

  /** Looks up the stored state that a batch needs. */
  function find(at: Portal, batch: Batch): StoredState {
    const { records, sets, reference, history = [] } = lookupsOf(batch)
    const found = {
      rows: lookUp(records, (object, id) => {
        const row = at.rows.get(object)?.get(id)
        return row && { ...row, rawText: rawText(row.raw) }
      }),
      tombstones: lookUp(records, (object, id) => at.tombstones.get(`${object}/${id}`)),
      sets: lookUp(sets, (pair, id) => [...(at.edges.get(pair)?.get(id)?.values() ?? [])]),
      reference: reference.map(({ table, scope }) => partOf(at, table, scope)),
      history: history.map((lookup) => knownHistory(at.histories, lookup)),
    }
    const ends = endsOf(schema(), batch, found)
    const isActive = (object: string, id: string) =>
      at.rows.get(object)?.get(id)?.status === 'ACTIVE'
    return { ...found, active: lookUp(ends, isActive) }
  }

  return {
    async migrate(wanted: MirrorSchema) {
      expectSameKinds(schema(), wanted)
      const merged = mergeSchemas(schema(), wanted)
      for (const table of merged.objects) {
        tables.set(table.name, table)
        for (const { rows } of portals.values()) addColumns(table, inner(rows, table.name).values())
      }
      for (const { name, from, to } of merged.pairs) pairs.set(name, { from, to })
      for (const table of merged.reference ?? []) {
        reference.set(table.name, table)
        for (const portal of portals.values())
          addColumns(table, inner(portal.reference, table.name).values())
      }
    },

    async missing(wanted: MirrorSchema) {
      expectSameKinds(schema(), wanted)
      const namesOf = <Name extends string>(wanted: readonly { name: Name }[]) =>
        wanted.map(({ name }) => name)
      const lacking =
        (known: ReadonlyMap<string, { columns: readonly { name: string }[] }>) =>
        ({ name, columns }: { name: string; columns: readonly { name: string }[] }) => {
          const there = namesOf(known.get(name)?.columns ?? columns)
          const lacking = namesOf(columns).filter((column) => !there.includes(column))
          return lacking.map((column) => ({ object: name, column }))
        }
      const { reference: parts = [] } = wanted
      const missing: MissingTables = {
        objects: namesOf(wanted.objects).filter((name) => !tables.has(name)),
        pairs: namesOf(wanted.pairs).filter((name) => !pairs.has(name)),
        columns: [...wanted.objects.flatMap(lacking(tables)), ...parts.flatMap(lacking(reference))],
      }
      const absent = namesOf(parts).filter((name) => !reference.has(name))
      if (absent.length > 0) missing.reference = absent
      const histories = wanted.objects.filter(
        ({ name, history }) => history && !tables.get(name)?.history,
      )
      if (histories.length > 0) missing.history = namesOf(histories)
      return missing
    },

    async prune(portalId, parts, { dryRun }) {
      const all = { portals, tables, pairs }
      return parts.map((part) => prunePart(all, portal(portalId), part, { dryRun }))
    },

    // There is no SQL here.
    async makeViews() {
      return []
    },

    async portals() {
      return [...portals.values()].flatMap(({ record }) => (record ? [{ ...record }] : []))
    },

    async checkpoints(portalId) {
      const stored = [...portal(portalId).checkpoints]
      return new Map(stored.map(([stream, text]) => [stream, JSON.parse(text) as Checkpoint]))
    },

    async readCheckpoint(portalId, stream) {
      return JSON.parse(portal(portalId).checkpoints.get(stream) ?? 'null') as Checkpoint | null
    },

    async commit(batch) {
      // The caller may change the batch later.
      return write(copyOf(batch))
    },

    async lease(request) {
      const { leases } = portal(request.portalId)
      const plan = planLease(request, [...leases.values()], request.at)
      for (const lease of plan.written) leases.set(lease.job, lease)
      for (const job of plan.released) leases.delete(job)
      return plan.leases
    },

    async leases(portalId, at) {
      return leasesAt([...portal(portalId).leases.values()], at)
    },

    async get(portalId, object, id) {
      return copyOf(inner(portal(portalId).rows, object).get(id) ?? null)
    },

    async list(portalId, object, { after, limit, status, updatedSince = '', where }) {
      const table = tables.get(object)
      const filters = table ? filtersOf(table, where) : []
      if (!filters) return []
      return [...inner(portal(portalId).rows, object).values()]
        .filter(
          (row) =>
            (after === undefined || row.id > after) &&
            (!status || row.status === status) &&
            row.updatedAt >= updatedSince &&
            filters.every((filter) => passes(row, filter)),
        )
        .sort((a, b) => (a.id < b.id ? -1 : 1))
        .slice(0, limit)
        .map(copyOf)
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
          row: copyOf(rows.get(id) as StoredRow),
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
        edges: copyOf([...(sets.get(fromId)?.values() ?? [])]),
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

    async changes(portalId, { after = 0, before, limit, newestFirst = false, of }) {
      const entries = portal(portalId).changes.filter(
        ({ seq, object, id }) =>
          seq > after &&
          (before === undefined || seq < before) &&
          (!of || (object === of.object && id === of.id)),
      )
      if (newestFirst) entries.reverse()
      return copyOf(entries.slice(0, limit))
    },

    async runs(portalId, { limit, startedBefore }) {
      return [...portal(portalId).runs.values()]
        .filter(({ startedAt }) => startedBefore === undefined || startedAt < startedBefore)
        .reverse()
        .sort((a, b) => (a.startedAt < b.startedAt ? 1 : a.startedAt > b.startedAt ? -1 : 0))
        .slice(0, limit)
        .map(copyOf)
    },

    async reference(portalId, table, scope) {
      const rows = partOf(portal(portalId), table, scope)
      return copyOf(rows.sort((a, b) => byKey(a.key, b.key)))
    },

    async history(portalId, object, id, read) {
      if (!tables.get(object)?.history) return []
      return copyOf(readHistory(portal(portalId).histories, object, id, read))
    },

    async historyGaps(portalId, object, id, read) {
      if (!tables.get(object)?.history) return []
      return copyOf(readGaps(portal(portalId).histories, object, id, read))
    },

    async gapsOf(portalId, object, latest) {
      if (!tables.get(object)?.history) return { counts: {}, latest: [] }
      return structuredClone(readGapsOf(portal(portalId).histories, object, latest))
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

function passes({ values }: StoredRow, { column, value }: Filter): boolean {
  const stored = values[column.name] ?? null
  return column.kind === 'decimal' && stored !== null
    ? shortestDecimal(String(stored)) === value
    : stored === value
}

/** Throws if a column is here with another kind: its values would be of two kinds. */
function expectSameKinds(here: MirrorSchema, wanted: MirrorSchema): void {
  const known = [...here.objects, ...(here.reference ?? [])]
  for (const table of [...wanted.objects, ...(wanted.reference ?? [])])
    for (const { name, kind } of table.columns) {
      const here = known.find((each) => each.name === table.name)
      const column = here?.columns.find((column) => column.name === name)
      if (column && column.kind !== kind)
        throw new HubsyncError(
          'SCHEMA_CONFLICT',
          `Expected the column "${name}" of "${table.name}" to be of kind ${kind}, got ${column.kind}. It was left as it is; give the column another name in the definition.`,
        )
    }
}

/** Sets a new column to null in rows that are older than it. */
function addColumns(
  table: Pick<ObjectTable | ReferenceTable, 'columns'>,
  rows: Iterable<{ values: Readonly<Record<string, ColumnValue>> }>,
): void {
  const nulls = table.columns.map(({ name }) => [name, null] as const)
  for (const row of rows) row.values = { ...Object.fromEntries(nulls), ...row.values }
}

/** Compares ids as numbers: a shorter one is smaller. */
function byNumber(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0)
}

/** Texts compare byte by byte, as in databases. */
function byKey(a: StoredReferenceRow['key'], b: StoredReferenceRow['key']): number {
  const index = a.findIndex((value, index) => value !== b[index])
  const [one = 0, other = 0] = [a[index], b[index]]
  if (typeof one === 'number' || typeof other === 'number') return Number(one) - Number(other)
  return Buffer.compare(Buffer.from(one), Buffer.from(other))
}

/**
 * Rows, batches and entries are of plain objects, arrays and values alone, as JSON is. For those, `structuredClone` takes
 * ten times as long.
 */
function copyOf<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(copyOf) as T
  const copy = { ...value }
  for (const name in copy) if (typeof copy[name] === 'object') copy[name] = copyOf(copy[name])
  return copy
}
