import type { Hubspot } from '../client/hubspot-client.js'
import type { Json } from '../model.js'
import { type CustomType, isCustom } from '../objects/portal-objects.js'
import { fieldsOf, listOf, type ObjectType, textOf, wholeOf } from './parse-catalogue.js'
import { joined, type Reading, readWhole } from './whole-list.js'

/** What one of HubSpot's lists says about a type of object. */
type Told = Partial<ObjectType> & Pick<ObjectType, 'typeId'>
type CountedType = Told & Pick<ObjectType, 'records'>
type DescribedType = Told & CustomType

/**
 * The types of objects that the portal has, by their ids: standard ones with the portal's own labels and their counts,
 * custom ones with their schemas, and those that are switched on or off. HubSpot has a list for each. If one is refused,
 * the types that the others name are returned.
 */
export async function readObjectTypes(hubspot: Hubspot): Promise<Reading<ObjectType>> {
  const told = joined<Told>(
    await Promise.all([readCounts(hubspot), readSchemas(hubspot), readEnablement(hubspot)]),
  )
  const byId = new Map<string, ObjectType>()
  for (const each of told.items)
    byId.set(each.typeId, { ...(byId.get(each.typeId) ?? unknown(each.typeId)), ...each })
  const items = [...byId.values()].sort(byTypeId)
  return { ...told, items }
}

/** The types that HubSpot counts the records of, with the portal's labels. Contacts are always among them. */
export function readCounts(hubspot: Hubspot): Promise<Reading<CountedType>> {
  const call = hubspot.endpoints.recordLimits()
  return readWhole(hubspot, call, 'type of records', counted, {
    listIn: recordTypesIn,
    hasAlways: true,
  })
}

/** The schemas of the custom objects. */
export function readSchemas(hubspot: Hubspot): Promise<Reading<DescribedType>> {
  const call = hubspot.endpoints.schemas()
  return readWhole(hubspot, call, 'schema of a custom object', described)
}

function readEnablement(hubspot: Hubspot): Promise<Reading<Told>> {
  const call = hubspot.endpoints.enablement()
  return readWhole(hubspot, call, 'type of the object library', switched, {
    listIn: (json) => entriesOf(json.enablementByObjectTypeId),
  })
}

/** A type of which nothing but its id is known. */
export function unknown(typeId: string): ObjectType {
  return {
    typeId,
    isCustom: isCustom({ type: typeId }),
    singular: null,
    plural: null,
    name: null,
    displayProperty: null,
    isEnabled: null,
    records: null,
    allowsSensitive: null,
    associatedWith: [],
    raw: null,
  }
}

function recordTypesIn(json: Record<string, unknown>): unknown {
  const { hubspotDefinedObjectTypes: own, customObjectTypes } = json
  // Absent in a portal that can't have any.
  const custom = fieldsOf(customObjectTypes).byObjectType ?? []
  return Array.isArray(own) && Array.isArray(custom) ? [...own, ...custom] : undefined
}

function entriesOf(value: unknown): unknown {
  return typeof value === 'object' && value !== null ? Object.entries(value) : undefined
}

function counted(item: unknown): CountedType | undefined {
  const given = fieldsOf(item)
  const typeId = textOf(given.objectTypeId)
  if (typeId === null) return undefined
  return {
    typeId,
    singular: textOf(given.singularLabel),
    plural: textOf(given.pluralLabel),
    records: wholeOf(given.usage),
    raw: given as Json,
  }
}

function described(item: unknown): DescribedType | undefined {
  const { properties: _, ...given } = fieldsOf(item)
  const typeId = textOf(given.objectTypeId)
  if (typeId === null || !isCustom({ type: typeId })) return undefined
  const labels = fieldsOf(given.labels)
  const [singular, plural] = [textOf(labels.singular), textOf(labels.plural)]
  const ends = listOf(given.associations).flatMap((each) => {
    const { fromObjectTypeId, toObjectTypeId } = fieldsOf(each)
    return [textOf(fromObjectTypeId) ?? [], textOf(toObjectTypeId) ?? []].flat()
  })
  return {
    typeId,
    // Labels may be absent from a schema (recorded replies).
    ...(singular === null ? {} : { singular }),
    ...(plural === null ? {} : { plural }),
    name: textOf(given.name),
    displayProperty: textOf(given.primaryDisplayProperty),
    isCustom: true,
    allowsSensitive:
      typeof given.allowsSensitiveProperties === 'boolean' ? given.allowsSensitiveProperties : null,
    associatedWith: [...new Set(ends)].filter((end) => end !== typeId),
    raw: given as Json,
  }
}

function switched(item: unknown): Told | undefined {
  const [typeId, isEnabled] = item as [string, unknown]
  return typeof isEnabled === 'boolean' ? { typeId, isEnabled } : undefined
}

/** HubSpot's own types come first, each kind by its numbers. Those without a published id come last. */
export function byTypeId({ typeId: one }: ObjectType, { typeId: other }: ObjectType): number {
  const [kind = 9, number = 0] = numbersOf(one)
  const [otherKind = 9, otherNumber = 0] = numbersOf(other)
  return kind - otherKind || number - otherNumber || (one < other ? -1 : 1)
}

function numbersOf(typeId: string): number[] {
  return /^\d+-\d+$/.test(typeId) ? typeId.split('-').map(Number) : []
}
