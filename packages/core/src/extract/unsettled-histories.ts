import type { Hubspot } from '../client/hubspot-client.js'
import type { HubspotRecord } from '../model.js'
import { historyIn, unsettledAmong } from './parse-history.js'

/** While the two differ for good in this many records, no more records are read again because of that property. */
const MANY = 20

/** Whether a history of a record has a newest entry that isn't the value, so that the record is to be read again. */
export function isUnsettled(hubspot: Hubspot, type: string, record: HubspotRecord): boolean {
  return unsettledIn(record).some((name) => stuckAt(hubspot, type, name).size < MANY)
}

/** Notes the histories of a record that were read several times, and still differ from the values. */
export function noteUnsettled(hubspot: Hubspot, type: string, record: HubspotRecord): void {
  for (const name of unsettledIn(record)) {
    const stuck = stuckAt(hubspot, type, name)
    if (stuck.size < MANY) stuck.add(record.id)
  }
}

/** Forgets which of these records were noted, where the newest entry is the value again. */
export function forgetSettled(
  hubspot: Hubspot,
  type: string,
  history: readonly string[],
  records: readonly HubspotRecord[],
): void {
  const stuck = history
    .map((name) => ({ name, ids: stuckAt(hubspot, type, name) }))
    .filter(({ ids }) => ids.size > 0)
  for (const record of records)
    for (const { name, ids } of stuck)
      if (ids.has(record.id) && !unsettledIn(record).includes(name)) ids.delete(record.id)
}

function unsettledIn(record: HubspotRecord): string[] {
  return unsettledAmong(historyIn(record), record)
}

/** The records in which the newest entry of a property's history stayed another than its value. */
function stuckAt(hubspot: Hubspot, type: string, property: string): Set<string> {
  return hubspot.learned(`records of ${type} whose ${property} is not the newest in its history`)
}
