import type { HubspotRecord } from '../model.js'

/** Lists the losers of merges. Read for every type: no other property shows chained merges. */
export const MERGED_IDS = 'hs_merged_object_ids'

/** The ids of the records that were merged into this one. */
export function mergedIds(record: HubspotRecord): string[] {
  return (record.properties[MERGED_IDS] ?? '')
    .split(';')
    .map((id) => id.trim())
    .filter((id) => id !== '' && id !== record.id)
}
