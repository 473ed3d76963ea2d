import { LIST_PAGE, type SearchFilter } from '../client/endpoints.js'
import type { Hubspot } from '../client/hubspot-client.js'
import { HubsyncError } from '../errors.js'
import type { ObjectDefinition } from '../objects/define-object.js'
import { historyProperties, keepsHistory } from '../objects/history-selection.js'
import { isRefusal } from './in-pieces.js'
import { type Definition, isCalculated } from './is-calculated.js'
import { MERGED_IDS } from './merged-ids.js'
import { parsePage } from './parse-page.js'
import { parseRecord } from './parse-record.js'
import { isRefused } from './whole-list.js'

/**
 * The properties to ask for, by the object's definition.
 *
 * @param defined - reads what the portal defines.
 */
export async function propertiesToRead(
  definition: ObjectDefinition,
  defined: () => Promise<readonly PropertyName[]>,
): Promise<string[]> {
  const all = definition.properties === 'all' ? (await defined()).map(({ name }) => name) : []
  const named = namedProperties(definition)
  const history = definition.history === 'all' ? await historyToRead(definition, defined) : []
  return [...new Set([...named, ...all, ...history, definition.modifiedProperty, MERGED_IDS])]
}

/**
 * The properties whose history is read, by the object's definition.
 *
 * @param defined - reads what the portal defines. If HubSpot refuses that, the named properties are taken as they are.
 */
export async function historyToRead(
  definition: ObjectDefinition,
  defined: () => Promise<readonly PropertyName[]>,
): Promise<string[]> {
  if (!keepsHistory(definition)) return []
  const all = await defined().catch((error) => {
    if (definition.history === 'all' || !isRefused(error)) throw error
    return []
  })
  return historyProperties(definition, all)
}

/** The properties that the object's definition names. */
export function namedProperties({ columns, properties, history }: ObjectDefinition): string[] {
  const mapped = Object.values(columns).map((column) => column.property)
  const listed = [properties, history].filter((names) => typeof names !== 'string')
  return [...new Set([...mapped, ...listed.flat()])]
}

/** A property that the portal defines. */
export interface PropertyName {
  name: string
  /** Whether HubSpot calculates its values. It then changes them without changing the modification date. */
  calculated: boolean
}

/**
 * Every property that the portal defines for a type.
 *
 * @throws if a reply is incomplete: records would be read without the other properties, and look complete.
 */
export async function allProperties(hubspot: Hubspot, type: string): Promise<PropertyName[]> {
  const { json } = await hubspot.ask(hubspot.endpoints.properties(type))
  const { results } = parsePage(json, `properties of ${type}`)
  if (results.length === 0)
    throw new HubsyncError(
      'HUBSPOT_REPLY',
      `Expected properties of ${type}, got an empty list. Nothing was read with it. Run again later.`,
    )
  return results.map((result) => {
    const definition = (result ?? {}) as Definition
    const { name } = definition
    if (typeof name === 'string') return { name, calculated: isCalculated(definition) }
    throw new HubsyncError(
      'HUBSPOT_REPLY',
      `Expected every property of ${type} to have a \`name\`, got one without. Nothing was read with that list. Run again later.`,
    )
  })
}

/**
 * Which of these names HubSpot doesn't know. HubSpot omits unknown names silently and fills some names it doesn't list,
 * such as `hs_v2_date_entered_…`. So look which names recent records carry, then search each remaining name. If the type
 * can't be searched, only the first page of its list tells.
 */
export async function unknownAmong(
  hubspot: Hubspot,
  { type, modifiedProperty }: ObjectDefinition,
  names: readonly string[],
): Promise<string[]> {
  const find = async (filter: SearchFilter, properties: readonly string[]) => {
    const query = { type, filters: [filter], sortBy: 'hs_object_id', descending: true, properties }
    const { json } = await hubspot.ask(hubspot.endpoints.search(query))
    return parsePage(json, `search of ${type}`).results.map((result) => parseRecord(result))
  }
  if (names.length === 0) return []
  const isSearchable = hubspot.endpoints.hasSearch(type)
  const some = isSearchable
    ? await find({ propertyName: modifiedProperty, operator: 'GTE', value: '1' }, names)
    : await firstOfList(hubspot, type, names)
  const shown = new Set(some.flatMap((record) => Object.keys(record?.properties ?? {})))
  if (!isSearchable) return names.filter((name) => !shown.has(name))
  const unknown: string[] = []
  for (const name of names) {
    if (shown.has(name)) continue
    try {
      const [first] = await find({ propertyName: name, operator: 'HAS_PROPERTY' }, [name])
      if (!first) unknown.push(name)
    } catch (error) {
      if (!isRefusal(error)) throw error
      unknown.push(name)
    }
  }
  return unknown
}

async function firstOfList(hubspot: Hubspot, type: string, properties: readonly string[]) {
  const call = hubspot.endpoints.list({ type, properties, limit: LIST_PAGE })
  const { json } = await hubspot.ask(call)
  return parsePage(json, `list of ${type}`).results.map((result) => parseRecord(result))
}
