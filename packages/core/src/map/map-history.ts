import { historyIn, unsettledAmong } from '../extract/parse-history.js'
import type { HistoryEntry, HubspotRecord } from '../model.js'
import type { ObjectDefinition } from '../objects/define-object.js'
import { keepsHistoryOf } from '../objects/history-selection.js'

/** A history whose newest entry isn't the value of its property, though HubSpot was asked several times. */
export interface UnsettledHistory {
  /** The object's name. */
  object: string
  /** HubSpot's id of the record. */
  id: string
  /** The property, by its internal name. */
  property: string
}

/** The history that came with a record. */
export interface MappedHistory {
  /** By property. Undefined if none was asked for. */
  history: Record<string, readonly HistoryEntry[]> | undefined
  unsettled: UnsettledHistory[]
  /** How many entries have no moment. */
  unreadable: number
}

/** Takes the history of the properties that the definition names from a record. */
export function mapHistory(definition: ObjectDefinition, record: HubspotRecord): MappedHistory {
  const found = historyIn(record).filter(({ property }) => keepsHistoryOf(definition, property))
  const { name: object } = definition
  const { id } = record
  return {
    history:
      found.length === 0
        ? undefined
        : Object.fromEntries(found.map(({ property, entries }) => [property, entries])),
    unsettled: unsettledAmong(found, record).map((property) => ({ object, id, property })),
    unreadable: found.reduce((sum, { unreadable }) => sum + unreadable, 0),
  }
}
