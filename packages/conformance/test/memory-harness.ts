import { type MirrorRow, memoryStore, type Store } from '@hubsync/core'
import type { Batch, ReferenceTable, StoredReferenceRow } from '@hubsync/core/store'
import type { Line, Place, StoreHarness } from '../src/index.js'

const syncTables: Record<string, string[]> = {
  sync_changes: ['seq', 'portal_id', 'object', 'source_id', 'kind', 'columns', 'at'],
  sync_checkpoints: ['portal_id', 'stream', 'state'],
  sync_leases: ['portal_id', 'job', 'holder', 'started_at', 'renewed_at'],
  sync_portals: ['portal_id', 'ui_domain', 'time_zone', 'first_run_at', 'last_run_at'],
  sync_runs: ['portal_id', 'id', 'jobs', 'status', 'counts', 'error', 'started_at', 'finished_at'],
  sync_schema: ['version'],
  sync_tombstones: ['portal_id', 'object', 'source_id', 'reason', 'into_id'],
}

const baseColumns = [
  'portal_id',
  'source_id',
  'source_status',
  'source_url',
  'source_created_at',
  'source_updated_at',
  'source_archived_at',
  'source_created_year',
  'raw',
  'synced_at',
]

const everything = { limit: Number.MAX_SAFE_INTEGER }

/** The objects, pairs and ids that a store was given, so that all of them can be read back. */
class Journal {
  readonly objects = new Map<string, Map<string, string>>()
  readonly pairs = new Set<string>()
  readonly reference = new Map<string, ReferenceTable>()
  readonly histories = new Set<string>()
  readonly portals = new Set<string>()
  readonly streams = new Set<string>()
  readonly ids = new Set<string>()
  readonly buried = new Map<string, { object: string; id: string }>()
  migrated = false
  /** How much later it is than the moments of requests say. */
  laterMs = 0

  later(at: string): string {
    return new Date(Date.parse(at) + this.laterMs).toISOString()
  }

  note(batch: Batch): void {
    this.portals.add(batch.portalId)
    if (batch.checkpoint) this.streams.add(batch.checkpoint.stream)
    for (const { rows } of batch.rows ?? []) for (const { id } of rows) this.ids.add(id)
    for (const { fromId } of batch.associations ?? []) this.ids.add(fromId)
    for (const { intoId } of batch.tombstones ?? []) if (intoId !== null) this.ids.add(intoId)
    for (const { object, id } of batch.tombstones ?? [])
      this.buried.set(`${object}/${id}`, { object, id })
  }
}

const notSql = (): never => {
  throw new Error('Expected a store with a database, but this one is kept in memory.')
}

/** A store in memory has no tables. The harness builds its lines from what a second handle reads. */
export function memoryHarness(make: () => Store = memoryStore): StoreHarness {
  return {
    name: 'memoryStore',
    open: async () => memoryPlace(make()),
    versions: [],
    openAt: notSql,
  }
}

function memoryPlace(store: Store): Place {
  const journal = new Journal()
  const tables = () =>
    journal.migrated
      ? [
          ...[...journal.objects.keys(), ...journal.pairs, ...journal.reference.keys()],
          ...[...journal.histories].flatMap((name) => [`${name}_history`, `${name}_history_gaps`]),
          ...Object.keys(syncTables),
        ]
      : []
  return {
    store: () => handle(store, journal),
    failing: notSql,
    lent: notSql,
    occupy: notSql,
    makeUnique: notSql,
    pretendVersion: notSql,
    ageLeases: async (ms) => {
      journal.laterMs += ms
    },
    tables: async () => tables(),
    columns: async (table) =>
      syncTables[table] ??
      referenceColumns(journal.reference.get(table)) ?? [
        ...baseColumns,
        ...(journal.objects.get(table)?.values() ?? []),
      ],
    async rows(table) {
      if (!tables().includes(table)) throw new Error(`Expected a table, got "${table}".`)
      const lines: Line[] = []
      for (const portalId of journal.portals)
        for (const line of await linesOf(store, journal, portalId, table))
          lines.push({ portal_id: portalId, ...line })
      return lines
    },
    dispose: async () => {},
  }
}

function handle(store: Store, journal: Journal): Store {
  return {
    ...store,
    async migrate(schema) {
      await store.migrate(schema)
      journal.migrated = true
      for (const { name } of schema.pairs) journal.pairs.add(name)
      for (const table of schema.reference ?? []) journal.reference.set(table.name, table)
      for (const { name, columns, history } of schema.objects) {
        if (history) journal.histories.add(name)
        const known = journal.objects.get(name) ?? new Map<string, string>()
        for (const column of columns) known.set(column.name, column.sqlName)
        journal.objects.set(name, known)
      }
    },
    async prune(portalId, parts, options) {
      const rows = await store.prune(portalId, parts, options)
      // Harness and store know a column by different names, and only the store what it has dropped.
      for (const part of parts) {
        const [still = null] = await store.prune(portalId, [part], { dryRun: true })
        if (still !== null) continue
        if (part.historyOf !== undefined) journal.histories.delete(part.historyOf)
        const columns = journal.objects.get(part.table)
        if (part.column === undefined) {
          journal.objects.delete(part.table)
          journal.pairs.delete(part.table)
        } else if (columns)
          for (const [name, sqlName] of columns) if (sqlName === part.column) columns.delete(name)
      }
      return rows
    },
    async commit(batch) {
      const result = await store.commit(batch)
      journal.note(batch)
      return result
    },
    async lease(request) {
      journal.portals.add(request.portalId)
      return store.lease({ ...request, at: journal.later(request.at) })
    },
    leases: (portalId, at) => store.leases(portalId, journal.later(at)),
    // The other handles are the same store.
    close: async () => {},
  }
}

async function linesOf(
  store: Store,
  journal: Journal,
  portalId: string,
  table: string,
): Promise<Line[]> {
  const columns = journal.objects.get(table)
  if (columns)
    return (await store.list(portalId, table, everything)).map((row) => ({
      ...baseLine(row),
      synced_at: row.syncedAt,
      ...Object.fromEntries(
        [...columns].map(([name, sqlName]) => [sqlName, row.values[name] ?? null]),
      ),
    }))
  if (journal.pairs.has(table))
    return (await store.sets(portalId, table, [...journal.ids])).flatMap(({ fromId, edges }) =>
      edges.map(({ toId, category, typeId, label }) => ({
        from_id: fromId,
        to_id: toId,
        category,
        type_id: typeId,
        label,
      })),
    )
  const reference = journal.reference.get(table)
  if (reference)
    return (await store.reference(portalId, reference.name, [])).map((row) =>
      referenceLine(reference, row),
    )
  const [, ofHistory, gaps] = /^(.+)_history(_gaps)?$/.exec(table) ?? []
  if (ofHistory !== undefined) return historyLines(store, journal, portalId, ofHistory, !!gaps)
  return syncLines[table]?.(store, journal, portalId) ?? []
}

function referenceColumns(table: ReferenceTable | undefined): string[] | undefined {
  if (!table) return undefined
  const { key, columns, keeps, raw } = table
  const own = [...key, ...columns].map(({ sqlName }) => sqlName)
  const more = ['portal_id', 'synced_at', ...(keeps ? ['source_status'] : [])]
  return [...own, ...more, ...(raw ? ['raw'] : [])]
}

function referenceLine(
  { key, columns, keeps, raw }: ReferenceTable,
  row: StoredReferenceRow,
): Line {
  return {
    ...Object.fromEntries(key.map(({ sqlName }, index) => [sqlName, row.key[index]])),
    ...Object.fromEntries(columns.map(({ name, sqlName }) => [sqlName, row.values[name] ?? null])),
    ...(keeps ? { source_status: row.status } : {}),
    ...(raw ? { raw: row.raw } : {}),
    synced_at: row.syncedAt,
  }
}

async function historyLines(
  store: Store,
  { ids }: Journal,
  portalId: string,
  object: string,
  isGaps: boolean,
): Promise<Line[]> {
  const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
  const lines: Line[] = []
  for (const id of ids) {
    const found: object[] = isGaps
      ? await store.historyGaps(portalId, object, id, everything)
      : await store.history(portalId, object, id, everything)
    for (const each of found)
      lines.push({
        source_id: id,
        ...Object.fromEntries(Object.entries(each).map(([name, value]) => [snake(name), value])),
      })
  }
  return lines
}

function baseLine(row: MirrorRow): Line {
  return {
    source_id: row.id,
    source_status: row.status,
    source_url: row.url,
    raw: row.raw,
    source_created_at: row.createdAt,
    source_updated_at: row.updatedAt,
    source_created_year: row.createdAt === null ? null : Number(row.createdAt.slice(0, 4)),
    source_archived_at: row.archivedAt,
  }
}

type ReadLines = (store: Store, journal: Journal, portalId: string) => Promise<Line[]>

const syncLines: Record<string, ReadLines> = {
  async sync_changes(store, _, portalId) {
    const entries = await store.changes(portalId, everything)
    return entries.map(({ id, ...entry }) => ({ ...entry, source_id: id }))
  },
  async sync_checkpoints(store, { streams }, portalId) {
    const lines = [...streams].map(async (stream) => {
      const state = await store.readCheckpoint(portalId, stream)
      return state === null ? [] : [{ stream, state }]
    })
    return (await Promise.all(lines)).flat()
  },
  async sync_leases(store, _, portalId) {
    const leases = await store.leases(portalId, new Date(0).toISOString())
    return leases.map(({ job, holder, startedAt, renewedAt }) => ({
      ...{ job, holder, started_at: startedAt, renewed_at: renewedAt },
    }))
  },
  async sync_portals(store, _, portalId) {
    return (await store.portals())
      .filter((portal) => portal.portalId === portalId)
      .map((portal) => ({
        ui_domain: portal.uiDomain,
        time_zone: portal.timeZone,
        first_run_at: portal.firstRunAt,
        last_run_at: portal.lastRunAt,
      }))
  },
  async sync_runs(store, _, portalId) {
    return (await store.runs(portalId, everything)).map(({ startedAt, finishedAt, ...run }) => ({
      ...run,
      started_at: startedAt,
      finished_at: finishedAt,
    }))
  },
  async sync_tombstones(store, { buried }, portalId) {
    const lines = [...buried.values()].map(async ({ object, id }) => {
      const found = await store.tombstone(portalId, object, id)
      return found === null
        ? []
        : [{ object, source_id: id, reason: found.reason, into_id: found.intoId }]
    })
    return (await Promise.all(lines)).flat()
  },
}
