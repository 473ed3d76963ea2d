import { CheckpointConflictError, HubsyncError } from '../errors.js'
import type { AssociationEdge, ColumnValue, StoredRow, Tombstone } from '../model.js'
import { checkpointMoves } from './checkpoint-moves.js'
import { type Filter, filtersOf, shortestDecimal } from './filters.js'
import {
  type Histories,
  knownHistory,
  moveHistories,
  readGaps,
  readGapsOf,
  readHistory,
  writeHistory,
} from './memory-history.js'
import {
  endsOf,
  lookUp,
  lookupsOf,
  type PairPlan,
  planCommit,
  type RecordsPlan,
  type StoredState,
} from './plan-commit.js'
import { leasesAt, planLease, type StoredLease } from './plan-lease.js'
import type { ReferencePlan } from './plan-reference.js'
import { differenceOf } from './plan-row.js'
import { rawText } from './raw-text.js'
import type { ReferenceTable, StoredReferenceRow } from './reference-tables.js'
import type {
  Batch,
  ChangeEntry,
  Checkpoint,
  CommitResult,
  PortalRecord,
  RelatedRow,
  RunRecord,
  Store,
} from './store.js'
import {
  COUNTED_ROWS,
  type MirrorSchema,
  type MissingTables,
  mergeSchemas,
  type ObjectTable,
  type TablePart,
} from './tables.js'

interface Portal {
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
  const pairs = new Map<string, { from: string; to: string }>()
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
    const { records, pairs, reference, history, entries, result } = decided
    for (const { stream, next } of moves) at.checkpoints.set(stream, JSON.stringify(next))
    const { portal: pinned, run, forgetChangesUpTo } = batch
    if (pinned) at.record = { ...pinned, firstRunAt: at.record?.firstRunAt ?? pinned.firstRunAt }
    for (const id of batch.forgetRuns ?? []) at.runs.delete(id)
    if (run) at.runs.set(run.id, run)
    if (forgetChangesUpTo !== undefined)
      at.changes = at.changes.filter((entry) => entry.seq > forgetChangesUpTo)
    for (const plan of history.values()) writeHistory(at.histories, plan, batch.at)
    for (const [object, plan] of records) writeRecords(at, object, plan, batch.at)
    for (const plan of pairs.values()) writePair(at, plan)
    for (const plan of reference) writeReference(at, plan, batch.at)
    for (const entry of entries) at.changes.push({ ...entry, seq: ++seq, at: batch.at })
    return result
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

  function writeRecords(
    { rows, tombstones, edges, changes, histories }: Portal,
    object: string,
    plan: RecordsPlan,
    at: string,
  ): void {
    const stored = inner(rows, object)
    for (const [id, { row }] of plan.rows) stored.set(id, { ...row, syncedAt: at })
    for (const id of plan.removed) stored.delete(id)
    for (const id of plan.unburied) tombstones.delete(`${object}/${id}`)
    for (const [id, tombstone] of plan.buried)
      tombstones.set(`${object}/${id}`, { ...tombstone, at })
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

  const hasTable = (name: string) => tables.has(name) || pairs.has(name)

  function drop({ table, column }: TablePart): void {
    const known = tables.get(table)
    if (column === undefined) {
      tables.delete(table)
      pairs.delete(table)
    } else if (known) {
      const columns = known.columns.filter(({ sqlName }) => sqlName !== column)
      tables.set(table, { ...known, columns })
    }
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
      return parts.map((part) => {
        if (part.historyOf !== undefined)
          return pruneHistory(portals, portalId, tables, part, { dryRun })
        const name = columnNamed(tables.get(part.table), part)
        if (part.column === undefined ? !hasTable(part.table) : name === undefined) return null
        const count = Math.min(rowsOf(portal(portalId), part.table), COUNTED_ROWS)
        if (!dryRun) {
          clear(portal(portalId), part, name)
          const others = [...portals.values()]
          if (!part.shared && !others.some((other) => hasContent(other, part, name))) drop(part)
        }
        return count
      })
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

/** The same as `prune` for the history of an object. */
function pruneHistory(
  portals: ReadonlyMap<string, Portal>,
  portalId: string,
  tables: Map<string, ObjectTable>,
  { historyOf: object = '', shared }: TablePart,
  { dryRun }: { dryRun: boolean },
): number | null {
  const { history, ...table } = tables.get(object) ?? {}
  if (!history) return null
  const count = Math.min(entriesIn(portals.get(portalId), object), COUNTED_ROWS)
  if (dryRun) return count
  portals.get(portalId)?.histories.delete(object)
  const others = [...portals.values()]
  if (!shared && !others.some((other) => entriesIn(other, object) > 0))
    tables.set(object, table as ObjectTable)
  return count
}

function entriesIn(portal: Portal | undefined, object: string): number {
  const histories = [...(portal?.histories.get(object)?.values() ?? [])]
  const ofProperties = histories.flatMap(({ entries }) => [...entries.values()])
  return ofProperties.reduce((sum, { length }) => sum + length, 0)
}

function passes({ values }: StoredRow, { column, value }: Filter): boolean {
  const stored = values[column.name] ?? null
  return column.kind === 'decimal' && stored !== null
    ? shortestDecimal(String(stored)) === value
    : stored === value
}

/** The name of a part's column in TypeScript. */
function columnNamed(table: ObjectTable | undefined, { column }: TablePart): string | undefined {
  return table?.columns.find(({ sqlName }) => sqlName === column)?.name
}

/** The number of rows of a table. */
function rowsOf({ rows, edges }: Portal, table: string): number {
  const sets = [...(edges.get(table)?.values() ?? [])]
  return sets.reduce((sum, { size }) => sum + size, rows.get(table)?.size ?? 0)
}

/** Whether a portal has rows in a table, or values in its column. */
function hasContent(portal: Portal, { table }: TablePart, column: string | undefined): boolean {
  if (column === undefined) return rowsOf(portal, table) > 0
  const rows = [...(portal.rows.get(table)?.values() ?? [])]
  return rows.some(({ values }) => (values[column] ?? null) !== null)
}

/** Deletes what a portal has in a table or column. */
function clear(portal: Portal, { table }: TablePart, column: string | undefined): void {
  const entries = portal.changes.filter(({ object }) => object === table)
  if (column !== undefined) {
    for (const { values } of portal.rows.get(table)?.values() ?? []) delete values[column]
    for (const { columns } of entries) delete columns[column]
    return
  }
  portal.rows.delete(table)
  portal.edges.delete(table)
  for (const key of portal.tombstones.keys())
    if (key.startsWith(`${table}/`)) portal.tombstones.delete(key)
  for (const entry of entries) entry.columns = {}
}

function writePair({ edges }: Portal, { pair, added, relabelled, removed }: PairPlan): void {
  const sets = inner(edges, pair.name)
  for (const { fromId, ...edge } of removed) sets.get(fromId)?.delete(edgeKey(edge))
  for (const { fromId, ...edge } of [...added, ...relabelled])
    inner(sets, fromId).set(edgeKey(edge), edge)
}

function writeReference(
  { reference }: Portal,
  { table, written, removed }: ReferencePlan,
  at: string,
): void {
  const rows = inner(reference, table.name)
  for (const key of removed) rows.delete(JSON.stringify(key))
  for (const row of written) rows.set(JSON.stringify(row.key), { ...row, syncedAt: at })
}

function partOf(
  { reference }: Portal,
  table: string,
  scope: StoredReferenceRow['key'],
): StoredReferenceRow[] {
  const rows = [...inner(reference, table).values()]
  return rows.filter(({ key }) => scope.every((value, index) => key[index] === value))
}

function inner<K, V>(map: Map<string, Map<K, V>>, key: string): Map<K, V> {
  const found = map.get(key) ?? new Map<K, V>()
  map.set(key, found)
  return found
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

function emptyPortal(): Portal {
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

function edgeKey({ toId, category, typeId }: AssociationEdge): string {
  return JSON.stringify([toId, category, typeId])
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
