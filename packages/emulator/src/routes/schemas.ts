import type { ObjectType } from '../object-types.js'
import { shapeProperty } from '../property-shape.js'
import { isoDate } from '../record-shape.js'
import { json, notFound } from '../replies.js'
import { booleanParameter, type Context, type Route, tableOf } from './route.js'

/** Whether a part of a schema is wanted, which it is unless a dated version is told otherwise. */
function wants({ url, version }: Context, part: string): boolean {
  return !/^\d/.test(version) || url.searchParams.get(`include${part}`) !== 'false'
}

function shapeSchema(context: Context, type: ObjectType, archived: boolean) {
  const { crm } = context
  const { properties } = crm.table(type)
  const own = properties.list(false).filter((property) => !property.hubspotDefined)
  const details = crm.customObjects.of(type)
  const users = wants(context, 'AuditMetadata')
    ? { createdByUserId: 1, updatedByUserId: 1 }
    : undefined
  const sensitive = details.allowsSensitiveProperties
    ? { allowsSensitiveProperties: true }
    : undefined
  return {
    labels: details.labels ?? {},
    requiredProperties: details.requiredProperties ?? [],
    searchableProperties: own.map((property) => property.name),
    primaryDisplayProperty: details.primaryDisplayProperty ?? own[0]?.name ?? 'hs_object_id',
    secondaryDisplayProperties: details.secondaryDisplayProperties ?? [],
    description: details.description ?? '',
    archived,
    restorable: true,
    metaType: 'PORTAL_SPECIFIC',
    id: type.typeId.slice(2),
    fullyQualifiedName: type.fullyQualifiedName,
    createdAt: isoDate(details.createdAt),
    updatedAt: isoDate(details.updatedAt),
    ...users,
    ...sensitive,
    objectTypeId: type.typeId,
    properties: wants(context, 'PropertyDefinitions')
      ? own.map((property) => shapeProperty(crm.pipelines, type, property))
      : [],
    associations: wants(context, 'AssociationDefinitions') ? associationsOf(context, type) : [],
    name: type.name,
  }
}

function associationsOf({ crm }: Context, type: ObjectType) {
  return crm.associationTypes
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
    }))
}

function scopes(): string[] {
  return ['crm.schemas.custom.read', 'crm.objects.custom.read']
}

/** The custom objects of the portal, active or archived, all in one reply. Source: recorded reply. */
export const schemas: Route = {
  operation: 'schemas',
  method: 'GET',
  paths: ['/crm/v3/schemas', '/crm-object-schemas/:version/schemas'],
  lane: 'burst',
  anyScope: true,
  scopes,
  handle: (context) => {
    const archived = booleanParameter(context, 'archived')
    const types = context.crm.types.custom(archived)
    return json({ results: types.map((type) => shapeSchema(context, type, archived)) })
  },
}

/** One custom object. */
export const schema: Route = {
  operation: 'schema',
  method: 'GET',
  paths: ['/crm/v3/schemas/:type', '/crm-object-schemas/:version/schemas/:type'],
  lane: 'burst',
  anyScope: true,
  scopes,
  handle: (context) => {
    const { type } = tableOf(context)
    if (!type.fullyQualifiedName) throw notFound()
    return json(shapeSchema(context, type, false))
  },
}
