import {
  type AssociationSet,
  type CommitResult,
  HubsyncError,
  type MirrorSchema,
  type PairTable,
  type RelatedRow,
  type Store,
} from '@hubsync/core'
import { all, type Database, quoted, run } from './database.ts'
import { readRow, storedRow, tableOf } from './rows.ts'

/** Puts a complete set in the place of what was there; an association without both its ends is left out. */
export function replaceSet(
  at: Database,
  schema: MirrorSchema,
  portalId: string,
  { pair: name, fromId, edges }: AssociationSet,
  counts: CommitResult['associations'],
): void {
  const pair = schema.pairs.find((each) => each.name === name)
  if (!pair) throw new HubsyncError('STORE_FAILED', `Expected a table "${name}": migrate first.`)
  const isActive = (object: string, id: string) =>
    readRow(at, tableOf(schema, object), portalId, id)?.source_status === 'ACTIVE'
  const key = (edge: { toId: string; category: string; typeId: number }) =>
    JSON.stringify([edge.toId, edge.category, edge.typeId])
  const before = new Set(readSet(at, portalId, name, fromId).edges.map(key))
  run(at, `DELETE FROM ${quoted(name)} WHERE portal_id = ? AND from_id = ?`, ...[portalId, fromId])
  for (const edge of new Map(edges.map((edge) => [key(edge), edge])).values()) {
    if (!isActive(pair.from, fromId) || !isActive(pair.to, edge.toId)) {
      counts.unlinked++
      continue
    }
    const { toId, category, typeId, label } = edge
    run(
      at,
      `INSERT INTO ${quoted(name)} VALUES (?, ?, ?, ?, ?, ?)`,
      ...[portalId, fromId, toId, category, typeId, label],
    )
    if (!before.delete(key(edge))) counts.added++
  }
  counts.removed += before.size
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
    ...[portalId, fromId],
  )
  const edges = lines.map(({ to_id, category, type_id, label }) => ({
    ...{ toId: String(to_id), category: String(category), typeId: Number(type_id) },
    label: label as string | null,
  }))
  return { pair, fromId, edges }
}

/** The pairs that were made here and have their table still: also those that the schema no longer has. */
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
        run(at, `DELETE FROM ${quoted(name)} WHERE portal_id = ? AND ${column} = ?`, portalId, id)
}

/** The records at the other end, each with all that links it. */
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
    ...[portalId, 'fromId' in end ? end.fromId : end.toId, end.after ?? ''],
  )
  const related = new Map<string, RelatedRow>()
  for (const line of lines) {
    const row = storedRow(table, line)
    const found = related.get(row.id) ?? { row, associations: [] }
    related.set(row.id, found)
    found.associations.push({
      ...{ category: String(line['@category']), typeId: Number(line['@type_id']) },
      label: line['@label'] as string | null,
    })
  }
  return [...related.values()].slice(0, end.limit)
}
