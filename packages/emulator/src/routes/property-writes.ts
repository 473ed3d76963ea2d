import type { ObjectTable } from '../object-table.js'
import type { DefinedProperty } from '../property-entries.js'
import { shapeProperty } from '../property-shape.js'
import { conflict, invalid, json, noContent, notFound, Refusal } from '../replies.js'
import { inputsOf, textOf } from '../validation/bodies.js'
import { changedDefinition, newDefinition } from '../validation/definitions.js'
import { type BatchError, batchReply, errorOf } from './batch-reply.js'
import { type Context, type Route, tableOf } from './route.js'
import { writesDefinitions } from './writable.js'

/** Source: HubSpot API specification. */
const MAXIMUM = 100

/** The table of the type in the path, without what has been archived for too long. */
function currentTable(context: Context): ObjectTable {
  const table = tableOf(context)
  table.properties.purge(context.now)
  return table
}

function activeProperty({ properties }: ObjectTable, name: string): DefinedProperty {
  const property = properties.get(name)
  if (!property) throw notFound()
  return property
}

function shape({ crm }: Context, { type, properties }: ObjectTable, name: string) {
  return shapeProperty(crm.pipelines, type, properties.get(name)!)
}

/**
 * Adds a property. One of that name that is archived is restored, with the new definition and the old values. Observed
 * by a public project on a live portal, September 2026.
 */
function add(context: Context, table: ObjectTable, given: unknown) {
  const { properties } = table
  const definition = newDefinition(given, properties)
  const { name } = definition
  if (properties.get(name))
    throw conflict(`A property named '${name}' already exists.`, 'OBJECT_ALREADY_EXISTS', {
      subCategory: 'Properties.PROPERTY_WITH_NAME_EXISTS',
    })
  properties.define(definition, context.now)
  return shape(context, table, name)
}

/** What uses a property: formulas, and the schema of a custom object. The kind of the latter is made up. */
function usesOf({ crm }: Context, { properties, type }: ObjectTable, name: string) {
  const { primaryDisplayProperty, requiredProperties = [] } = crm.customObjects.of(type)
  const formulas = properties
    .list(false)
    .filter(({ calculationFormula = '' }) => calculationFormula.split(/\W+/).includes(name))
    .map((use) => ({ parentType: 'CALCULATED_PROPERTY', parentName: use.name }))
  const isOfSchema = [primaryDisplayProperty, ...requiredProperties].includes(name)
  return isOfSchema
    ? [...formulas, { parentType: 'OBJECT_SCHEMA', parentName: type.name }]
    : formulas
}

/** Throws if a property can't be archived: HubSpot's own, or one that something uses. */
function requireRemovable(context: Context, table: ObjectTable, name: string): void {
  const { properties, type } = table
  const uses = usesOf(context, table, name)
  if (uses.length > 0)
    throw invalid(`Property ${name} is used and can't be deleted`, {
      subCategory: 'PropertyValidationError.CANNOT_DELETE_PROPERTY_IN_USE',
      errors: uses.map(({ parentType, parentName }) => ({
        message: `${name} is used by ${parentName}`,
        context: { parentType: [parentType], parentName: [parentName] },
      })),
    })
  if (properties.get(name)?.hubspotDefined)
    throw invalid(`Property ${name} of ${type.name} is defined by HubSpot and can't be deleted`)
}

/** Adds a property. */
export const createProperty: Route = {
  operation: 'property-create',
  method: 'POST',
  paths: ['/crm/v3/properties/:type', '/crm/properties/:version/:type'],
  ...writesDefinitions,
  handle: (context) => json(add(context, currentTable(context), context.body), 201),
}

/** Changes what the body names of a property. The choices are replaced as a whole. */
export const updateProperty: Route = {
  operation: 'property-update',
  method: 'PATCH',
  paths: ['/crm/v3/properties/:type/:name', '/crm/properties/:version/:type/:name'],
  ...writesDefinitions,
  handle: (context) => {
    const table = currentTable(context)
    const { properties } = table
    const before = activeProperty(table, context.params.name!)
    const changes = changedDefinition(context.body, before, properties)
    const optionsAlone = Object.keys(changes).every((name) => name === 'options')
    if (before.hubspotDefined && !(optionsAlone && before.readOnlyOptions === false))
      throw invalid(`The definition of property ${before.name} is read only`)
    properties.update(before.name, changes, context.now)
    return json(shape(context, table, before.name))
  },
}

/** Archives a property. One that is archived already isn't found. */
export const archiveProperty: Route = {
  operation: 'property-archive',
  method: 'DELETE',
  paths: ['/crm/v3/properties/:type/:name', '/crm/properties/:version/:type/:name'],
  ...writesDefinitions,
  handle: (context) => {
    const table = currentTable(context)
    const { name } = activeProperty(table, context.params.name!)
    requireRemovable(context, table, name)
    table.properties.archive(name, context.now)
    return noContent
  },
}

/** Adds up to 100 properties. Those that are refused are in `errors`. */
export const batchCreateProperties: Route = {
  operation: 'property-batch-create',
  method: 'POST',
  paths: ['/crm/v3/properties/:type/batch/create', '/crm/properties/:version/:type/batch/create'],
  ...writesDefinitions,
  handle: (context) => {
    const table = currentTable(context)
    const results: unknown[] = []
    const errors: BatchError[] = []
    for (const input of inputsOf(context.body, MAXIMUM)) {
      try {
        results.push(add(context, table, input))
      } catch (error) {
        if (!(error instanceof Refusal)) throw error
        errors.push(errorOf(error, { name: [String(input.name)] }))
      }
    }
    return batchReply(context, results, errors, 201)
  },
}

/** Archives up to 100 properties. Names that aren't there change nothing. */
export const batchArchiveProperties: Route = {
  operation: 'property-batch-archive',
  method: 'POST',
  paths: ['/crm/v3/properties/:type/batch/archive', '/crm/properties/:version/:type/batch/archive'],
  ...writesDefinitions,
  handle: (context) => {
    const table = currentTable(context)
    const names = inputsOf(context.body, MAXIMUM, 'name').map(({ name }) => textOf(name))
    const there = names.filter((name) => table.properties.get(name))
    for (const name of there) requireRemovable(context, table, name)
    for (const name of there) table.properties.archive(name, context.now)
    return noContent
  },
}
