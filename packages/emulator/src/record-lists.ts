import type { Clock } from './clock.js'
import type { ObjectType } from './object-types.js'
import { isoDate } from './record-shape.js'

/** How a list gets its members: by hand, by its filters, or by its filters once. */
export type ListKind = 'MANUAL' | 'DYNAMIC' | 'SNAPSHOT'

/** A list to create. */
export interface NewList {
  /** The name. Only one list of a type has it. */
  name: string
  /** How it gets its members. The portal evaluates no filters: a test adds the members of every kind. @defaultValue 'MANUAL' */
  kind?: ListKind
  /** The filters, as HubSpot has them. They are kept and told. @defaultValue none */
  filterBranch?: object
}

/** A list as HubSpot sends it. Source: HubSpot API specification; models of the official client. */
export interface HubspotList {
  /** The id. */
  listId: string
  /** How often the filters have changed, from 1 on. */
  listVersion: number
  /** The name. */
  name: string
  /** The type of its members. */
  objectTypeId: string
  /** How it gets its members. */
  processingType: ListKind
  /** Whether its members are known: here they always are. */
  processingStatus: 'COMPLETE'
  /** The creation date. */
  createdAt: string
  /** The modification date. Joining and leaving don't move it. */
  updatedAt: string
  /** When the filters changed. */
  filtersUpdatedAt: string
  /** When it was deleted. */
  deletedAt?: string
  /** The user who made it. */
  createdById: string
  /** The user who changed it last. */
  updatedById: string
  /** How many members it has. */
  size?: number
  /** The filters, if they are asked for. */
  filterBranch?: object
}

/** A member of a list. */
interface Membership {
  readonly firstAddedAt: number
  readonly addedAt: number
}

/** A list as it is kept. */
export interface RecordList {
  readonly id: number
  readonly type: ObjectType
  readonly kind: ListKind
  name: string
  version: number
  filterBranch: object | undefined
  readonly createdAt: number
  updatedAt: number
  filtersUpdatedAt: number
  deletedAt: number | undefined
  lastAddedAt: number | undefined
  lastRemovedAt: number | undefined
  /** Those who left are kept with the time when they joined first. */
  readonly firstAdded: Map<number, number>
  readonly members: Map<number, Membership>
}

/** The lists of a portal and their members. */
export class RecordLists {
  readonly #clock: Clock
  readonly #lists = new Map<number, RecordList>()
  #nextId = 1

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** The lists that aren't deleted, by id. */
  all(): RecordList[] {
    return [...this.#lists.values()].filter(({ deletedAt }) => deletedAt === undefined)
  }

  /** A list, which may be deleted. */
  find(id: unknown): RecordList | undefined {
    return this.#lists.get(Number(id))
  }

  named(type: ObjectType, name: string): RecordList | undefined {
    const same = (list: RecordList) => list.type === type && list.name === name
    return this.all().find(same)
  }

  create(type: ObjectType, { name, kind = 'MANUAL', filterBranch }: NewList): RecordList {
    const at = this.#clock.now()
    const list: RecordList = {
      id: this.#nextId++,
      type,
      kind,
      name,
      version: 1,
      filterBranch,
      createdAt: at,
      updatedAt: at,
      filtersUpdatedAt: at,
      deletedAt: undefined,
      lastAddedAt: undefined,
      lastRemovedAt: undefined,
      firstAdded: new Map(),
      members: new Map(),
    }
    this.#lists.set(list.id, list)
    return list
  }

  rename(list: RecordList, name: string): void {
    list.name = name
    list.updatedAt = this.#clock.now()
  }

  refilter(list: RecordList, filterBranch: object): void {
    list.filterBranch = filterBranch
    list.version++
    list.updatedAt = this.#clock.now()
    list.filtersUpdatedAt = list.updatedAt
  }

  delete(list: RecordList, deleted: boolean): void {
    list.deletedAt = deleted ? this.#clock.now() : undefined
  }

  /** Adds a record. Returns whether it is new. */
  add(list: RecordList, recordId: number): boolean {
    if (list.members.has(recordId)) return false
    const addedAt = this.#clock.now()
    const firstAddedAt = list.firstAdded.get(recordId) ?? addedAt
    list.firstAdded.set(recordId, firstAddedAt)
    list.members.set(recordId, { firstAddedAt, addedAt })
    list.lastAddedAt = addedAt
    return true
  }

  /** Removes a record. Returns whether it was there. */
  remove(list: RecordList, recordId: number): boolean {
    if (!list.members.delete(recordId)) return false
    list.lastRemovedAt = this.#clock.now()
    return true
  }

  /** Puts a record in the place of another one, which was merged into it. */
  inherit(type: ObjectType, before: number, now: number): void {
    for (const list of this.#lists.values()) {
      const membership = list.type === type ? list.members.get(before) : undefined
      if (!membership) continue
      list.members.delete(before)
      list.members.set(now, membership)
      list.firstAdded.set(now, membership.firstAddedAt)
    }
  }
}

/** A list in HubSpot's form, without its size and filters. */
export function shapeList(list: RecordList): HubspotList {
  const shape: HubspotList = {
    listId: String(list.id),
    listVersion: list.version,
    name: list.name,
    objectTypeId: list.type.typeId,
    processingType: list.kind,
    processingStatus: 'COMPLETE',
    createdAt: isoDate(list.createdAt),
    updatedAt: isoDate(list.updatedAt),
    filtersUpdatedAt: isoDate(list.filtersUpdatedAt),
    createdById: '1',
    updatedById: '1',
  }
  return list.deletedAt === undefined ? shape : { ...shape, deletedAt: isoDate(list.deletedAt) }
}
