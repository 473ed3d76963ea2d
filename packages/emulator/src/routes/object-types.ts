import { json } from '../replies.js'
import { anyReadScope } from './readable.js'
import type { Route } from './route.js'

/** Which types of the object library are switched on. Source: HubSpot API specification. */
export const enablement: Route = {
  operation: 'enablement',
  method: 'GET',
  paths: ['/crm/v3/object-library/enablement', '/crm/object-library/:version/enablement'],
  lane: 'burst',
  anyScope: true,
  scopes: anyReadScope,
  handle: ({ crm: { types } }) => {
    const library = types.standard().filter(({ standard }) => standard?.inLibrary)
    const enablementByObjectTypeId: Record<string, boolean> = {}
    for (const type of library) enablementByObjectTypeId[type.typeId] = types.isEnabled(type)
    return json({ enablementByObjectTypeId })
  },
}
