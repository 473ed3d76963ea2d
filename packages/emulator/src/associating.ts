import type {
  AssociationCategory,
  AssociationType,
  WantedAssociation,
} from './association-types.js'
import type { Crm } from './crm.js'
import type { ObjectTable } from './object-table.js'
import { mirrorPrimaryCompany } from './primary-company.js'

/** Two records to associate. */
export interface Pair {
  readonly from: ObjectTable
  readonly fromId: number
  readonly to: ObjectTable
  readonly toId: number
}

/** Adds an association type between two records, and the unlabelled one of the pair with it. */
export function associate(
  crm: Crm,
  { from, fromId, to, toId }: Pair,
  wanted: WantedAssociation,
): void {
  const type = crm.associationTypes.require(from.type, to.type, wanted)
  crm.active(from, fromId)
  crm.active(to, toId)
  const types = crm.associationTypes.of(from.type, to.type) ?? []
  const unlabelled = types.find(({ label }) => label === null)
  if (unlabelled && unlabelled !== type) crm.graph.add(unlabelled, fromId, toId)
  crm.graph.add(type, fromId, toId)
  mirrorPrimaryCompany(crm, from, [{ type, toId }], fromId)
  tellBothEnds(crm, { from, fromId, to, toId }, type, false)
}

/**
 * Removes one association type, or all. Removing the unlabelled one removes the labels too.
 * Source: HubSpot docs, "Associations".
 */
export function dissociate(
  crm: Crm,
  { from, fromId, to, toId }: Pair,
  wanted: { typeId?: number; category?: AssociationCategory },
): void {
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

/** Subscribers get an event for each end of an association. Source: HubSpot docs, "Webhooks". */
function tellBothEnds(
  crm: Crm,
  { from, fromId, to, toId }: Pair,
  { category, typeId, label, inverse }: AssociationType,
  removed: boolean,
): void {
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
