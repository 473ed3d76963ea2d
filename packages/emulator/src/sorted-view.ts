import { scramble } from './random.js'
import type { StoredRecord } from './stored-record.js'

/** The keys by which records can be kept sorted. */
export type ViewKey = 'modified' | 'created' | 'id' | 'id-text'

/** The value of a record under a key. */
function keyOf(record: StoredRecord, key: ViewKey): number | string {
  if (key === 'modified') return record.updatedAt
  if (key === 'created') return record.createdAt
  return key === 'id' ? record.id : String(record.id)
}

/**
 * Compares by the key. HubSpot promises no order for equal keys, so they are in an arbitrary but fixed order. Code that
 * wrongly expects ascending ids then fails.
 */
export function compareBy(key: ViewKey): (a: StoredRecord, b: StoredRecord) => number {
  return (a: StoredRecord, b: StoredRecord): number => {
    const one = keyOf(a, key)
    const other = keyOf(b, key)
    if (one !== other) return one < other ? -1 : 1
    return scramble(a.id) - scramble(b.id) || a.id - b.id
  }
}

/** Records in the order of a key. */
export interface OrderedRecords {
  readonly size: number
  at(position: number): StoredRecord
  /** The positions, from and up to (excluded), of the keys within the bounds, which are included. */
  range(low: number | string | undefined, high: number | string | undefined): [number, number]
}

/** {@link OrderedRecords.range} by binary search in the records. */
export function rangeOf(
  size: number,
  at: (position: number) => StoredRecord,
  key: ViewKey,
  low: number | string | undefined,
  high: number | string | undefined,
): [number, number] {
  const firstNotBelow = (bound: number | string, orEqual: boolean) => {
    let start = 0
    let end = size
    while (start < end) {
      const middle = (start + end) >>> 1
      const value = keyOf(at(middle), key)
      if (value < bound || (orEqual && value === bound)) start = middle + 1
      else end = middle
    }
    return start
  }
  return [
    low === undefined ? 0 : firstNotBelow(low, false),
    high === undefined ? size : firstNotBelow(high, true),
  ]
}

/** Up to this many changes are inserted one by one. More are merged in at once. */
const FEW = 64

/**
 * Record versions in the order of a key. Changes are collected and merged in at the next read, so that neither a bulk
 * import nor a page of a search sorts everything again.
 */
export class SortedView implements OrderedRecords {
  readonly #key: ViewKey
  readonly #compare: (a: StoredRecord, b: StoredRecord) => number
  #sorted: StoredRecord[]
  #added = new Set<StoredRecord>()
  #removed = new Set<StoredRecord>()

  constructor(key: ViewKey, records: Iterable<StoredRecord>) {
    this.#key = key
    this.#compare = compareBy(key)
    this.#sorted = [...records].sort(this.#compare)
  }

  add(record: StoredRecord): void {
    if (!this.#removed.delete(record)) this.#added.add(record)
  }

  remove(record: StoredRecord): void {
    if (!this.#added.delete(record)) this.#removed.add(record)
  }

  #records(): readonly StoredRecord[] {
    const changes = this.#added.size + this.#removed.size
    if (changes === 0) return this.#sorted
    if (changes <= FEW) this.#placeChanges()
    else this.#mergeChanges()
    this.#added.clear()
    this.#removed.clear()
    return this.#sorted
  }

  #placeChanges(): void {
    for (const record of this.#removed) this.#sorted.splice(this.#position(record), 1)
    for (const record of this.#added) this.#sorted.splice(this.#position(record), 0, record)
  }

  #mergeChanges(): void {
    const added = [...this.#added].sort(this.#compare)
    const merged: StoredRecord[] = []
    let next = 0
    for (const record of this.#sorted) {
      if (this.#removed.has(record)) continue
      while (next < added.length && this.#compare(added[next]!, record) < 0)
        merged.push(added[next++]!)
      merged.push(record)
    }
    while (next < added.length) merged.push(added[next++]!)
    this.#sorted = merged
  }

  /** The position of a record, or where to insert it. */
  #position(record: StoredRecord): number {
    let low = 0
    let high = this.#sorted.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#compare(this.#sorted[middle]!, record) < 0) low = middle + 1
      else high = middle
    }
    return low
  }

  get size(): number {
    return this.#records().length
  }

  at(position: number): StoredRecord {
    return this.#records()[position]!
  }

  range(low: number | string | undefined, high: number | string | undefined): [number, number] {
    const records = this.#records()
    return rangeOf(records.length, (position) => records[position]!, this.#key, low, high)
  }
}
