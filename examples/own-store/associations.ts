import type { AssociationSet, Store } from '@hubsync/core'
import {
  type MirrorSchema,
  type PairPlan,
  type PairTable,
  type RelatedRow,
  tableOf,
} from '@hubsync/core/store'
import { all, type Database, quoted, run } from './database.ts'
import { storedRow } from './rows.ts'

/** Writes the changes of a pair. The associations of records that leave are already gone. */
export function writeEdges(
  at: Database,
  portalId: string,
  { pair: { name }, added, relabelled, removed }: PairPlan,
): void {
  for (const { fromId, toId, category, typeId } of removed)
    run(
      at,
      `DELETE FROM ${quoted(name)}
       WHERE portal_id = ? AND from_id = ? AND to_id = ? AND category = ? AND type_id = ?`,
      [portalId, fromId, toId, category, typeId],
    )
  for (const { fromId, toId, category, typeId, label } of [...added, ...relabelled])
    run(at, `INSERT OR REPLACE INTO ${quoted(name)} VALUES (?, ?, ?, ?, ?, ?)`, [
      portalId,
      fromId,
      toId,
      category,
      typeId,
      label,
    ])
}

export function readSet(
  at: Database,
  portalId: string,
  pair: string,
  fromId: string,
): AssociationSet {
  const lines = all(
    at,
    `SELECT to_id, category, type_id, label FROM ${quoted(pair)} WHERE portal_id = ? AND from_id = ?`,
    [portalId, fromId],
  )
  const edges = lines.map(({ to_id, category, type_id, label }) => ({
    toId: String(to_id),
    category: String(category),
    typeId: Number(type_id),
    label: label as string | null,
  }))
  return { pair, fromId, edges }
}

/** The pairs that this store made and whose tables still exist, even if the schema no longer has them. */
function pairsOf(at: Database): PairTable[] {
  return all(
    at,
    "SELECT * FROM sync_pairs WHERE name IN (SELECT name FROM sqlite_master WHERE type = 'table')",
  ) as unknown as PairTable[]
}

export function unlink(at: Database, portalId: string, object: string, id: string): void {
  for (const { name, from, to } of pairsOf(at))
    for (const [end, column] of [[from, 'from_id'] as const, [to, 'to_id'] as const])
      if (end === object)
        run(at, `DELETE FROM ${quoted(name)} WHERE portal_id = ? AND ${column} = ?`, [portalId, id])
}

/** The records at the other end, each with all its associations. */
export function readRelated(
  at: Database,
  schema: MirrorSchema,
  portalId: string,
  { name, from, to }: PairTable,
  end: Parameters<Store['related']>[2],
): RelatedRow[] {
  const [near, far, object] =
    'fromId' in end ? ['from_id', 'to_id', to] : ['to_id', 'from_id', from]
  const table = tableOf(schema, object)
  const lines = all(
    at,
    `SELECT far.*, link.category AS "@category", link.type_id AS "@type_id", link.label AS "@label"
     FROM ${quoted(name)} AS link JOIN ${quoted(object)} AS far
       ON (far.portal_id, far.source_id) = (link.portal_id, link.${far})
     WHERE link.portal_id = ? AND link.${near} = ? AND link.${far} > ?
     ORDER BY link.${far}, link.category, link.type_id`,
    [portalId, 'fromId' in end ? end.fromId : end.toId, end.after ?? ''],
  )
  const related = new Map<string, RelatedRow>()
  for (const line of lines) {
    const row = storedRow(table, line)
    const found = related.get(row.id) ?? { row, associations: [] }
    related.set(row.id, found)
    found.associations.push({
      category: String(line['@category']),
      typeId: Number(line['@type_id']),
      label: line['@label'] as string | null,
    })
  }
  return [...related.values()].slice(0, end.limit)
}
