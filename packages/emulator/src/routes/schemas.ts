import { labelOf } from '../catalogue/definition.js'
import type { ObjectType } from '../object-types.js'
import { isoDate } from '../record-shape.js'
import { json, notFound } from '../replies.js'
import { shapeProperty } from './properties.js'
import { type Context, type Route, tableOf } from './route.js'

const DEFINED_AT = Date.UTC(2025, 2, 3, 9, 30)

function shapeSchema({ crm }: Context, type: ObjectType) {
  const { properties } = crm.table(type)
  const own = properties.list(false).filter((property) => !property.hubspotDefined)
  return {
    labels: { singular: labelOf(type.singular), plural: labelOf(type.name) },
    requiredProperties: [],
    searchableProperties: own.map((property) => property.name),
    primaryDisplayProperty: own[0]?.name ?? 'hs_object_id',
    secondaryDisplayProperties: [],
    description: '',
    archived: false,
    restorable: true,
    metaType: 'PORTAL_SPECIFIC',
    id: type.typeId.slice(2),
    fullyQualifiedName: type.fullyQualifiedName,
    createdAt: isoDate(DEFINED_AT),
    updatedAt: isoDate(DEFINED_AT),
    objectTypeId: type.typeId,
    properties: own.map((property) => shapeProperty(crm, type, property)),
    associations: crm.associationTypes
      .pairs()
      .flat()
      .filter(({ from, to }) => from === type || to === type)
      .map(({ from, to, typeId, label }) => ({
        fromObjectTypeId: from.typeId,
        toObjectTypeId: to.typeId,
        name: label ?? `${from.singular}_to_${to.singular}`,
        id: String(typeId),
        createdAt: null,
        updatedAt: null,
      })),
    name: type.name,
  }
}

function scopes(): string[] {
  return ['crm.schemas.custom.read']
}

/** The custom objects of the portal, all in one reply. Source: recorded reply. */
export const schemas: Route = {
  operation: 'schemas',
  method: 'GET',
  paths: ['/crm/v3/schemas', '/crm-object-schemas/:version/schemas'],
  lane: 'burst',
  scopes,
  handle: (context) =>
    json({ results: context.crm.types.custom().map((type) => shapeSchema(context, type)) }),
}

/** One custom object. */
export const schema: Route = {
  operation: 'schema',
  method: 'GET',
  paths: ['/crm/v3/schemas/:type', '/crm-object-schemas/:version/schemas/:type'],
  lane: 'burst',
  scopes,
  handle: (context) => {
    const { type } = tableOf(context)
    if (!type.fullyQualifiedName) throw notFound()
    return json(shapeSchema(context, type))
  },
}
