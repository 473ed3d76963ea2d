import type { GeneratedRecords } from './generated-records.js'
import { SortedIds } from './sorted-ids.js'
import type { StoredRecord } from './stored-record.js'

/**
 * The records of one object type by id, and the aliases of merged records. It hides whether a record is stored or
 * generated.
 */
export class RecordTable {
  readonly #records = new Map<number, StoredRecord>()
  readonly #active = new SortedIds()
  readonly #archived = new SortedIds()
  readonly #mergedInto = new Map<number, number>()
  readonly #generated: GeneratedRecords[] = []
  /** The ids of generated records that were deleted. */
  readonly #gone = new Set<number>()
  readonly #watchers: ((record: StoredRecord) => void)[] = []

  get(id: number): StoredRecord | undefined {
    return this.#records.get(id) ?? this.#generatedOf(id)
  }

  /** Calls back with each record that is stored from now on. */
  watch(watcher: (record: StoredRecord) => void): void {
    this.#watchers.push(watcher)
  }

  /** Adds generated records. */
  generate(records: GeneratedRecords): void {
    this.#generated.push(records)
    for (const id of records.ids) this.#active.add(id)
  }

  /** How often records were generated. Those who watch aren't told of them. */
  get generations(): number {
    return this.#generated.length
  }

  /** The record that an id leads to: its own, or the one into which that was merged. */
  resolve(id: number): StoredRecord | undefined {
    let current = id
    for (
      let next = this.#mergedInto.get(current);
      next !== undefined;
      next = this.#mergedInto.get(current)
    )
      current = next
    return this.get(current)
  }

  /** The record that a read of active or archived records finds by this id. */
  find(id: number, archived: boolean): StoredRecord | undefined {
    const inState = (record: StoredRecord | undefined) =>
      record && (record.archivedAt !== undefined) === archived ? record : undefined
    return inState(this.get(id)) ?? inState(this.resolve(id))
  }

  /** Whether the record with this id was merged into another. */
  isMerged(id: number): boolean {
    return this.#mergedInto.has(id)
  }

  /** The ids that were merged into one, directly or through others. */
  *mergedInto(id: number): Generator<number> {
    for (const [loser, winner] of this.#mergedInto)
      if (winner === id) {
        yield loser
        yield* this.mergedInto(loser)
      }
  }

  /** Whether an id is used, by a record or as an alias. */
  has(id: number): boolean {
    return this.get(id) !== undefined || this.#mergedInto.has(id)
  }

  put(record: StoredRecord): void {
    const before = this.get(record.id)
    this.#gone.delete(record.id)
    this.#records.set(record.id, record)
    for (const watcher of this.#watchers) watcher(record)
    const archived = record.archivedAt !== undefined
    if (before && (before.archivedAt !== undefined) === archived) return
    if (before) this.#ids(!archived).delete(record.id)
    this.#ids(archived).add(record.id)
  }

  delete(id: number): void {
    const before = this.get(id)
    if (!before) return
    this.#records.delete(id)
    if (this.#generatedOf(id)) this.#gone.add(id)
    this.#ids(before.archivedAt !== undefined).delete(id)
  }

  /** Makes `id` an alias of `winner`. */
  alias(id: number, winner: number): void {
    this.#mergedInto.set(id, winner)
  }

  /** How many merged records are in the bin. */
  get mergedInBin(): number {
    let count = 0
    for (const id of this.#archived.values()) if (this.#mergedInto.has(id)) count++
    return count
  }

  count(archived: boolean): number {
    return this.#ids(archived).size
  }

  /**
   * Up to `limit` records by ascending id, starting at the first id that is at least `from`, and the id of the next
   * record, if there is one.
   *
   */
  page(
    from: number,
    limit: number,
    archived: boolean,
  ): { records: StoredRecord[]; next: number | undefined } {
    const ids = this.#ids(archived)
    const start = ids.position(from)
    const records: StoredRecord[] = []
    for (let position = start; position < Math.min(start + limit, ids.size); position++)
      records.push(this.get(ids.at(position)!)!)
    return { records, next: ids.at(start + limit) }
  }

  *walk(archived: boolean): Generator<StoredRecord> {
    for (const id of this.#ids(archived).values()) yield this.get(id)!
  }

  #generatedOf(id: number): StoredRecord | undefined {
    if (this.#generated.length === 0 || this.#gone.has(id)) return undefined
    for (const records of this.#generated) {
      const record = records.get(id)
      if (record) return record
    }
    return undefined
  }

  #ids(archived: boolean): SortedIds {
    return archived ? this.#archived : this.#active
  }
}
