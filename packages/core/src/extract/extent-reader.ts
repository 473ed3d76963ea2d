import type { Hubspot } from '../client/hubspot-client.js'
import type { ObjectDefinition } from '../objects/define-object.js'
import { mayBeOfOne } from './in-pieces.js'
import { parseRecord } from './parse-record.js'

/** About how many active records an object has, and its last id. */
export type Extent = {
  total: number
  highestId: string
}

/**
 * The extent as a hint. If HubSpot can't answer this search, the list is read without it. Whether HubSpot answers
 * anything at all, the list will show.
 */
export async function hintedExtent(
  hubspot: Hubspot,
  definition: ObjectDefinition,
): Promise<Extent | undefined> {
  try {
    return await readExtent(hubspot, definition)
  } catch (error) {
    if (mayBeOfOne(error)) return undefined
    throw error
  }
}

/**
 * Asks the search index, which may be behind. That is good enough for planning and progress, and nothing else relies on
 * it. Undefined if there is nothing to plan, or if HubSpot can't search the type.
 */
export async function readExtent(
  hubspot: Hubspot,
  { type, modifiedProperty }: ObjectDefinition,
): Promise<Extent | undefined> {
  if (!hubspot.endpoints.hasSearch(type)) return undefined
  const { json } = await hubspot.ask(
    hubspot.endpoints.search({
      type,
      filters: [{ propertyName: modifiedProperty, operator: 'GTE', value: '1' }],
      sortBy: 'hs_object_id',
      descending: true,
      limit: 1,
      properties: [modifiedProperty],
    }),
  )
  const { total, results } = json as { total?: unknown; results?: unknown[] }
  const highestId = parseRecord(results?.[0])?.id
  if (highestId === undefined || !/^\d+$/.test(highestId)) return undefined
  return { total: typeof total === 'number' ? total : 0, highestId }
}
