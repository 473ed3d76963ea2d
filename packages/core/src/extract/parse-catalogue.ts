import type { Json } from '../model.js'
import { momentOf, trimmedOf } from './given-text.js'
import { isCalculated } from './is-calculated.js'
import { parseId } from './parse-record.js'

/** A type of HubSpot object that the portal has. */
export interface ObjectType {
  /** HubSpot's id of the type: `0-1`, `2-1234567`. */
  typeId: string
  /** What the portal calls one record: `Contact`. Null if HubSpot doesn't say. */
  singular: string | null
  /** What the portal calls several records. */
  plural: string | null
  /** HubSpot's name of a custom object: `pets`. Null for HubSpot's own types. */
  name: string | null
  /** The property that HubSpot shows as the record's name. Known of custom objects only. */
  displayProperty: string | null
  /** Whether it is an object of the portal's own. */
  isCustom: boolean
  /** Whether it is switched on in the portal. Null for a type that can't be switched off. */
  isEnabled: boolean | null
  /** How many records there are by HubSpot's count, which may be behind. Null if HubSpot doesn't count them. */
  records: number | null
  /** Whether the portal may keep sensitive data in it. Null if HubSpot doesn't say. */
  allowsSensitive: boolean | null
  /** The ids of the types that its schema has association types with. Known of custom objects only. */
  associatedWith: string[]
  /** HubSpot's whole object, without its properties. Null if HubSpot lists nothing but the id. */
  raw: Json
}

/** A group of properties. */
export interface PropertyGroup {
  /** The internal name, by which properties name their group. */
  name: string
  /** What HubSpot's pages show. */
  label: string | null
  /** The place among the groups. */
  displayOrder: number | null
  /** Whether it is archived. */
  archived: boolean
}

/** A choice of a property. */
export interface PropertyOption {
  /** The value that records have, without spaces at its ends: as columns have it. */
  value: string
  /** What HubSpot's pages show. */
  label: string | null
  /** The place among the choices. */
  displayOrder: number | null
  /** Whether HubSpot's pages no longer offer it. Records may still have it. */
  hidden: boolean
}

/** The definition of a property. */
export interface PropertyDefinition {
  /** The internal name. */
  name: string
  /** What HubSpot's pages show. */
  label: string | null
  /** HubSpot's kind of value: `string`, `number`, `enumeration` and so on. */
  type: string | null
  /** HubSpot's kind of field: `text`, `checkbox`, `calculation_equation` and so on. */
  fieldType: string | null
  /** The name of the group. */
  groupName: string | null
  /** What the portal wrote about it. */
  description: string | null
  /** Whether HubSpot calculates its values: by flag, field type or formula. */
  isCalculated: boolean
  /** Whether it is the portal's own. */
  isCustom: boolean
  /** Whether no two records may have the same value. */
  isUnique: boolean
  /** Whether HubSpot's pages hide it. */
  isHidden: boolean
  /** Whether its values can't be written. */
  isReadOnly: boolean
  /** The type of object that its values are ids of, such as `OWNER`. */
  referencesObject: string | null
  /** `non_sensitive`, `sensitive` or `highly_sensitive`. */
  sensitivity: string
  /** The choices, in HubSpot's order. Empty if it has none, or if its values are ids of something else. */
  options: PropertyOption[]
  /** Whether it is archived: HubSpot deletes it after 90 days. */
  archived: boolean
  /** When it was made: ISO-8601 in UTC. Null if HubSpot doesn't say. */
  createdAt: string | null
  /** When it was last changed. */
  updatedAt: string | null
  /** When it was archived. */
  archivedAt: string | null
  /** HubSpot's whole object. */
  raw: Json
}

/** A type of link from records of one object to records of another. */
export interface AssociationType {
  /** `HUBSPOT_DEFINED`, `USER_DEFINED`, `INTEGRATOR_DEFINED` or `WORK`. */
  category: string
  /** HubSpot's number of it, unique within its category. */
  typeId: number
  /** The label; null for the plain one. */
  label: string | null
}

type Fields = Record<string, unknown>

/** The fields of a value that should be an object. */
export function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {}
}

/** A list of objects; empty if it is none. */
export function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : []
}

/** Text, or null. Empty text says nothing. */
export function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}

/** A whole number, or null. */
export function wholeOf(value: unknown): number | null {
  return Number.isSafeInteger(value) ? (value as number) : null
}

/** Undefined if there is no name, because nothing can be done with such a definition. */
export function parseDefinition(
  value: unknown,
  asked: { archived?: boolean; sensitivity?: string | undefined },
): PropertyDefinition | undefined {
  const given = fieldsOf(value)
  const name = textOf(given.name)
  if (name === null) return undefined
  return {
    name,
    label: textOf(given.label),
    type: textOf(given.type),
    fieldType: textOf(given.fieldType),
    groupName: textOf(given.groupName),
    description: textOf(given.description),
    isCalculated: isCalculated(given),
    isCustom: given.hubspotDefined !== true,
    isUnique: given.hasUniqueValue === true,
    isHidden: given.hidden === true,
    isReadOnly: fieldsOf(given.modificationMetadata).readOnlyValue === true,
    referencesObject: textOf(given.referencedObjectType),
    sensitivity: textOf(given.dataSensitivity) ?? asked.sensitivity ?? 'non_sensitive',
    options: parseOptions(given.options),
    // Most active definitions come without the field (recorded replies).
    archived: typeof given.archived === 'boolean' ? given.archived : (asked.archived ?? false),
    createdAt: momentOf(given.createdAt),
    updatedAt: momentOf(given.updatedAt),
    archivedAt: momentOf(given.archivedAt),
    raw: given as Json,
  }
}

/** The options that have a value, each value once, in HubSpot's order. Columns have values without spaces at their ends. */
function parseOptions(value: unknown): PropertyOption[] {
  const options = new Map<string, PropertyOption>()
  for (const each of listOf(value)) {
    const given = fieldsOf(each)
    const own = trimmedOf(parseId(given.value))
    if (own === null || options.has(own)) continue
    options.set(own, {
      value: own,
      label: textOf(given.label),
      displayOrder: wholeOf(given.displayOrder),
      hidden: given.hidden === true,
    })
  }
  return [...options.values()]
}

/** Undefined if there is no name. */
export function parseGroup(value: unknown): PropertyGroup | undefined {
  const given = fieldsOf(value)
  const name = textOf(given.name)
  if (name === null) return undefined
  return {
    name,
    label: textOf(given.label),
    displayOrder: wholeOf(given.displayOrder),
    archived: given.archived === true,
  }
}

/** Undefined if it can't be identified. */
export function parseAssociationType(value: unknown): AssociationType | undefined {
  const given = fieldsOf(value)
  const category = textOf(given.category)
  const typeId = wholeOf(given.typeId)
  if (category === null || typeId === null) return undefined
  return { category, typeId, label: textOf(given.label) }
}
