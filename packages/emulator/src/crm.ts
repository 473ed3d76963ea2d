import { AssociationGraph } from './association-graph.js'
import { AssociationTypes } from './association-types.js'
import type { Clock } from './clock.js'
import { CustomObjects } from './custom-objects.js'
import { DealSplits } from './deal-splits.js'
import { GeneratedRecords } from './generated-records.js'
import { type MergedHistory, sources } from './histories.js'
import { ObjectTable } from './object-table.js'
import { type ObjectType, ObjectTypes } from './object-types.js'
import { Owners } from './owners.js'
import { Pipelines } from './pipelines.js'
import { createRandom, type Random } from './random.js'
import { propertyChanges, type RecordEvent, type RecordListener } from './record-events.js'
import { RecordLists } from './record-lists.js'
import type { ChangeSource } from './record-shape.js'
import {
  type Misplacement,
  type SearchDisorder,
  SearchInaccuracy,
  type SearchLag,
} from './search-inaccuracy.js'
import type { StoredRecord } from './stored-record.js'
import { changedValues, type Values } from './values.js'

/** The first id. Real record ids of 2026 are about as large. */
const FIRST_ID = 210_000_000_000
const LARGEST_GAP = 40_000

/** The data of a portal, and the changes of its records. */
export class Crm {
  readonly types: ObjectTypes
  readonly associationTypes: AssociationTypes
  readonly graph: AssociationGraph
  readonly owners: Owners
  readonly customObjects: CustomObjects
  readonly pipelines: Pipelines
  readonly dealSplits: DealSplits
  readonly lists: RecordLists
  readonly clock: Clock
  /** Whether merged records are in the bin too. */
  readonly mergedInBin: boolean
  readonly mergedHistory: MergedHistory
  readonly listeners = new Set<RecordListener>()
  readonly #tables = new Map<ObjectType, ObjectTable>()
  readonly #lastId = new Map<ObjectType, number>()
  readonly #ids: Random
  readonly #inaccuracy: SearchInaccuracy
  #writingApp: number | undefined

  constructor(options: {
    portalId: number
    clock: Clock
    seed: number | string
    searchLag: SearchLag
    mergedInBin: boolean
    mergedHistory: MergedHistory
    searchDisorder?: SearchDisorder | undefined
  }) {
    this.types = new ObjectTypes(options.portalId)
    this.associationTypes = new AssociationTypes(this.types)
    this.graph = new AssociationGraph(this.associationTypes)
    this.clock = options.clock
    this.customObjects = new CustomObjects(options.clock)
    this.owners = new Owners(options.clock)
    this.pipelines = new Pipelines(options.clock)
    this.dealSplits = new DealSplits(options.clock)
    this.lists = new RecordLists(options.clock)
    this.mergedInBin = options.mergedInBin
    this.mergedHistory = options.mergedHistory
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
      source?: ChangeSource | undefined
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
    }
    if (given.source) table.histories.create(record, given.source)
    this.keep(table, record, record.updatedAt)
    this.tell({ kind: 'creation', type: table.type, id })
    return id
  }

  /** Adds records that are generated each time they are read. Returns their ids. */
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

  update(
    table: ObjectTable,
    id: number,
    properties: Values,
    {
      updatedAt = this.clock.now(),
      source,
    }: { updatedAt?: number | undefined; source?: ChangeSource | undefined } = {},
  ): void {
    const record = this.active(table, id)
    const values = changedValues(table.type, record.properties, properties)
    this.change(table, record, { updatedAt, properties: values }, { at: updatedAt, source })
    if (this.listeners.size > 0)
      this.tell(...propertyChanges(table.type, id, record.properties, values))
  }

  /** Changes values as HubSpot's own calculations do: without a new modification date. */
  setCalculated(table: ObjectTable, id: number, properties: Values): void {
    const record = this.active(table, id)
    const values = changedValues(table.type, record.properties, properties)
    this.change(table, record, { properties: values }, { source: sources.calculation })
  }

  /** Stores a new version of a record and its history, and notifies the index. */
  change(
    table: ObjectTable,
    before: StoredRecord,
    change: Partial<StoredRecord>,
    {
      at = this.clock.now(),
      source = sources.change,
    }: { at?: number | undefined; source?: ChangeSource | undefined } = {},
  ): void {
    const record = { ...before, ...change }
    table.histories.change(before, record, at, source)
    this.keep(table, record, at)
  }

  /** The record with exactly this id, which must be neither archived nor merged. */
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

  /** Stores a version and notifies the index. The index's lag starts at `changedAt`, which may be in the past. */
  keep(table: ObjectTable, record: StoredRecord, changedAt = this.clock.now()): void {
    const now = this.clock.now()
    table.records.put(record)
    const { listed, indexed } = this.#inaccuracy.misplacementOf(table.type, record.id)
    table.index.misplace(record.id, listed)
    const dated = indexed === 0 ? record : { ...record, updatedAt: record.updatedAt + indexed }
    table.index.note(record.id, dated, Math.min(now, changedAt) + this.#inaccuracy.lag(), now)
  }

  /** Makes search place a record at another position than its modification date says, now and after every change. */
  misplace(table: ObjectTable, id: number, misplacement: Misplacement): void {
    const record = this.active(table, id)
    this.#inaccuracy.misplace(table.type, id, misplacement)
    this.keep(table, record, record.updatedAt)
  }

  /** Notifies the index that a record is gone. */
  forget(table: ObjectTable, id: number): void {
    const now = this.clock.now()
    table.index.note(id, undefined, now + this.#inaccuracy.lag(), now)
  }

  tell(...events: RecordEvent[]): void {
    for (const listener of this.listeners)
      for (const event of events) listener(event, this.#writingApp)
  }

  /** Makes changes that are told to be those of an app. */
  asApp<T>(appId: number, change: () => T): T {
    this.#writingApp = appId
    try {
      return change()
    } finally {
      this.#writingApp = undefined
    }
  }

  /** The next id of a type. It is above all earlier ones. */
  nextId(table: ObjectTable): number {
    const last = this.#lastId.get(table.type) ?? FIRST_ID + this.#ids.integer(0, 99_999_999)
    let id = last + this.#ids.integer(1, LARGEST_GAP)
    while (table.records.has(id)) id++
    this.#lastId.set(table.type, id)
    return id
  }
}
