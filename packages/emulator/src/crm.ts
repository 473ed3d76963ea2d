import { AssociationGraph } from './association-graph.js'
import { AssociationTypes } from './association-types.js'
import type { Clock } from './clock.js'
import { GeneratedRecords } from './generated-records.js'
import { ObjectTable } from './object-table.js'
import { type ObjectType, ObjectTypes } from './object-types.js'
import { createRandom, type Random } from './random.js'
import { propertyChanges, type RecordEvent, type RecordListener } from './record-events.js'
import {
  type Misplacement,
  type SearchDisorder,
  SearchInaccuracy,
  type SearchLag,
} from './search-inaccuracy.js'
import { nextVersion, type StoredRecord } from './stored-record.js'
import { changedValues, type Values } from './values.js'

/** From here on, real record ids of 2026 lie. */
const FIRST_ID = 210_000_000_000
const LARGEST_GAP = 40_000

/** The data of a portal, and how records come to be and change. */
export class Crm {
  readonly types: ObjectTypes
  readonly associationTypes: AssociationTypes
  readonly graph: AssociationGraph
  readonly clock: Clock
  /** Whether records that were merged away lie in the bin too. */
  readonly mergedInBin: boolean
  /** Those who hear what happens to records. */
  readonly listeners = new Set<RecordListener>()
  readonly #tables = new Map<ObjectType, ObjectTable>()
  readonly #lastId = new Map<ObjectType, number>()
  readonly #ids: Random
  readonly #inaccuracy: SearchInaccuracy

  constructor(options: {
    portalId: number
    clock: Clock
    seed: number | string
    searchLag: SearchLag
    mergedInBin: boolean
    searchDisorder?: SearchDisorder | undefined
  }) {
    this.types = new ObjectTypes(options.portalId)
    this.associationTypes = new AssociationTypes(this.types)
    this.graph = new AssociationGraph(this.associationTypes)
    this.clock = options.clock
    this.mergedInBin = options.mergedInBin
    this.#ids = createRandom(`ids ${options.seed}`)
    const { seed, searchLag, searchDisorder = {} } = options
    this.#inaccuracy = new SearchInaccuracy(seed, searchLag, searchDisorder)
  }

  table(type: ObjectType): ObjectTable {
    let table = this.#tables.get(type)
    if (!table) {
      table = new ObjectTable(type)
      this.#tables.set(type, table)
    }
    return table
  }

  tables(): Iterable<ObjectTable> {
    return this.#tables.values()
  }

  named(name: string): ObjectTable {
    return this.table(this.types.require(name))
  }

  create(
    table: ObjectTable,
    properties: Values,
    given: {
      id?: number | undefined
      createdAt?: number | undefined
      updatedAt?: number | undefined
    },
  ): number {
    const id = given.id ?? this.nextId(table)
    if (table.records.has(id))
      throw new Error(
        `Expected a new ${table.type.singular} id, got ${id}. Another record has it, or had it before a merge.`,
      )
    const now = this.clock.now()
    const createdAt = given.createdAt ?? Math.min(given.updatedAt ?? now, now)
    const record: StoredRecord = {
      id,
      createdAt,
      updatedAt: given.updatedAt ?? createdAt,
      archivedAt: undefined,
      properties: changedValues(table.type, {}, properties),
      previous: undefined,
    }
    this.keep(table, record, record.updatedAt)
    this.tell({ kind: 'creation', type: table.type, id })
    return id
  }

  /** Makes many records that are made again whenever they are looked at; gives their ids. */
  generate(
    table: ObjectTable,
    count: number,
    properties: (index: number) => Values,
    moments: (index: number) => { createdAt: number; updatedAt: number },
  ): Float64Array {
    const ids = Float64Array.from({ length: count }, () => this.nextId(table))
    const records = new GeneratedRecords(ids, {
      createdAt: (index) => moments(index).createdAt,
      updatedAt: (index) => moments(index).updatedAt,
      properties: (index) => changedValues(table.type, {}, properties(index)),
    })
    table.records.generate(records)
    table.index.generate(records)
    return ids
  }

  update(table: ObjectTable, id: number, properties: Values, updatedAt = this.clock.now()): void {
    const record = this.active(table, id)
    const values = changedValues(table.type, record.properties, properties)
    this.keep(table, nextVersion(record, { updatedAt, properties: values }), updatedAt)
    if (this.listeners.size > 0)
      this.tell(...propertyChanges(table.type, id, record.properties, values))
  }

  /** Changes values as HubSpot's own computations do: without a modification. */
  setCalculated(table: ObjectTable, id: number, properties: Values): void {
    const record = this.active(table, id)
    const values = changedValues(table.type, record.properties, properties)
    this.keep(table, nextVersion(record, { properties: values }))
  }

  /** The record of that very id, which must be neither archived nor merged away. */
  active(table: ObjectTable, id: number): StoredRecord {
    const record = table.records.get(id)
    if (!record || record.archivedAt !== undefined)
      throw new Error(
        `Expected an active ${table.type.singular}, got ${id}. No record has this id, or it is archived or merged away.`,
      )
    return record
  }

  isActive(type: ObjectType, id: number): boolean {
    const record = this.table(type).records.get(id)
    return record !== undefined && record.archivedAt === undefined
  }

  /**
   * Stores a version and tells the index. A change that is dated back has been there since: the index's lag
   * counts from then.
   */
  keep(table: ObjectTable, record: StoredRecord, changedAt = this.clock.now()): void {
    const now = this.clock.now()
    table.records.put(record)
    const { listed, indexed } = this.#inaccuracy.misplacementOf(table.type, record.id)
    table.index.misplace(record.id, listed)
    const dated = indexed === 0 ? record : { ...record, updatedAt: record.updatedAt + indexed }
    table.index.note(record.id, dated, Math.min(now, changedAt) + this.#inaccuracy.lag(), now)
  }

  /** Has search keep a record elsewhere than its modification date says, as it is and whenever it changes. */
  misplace(table: ObjectTable, id: number, misplacement: Misplacement): void {
    const record = this.active(table, id)
    this.#inaccuracy.misplace(table.type, id, misplacement)
    this.keep(table, record, record.updatedAt)
  }

  /** Tells the index that a record is gone. */
  forget(table: ObjectTable, id: number): void {
    const now = this.clock.now()
    table.index.note(id, undefined, now + this.#inaccuracy.lag(), now)
  }

  /** Tells the listeners what happened. */
  tell(...events: RecordEvent[]): void {
    for (const listener of this.listeners) for (const event of events) listener(event)
  }

  /** The next id of a type: above all that were given before. */
  nextId(table: ObjectTable): number {
    const last = this.#lastId.get(table.type) ?? FIRST_ID + this.#ids.integer(0, 99_999_999)
    let id = last + this.#ids.integer(1, LARGEST_GAP)
    while (table.records.has(id)) id++
    this.#lastId.set(table.type, id)
    return id
  }
}
