import { defaultLabels, type ObjectType } from '../object-types.js'
import { json } from '../replies.js'
import { anyReadScope } from './readable.js'
import type { Context, Route } from './route.js'

/** What a portal may hold. Source: HubSpot KB, "CRM object limits"; the figures differ by plan. */
const RECORDS_OF_A_TYPE = 15_000_000
const RECORDS_OF_CUSTOM_OBJECTS = 1_500_000

/** Which types of the object library are switched on. Source: HubSpot API specification. */
export const enablement: Route = {
  operation: 'enablement',
  method: 'GET',
  paths: ['/crm/object-library/:version/enablement'],
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

/** How many records a portal has of each type, under the portal's own names. Source: HubSpot API specification. */
export const recordLimits: Route = {
  operation: 'record-limits',
  method: 'GET',
  paths: ['/crm/limits/:version/records'],
  lane: 'burst',
  anyScope: true,
  scopes: anyReadScope,
  handle: (context) => {
    const { types } = context.crm
    const custom = types.custom().map((type) => usageOf(context, type))
    const used = custom.reduce((sum, { usage }) => sum + usage, 0)
    return json({
      hubspotDefinedObjectTypes: types
        .standard()
        .filter((type) => types.isEnabled(type))
        .map((type) => {
          const usage = usageOf(context, type)
          return { ...usage, ...share(usage.usage, RECORDS_OF_A_TYPE) }
        }),
      customObjectTypes: {
        overallLimit: RECORDS_OF_CUSTOM_OBJECTS,
        overallUsage: used,
        overallPercentage: share(used, RECORDS_OF_CUSTOM_OBJECTS).percentage,
        byObjectType: custom,
      },
    })
  },
}

function usageOf({ crm }: Context, type: ObjectType) {
  const fallback = defaultLabels(type)
  const { singular, plural } = type.standard ? fallback : (crm.customObjects.of(type).labels ?? {})
  return {
    objectTypeId: type.typeId,
    singularLabel: singular ?? fallback.singular,
    pluralLabel: plural ?? fallback.plural,
    usage: crm.table(type).records.count(false),
  }
}

function share(usage: number, limit: number) {
  return { limit, percentage: (usage / limit) * 100 }
}
