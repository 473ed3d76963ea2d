import { associate, type Pair } from '../associating.js'
import type { AssociationCategory, AssociationType } from '../association-types.js'
import type { Crm } from '../crm.js'
import type { ObjectTable } from '../object-table.js'
import type { ObjectType } from '../object-types.js'
import { parseId } from '../record-ids.js'
import { invalid, type Refusal } from '../replies.js'
import { type Fields, fieldsOf, integerOf, listOf, textOf } from '../validation/bodies.js'
import type { Claims } from '../validation/records.js'
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

/** The ids of two active records of these types. They must differ: HubSpot documents nothing about others. */
export function pairOf(
  context: Context,
  {
    from,
    fromId,
    to,
    toId,
  }: { from: ObjectTable; fromId: unknown; to: ObjectTable; toId: unknown },
): Pair {
  const pair = { from, fromId: endOf(context, from, fromId), to, toId: endOf(context, to, toId) }
  if (from === to && pair.fromId === pair.toId) throw invalidEnd(to.type, toId)
  return pair
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

/** The association types that a body names. HubSpot documents nothing about none: here that is refused. */
export function namedTypes(given: unknown): NamedType[] {
  const named = listOf(given, 'associationCategory', 'associationTypeId')
  if (named.length === 0) throw invalid('At least one association type is required, got none')
  return named.map((fields) => {
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

/** How many associations of a type a record has, without that to `far`. */
function linksOf({ graph }: Crm, type: AssociationType, id: number, far?: number): number {
  const links = [...graph.of(type.from, id, type.to)]
  return links.filter(({ toId, types }) => toId !== far && types.includes(type)).length
}

/** The message is made up. */
function limitReached({ category, typeId }: AssociationType): Refusal {
  return invalid(INVALID, {
    context: {
      ASSOCIATION_LIMIT_REACHED: [`${category}=${typeId} has no more associations left`],
    },
  })
}

/** Throws if one of the two records has as many associations of the type as an admin allows. */
export function requireRoom({ crm }: Context, type: AssociationType, from: number, to: number) {
  const isFull = (one: AssociationType | undefined, near: number, far: number) =>
    one?.limit !== undefined && linksOf(crm, one, near, far) >= one.limit
  if (isFull(type, from, to) || isFull(type.inverse, to, from)) throw limitReached(type)
}

/** Counts one more of the same in a batch, and returns how many there were. */
function claimed(claims: Claims, what: string): number {
  let count = 0
  while (claims.has(`${what}#${count}`)) count++
  claims.add(`${what}#${count}`)
  return count
}

/**
 * Counts an association of a new record, and throws if one of its two records has no room for it. `own` counts those of
 * the new record, `claims` those of its batch.
 */
function claimRoom(
  crm: Crm,
  { type, toId, own, claims }: { type: AssociationType; toId: number; own: Claims; claims: Claims },
): void {
  const { from, to, category, typeId, limit, inverse } = type
  const name = `${from.typeId}>${to.typeId}:${category}=${typeId}`
  if (limit !== undefined && claimed(own, name) >= limit) throw limitReached(type)
  if (inverse?.limit === undefined) return
  const there = linksOf(crm, inverse, toId) + claimed(claims, `${name}>${toId}`)
  if (there >= inverse.limit) throw limitReached(type)
}

/** Checks the associations of a new record. The types say what their ends are. */
export function newAssociations(
  context: Context,
  from: ObjectTable,
  given: unknown,
  claims: Claims,
): ((fromId: number) => void)[] {
  const { crm } = context
  const own: Claims = new Set()
  const ends = new Set<string>()
  const associations = listOf(given ?? [], 'to', 'types').flatMap((input: Fields) => {
    const { id } = fieldsOf(input.to, 'id')
    return namedTypes(input.types).map((named) => {
      const type = crm.associationTypes.pairsFrom(from.type).flat().find(is(named))
      if (!type) throw invalidType(named)
      const to = crm.table(type.to)
      const toId = endOf(context, to, id)
      claimRoom(crm, { type, toId, own, claims })
      ends.add(type.to.name)
      return (fromId: number) => associate(crm, { from, fromId, to, toId }, named)
    })
  })
  requireOneOf(from.type, ends)
  return associations
}

/** Throws if a new record isn't associated with one of the types that it needs. The words are made up. */
function requireOneOf({ standard, singular }: ObjectType, ends: ReadonlySet<string>): void {
  const { associatedWith = [] } = standard ?? {}
  if (associatedWith.length === 0 || associatedWith.some((name) => ends.has(name))) return
  throw invalid(
    `Error creating ${singular.toUpperCase()}. It must be associated with one of: ${associatedWith.join(', ')}`,
  )
}
