import type { AssociationType, AssociationTypes } from './association-types.js'
import type { ObjectType } from './object-types.js'
import { positionIn } from './sorted-ids.js'

/** The records that are associated with one record, with their types, by ascending id. */
interface Neighbours {
  readonly ids: number[]
  readonly types: (readonly AssociationType[])[]
}

/** One related record with all types of the relation. */
export interface Association {
  readonly toId: number
  readonly types: readonly AssociationType[]
}

/** One type of association that a record has. */
export interface Edge {
  readonly type: AssociationType
  readonly toId: number
}

/**
 * The associations of a portal, each direction separately. It only knows ids: an end in the bin stays in the graph and
 * reads skip it, so that it is back after a restore.
 */
export class AssociationGraph {
  readonly #neighbours = new Map<string, Map<number, Neighbours>>()
  /** Interned lists of types: there are few, and many pairs of records share one. */
  readonly #typeLists = new Map<string, readonly AssociationType[]>()
  readonly #types: AssociationTypes

  constructor(types: AssociationTypes) {
    this.#types = types
  }

  /**
   * Adds one type of association, in both directions if the type has two. A new association of a `single` type replaces
   * the old one.
   *
   */
  add(type: AssociationType, fromId: number, toId: number): void {
    if (type.single) this.#deleteOthers(type, fromId, toId)
    else if (type.inverse?.single) this.#deleteOthers(type.inverse, toId, fromId)
    this.#change(type, fromId, toId, true)
    if (type.inverse) this.#change(type.inverse, toId, fromId, true)
  }

  delete(type: AssociationType, fromId: number, toId: number): void {
    this.#change(type, fromId, toId, false)
    if (type.inverse) this.#change(type.inverse, toId, fromId, false)
  }

  /** Removes every association of a type, in both directions. */
  deleteAll(type: AssociationType): void {
    for (const fromId of [...this.sources(type.from, type.to)])
      for (const { toId, types } of [...this.of(type.from, fromId, type.to)])
        if (types.includes(type)) this.delete(type, fromId, toId)
  }

  /** The types between two records, in one direction. */
  between(
    from: ObjectType,
    fromId: number,
    to: ObjectType,
    toId: number,
  ): readonly AssociationType[] {
    const neighbours = this.#pair(from, to).get(fromId)
    if (!neighbours) return []
    const at = positionIn(neighbours.ids, toId)
    return neighbours.ids[at] === toId ? neighbours.types[at]! : []
  }

  /** The related records from `startId` on, in the order of their ids. */
  *of(from: ObjectType, fromId: number, to: ObjectType, startId = 0): Generator<Association> {
    const neighbours = this.#pair(from, to).get(fromId)
    if (!neighbours) return
    for (let at = positionIn(neighbours.ids, startId); at < neighbours.ids.length; at++)
      yield { toId: neighbours.ids[at]!, types: neighbours.types[at]! }
  }

  /** The records of a type that have an association to another type, in no order. */
  sources(from: ObjectType, to: ObjectType): Iterable<number> {
    return this.#pair(from, to).keys()
  }

  /** Whether any record has an association of this type. */
  uses(type: AssociationType): boolean {
    for (const { types } of this.#pair(type.from, type.to).values())
      if (types.some((list) => list.includes(type))) return true
    return false
  }

  /** All associations of a record, to any type. */
  edgesOf(from: ObjectType, id: number): Edge[] {
    return this.#types
      .pairsFrom(from)
      .flatMap(([first]) => [...this.of(from, id, first!.to)])
      .flatMap(({ toId, types }) => types.map((type) => ({ type, toId })))
  }

  #deleteOthers(type: AssociationType, fromId: number, kept: number): void {
    for (const { toId, types } of [...this.of(type.from, fromId, type.to)])
      if (toId !== kept && types.includes(type)) this.delete(type, fromId, toId)
  }

  #pair(from: ObjectType, to: ObjectType): Map<number, Neighbours> {
    const key = `${from.typeId}>${to.typeId}`
    let pair = this.#neighbours.get(key)
    if (!pair) {
      pair = new Map()
      this.#neighbours.set(key, pair)
    }
    return pair
  }

  #change(type: AssociationType, fromId: number, toId: number, present: boolean): void {
    const pair = this.#pair(type.from, type.to)
    const neighbours = pair.get(fromId) ?? { ids: [], types: [] }
    const at = positionIn(neighbours.ids, toId)
    const known = neighbours.ids[at] === toId
    const before = known ? neighbours.types[at]! : []
    const after = before.filter((other) => other !== type)
    if (present) after.push(type)
    if (after.length === 0) {
      if (!known) return
      neighbours.ids.splice(at, 1)
      neighbours.types.splice(at, 1)
      if (neighbours.ids.length === 0) pair.delete(fromId)
      return
    }
    if (!known) neighbours.ids.splice(at, 0, toId)
    neighbours.types.splice(at, known ? 1 : 0, this.#shared(after))
    pair.set(fromId, neighbours)
  }

  #shared(types: readonly AssociationType[]): readonly AssociationType[] {
    const key = types
      .map((type) => `${type.from.typeId}>${type.to.typeId}:${type.category}:${type.typeId}`)
      .join()
    const shared = this.#typeLists.get(key) ?? types
    this.#typeLists.set(key, shared)
    return shared
  }
}
