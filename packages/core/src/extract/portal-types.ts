import type { Hubspot } from '../client/hubspot-client.js'
import type { HubspotError } from '../errors.js'
import { type CustomType, isCustom } from '../objects/portal-objects.js'
import { readCounts, readSchemas } from './object-type-reader.js'
import { parsePage } from './parse-page.js'
import { isRefused, type Reading } from './whole-list.js'

/** What a portal has. */
export interface PortalTypes {
  /** How many records there are, by type id. HubSpot doesn't count every type. */
  records: ReadonlyMap<string, number>
  /** The schemas of the custom objects. */
  custom: readonly CustomType[]
  /** Whether these are all custom objects. If not, HubSpot refuses to list them. */
  hasAllCustom: boolean
}

/**
 * Reads which types of objects a portal has.
 *
 * @throws if the token may not read the custom objects, though the portal has records of some.
 */
export async function readPortalTypes(hubspot: Hubspot): Promise<PortalTypes> {
  const counts = await readCounts(hubspot)
  const outage = counts.failures.find(({ code }) => code === 'HUBSPOT_UNAVAILABLE')
  if (outage) throw outage
  const records = new Map<string, number>()
  // What else can't be counted is looked for type by type.
  for (const { typeId, records: count } of counts.items)
    if (count !== null) records.set(typeId, count)
  const hasCustom = [...records].some(([type, count]) => isCustom({ type }) && count > 0)
  const schemas = await readSchemas(hubspot)
  const custom = hasCustom ? whole(schemas) : unlessRefused(schemas)
  return { records, custom, hasAllCustom: schemas.complete }
}

/** The schemas of a portal's custom objects. None, if the token may not see them. */
export async function readCustomTypes(hubspot: Hubspot): Promise<readonly CustomType[]> {
  return unlessRefused(await readSchemas(hubspot))
}

/** Whether HubSpot says of a custom type that it has none of its id. */
export async function isDeleted(hubspot: Hubspot, type: string): Promise<boolean> {
  try {
    await hubspot.ask(hubspot.endpoints.list({ type, properties: [], limit: 1 }))
    return false
  } catch (error) {
    if (isRefused(error)) return isUnknownType(error, type)
    throw error
  }
}

/** Whether HubSpot refuses a call because it has no type of this id. It says no more than that it can't infer one. */
export function isUnknownType({ status, call, message }: HubspotError, type: string): boolean {
  const isInferred = status === 400 && message.includes('infer object type')
  return (isInferred || status === 404) && call.split('/').includes(type)
}

/** Whether a type has a record that can be listed. No, if the portal or the token doesn't have the type. */
export async function hasRecords(hubspot: Hubspot, type: string): Promise<boolean> {
  const call = hubspot.endpoints.list({ type, properties: [], limit: 1 })
  try {
    const { results, next } = parsePage((await hubspot.ask(call)).json, `list of ${type}`)
    return results.length > 0 || next !== undefined
  } catch (error) {
    if (isRefused(error)) return false
    throw error
  }
}

/** The items of a list that HubSpot may refuse to this token, or in this version. */
function unlessRefused<Item>({ failures, ...reading }: Reading<Item>): Item[] {
  return whole({ ...reading, failures: failures.filter((failure) => !isRefused(failure)) })
}

/** The items of a list that a run depends on. */
function whole<Item>({ items, failures: [failure] }: Reading<Item>): Item[] {
  if (failure) throw failure
  return items
}
