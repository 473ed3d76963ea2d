import type { AssociationType } from '../association-types.js'
import { ObjectTable } from '../object-table.js'
import { type ObjectType, ObjectTypes } from '../object-types.js'
import { isoDate } from '../record-shape.js'
import {
  conflict,
  invalid,
  json,
  noContent,
  notFound,
  type Reply,
  unknownObjectType,
} from '../replies.js'
import { fieldsOf, listOf, optionalText, optionalTexts, textOf } from '../validation/bodies.js'
import { newDefinition } from '../validation/definitions.js'
import { detailsOf, requireObjectName } from '../validation/schemas.js'
import { booleanParameter, type Context, type Route, tableOf } from './route.js'
import { shapeSchema } from './schemas.js'

const SCHEMAS = ['/crm/v3/schemas', '/crm-object-schemas/:version/schemas']
const SCHEMA = SCHEMAS.map((path) => `${path}/:type`)

/** Activities can be associated with every custom object from the start. */
const ACTIVITIES = [
  'calls',
  'emails',
  'meetings',
  'notes',
  'tasks',
  'communications',
  'postal_mail',
]

function scopes(): string[] {
  return ['crm.schemas.custom.write']
}

function customTable(context: Context): ObjectTable {
  const table = tableOf(context)
  if (table.type.standard)
    throw invalid(`${table.type.name} is defined by HubSpot and can't be changed`)
  return table
}

/** An archived object has its name until it is removed for good. Source: HubSpot docs, "Custom objects". */
function requireOwnName({ types }: Context['crm'], name: string): void {
  const all = [...types.custom(), ...types.custom(true)]
  if (all.some((other) => other.name.toLowerCase() === name.toLowerCase()))
    throw conflict(`An object named ${name} already exists`, 'OBJECT_ALREADY_EXISTS')
}

/** Creates a custom object with its properties, and ways to associate it. */
export const createSchema: Route = {
  operation: 'schema-create',
  method: 'POST',
  paths: SCHEMAS,
  lane: 'burst',
  writes: true,
  scopes,
  handle: (context) => {
    const { crm, now, account } = context
    const body = fieldsOf(context.body, 'name', 'labels')
    const name = textOf(body.name)
    requireObjectName(name)
    requireOwnName(crm, name)
    if (optionalText(body, 'primaryDisplayProperty') === undefined)
      throw invalid('A primaryDisplayProperty is required', {
        subCategory: 'ObjectSchemaError.PRIMARY_DISPLAY_PROPERTY_REQUIRED',
      })
    const others = (optionalTexts(body, 'associatedObjects') ?? []).map((other) => {
      const type = crm.types.find(other)
      if (!type) throw unknownObjectType(other)
      return type
    })
    // Everything is checked on an object that no portal has, so that a refusal leaves nothing behind.
    const trial = new ObjectTypes(account.portalId).defineCustom('2-1', name)
    const { properties } = new ObjectTable(trial)
    const groupName = `${name}information`
    const definitions = listOf(body.properties ?? []).map((one) => {
      const definition = newDefinition({ groupName, ...one }, properties)
      properties.define(definition, now)
      return definition
    })
    const details = detailsOf(body, properties.names())

    const type = crm.types.defineCustom(crm.types.nextTypeId(), name)
    crm.customObjects.define(type, { ...details, createdAt: now, updatedAt: now })
    for (const definition of definitions) crm.table(type).properties.define(definition, now)
    for (const other of others) crm.associationTypes.define(type, other, {})
    for (const activity of ACTIVITIES) {
      const to = crm.types.require(activity)
      if (!others.includes(to))
        crm.associationTypes.define(type, to, { category: 'HUBSPOT_DEFINED' })
    }
    return json(shapeSchema(context, type, false), 201)
  },
}

/** Changes what the body names of a custom object. The name can't change. */
export const updateSchema: Route = {
  operation: 'schema-update',
  method: 'PATCH',
  paths: SCHEMA,
  lane: 'burst',
  writes: true,
  scopes,
  handle: (context) => {
    const { type, properties } = customTable(context)
    context.crm.customObjects.update(type, detailsOf(fieldsOf(context.body), properties.names()))
    return json(shapeDefinition(context, type))
  },
}

/** What a change answers with: a custom object without its properties and associations. */
function shapeDefinition(context: Context, type: ObjectType) {
  const schema = shapeSchema(context, type, false)
  return {
    id: schema.id,
    objectTypeId: schema.objectTypeId,
    fullyQualifiedName: schema.fullyQualifiedName,
    name: schema.name,
    portalId: context.account.portalId,
    labels: schema.labels,
    description: schema.description,
    primaryDisplayProperty: schema.primaryDisplayProperty,
    secondaryDisplayProperties: schema.secondaryDisplayProperties,
    requiredProperties: schema.requiredProperties,
    searchableProperties: schema.searchableProperties,
    archived: schema.archived,
    createdAt: schema.createdAt,
    updatedAt: schema.updatedAt,
  }
}

/**
 * Archives a custom object without active records, or with `archived=true` removes an archived one for good. Observed
 * by a public project on a live portal, October 2026.
 */
export const archiveSchema: Route = {
  operation: 'schema-archive',
  method: 'DELETE',
  paths: SCHEMA,
  lane: 'burst',
  writes: true,
  scopes,
  handle: (context): Reply => {
    const { types } = context.crm
    if (booleanParameter(context, 'archived')) {
      const archived = types.findArchived(context.params.type!)
      if (!archived) throw invalid(`Only an archived object can be removed for good`)
      types.purge(archived)
      return noContent
    }
    const { type, records } = customTable(context)
    if (records.count(false) > 0)
      throw invalid(`Cannot delete object ${type.name}: it has records`, {
        subCategory: 'ObjectSchemaError.EXISTING_OBJECT_RECORDS',
      })
    types.archive(type, true)
    return noContent
  },
}

/** Adds a way to associate a custom object with another. */
export const createSchemaAssociation: Route = {
  operation: 'schema-association-create',
  method: 'POST',
  paths: SCHEMA.map((path) => `${path}/associations`),
  lane: 'burst',
  writes: true,
  scopes,
  handle: (context) => {
    const { crm, now } = context
    tableOf(context)
    const body = fieldsOf(context.body, 'fromObjectTypeId', 'toObjectTypeId')
    const [from, to] = [textOf(body.fromObjectTypeId), textOf(body.toObjectTypeId)].map((name) => {
      const type = crm.types.find(name)
      if (!type) throw unknownObjectType(name)
      return type
    }) as [ObjectType, ObjectType]
    const name = optionalText(body, 'name') ?? `${from.singular}_to_${to.singular}`
    const known = crm.associationTypes.of(from, to) ?? []
    if (known.some((type) => type.label === null))
      throw conflict(`An association from ${from.name} to ${to.name} already exists`)
    const type = crm.associationTypes.define(from, to, { name })
    return json(
      {
        id: String(type.typeId),
        fromObjectTypeId: from.typeId,
        toObjectTypeId: to.typeId,
        name,
        createdAt: isoDate(now),
        updatedAt: isoDate(now),
      },
      201,
    )
  },
}

/** Takes a way to associate a custom object away. */
export const archiveSchemaAssociation: Route = {
  operation: 'schema-association-archive',
  method: 'DELETE',
  paths: SCHEMA.map((path) => `${path}/associations/:association`),
  lane: 'burst',
  writes: true,
  scopes,
  handle: (context) => {
    const { associationTypes, graph } = context.crm
    const { type } = customTable(context)
    const { association } = context.params
    const isMeant = (one: AssociationType) =>
      one.category === 'USER_DEFINED' &&
      (String(one.typeId) === association || one.name === association)
    const found = associationTypes.pairsFrom(type).flat().find(isMeant)
    if (!found) throw notFound()
    graph.deleteAll(found)
    associationTypes.delete(found)
    return noContent
  },
}
