import { scramble } from './random.js'
import { positionIn } from './sorted-ids.js'
import { type OrderedRecords, rangeOf, type ViewKey } from './sorted-view.js'
import type { StoredRecord } from './stored-record.js'

/** Generates the content of a record by its index. */
export interface RecordMaker {
  createdAt(index: number): number
  updatedAt(index: number): number
  properties(index: number): Readonly<Record<string, string>>
}

/**
 * Records that are generated each time they are read. Only their ids are stored, in eight bytes each. After a change a
 * record is stored in the table like any other.
 */
export class GeneratedRecords {
  readonly #ids: Float64Array
  readonly #make: RecordMaker
  readonly #views = new Map<ViewKey, OrderedRecords>()

  /** @param ids - ascending. */
  constructor(ids: Float64Array, make: RecordMaker) {
    this.#ids = ids
    this.#make = make
  }

  get ids(): Iterable<number> {
    return this.#ids
  }

  /** The generated record with this id. */
  get(id: number): StoredRecord | undefined {
    const index = positionIn(this.#ids, id)
    return this.#ids[index] === id ? this.#at(index) : undefined
  }

  /** The records in the order of a key. Equal keys are in the arbitrary order of `compareBy`. */
  view(key: ViewKey): OrderedRecords {
    const known = this.#views.get(key)
    if (known) return known
    const order = this.#order(key)
    const at = (position: number) => this.#at(order[position]!)
    const range: OrderedRecords['range'] = (low, high) => rangeOf(order.length, at, key, low, high)
    const view = { size: order.length, at, range }
    this.#views.set(key, view)
    return view
  }

  /** The record at an index. Its properties are generated at the first access and then reused. */
  #at(index: number): StoredRecord {
    const make = this.#make
    let properties: StoredRecord['properties'] | undefined
    return {
      id: this.#ids[index]!,
      createdAt: make.createdAt(index),
      updatedAt: make.updatedAt(index),
      archivedAt: undefined,
      get properties() {
        properties ??= make.properties(index)
        return properties
      },
    }
  }

  #order(key: ViewKey): Uint32Array {
    const ids = this.#ids
    const order = Uint32Array.from(ids, (_, index) => index)
    if (key === 'id') return order
    if (key === 'id-text')
      return order.sort((a, b) => (String(ids[a]) < String(ids[b]) ? -1 : a === b ? 0 : 1))
    const make = key === 'modified' ? this.#make.updatedAt : this.#make.createdAt
    const moments = Float64Array.from(order, make)
    return order.sort((a, b) => moments[a]! - moments[b]! || scramble(ids[a]!) - scramble(ids[b]!))
  }
}
