import type { AssociationCategory, AssociationType } from './association-types.js'
import type { Crm, ObjectTable } from './crm.js'
import type { ObjectType } from './object-types.js'
import { mirrorPrimaryCompany } from './primary-company.js'

/** One type of association that a record has. */
export interface Edge {
  readonly type: AssociationType
  readonly toId: number
}

/** Two records that are to be associated. */
export interface Pair {
  readonly from: ObjectTable
  readonly fromId: number
  readonly to: ObjectTable
  readonly toId: number
}

/** All associations of a record, whatever they lead to. */
export const edgesOf = ({ associationTypes, graph }: Crm, from: ObjectType, id: number): Edge[] =>
  associationTypes
    .pairs()
    .filter(([first]) => first!.from === from)
    .flatMap(([first]) => [...graph.of(from, id, first!.to)])
    .flatMap(({ toId, types }) => types.map((type) => ({ type, toId })))

/** Adds an association type to the graph. Of the single ones a new one takes the place of the old. */
export const link = ({ graph }: Crm, type: AssociationType, fromId: number, toId: number): void => {
  const single = type.single ? type : type.inverse?.single ? type.inverse : undefined
  if (single) {
    const [source, target] = single === type ? [fromId, toId] : [toId, fromId]
    for (const { toId: other, types } of [...graph.of(single.from, source, single.to)])
      if (other !== target && types.includes(single)) graph.delete(single, source, other)
  }
  graph.add(type, fromId, toId)
}

/** Adds an association type between two records, and the unlabelled one of the pair with it. */
export const associate = (
  crm: Crm,
  { from, fromId, to, toId }: Pair,
  wanted: { typeId?: number; label?: string; category?: AssociationCategory },
): void => {
  const type = crm.associationTypes.require(from.type, to.type, wanted)
  crm.active(from, fromId)
  crm.active(to, toId)
  const types = crm.associationTypes.of(from.type, to.type) ?? []
  const unlabelled = types.find(({ label }) => label === null)
  if (unlabelled && unlabelled !== type) link(crm, unlabelled, fromId, toId)
  link(crm, type, fromId, toId)
  mirrorPrimaryCompany(crm, from, [{ type, toId }], fromId)
  tellBothEnds(crm, { from, fromId, to, toId }, type, false)
}

/**
 * Removes one association type, or all. Removing the unlabelled one removes the labels too.
 * Source: HubSpot docs, "Associations".
 */
export const dissociate = (
  crm: Crm,
  { from, fromId, to, toId }: Pair,
  wanted: { typeId?: number; category?: AssociationCategory },
): void => {
  const present = crm.graph.between(from.type, fromId, to.type, toId)
  const named = present.filter(
    ({ typeId, category }) =>
      (wanted.typeId === undefined || typeId === wanted.typeId) &&
      (wanted.category === undefined || category === wanted.category),
  )
  const removed = named.some(({ label }) => label === null) ? present : named
  for (const type of removed) crm.graph.delete(type, fromId, toId)
  mirrorPrimaryCompany(
    crm,
    from,
    removed.map((type) => ({ type, toId })),
    fromId,
  )
  for (const type of removed) tellBothEnds(crm, { from, fromId, to, toId }, type, true)
}

/** Subscribers hear of an association from both ends. Source: HubSpot docs, "Webhooks". */
const tellBothEnds = (
  crm: Crm,
  { from, fromId, to, toId }: Pair,
  { category, typeId, label, inverse }: AssociationType,
  removed: boolean,
): void => {
  const about = {
    kind: 'associationChange',
    category,
    removed,
    primary: label === 'Primary',
  } as const
  crm.tell(
    { ...about, typeId, type: from.type, id: fromId, to: to.type, toId },
    {
      ...about,
      typeId: inverse?.typeId ?? typeId,
      type: to.type,
      id: toId,
      to: from.type,
      toId: fromId,
    },
  )
}
