import type { ObjectType } from '../object-types.js'
import type { DefinedProperty } from '../property-entries.js'
import { shapeProperty } from '../property-shape.js'
import { isoDate } from '../record-shape.js'
import { json } from '../replies.js'
import { anyReadScope } from './readable.js'
import { booleanParameter, type Context, listOf, objectBody, type Route, tableOf } from './route.js'

/** Whether a part of a schema is wanted, which it is unless a dated version is told otherwise. */
function wants({ url, version, body }: Context, part: string): boolean {
  const told = (body as Record<string, unknown> | undefined)?.[`include${part}`]
  if (told !== undefined) return told !== false
  return !/^\d/.test(version) || url.searchParams.get(`include${part}`)?.toLowerCase() !== 'false'
}

/** A custom object as HubSpot sends it. */
export function shapeSchema(context: Context, type: ObjectType, archived: boolean) {
  const { crm } = context
  const { properties } = crm.table(type)
  const own = properties.list(false).filter((property) => type.standard || !property.hubspotDefined)
  const details = crm.customObjects.of(type)
  const users = wants(context, 'AuditMetadata')
    ? { createdByUserId: 1, updatedByUserId: 1 }
    : undefined
  return {
    labels: details.labels ?? {},
    requiredProperties: details.requiredProperties ?? [],
    searchableProperties: type.standard
      ? properties.queried()
      : (details.searchableProperties ?? own.map(({ name }) => name)),
    primaryDisplayProperty: details.primaryDisplayProperty ?? displayed(type, own),
    secondaryDisplayProperties: details.secondaryDisplayProperties ?? [],
    description: details.description ?? '',
    archived,
    restorable: true,
    metaType: type.standard ? 'HUBSPOT' : 'PORTAL_SPECIFIC',
    id: type.standard ? type.typeId : type.typeId.slice(2),
    fullyQualifiedName: type.fullyQualifiedName ?? nameOf(type),
    createdAt: isoDate(details.createdAt),
    updatedAt: isoDate(details.updatedAt),
    ...users,
    allowsSensitiveProperties: details.allowsSensitiveProperties ?? false,
    objectTypeId: type.typeId,
    properties: wants(context, 'PropertyDefinitions')
      ? own.map((property) => shapeProperty(crm.pipelines, type, property))
      : [],
    associations: wants(context, 'AssociationDefinitions') ? associationsOf(context, type) : [],
    name: nameOf(type),
  }
}

/** HubSpot's own types have their name in messages, in capital letters. */
function nameOf({ standard, name, singular }: ObjectType): string {
  return standard ? singular.toUpperCase() : name
}

/** The property that names a record, where a test says nothing. */
function displayed({ standard }: ObjectType, own: readonly DefinedProperty[]): string {
  const name = standard ? standard.displayed : own[0]?.name
  return name ?? 'hs_object_id'
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

/**
 * The schemas of several types, in the form of a list. Source: the models of the official client, which know no other
 * reply. What it says of types that aren't there isn't documented: here they are left out.
 */
export const schemaBatch: Route = {
  operation: 'schema-batch',
  method: 'POST',
  paths: ['/crm-object-schemas/:version/schemas/batch/read'],
  lane: 'burst',
  anyScope: true,
  scopes: anyReadScope,
  handle: (context) => {
    const names = (listOf(objectBody(context), 'inputs') ?? []).map(String)
    const types = names.flatMap((name) => context.crm.types.find(name) ?? [])
    return json({ results: types.map((type) => shapeSchema(context, type, false)) })
  },
}

/**
 * One object type. HubSpot's own are found too, by anybody who may read records: the scopes of this path have more than
 * those of custom objects. Source: HubSpot API specification.
 */
export const schema: Route = {
  operation: 'schema',
  method: 'GET',
  paths: ['/crm/v3/schemas/:type', '/crm-object-schemas/:version/schemas/:type'],
  lane: 'burst',
  anyScope: true,
  scopes: (context) => (tableOf(context).type.standard ? anyReadScope(context) : scopes()),
  handle: (context) => json(shapeSchema(context, tableOf(context).type, false)),
}
