import type { ObjectType, ObjectTypes } from './object-types.js'

/** Who defined an association type. Source: HubSpot docs, "Associations". */
export type AssociationCategory = 'HUBSPOT_DEFINED' | 'USER_DEFINED' | 'INTEGRATOR_DEFINED' | 'WORK'

/** One way in which a record of one type relates to one of another. It has a direction. */
export interface AssociationType {
  readonly category: AssociationCategory
  readonly typeId: number
  /** null for the unlabelled type of the pair. */
  readonly label: string | null
  readonly from: ObjectType
  readonly to: ObjectType
  /** Whether a record has at most one of these: the Primary types, from the side that has a primary. */
  readonly single: boolean
  /** The same relation in the other direction; undefined if that direction has none. */
  readonly inverse: AssociationType | undefined
}

type Writable<T> = { -readonly [Key in keyof T]: T[Key] }

type Defined = readonly [
  from: string,
  to: string,
  label: string | null,
  typeId: number,
  inverseTypeId: number | undefined,
  inverseLabel?: string,
]

/**
 * HubSpot's own types. Source: HubSpot docs, "Associations" (association type id values). Leads to deals
 * is one of the pairs that answer in one direction only.
 */
const HUBSPOT_DEFINED: readonly Defined[] = [
  ['contacts', 'companies', null, 279, 280],
  ['contacts', 'companies', 'Primary', 1, 2],
  ['contacts', 'deals', null, 4, 3],
  ['deals', 'companies', null, 341, 342],
  ['deals', 'companies', 'Primary', 5, 6],
  ['contacts', 'tickets', null, 15, 16],
  ['tickets', 'companies', null, 339, 340],
  ['tickets', 'companies', 'Primary', 26, 25],
  ['deals', 'tickets', null, 27, 28],
  ['deals', 'line_items', null, 19, 20],
  ['contacts', 'contacts', null, 449, 449],
  ['companies', 'companies', null, 450, 450],
  ['companies', 'companies', 'Parent Company', 14, 13, 'Child Company'],
  ['deals', 'deals', null, 451, 451],
  ['leads', 'deals', 'Primary', 582, undefined],
]

function pairKey(from: ObjectType, to: ObjectType): string {
  return `${from.typeId}>${to.typeId}`
}

/** A new association type. */
export interface AssociationDefinition {
  /** The label; null for the unlabelled type of a pair that has none yet. @defaultValue null */
  label?: string | null
  /** The label seen from the other end. @defaultValue the same */
  inverseLabel?: string | null
  /** The id of this direction. @defaultValue the next free one of the account */
  typeId?: number
  /** The id of the other direction. @defaultValue the next free one; the same within one object type */
  inverseTypeId?: number
  /** Who defines it. @defaultValue 'USER_DEFINED' */
  category?: AssociationCategory
}

/** The association types of a portal, by directed pair of object types. */
export class AssociationTypes {
  readonly #byPair = new Map<string, AssociationType[]>()
  #nextTypeId = 1

  constructor(types: ObjectTypes) {
    for (const [from, to, label, typeId, inverseTypeId, inverseLabel] of HUBSPOT_DEFINED) {
      this.#add(types.require(from), types.require(to), {
        category: 'HUBSPOT_DEFINED',
        label,
        inverseLabel: inverseLabel ?? label,
        typeId,
        inverseTypeId,
        single: label === 'Primary',
      })
    }
  }

  /** The types of a pair; undefined for a pair that the portal does not know. */
  of(from: ObjectType, to: ObjectType): readonly AssociationType[] | undefined {
    return this.#byPair.get(pairKey(from, to))
  }

  /** Every directed pair, with the types of each. */
  pairs(): (readonly AssociationType[])[] {
    return [...this.#byPair.values()].filter((types) => types.length > 0)
  }

  define(from: ObjectType, to: ObjectType, definition: AssociationDefinition): AssociationType {
    const { category = 'USER_DEFINED', label = null } = definition
    const typeId = definition.typeId ?? this.#nextTypeId++
    const symmetric = from === to && (definition.inverseLabel ?? label) === label
    return this.#add(from, to, {
      category,
      label,
      inverseLabel: definition.inverseLabel ?? label,
      typeId,
      inverseTypeId: definition.inverseTypeId ?? (symmetric ? typeId : this.#nextTypeId++),
      single: false,
    })
  }

  /** The type with this id or label, or the unlabelled one. */
  require(
    from: ObjectType,
    to: ObjectType,
    wanted: { typeId?: number; label?: string | null; category?: AssociationCategory },
  ): AssociationType {
    const types = this.of(from, to) ?? []
    const found = types.find(
      (type) =>
        (wanted.category === undefined || type.category === wanted.category) &&
        (wanted.typeId === undefined
          ? type.label === (wanted.label ?? null)
          : type.typeId === wanted.typeId),
    )
    // If the pair has only one type, as leads to deals has, that one is meant.
    const only = types.length === 1 && Object.keys(wanted).length === 0 ? types[0] : undefined
    if (found ?? only) return (found ?? only)!
    throw new Error(
      `Expected an association type from ${from.name} to ${to.name}, got ${JSON.stringify(wanted)}. Add it with portal.defineAssociation().`,
    )
  }

  #add(
    from: ObjectType,
    to: ObjectType,
    given: {
      category: AssociationCategory
      label: string | null
      inverseLabel: string | null
      typeId: number
      inverseTypeId: number | undefined
      single: boolean
    },
  ): AssociationType {
    const { category, label, typeId, single } = given
    const there: Writable<AssociationType> = {
      category,
      label,
      typeId,
      from,
      to,
      single,
      inverse: undefined,
    }
    this.#list(from, to).push(there)
    const back = this.#list(to, from)
    if (given.inverseTypeId === undefined) return there
    if (from === to && given.inverseTypeId === typeId) there.inverse = there
    else {
      const inverse = { category, label: given.inverseLabel, typeId: given.inverseTypeId }
      const opposite: AssociationType = {
        ...inverse,
        from: to,
        to: from,
        single: false,
        inverse: there,
      }
      there.inverse = opposite
      back.push(opposite)
    }
    return there
  }

  #list(from: ObjectType, to: ObjectType): AssociationType[] {
    const key = pairKey(from, to)
    const list = this.#byPair.get(key) ?? []
    this.#byPair.set(key, list)
    return list
  }
}
