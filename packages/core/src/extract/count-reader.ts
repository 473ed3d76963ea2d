import type { Hubspot } from '../client/hubspot-client.js'
import type { ObjectDefinition } from '../objects/define-object.js'

/** About how many active records there are: `total` of a search is what its index holds, so it is for progress only. */
export async function readCount(
  hubspot: Hubspot,
  { type, modifiedProperty }: ObjectDefinition,
): Promise<number | undefined> {
  const { json } = await hubspot.ask(
    hubspot.endpoints.search({
      type,
      filters: [{ propertyName: modifiedProperty, operator: 'GTE', value: '1' }],
      sortBy: modifiedProperty,
      properties: [modifiedProperty],
    }),
  )
  const { total } = json as { total?: unknown }
  return typeof total === 'number' ? total : undefined
}
