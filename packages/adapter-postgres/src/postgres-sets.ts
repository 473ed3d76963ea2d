import {
  type AssociationSet,
  type Batch,
  type CommitResult,
  type MirrorSchema,
  type PairTable,
  pairOf,
  type RecordStatus,
} from '@hubsync/core'
import type { Run, Transaction } from './postgres-database.js'
import type { Line } from './postgres-query.js'
import { decodeLine } from './postgres-rows.js'
import * as sql from './postgres-sql.js'
import { encodeJson, encodeText } from './postgres-text.js'

/** A line of a pair's table. */
type Edge = Line & { from_id: string; to_id: string }

/** What has to change in a pair's table. */
interface SetPlan {
  pair: PairTable
  gone: Edge[]
  relabelled: Edge[]
  missing: Edge[]
}

/**
 * Puts the batch's association sets in the place of what was there. `statusOf` tells of the records that this commit has locked
 * already; no other commit changes sets of the same pairs meanwhile.
 */
export async function replaceSets(
  { run, send, schema, mirror }: Transaction & { schema: string; mirror: MirrorSchema },
  { portalId, associations = [] }: Batch,
  statusOf: (object: string, id: string) => RecordStatus | undefined,
): Promise<CommitResult['associations']> {
  const counts = { added: 0, removed: 0, unlinked: 0 }
  const plans = await Promise.all(
    [...byPair(associations)].map(async ([name, sets]) => {
      const pair = pairOf(mirror, name)
      const values = [encodeText(portalId), [...sets.keys()].map(encodeText)]
      const lines = await run(sql.selectEdges({ schema, table: pair }), values)
      return planSets(portalId, pair, [...sets.values()], lines.map(decodeLine) as Edge[])
    }),
  )
  const removed: Promise<Line[]>[] = []
  const isActive = await lockEnds(run, { schema, mirror }, portalId, plans, statusOf)
  for (const { pair, gone, relabelled, missing } of plans) {
    const at = { schema, table: pair }
    const linked = missing.filter(
      (edge) => isActive(pair.from, edge.from_id) && isActive(pair.to, edge.to_id),
    )
    if (gone.length > 0) removed.push(run(sql.deleteEdges(at), [encodeJson(gone)]))
    if (relabelled.length > 0) send(sql.updateLabels(at), [encodeJson(relabelled)])
    if (linked.length > 0) send(sql.insertEdges(at), [encodeJson(linked)])
    counts.added += linked.length
    counts.unlinked += missing.length - linked.length
  }
  counts.removed = (await Promise.all(removed)).flat().length
  return counts
}

/** The last set of each record, by pair. */
function byPair(associations: readonly AssociationSet[]): Map<string, Map<string, AssociationSet>> {
  const pairs = new Map<string, Map<string, AssociationSet>>()
  for (const set of associations)
    pairs.set(set.pair, (pairs.get(set.pair) ?? new Map()).set(set.fromId, set))
  return pairs
}

function planSets(
  portalId: string,
  pair: PairTable,
  sets: AssociationSet[],
  lines: Edge[],
): SetPlan {
  const wanted = new Map<string, Edge>()
  for (const { fromId, edges } of sets)
    for (const { toId, category, typeId, label } of edges) {
      const edge = { from_id: fromId, to_id: toId, category, type_id: String(typeId), label }
      wanted.set(edgeKey(edge), { portal_id: portalId, ...edge })
    }
  const plan: SetPlan = { pair, gone: [], relabelled: [], missing: [] }
  const stored = new Map(lines.map((edge) => [edgeKey(edge), edge]))
  for (const [key, edge] of stored)
    if (!wanted.has(key)) plan.gone.push({ portal_id: portalId, ...edge })
  for (const [key, edge] of wanted) {
    const before = stored.get(key)
    if (!before) plan.missing.push(edge)
    else if (before.label !== edge.label) plan.relabelled.push(edge)
  }
  return plan
}

function edgeKey({ from_id, to_id, category, type_id }: Line): string {
  return JSON.stringify([from_id, to_id, category, type_id])
}

/** Holds the ends of new associations where they are, object by object in the order of their names. */
async function lockEnds(
  run: Run,
  { schema, mirror }: { schema: string; mirror: MirrorSchema },
  portalId: string,
  plans: readonly SetPlan[],
  statusOf: (object: string, id: string) => RecordStatus | undefined,
): Promise<(object: string, id: string) => boolean> {
  const active = new Map<string, Set<string>>()
  const inOrder = mirror.objects.toSorted((a, b) => (a.name < b.name ? -1 : 1))
  await Promise.all(
    inOrder.map(async (table) => {
      const ids = plans.flatMap(({ pair, missing }) => [
        ...(pair.from === table.name ? missing.map((edge) => edge.from_id) : []),
        ...(pair.to === table.name ? missing.map((edge) => edge.to_id) : []),
      ])
      const unknown = new Set(ids.filter((id) => statusOf(table.name, id) === undefined))
      if (unknown.size === 0) return
      const values = [encodeText(portalId), [...unknown].map(encodeText)]
      const lines = await run(sql.lockEnds({ schema, table }), values)
      active.set(table.name, new Set(lines.map(decodeLine).map((line) => String(line.source_id))))
    }),
  )
  return (object, id) =>
    (statusOf(object, id) ?? (active.get(object)?.has(id) ? 'ACTIVE' : 'ARCHIVED')) === 'ACTIVE'
}
