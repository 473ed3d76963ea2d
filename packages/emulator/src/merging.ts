import type { Bin } from './bin.js'
import type { Crm } from './crm.js'
import { isStepBack } from './lifecycle-stages.js'
import type { ObjectTable } from './object-table.js'
import { mirrorPrimaryCompany } from './primary-company.js'
import type { StoredRecord } from './stored-record.js'

/** The value that is left, and the property that gets the other's. Source: HubSpot KB, "Merge records". */
const FURTHER: Readonly<Record<string, readonly [main: string, further: string]>> = {
  contacts: ['email', 'hs_additional_emails'],
  companies: ['domain', 'hs_additional_domains'],
}

/**
 * The values of a merged record: the primary's win, and its empty ones are filled from the other, cleared ones too. But
 * the addresses of both stay, and so does the stage that is further down the funnel. Source: HubSpot KB, "Merge records".
 */
function mergedValues(
  crm: Crm,
  { type }: ObjectTable,
  primary: StoredRecord,
  secondary: StoredRecord,
): Record<string, string> {
  const values = { ...primary.properties }
  for (const [name, value] of Object.entries(secondary.properties)) values[name] ||= value
  const [main, further] = FURTHER[type.standard?.name ?? ''] ?? []
  if (main && further) {
    const all = [primary, secondary].flatMap(({ properties }) => [
      properties[main] ?? '',
      ...(properties[further] ?? '').split(';'),
    ])
    const others = [...new Set(all)].filter((value) => value !== '' && value !== values[main])
    if (others.length > 0) values[further] = others.join(';')
  }
  const [before, after] = [primary, secondary].map(({ properties }) => properties.lifecyclestage)
  if (isStepBack(crm, type, { before: after, after: before })) values.lifecyclestage = after!
  return values
}

/**
 * Merges two records into a third with a new id. Both old ids then return the new record, which has the associations of
 * both, and is in the lists of the primary. Source: HubSpot changelog, "Updated merge functionality for contacts and
 * companies"; of lists: HubSpot KB, "Merge records".
 */
export function merge(
  { crm, bin }: { crm: Crm; bin: Bin },
  table: ObjectTable,
  primaryId: number,
  secondaryId: number,
): number {
  const primary = crm.active(table, primaryId)
  const secondary = crm.active(table, secondaryId)
  if (primary === secondary)
    throw new Error(`Expected two records to merge, got ${primaryId} twice.`)
  const id = crm.nextId(table)
  // The secondary first: if both have a primary company, the later one stays, and that must be the primary's.
  const losers = [secondary, primary]
  const merged = losers.flatMap(({ id: loser, properties }) => [
    ...(properties.hs_merged_object_ids?.split(';') ?? []),
    String(loser),
  ])
  const edges = losers.flatMap((loser) => crm.graph.edgesOf(table.type, loser.id))
  for (const loser of losers) {
    for (const { type, toId } of crm.graph.edgesOf(table.type, loser.id))
      crm.graph.delete(type, loser.id, toId)
    if (crm.mergedInBin) bin.put(table, loser)
    else {
      table.records.delete(loser.id)
      crm.forget(table, loser.id)
    }
    table.records.alias(loser.id, id)
  }
  const winner: StoredRecord = {
    id,
    createdAt: Math.min(primary.createdAt, secondary.createdAt),
    updatedAt: crm.clock.now(),
    archivedAt: undefined,
    properties: {
      ...mergedValues(crm, table, primary, secondary),
      hs_merged_object_ids: merged.join(';'),
    },
  }
  table.histories.merge(winner, [primary, secondary], crm.mergedHistory)
  for (const loser of losers) if (!table.records.get(loser.id)) table.histories.delete(loser.id)
  crm.keep(table, winner)
  for (const { type, toId } of edges) {
    // The losers may have been associated with each other.
    const toItself = type.to === table.type && (toId === primary.id || toId === secondary.id)
    if (!toItself) crm.graph.add(type, id, toId)
  }
  mirrorPrimaryCompany(crm, table, edges, id)
  crm.lists.inherit(table.type, primary.id, id)
  crm.tell({
    kind: 'merge',
    type: table.type,
    id,
    primaryId,
    mergedId: secondaryId,
    propertiesMoved: Object.keys(secondary.properties).filter((name) => !primary.properties[name])
      .length,
  })
  return id
}
