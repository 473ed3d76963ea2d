import { mergedIds } from '../extract/merged-ids.js'
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

/** The tombstones of ids that answered under another one, and of ids that HubSpot knows nowhere. */
export function mapAbsences(
  definition: ObjectDefinition,
  aliases: ReadonlyMap<string, string>,
  missing: readonly string[],
): Tombstone[] {
  return [
    ...[...aliases].map(([loser, winner]) => mergedTombstone(definition, loser, winner)),
    ...missing.map((id) => purgedTombstone(definition, id)),
  ]
}

/** A record of which HubSpot knows nothing any more. */
function purgedTombstone(definition: ObjectDefinition, id: string): Tombstone {
  return { object: definition.name, id, reason: 'purged', intoId: null }
}
