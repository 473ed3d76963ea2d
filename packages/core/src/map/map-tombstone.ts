import { mergedIds } from '../extract/record-reader.js'
import type { HubspotRecord, Tombstone } from '../model.js'
import type { ObjectDefinition } from '../objects/define-object.js'

/** The tombstones of the records that were merged into this one. */
export function mapMerges(definition: ObjectDefinition, record: HubspotRecord): Tombstone[] {
  return mergedIds(record).map((id) => mergedTombstone(definition, id, record.id))
}

/** A record that lives on under another id. */
export function mergedTombstone(
  definition: ObjectDefinition,
  id: string,
  intoId: string,
): Tombstone {
  return { object: definition.name, id, reason: 'merged', intoId }
}

/** A record of which HubSpot knows nothing any more. */
export function purgedTombstone(definition: ObjectDefinition, id: string): Tombstone {
  return { object: definition.name, id, reason: 'purged', intoId: null }
}
