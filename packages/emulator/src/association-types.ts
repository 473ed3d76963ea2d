import { standardAssociations } from './catalogue/association-types.js'
import type { ObjectType, ObjectTypes } from './object-types.js'

/** Who defined an association type. Source: HubSpot docs, "Associations". */
export type AssociationCategory = 'HUBSPOT_DEFINED' | 'USER_DEFINED' | 'INTEGRATOR_DEFINED' | 'WORK'

/** One way in which a record of one type relates to one of another. It has a direction. */
export interface AssociationType {
  readonly category: AssociationCategory
  readonly typeId: number
  /** null for the unlabelled type of the pair. */
  readonly label: string | null
  /** The internal name of one that a user has defined, in both directions. */
  readonly name: string | undefined
  readonly from: ObjectType
  readonly to: ObjectType
  /** Whether a record has at most one of these: the Primary types, from the side that has a primary. */
  readonly single: boolean
  /** How many of these an admin lets a record have. */
  readonly limit: number | undefined
  /** The same relation in the other direction; undefined if that direction has none. */
  readonly inverse: AssociationType | undefined
}

type Writable<T> = { -readonly [Key in keyof T]: T[Key] }

/**
 * The name of a type in inline associations and in the older version: `deal_to_company` is the primary one, and
 * `deal_to_company_unlabeled` the plain one beside it. Source: recorded schemas; several clients.
 */
export function internalName(type: AssociationType, all: readonly AssociationType[]): string {
  const { from, to, label, name, category } = type
  if (name !== undefined) return name
  if (category === 'USER_DEFINED' && label !== null)
    return label.toLowerCase().replaceAll(/\W+/g, '_')
  const hasPrimary = all.some((one) => one.label === 'Primary')
  const suffix = label === null && hasPrimary ? '_unlabeled' : ''
  return `${from.singular}_to_${to.singular}${suffix}`
}

/** The names of an association type in both directions. */
export interface AssociationLabels {
  /** The label; null for the unlabelled type of a pair that has none yet. @defaultValue null */
  label?: string | null
  /** The label seen from the other end. @defaultValue the same */
  inverseLabel?: string | null
}

/** A new association type. */
export interface AssociationDefinition extends AssociationLabels {
  /** The id of this direction. @defaultValue the next free one of the account */
  typeId?: number
  /** The id of the other direction. @defaultValue the next free one; the same within one object type */
  inverseTypeId?: number
  /** Who defines it. @defaultValue 'USER_DEFINED' */
  category?: AssociationCategory
  /** The internal name. @defaultValue made from the label, or from the two types */
  name?: string
}

/** What names an association type of a pair. Without any, the unlabelled one is meant. */
export interface WantedAssociation {
  /** The id of the type. @defaultValue that of the type with this `label` */
  typeId?: number
  /** The label of the type, if `typeId` isn't given. @defaultValue the unlabelled type, or the only one of the pair */
  label?: string | null
  /** The category of the type. @defaultValue any */
  category?: AssociationCategory
}

/** The association types of a portal, by directed pair of object types. */
export class AssociationTypes {
  readonly #pairs = new Map<ObjectType, Map<ObjectType, AssociationType[]>>()
  readonly #types: ObjectTypes
  /** The types whose pairs with HubSpot's own are there. The others are made when they are asked for. */
  readonly #made = new Set<ObjectType>()
  #nextTypeId = 1

  constructor(types: ObjectTypes) {
    this.#types = types
  }

  /** The types of a pair; undefined for a pair that the portal does not know. */
  of(from: ObjectType, to: ObjectType): readonly AssociationType[] | undefined {
    this.#make(from)
    return this.#pairs.get(from)?.get(to)
  }

  /** Every directed pair, with the types of each. */
  pairs(): (readonly AssociationType[])[] {
    for (const type of this.#types.standard()) this.#make(type)
    return [...this.#pairs.keys()].flatMap((from) => this.pairsFrom(from))
  }

  /** The directed pairs that begin at a type, with the types of each. */
  pairsFrom(from: ObjectType): (readonly AssociationType[])[] {
    this.#make(from)
    return [...(this.#pairs.get(from)?.values() ?? [])].filter((types) => types.length > 0)
  }

  define(from: ObjectType, to: ObjectType, definition: AssociationDefinition): AssociationType {
    this.#make(from)
    const { category = 'USER_DEFINED', label = null } = definition
    const typeId = definition.typeId ?? this.#nextTypeId++
    const symmetric = from === to && (definition.inverseLabel ?? label) === label
    return this.#add(from, to, {
      category,
      label,
      name: definition.name,
      inverseLabel: definition.inverseLabel ?? label,
      typeId,
      inverseTypeId: definition.inverseTypeId ?? (symmetric ? typeId : this.#nextTypeId++),
      single: false,
    })
  }

  /** Renames a type in both directions. Its ids stay. */
  rename(type: AssociationType, { label = type.label, inverseLabel = label }: AssociationLabels) {
    const writable: Writable<AssociationType> = type
    const inverse: Writable<AssociationType> | undefined = type.inverse
    if (inverse) inverse.label = inverseLabel
    writable.label = label
  }

  /** Sets how many of a type a record may have. */
  limit(type: AssociationType, maximum: number | undefined): void {
    const writable: Writable<AssociationType> = type
    writable.limit = maximum
  }

  /** Removes a type in both directions. */
  delete({ from, to, inverse, ...type }: AssociationType): void {
    const remove = (list: AssociationType[], id: number) => {
      const at = list.findIndex((one) => one.typeId === id && one.category === type.category)
      if (at >= 0) list.splice(at, 1)
    }
    remove(this.#list(from, to), type.typeId)
    if (inverse) remove(this.#list(to, from), inverse.typeId)
  }

  /** The type with this id or label, or the unlabelled one. */
  require(from: ObjectType, to: ObjectType, wanted: WantedAssociation): AssociationType {
    const types = this.of(from, to) ?? []
    const found = types.find(
      (type) =>
        (wanted.category === undefined || type.category === wanted.category) &&
        (wanted.typeId === undefined
          ? type.label === (wanted.label ?? null)
          : type.typeId === wanted.typeId),
    )
    // If the pair has only one type, that one is meant.
    const only = types.length === 1 && Object.keys(wanted).length === 0 ? types[0] : undefined
    if (found ?? only) return (found ?? only)!
    throw new Error(
      `Expected an association type from ${from.name} to ${to.name}, got ${JSON.stringify(wanted)}. Add it with portal.defineAssociation().`,
    )
  }

  /** Makes HubSpot's own types of the pairs with this type, in both directions. */
  #make(type: ObjectType): void {
    if (!type.standard || this.#made.has(type)) return
    for (const { from, to, label, ...rest } of standardAssociations) {
      if (from !== type.name && to !== type.name) continue
      const [near, far] = [this.#types.find(from)!, this.#types.find(to)!]
      if (this.#made.has(near) || this.#made.has(far)) continue
      const single = label === 'Primary'
      this.#add(near, far, {
        category: 'HUBSPOT_DEFINED',
        label,
        name: undefined,
        ...rest,
        single,
      })
    }
    this.#made.add(type)
  }

  #add(
    from: ObjectType,
    to: ObjectType,
    given: {
      category: AssociationCategory
      label: string | null
      name: string | undefined
      inverseLabel: string | null
      typeId: number
      inverseTypeId: number | undefined
      single: boolean
    },
  ): AssociationType {
    const { category, label, name, typeId, single } = given
    const there: Writable<AssociationType> = {
      category,
      label,
      name,
      typeId,
      from,
      to,
      single,
      limit: undefined,
      inverse: undefined,
    }
    this.#list(from, to).push(there)
    const back = this.#list(to, from)
    if (given.inverseTypeId === undefined) return there
    if (from === to && given.inverseTypeId === typeId) there.inverse = there
    else {
      const opposite: AssociationType = {
        category,
        label: given.inverseLabel,
        name,
        typeId: given.inverseTypeId,
        from: to,
        to: from,
        single: false,
        limit: undefined,
        inverse: there,
      }
      there.inverse = opposite
      back.push(opposite)
    }
    return there
  }

  #list(from: ObjectType, to: ObjectType): AssociationType[] {
    const pairs = this.#pairs.get(from) ?? new Map<ObjectType, AssociationType[]>()
    const list = pairs.get(to) ?? []
    this.#pairs.set(from, pairs)
    pairs.set(to, list)
    return list
  }
}
