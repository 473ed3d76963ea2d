import { associate } from '../associating.js'
import type { AssociationCategory, AssociationType } from '../association-types.js'
import type { ObjectTable } from '../object-table.js'
import type { ObjectType } from '../object-types.js'
import { parseId } from '../record-ids.js'
import { invalid, type Refusal } from '../replies.js'
import { type Fields, fieldsOf, integerOf, listOf, textOf } from '../validation/bodies.js'
import type { Context } from './route.js'

const INVALID = 'One or more associations are invalid'
const CATEGORIES = ['HUBSPOT_DEFINED', 'USER_DEFINED', 'INTEGRATOR_DEFINED', 'WORK']

/** 400 for an end that isn't there. Source: several issue trackers. */
function invalidEnd(type: ObjectType, id: unknown): Refusal {
  const kind = type.standard ? type.singular.toUpperCase() : type.typeId
  return invalid(INVALID, {
    context: {
      INVALID_OBJECT_IDS: [`${kind}=${String(id)} is not valid`],
      objectId: [String(id)],
      objectType: [kind],
    },
  })
}

/** The id of an active record of the type. */
export function endOf({ crm }: Context, { type, records }: ObjectTable, given: unknown): number {
  const id = parseId(textOf(given))
  const record = id === undefined ? undefined : records.find(id, false)
  if (!record || !crm.isActive(type, record.id)) throw invalidEnd(type, given)
  return record.id
}

/** What names an association type in a body. */
export interface NamedType {
  readonly category: AssociationCategory
  readonly typeId: number
}

/** The association types that a body names. */
export function namedTypes(given: unknown): NamedType[] {
  return listOf(given, 'associationCategory', 'associationTypeId').map((fields) => {
    const category = textOf(fields.associationCategory)
    if (!CATEGORIES.includes(category))
      throw invalid(
        `Invalid input JSON on line 1, column 1: Cannot deserialize value of type \`AssociationCategory\` from String "${category}": not one of the values accepted: [${CATEGORIES.join(', ')}]`,
      )
    const typeId = integerOf(fields, 'associationTypeId')
    return { category: category as AssociationCategory, typeId }
  })
}

function is({ category, typeId }: NamedType): (type: AssociationType) => boolean {
  return (type) => type.category === category && type.typeId === typeId
}

/** 400 for a type that no pair has. Source: several issue trackers. */
function invalidType({ category, typeId }: NamedType): Refusal {
  const spec = `${category}=${typeId}`
  return invalid(INVALID, {
    context: {
      associationSpec: [spec],
      INVALID_ASSOCIATION_TYPE_ID: [`${spec} is not a valid association definition`],
    },
  })
}

/**
 * The association type of a pair that a body names. A type of another pair is refused as if the records were of that
 * pair: that is what HubSpot answers. Source: issue tracker of the official client.
 */
export function typeOfPair(
  { crm }: Context,
  { from, fromId, to }: { from: ObjectTable; fromId: unknown; to: ObjectTable },
  named: NamedType,
): AssociationType {
  const found = crm.associationTypes.of(from.type, to.type)?.find(is(named))
  if (found) return found
  const elsewhere = crm.associationTypes.pairs().flat().find(is(named))
  throw elsewhere ? invalidEnd(elsewhere.from, fromId) : invalidType(named)
}

/** Throws if one of the two records has as many associations of the type as an admin allows. The message is made up. */
export function requireRoom({ crm }: Context, type: AssociationType, from: number, to: number) {
  const full = (one: AssociationType | undefined, near: number, far: number) => {
    if (one?.limit === undefined) return false
    const others = [...crm.graph.of(one.from, near, one.to)].filter(
      ({ toId, types }) => toId !== far && types.includes(one),
    )
    return others.length >= one.limit
  }
  if (!full(type, from, to) && !full(type.inverse, to, from)) return
  throw invalid(INVALID, {
    context: {
      ASSOCIATION_LIMIT_REACHED: [`${type.category}=${type.typeId} has no more associations left`],
    },
  })
}

/** Checks the associations of a new record. The types say what their ends are. */
export function newAssociations(
  context: Context,
  from: ObjectTable,
  given: unknown,
): ((fromId: number) => void)[] {
  const { crm } = context
  if (given === undefined || given === null) return []
  return listOf(given, 'to', 'types').flatMap((input: Fields) => {
    const { id } = fieldsOf(input.to, 'id')
    return namedTypes(input.types).map((named) => {
      const type = crm.associationTypes.pairsFrom(from.type).flat().find(is(named))
      if (!type) throw invalidType(named)
      const to = crm.table(type.to)
      const toId = endOf(context, to, id)
      return (fromId: number) => associate(crm, { from, fromId, to, toId }, named)
    })
  })
}
