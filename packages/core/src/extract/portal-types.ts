import type { ApiCall } from '../client/endpoints.js'
import type { Hubspot } from '../client/hubspot-client.js'
import { HubsyncError } from '../errors.js'
import type { CustomType } from '../objects/portal-objects.js'
import { parsePage } from './parse-page.js'
import { isRefused } from './whole-list.js'

/** What a portal has. */
export interface PortalTypes {
  /** How many records there are, by type id. HubSpot doesn't count every type. */
  records: ReadonlyMap<string, number>
  /** The schemas of the custom objects. */
  custom: CustomType[]
}

/**
 * Reads which types of objects a portal has.
 *
 * @throws if the token may not read the custom objects, though the portal has records of some.
 */
export async function readPortalTypes(hubspot: Hubspot): Promise<PortalTypes> {
  const { endpoints } = hubspot
  const counts = await unlessRefused(hubspot, endpoints.recordLimits())
  const records = new Map([
    ...countsIn(counts?.hubspotDefinedObjectTypes),
    ...countsIn((counts?.customObjectTypes as { byObjectType?: unknown })?.byObjectType),
  ])
  const hasCustom = [...records].some(([typeId, count]) => typeId.startsWith('2-') && count > 0)
  const custom = hasCustom
    ? typesIn((await hubspot.ask(endpoints.schemas())).json as Fields)
    : await readCustomTypes(hubspot)
  return { records, custom }
}

/** The schemas of a portal's custom objects. None, if the token may not see them. */
export async function readCustomTypes(hubspot: Hubspot): Promise<CustomType[]> {
  const schemas = await unlessRefused(hubspot, hubspot.endpoints.schemas())
  return schemas ? typesIn(schemas) : []
}

function typesIn(schemas: Fields): CustomType[] {
  return parsePage(schemas, 'schemas').results.map(customType)
}

/** Whether a type has a record that can be listed. No, if the portal or the token doesn't have the type. */
export async function hasRecords(hubspot: Hubspot, type: string): Promise<boolean> {
  const list = hubspot.endpoints.list({ type, properties: [], limit: 1 })
  const page = await unlessRefused(hubspot, list)
  return page !== undefined && parsePage(page, `list of ${type}`).results.length > 0
}

type Fields = Readonly<Record<string, unknown>>

/** The reply, or undefined if HubSpot refuses the call to this token or in this version. */
async function unlessRefused(hubspot: Hubspot, call: ApiCall): Promise<Fields | undefined> {
  try {
    return (await hubspot.ask(call)).json as Fields
  } catch (error) {
    if (isRefused(error)) return undefined
    throw error
  }
}

function countsIn(types: unknown): [typeId: string, records: number][] {
  const list = Array.isArray(types) ? types : []
  return list.flatMap((each: { objectTypeId?: unknown; usage?: unknown } | null) =>
    typeof each?.objectTypeId === 'string' && typeof each.usage === 'number'
      ? [[each.objectTypeId, each.usage] as [string, number]]
      : [],
  )
}

function customType(schema: unknown): CustomType {
  const { objectTypeId, name, primaryDisplayProperty, associations } = (schema ?? {}) as Fields
  if (typeof objectTypeId !== 'string' || !/^2-\d+$/.test(objectTypeId))
    throw new HubsyncError(
      'HUBSPOT_REPLY',
      'Expected every schema of a custom object to have an `objectTypeId` such as "2-1234567", got one without. Run again later.',
    )
  const ends = (Array.isArray(associations) ? associations : []).flatMap((each: Fields | null) => [
    each?.fromObjectTypeId,
    each?.toObjectTypeId,
  ])
  return {
    typeId: objectTypeId,
    name: typeof name === 'string' ? name : null,
    displayProperty: typeof primaryDisplayProperty === 'string' ? primaryDisplayProperty : null,
    associatedWith: [...new Set(ends)].filter(
      (end): end is string => typeof end === 'string' && end !== objectTypeId,
    ),
  }
}
