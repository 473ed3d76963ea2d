import type { Crm } from './crm.js'
import type { ObjectType } from './object-types.js'

/** How far down the funnel a stage is; -1 for none, and for one that the portal doesn't have. */
function positionOf({ pipelines }: Crm, type: ObjectType, stage: string | undefined): number {
  const choices = pipelines.choices(type, 'lifecyclestage') ?? []
  const ordered = choices.toSorted((one, other) => one.displayOrder - other.displayOrder)
  return ordered.findIndex(({ value }) => value === stage)
}

/** Whether a change would bring a record of this type back to an earlier stage. */
export function isStepBack(
  crm: Crm,
  type: ObjectType,
  { before, after }: { before: string | undefined; after: string | undefined },
): boolean {
  if (type.stageProperty !== 'lifecyclestage' || !after) return false
  const position = positionOf(crm, type, after)
  return position >= 0 && position < positionOf(crm, type, before)
}
