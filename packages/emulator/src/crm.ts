import { edgesOf } from './associating.js'
import { AssociationGraph } from './association-graph.js'
import { AssociationTypes } from './association-types.js'
import type { Clock } from './clock.js'
import { GeneratedRecords } from './generated-records.js'
import { type ObjectType, ObjectTypes } from './object-types.js'
import { mirrorPrimaryCompany } from './primary-company.js'
import { PropertySet } from './properties.js'
import { createRandom, type Random } from './random.js'
import { propertyChanges, type RecordEvent, type RecordListener } from './record-events.js'
import { RecordTable, type StoredRecord } from './records.js'
import { type Misplacement, SearchIndex } from './search-index.js'

/** What a test may give as a value: `null` and `undefined` mean empty, `''` a cleared value. */
export type PropertyValue = string | number | boolean | Date | null | undefined

/** Property values by name. */
export type Values = Readonly<Record<string, PropertyValue>>

/** Everything of one object type. */
export interface ObjectTable {
  readonly type: ObjectType
  readonly properties: PropertySet
  readonly records: RecordTable
  readonly index: SearchIndex
}

/** How long search lags behind a change, in milliseconds. */
export interface SearchLag {
  readonly min: number
  readonly max: number
}

/** How search has records that change from now on elsewhere than their modification date says, in milliseconds. */
export interface SearchDisorder {
  /** How far off their place in the order may be. */
  readonly listed?: { readonly min: number; readonly max: number }
  /** How far off the date may be that filters go by. */
  readonly indexed?: { readonly min: number; readonly max: number }
  /** The share of changes that it befalls. @default 1 */
  readonly share?: number
}

/** A record in the bin is purged after this time. Source: HubSpot docs, "Using object APIs". */
const BIN_TIME = 90 * 86_400_000
/** Earlier versions are dropped once there are so many. */
const HISTORY = 20
/** From here on, real record ids of 2026 lie. */
const FIRST_ID = 210_000_000_000
const LARGEST_GAP = 40_000

/** The data of a portal and what can happen to a record. */
export class Crm {
  readonly types: ObjectTypes
  readonly associationTypes: AssociationTypes
  readonly graph = new AssociationGraph()
  readonly clock: Clock
  /** Whether records that were merged away lie in the bin too. */
  readonly mergedInBin: boolean
  /** Those who hear what happens to records. */
  readonly listeners = new Set<RecordListener>()
  readonly #tables = new Map<ObjectType, ObjectTable>()
  readonly #lastId = new Map<ObjectType, number>()
  readonly #ids: Random
  readonly #lags: Random
  readonly #lag: SearchLag
  readonly #disorders: Random
  readonly #disorder: SearchDisorder
  readonly #misplaced = new Map<ObjectTable, Map<number, Misplacement>>()
  #oldestInBin = Number.POSITIVE_INFINITY

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
    this.clock = options.clock
    this.mergedInBin = options.mergedInBin
    this.#ids = createRandom(`ids ${options.seed}`)
    this.#lags = createRandom(`lags ${options.seed}`)
    this.#lag = options.searchLag
    this.#disorders = createRandom(`disorder ${options.seed}`)
    this.#disorder = options.searchDisorder ?? {}
  }

  table(type: ObjectType): ObjectTable {
    let table = this.#tables.get(type)
    if (!table) {
      const properties = new PropertySet(type)
      table = { type, properties, records: new RecordTable(), index: new SearchIndex() }
      this.#tables.set(type, table)
    }
    return table
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
      throw new Error(`Expected a new ${table.type.singular} id, got ${id}`)
    const now = this.clock.now()
    const createdAt = given.createdAt ?? Math.min(given.updatedAt ?? now, now)
    const record: StoredRecord = {
      id,
      createdAt,
      updatedAt: given.updatedAt ?? createdAt,
      archivedAt: undefined,
      properties: changed(table, {}, properties),
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
      properties: (index) => changed(table, {}, properties(index)),
    })
    table.records.generate(records)
    table.index.generate(records)
    return ids
  }

  update(table: ObjectTable, id: number, properties: Values, updatedAt = this.clock.now()): void {
    const record = this.active(table, id)
    const values = changed(table, record.properties, properties)
    this.keep(table, nextVersion(record, { updatedAt, properties: values }), updatedAt)
    if (this.listeners.size > 0)
      this.tell(...propertyChanges(table.type, id, record.properties, values))
  }

  /** Changes values as HubSpot's own computations do: without a modification. */
  setCalculated(table: ObjectTable, id: number, properties: Values): void {
    const record = this.active(table, id)
    const values = changed(table, record.properties, properties)
    this.keep(table, nextVersion(record, { properties: values }))
  }

  archive(table: ObjectTable, id: number): void {
    const record = this.active(table, id)
    this.tell({ kind: 'deletion', type: table.type, id })
    // Deleted e-mails can't be restored. Source: HubSpot docs, "Emails".
    if (table.type.name === 'emails') {
      this.purge(table, id)
      return
    }
    this.bin(table, record)
    mirrorPrimaryCompany(this, table, edgesOf(this, table.type, id))
  }

  /** Puts a record into the bin, where search doesn't see it. */
  bin(table: ObjectTable, record: StoredRecord): void {
    const archivedAt = this.clock.now()
    this.#oldestInBin = Math.min(this.#oldestInBin, archivedAt)
    table.records.put({ ...record, archivedAt })
    this.forget(table, record.id)
  }

  /** Takes a record out of the bin; that is a modification. Source: HubSpot KB, "Restore deleted records". */
  restore(table: ObjectTable, id: number): void {
    const record = table.records.get(id)
    if (record?.archivedAt === undefined)
      throw new Error(`Expected an archived ${table.type.singular}, got ${id}`)
    // A merge can't be undone. Source: HubSpot KB, "Merge records".
    if (table.records.isMerged(id))
      throw new Error(`Expected a ${table.type.singular} that was not merged away, got ${id}`)
    const updatedAt = this.clock.now()
    this.keep(table, nextVersion(record, { archivedAt: undefined, updatedAt }))
    mirrorPrimaryCompany(this, table, edgesOf(this, table.type, id), id)
    this.tell({ kind: 'restore', type: table.type, id })
  }

  /** Removes a record, active or archived, without a trace. */
  purge(table: ObjectTable, id: number): void {
    const record = table.records.get(id)
    if (!record) throw new Error(`Expected a ${table.type.singular}, got ${id}`)
    // What was merged into it, and may lie in the bin, goes with it. Nothing is known of that.
    for (const loser of table.records.mergedInto(id)) table.records.delete(loser)
    table.records.delete(id)
    if (record.archivedAt === undefined) this.forget(table, id)
    const edges = edgesOf(this, table.type, id)
    for (const { type, toId } of edges) this.graph.delete(type, id, toId)
    mirrorPrimaryCompany(this, table, edges)
  }

  /** The same at a person's request, which subscribers hear of. Source: HubSpot docs, "Webhooks". */
  privacyDelete(table: ObjectTable, id: number): void {
    this.purge(table, id)
    if (table.type.name === 'contacts') this.tell({ kind: 'privacyDeletion', type: table.type, id })
    this.tell({ kind: 'deletion', type: table.type, id })
  }

  /** Purges what has been in the bin for 90 days; with `everything`, all of it. */
  emptyBin(everything = false): void {
    const before = this.clock.now() - BIN_TIME
    if (!everything && this.#oldestInBin > before) return
    this.#oldestInBin = Number.POSITIVE_INFINITY
    for (const table of this.#tables.values()) {
      for (const record of [...table.records.walk(true)]) {
        if (everything || record.archivedAt! <= before) this.purge(table, record.id)
        else this.#oldestInBin = Math.min(this.#oldestInBin, record.archivedAt!)
      }
    }
  }

  /** The record of that very id, which must be neither archived nor merged away. */
  active(table: ObjectTable, id: number): StoredRecord {
    const record = table.records.get(id)
    if (!record || record.archivedAt !== undefined)
      throw new Error(`Expected an active ${table.type.singular}, got ${id}`)
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
    const { listed, indexed } = this.#misplacementOf(table, record.id)
    table.index.misplace(record.id, listed)
    const dated = indexed === 0 ? record : { ...record, updatedAt: record.updatedAt + indexed }
    table.index.note(record.id, dated, Math.min(now, changedAt) + this.#drawLag(), now)
  }

  /** Has search keep a record elsewhere than its modification date says, as it is and whenever it changes. */
  misplace(table: ObjectTable, id: number, misplacement: Misplacement): void {
    const misplaced = this.#misplaced.get(table) ?? new Map<number, Misplacement>()
    this.#misplaced.set(table, misplaced.set(id, misplacement))
    const { updatedAt } = this.active(table, id)
    this.keep(table, this.active(table, id), updatedAt)
  }

  #misplacementOf(table: ObjectTable, id: number): Required<Misplacement> {
    const given = this.#misplaced.get(table)?.get(id)
    if (given) return { listed: 0, indexed: 0, ...given }
    const { listed, indexed, share = 1 } = this.#disorder
    if (!listed && !indexed) return { listed: 0, indexed: 0 }
    const draw = (range: typeof listed) =>
      range ? this.#disorders.integer(range.min, range.max) : 0
    const [drawn, ...offsets] = [this.#disorders.next(), draw(listed), draw(indexed)] as const
    const [off, date] = drawn < share ? offsets : [0, 0]
    return { listed: off, indexed: date }
  }

  /** Tells the index that a record is gone. */
  forget(table: ObjectTable, id: number): void {
    const now = this.clock.now()
    table.index.note(id, undefined, now + this.#drawLag(), now)
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

  #drawLag(): number {
    const { min, max } = this.#lag
    return max > 0 ? this.#lags.integer(min, max) : 0
  }
}

const nextVersion = (record: StoredRecord, change: Partial<StoredRecord>): StoredRecord => {
  let kept: StoredRecord | undefined = record
  for (let depth = 1; kept && depth < HISTORY; depth++) kept = kept.previous
  const previous = kept ? { ...record, previous: undefined } : record
  return { ...record, ...change, previous }
}

const changed = (
  { type }: ObjectTable,
  before: Readonly<Record<string, string>>,
  changes: Values,
): Record<string, string> => {
  const fixed = ['hs_object_id', type.createdProperty, type.modifiedProperty]
  const after: Record<string, string> = { ...before }
  for (const [name, value] of Object.entries(changes)) {
    if (fixed.includes(name))
      throw new Error(
        `Expected ${name} as an option (id, createdAt, updatedAt), got it as a property`,
      )
    if (value === null || value === undefined) delete after[name]
    else after[name] = value instanceof Date ? value.toISOString() : String(value)
  }
  return after
}
