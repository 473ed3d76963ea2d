import { mergedIds } from '../extract/merged-ids.js'
import type { HubspotRecord, Tombstone } from '../model.js'
import type { ObjectDefinition } from '../objects/define-object.js'

/** The tombstones of the records that were merged into this one. */
export function mapMerges(definition: ObjectDefinition, record: HubspotRecord): Tombstone[] {
  return mergedIds(record).map((id) => mergedTombstone(definition, id, record.id))
}

/** The tombstone of a record that now has another id. */
export function mergedTombstone(
  definition: ObjectDefinition,
  id: string,
  intoId: string,
): Tombstone {
  return { object: definition.name, id, reason: 'merged', intoId }
}

/** The tombstones of ids that answered under another id, and of ids that HubSpot doesn't have. */
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

/** The tombstone of a record that HubSpot no longer has. */
function purgedTombstone(definition: ObjectDefinition, id: string): Tombstone {
  return { object: definition.name, id, reason: 'purged', intoId: null }
}
