import { type AssociationType, internalName } from '../association-types.js'
import { json, notFound } from '../replies.js'
import { anyReadScope } from './readable.js'
import { type Context, type Route, tableOf } from './route.js'

function typesOf(context: Context): readonly AssociationType[] {
  const [from, to] = [tableOf(context, 'from').type, tableOf(context, 'to').type]
  const types = context.crm.associationTypes.of(from, to)
  // An undefined pair is not found. Source: reported by a connector.
  if (!types) throw notFound()
  return types
}

/** The association types of a pair, in this direction. Source: recorded reply. */
export const associationLabels: Route = {
  operation: 'association-labels',
  method: 'GET',
  paths: ['/crm/v4/associations/:from/:to/labels', '/crm/associations/:version/:from/:to/labels'],
  lane: 'burst',
  anyScope: true,
  scopes: anyReadScope,
  handle: (context) =>
    json({
      results: typesOf(context).map(({ category, typeId, label }) => ({ category, typeId, label })),
    }),
}

/** The same by internal names, in the older version. Source: HubSpot API specification. */
export const associationNames: Route = {
  operation: 'association-names',
  method: 'GET',
  paths: ['/crm/v3/associations/:from/:to/types'],
  lane: 'burst',
  anyScope: true,
  scopes: anyReadScope,
  handle: (context) =>
    json({
      results: typesOf(context).map((type, _, all) => ({
        id: String(type.typeId),
        name: internalName(type, all),
      })),
    }),
}

/**
 * The association types that an admin has limited, of all pairs. The pair isn't named. Source: HubSpot API
 * specification.
 */
export const associationLimits: Route = {
  operation: 'association-limits',
  method: 'GET',
  paths: [
    '/crm/v4/associations/definitions/configurations/all',
    '/crm/associations/:version/definitions/configurations/all',
  ],
  lane: 'burst',
  anyScope: true,
  scopes: anyReadScope,
  handle: ({ crm }) => json({ results: limited(crm.associationTypes.pairs().flat()) }),
}

/** The limited association types of a pair. */
export const associationLimitsOfPair: Route = {
  operation: 'association-limits',
  method: 'GET',
  paths: [
    '/crm/v4/associations/definitions/configurations/:from/:to',
    '/crm/associations/:version/definitions/configurations/:from/:to',
  ],
  lane: 'burst',
  anyScope: true,
  scopes: anyReadScope,
  handle: (context) => json({ results: limited(typesOf(context)) }),
}

function limited(types: readonly AssociationType[]) {
  return types
    .filter(({ limit }) => limit !== undefined)
    .map(({ category, typeId, label, limit }) => ({
      category,
      typeId,
      ...(label === null ? {} : { label }),
      userEnforcedMaxToObjectIds: limit,
    }))
}
