import type { Hubspot } from '../client/hubspot-client.js'
import type { ObjectDefinition } from '../objects/define-object.js'
import { parseRecord } from './parse-record.js'

/** About how many active records an object has, and between which ids they lie. */
export type Extent = {
  total: number
  lowestId: string
  highestId: string
}

/**
 * Asks the search index, which may be behind: good enough to plan with and to show progress by, and nothing else relies on it.
 * Undefined where there is nothing to plan.
 */
export async function readExtent(
  hubspot: Hubspot,
  definition: ObjectDefinition,
): Promise<Extent | undefined> {
  const [lowest, highest] = await Promise.all(
    [false, true].map((descending) => readEnd(hubspot, definition, descending)),
  )
  if (!lowest?.id || !highest?.id) return undefined
  return { total: highest.total, lowestId: lowest.id, highestId: highest.id }
}

async function readEnd(
  hubspot: Hubspot,
  { type, modifiedProperty }: ObjectDefinition,
  descending: boolean,
): Promise<{ total: number; id: string | undefined }> {
  const { json } = await hubspot.ask(
    hubspot.endpoints.search({
      type,
      filters: [{ propertyName: modifiedProperty, operator: 'GTE', value: '1' }],
      sortBy: 'hs_object_id',
      descending,
      limit: 1,
      properties: [modifiedProperty],
    }),
  )
  const { total, results } = json as { total?: unknown; results?: unknown[] }
  const id = parseRecord(results?.[0])?.id
  return {
    total: typeof total === 'number' ? total : 0,
    id: id !== undefined && /^\d+$/.test(id) ? id : undefined,
  }
}
