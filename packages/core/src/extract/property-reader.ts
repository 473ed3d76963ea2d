import type { Hubspot } from '../client/hubspot-client.js'
import type { ObjectDefinition } from '../objects/define-object.js'

/** Lists the losers of merges; read for every type, since it is the only trace that covers chained merges. */
export const MERGED_IDS = 'hs_merged_object_ids'

/** The properties to ask for, by the object's definition. */
export async function readPropertyNames(
  hubspot: Hubspot,
  definition: ObjectDefinition,
): Promise<string[]> {
  const all =
    definition.properties === 'all'
      ? (await allProperties(hubspot, definition.type)).map(({ name }) => name)
      : []
  const named = namedProperties(definition)
  return [...new Set([...named, ...all, definition.modifiedProperty, MERGED_IDS])]
}

/** The properties that the object's definition names. */
export function namedProperties({ columns, properties }: ObjectDefinition): string[] {
  const mapped = Object.values(columns).map((column) => column.property)
  return [...new Set([...mapped, ...(typeof properties === 'string' ? [] : properties)])]
}

/** A property that the portal defines. */
export interface PropertyName {
  name: string
  /** HubSpot calculates its values, and changes them without touching the modification date. */
  calculated: boolean
}

/** Every property that the portal defines for a type. */
export async function allProperties(hubspot: Hubspot, type: string): Promise<PropertyName[]> {
  const { json } = await hubspot.ask(hubspot.endpoints.properties(type))
  const { results } = json as { results?: Definition[] }
  return (results ?? []).flatMap((definition) =>
    typeof definition.name === 'string'
      ? [{ name: definition.name, calculated: isCalculated(definition) }]
      : [],
  )
}

/** A property's definition as it comes, of which nothing is taken for granted. */
type Definition = Partial<
  Record<'name' | 'calculated' | 'fieldType' | 'calculationFormula', unknown>
>

/**
 * The flag is set for some of HubSpot's own properties alone: it has no effect for custom ones (HubSpot's OpenAPI, `Property`), and is
 * false for most of HubSpot's own whose field type says that they are calculated (recorded replies).
 */
function isCalculated({ calculated, fieldType, calculationFormula }: Definition): boolean {
  const byType = typeof fieldType === 'string' && fieldType.startsWith('calculation')
  const byFormula = typeof calculationFormula === 'string' && calculationFormula !== ''
  return calculated === true || byType || byFormula
}
