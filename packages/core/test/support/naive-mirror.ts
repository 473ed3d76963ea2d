import type { AssociationEdge, StoredRow, Tombstone } from '../../src/model.js'
import { changedColumns, noRows, planRow } from '../../src/store/plan-row.js'
import { rawText } from '../../src/store/raw-text.js'
import type { Batch, CommitResult, RowCounts, Store } from '../../src/store/store.js'
import type { MirrorSchema } from '../../src/store/tables.js'

/** The meaning of batches in the plainest form: rows, tombstones and sets change everything one after the other. */
export function naiveMirror({ objects, pairs }: MirrorSchema) {
  const rows = new Map<string, StoredRow>()
  const tombstones = new Map<string, Tombstone & { at: string }>()
  const edges = new Map<string, AssociationEdge & { pair: string; fromId: string }>()
  let entries: { object: string; id: string; kind: string; columns: object; at: string }[] = []

  const isActive = (object: string, id: string) => rows.get(`${object}/${id}`)?.status === 'ACTIVE'

  function unlink(object: string, id: string): void {
    for (const [key, { pair, fromId, toId }] of edges) {
      const { from, to } = pairs.find(({ name }) => name === pair) as (typeof pairs)[0]
      if ((from === object && fromId === id) || (to === object && toId === id)) edges.delete(key)
    }
  }

  function writeRows({ at, rows: groups = [] }: Batch, countsOf: (object: string) => RowCounts) {
    for (const { object, rows: given, feed } of groups) {
      const table = objects.find(({ name }) => name === object) as (typeof objects)[0]
      const counts = countsOf(object)
      for (const incoming of given) {
        const key = `${object}/${incoming.id}`
        const here = rows.get(key)
        const known = here && { ...here, rawText: rawText(here.raw) }
        const plan = planRow(table, incoming, known, tombstones.get(key))
        counts[plan.count]++
        if (plan.action === 'leave') continue
        rows.set(key, { ...plan.row, syncedAt: at })
        tombstones.delete(key)
        if (plan.row.status === 'ARCHIVED') unlink(object, incoming.id)
        const columns = changedColumns(table, here?.values ?? {}, plan.row.values)
        if (feed) entries.push({ object, id: incoming.id, at, kind: plan.count, columns })
      }
    }
  }

  function bury({ at, tombstones: given = [] }: Batch, countsOf: (object: string) => RowCounts) {
    for (const tombstone of given) {
      const { object, id, reason, intoId } = tombstone
      const key = `${object}/${id}`
      const before = tombstones.get(key)
      if (before?.reason !== reason || before.intoId !== intoId)
        tombstones.set(key, { ...tombstone, at })
      unlink(object, id)
      if (!rows.delete(key)) continue
      countsOf(object).removed++
      entries = entries.map((entry) =>
        entry.object === object && entry.id === id ? { ...entry, columns: {} } : entry,
      )
      const kind = reason === 'merged' ? 'merged' : 'removed'
      entries.push({ object, id, kind, columns: {}, at })
    }
  }

  function writeSets({ associations = [] }: Batch): CommitResult['associations'] {
    const counts = { added: 0, removed: 0, unlinked: 0 }
    for (const { pair, fromId, edges: given } of associations) {
      const { from, to } = pairs.find(({ name }) => name === pair) as (typeof pairs)[0]
      const wanted = new Map(
        given.map((each) => [
          `${pair}/${fromId}/${each.toId}/${each.category}/${each.typeId}`,
          each,
        ]),
      )
      for (const [key, each] of edges)
        if (each.pair === pair && each.fromId === fromId && !wanted.has(key)) {
          edges.delete(key)
          counts.removed++
        }
      for (const [key, each] of wanted) {
        if (!isActive(from, fromId) || !isActive(to, each.toId)) {
          counts.unlinked++
          continue
        }
        if (!edges.has(key)) counts.added++
        edges.set(key, { pair, fromId, ...each })
      }
    }
    return counts
  }

  const inOrder = <Each>(all: Each[]) =>
    all.toSorted((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1))

  return {
    commit(batch: Batch): CommitResult {
      const counts: CommitResult['rows'] = {}
      const countsOf = (object: string) => {
        counts[object] ??= noRows()
        return counts[object]
      }
      writeRows(batch, countsOf)
      bury(batch, countsOf)
      return { rows: counts, associations: writeSets(batch) }
    },

    content() {
      return {
        rows: inOrder([...rows.values()]),
        tombstones: inOrder([...tombstones.values()].map(({ at: _, ...tombstone }) => tombstone)),
        edges: inOrder([...edges.values()]),
        entries,
      }
    },

    /** The same of a store, of everything that this mirror has ever had. */
    async readFrom(store: Store) {
      const portalId = '1'
      const ids = ['1', '2', '3']
      const found = await Promise.all(
        objects.map(({ name }) => store.list(portalId, name, { limit: 100 })),
      )
      const buried = await Promise.all(
        objects.flatMap(({ name }) => ids.map((id) => store.tombstone(portalId, name, id))),
      )
      const sets = await Promise.all(pairs.map(({ name }) => store.sets(portalId, name, ids)))
      const changes = await store.changes(portalId, { limit: 10_000 })
      return {
        rows: inOrder(found.flat()),
        tombstones: inOrder(buried.filter((tombstone) => tombstone !== null)),
        edges: inOrder(
          sets
            .flat()
            .flatMap(({ pair, fromId, edges: each }) =>
              each.map((edge) => ({ pair, fromId, ...edge })),
            ),
        ),
        entries: changes.map(({ seq: _, ...entry }) => entry),
      }
    },
  }
}
