import type { AssociationEdge } from '../model.js'

/** What a store has to write about the associations of one record in a pair. */
export interface EdgesPlan {
  added: AssociationEdge[]
  /** Associations whose label changes. */
  relabelled: AssociationEdge[]
  removed: AssociationEdge[]
  /** How many are left out because an end isn't here, or isn't active. */
  unlinked: number
}

/**
 * Plans a record's associations in a pair: the given set replaces the stored one.
 *
 * @param isLinked - whether both ends of an association that isn't stored yet are here and active.
 */
export function planEdges(
  wanted: readonly AssociationEdge[],
  stored: readonly AssociationEdge[],
  isLinked: (toId: string) => boolean,
): EdgesPlan {
  const before = new Map(stored.map((edge) => [keyOf(edge), edge]))
  const after = new Map(wanted.map((edge) => [keyOf(edge), edge]))
  const plan: EdgesPlan = { added: [], relabelled: [], removed: [], unlinked: 0 }
  for (const [key, edge] of after) {
    const known = before.get(key)
    if (known) {
      if (known.label !== edge.label) plan.relabelled.push(edge)
    } else if (isLinked(edge.toId)) plan.added.push(edge)
    else plan.unlinked++
  }
  for (const [key, edge] of before) if (!after.has(key)) plan.removed.push(edge)
  return plan
}

/** The associations that aren't stored yet. */
export function newEdges(
  wanted: readonly AssociationEdge[],
  stored: readonly AssociationEdge[],
): AssociationEdge[] {
  const known = new Set(stored.map(keyOf))
  return wanted.filter((edge) => !known.has(keyOf(edge)))
}

/** Two records may have several associations with each other. */
function keyOf({ toId, category, typeId }: AssociationEdge): string {
  return JSON.stringify([toId, category, typeId])
}
