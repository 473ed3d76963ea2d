import type { Crm } from './crm.js'
import { type Id, toNumber } from './record-ids.js'
import { type HubspotList, type NewList, type RecordList, shapeList } from './record-lists.js'

/** Lists of records, which HubSpot also calls segments. */
export interface PortalLists {
  /** Adds a list of records of a type and returns its id. */
  createList(type: string, list: NewList): string
  /** Adds a record to a list of any kind. Neither the list nor the record gets a new modification date. */
  addToList(listId: Id, recordId: Id): void
  /** Removes a record from a list of any kind. */
  removeFromList(listId: Id, recordId: Id): void
  /** The lists in HubSpot's form with their sizes, without limits, faults and delays. */
  lists(): HubspotList[]
  /** The ids of the records in a list. */
  listMembers(listId: Id): string[]
}

/** The records of a list that are active, by id. Archived ones are in no list. */
export function activeMembers(crm: Crm, { members, type }: RecordList): number[] {
  return [...members.keys()].filter((id) => crm.isActive(type, id)).sort((a, b) => a - b)
}

/** The methods of a portal about lists. */
export function listMethods(crm: Crm): PortalLists {
  const { lists } = crm
  const required = (listId: Id): RecordList => {
    const list = lists.find(listId)
    if (list && list.deletedAt === undefined) return list
    throw new Error(
      `Expected the id of a list, got ${String(listId)}. Add it with portal.createList().`,
    )
  }
  return {
    createList(type, list) {
      const of = crm.types.require(type)
      if (lists.named(of, list.name))
        throw new Error(
          `Expected a new name for a list of ${of.name}, got ${list.name}. Another list has it.`,
        )
      return String(lists.create(of, list).id)
    },
    addToList(listId, recordId) {
      const list = required(listId)
      lists.add(list, crm.active(crm.table(list.type), toNumber(recordId)).id)
    },
    removeFromList(listId, recordId) {
      lists.remove(required(listId), toNumber(recordId))
    },
    lists: () =>
      lists.all().map((list) => ({ ...shapeList(list), size: activeMembers(crm, list).length })),
    listMembers: (listId) => activeMembers(crm, required(listId)).map(String),
  }
}
