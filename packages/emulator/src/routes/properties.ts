import { partialStatus } from '../api-versions.js'
import type { ObjectTable } from '../object-table.js'
import type { DefinedProperty } from '../property-entries.js'
import { shapeProperty } from '../property-shape.js'
import { isoDate } from '../record-shape.js'
import { invalid, json, notFound } from '../replies.js'
import { anyReadScope } from './readable.js'
import { booleanParameter, type Context, objectBody, type Route, tableOf } from './route.js'

const LEVELS = ['non_sensitive', 'sensitive', 'highly_sensitive']

/** The table of the type in the path, without what has been archived for too long. */
function currentTable(context: Context): ObjectTable {
  const table = tableOf(context)
  table.properties.purge(context.now)
  return table
}

/**
 * The definitions of one level of sensitivity. Whether HubSpot's reply about a higher level has the lower ones as well
 * isn't documented: here it has that level alone.
 */
function ofLevel(definitions: readonly DefinedProperty[], level: unknown): DefinedProperty[] {
  const wanted = level ?? 'non_sensitive'
  if (!LEVELS.includes(String(wanted)))
    throw invalid(`dataSensitivity must be one of ${LEVELS.join(', ')}, but was ${wanted}`)
  return definitions.filter(({ dataSensitivity }) => dataSensitivity === wanted)
}

/** All definitions of a type and level in one reply. Archived ones are only listed with `archived=true`. */
export const properties: Route = {
  operation: 'properties',
  method: 'GET',
  paths: ['/crm/v3/properties/:type', '/crm/properties/:version/:type'],
  lane: 'burst',
  anyScope: true,
  scopes: anyReadScope,
  handle: (context) => {
    const { type, properties } = currentTable(context)
    const { searchParams } = context.url
    const named = searchParams.get('properties')?.split(',')
    const listed = ofLevel(
      properties.list(booleanParameter(context, 'archived')),
      searchParams.get('dataSensitivity'),
    ).filter(({ name }) => named?.includes(name) ?? true)
    return json({ results: listed.map((one) => shapeProperty(context.crm.pipelines, type, one)) })
  },
}

/** One definition, of this level. */
export const property: Route = {
  operation: 'property',
  method: 'GET',
  paths: ['/crm/v3/properties/:type/:name', '/crm/properties/:version/:type/:name'],
  lane: 'burst',
  anyScope: true,
  scopes: anyReadScope,
  handle: (context) => {
    const { type, properties } = currentTable(context)
    const [found] = ofLevel(
      properties
        .list(booleanParameter(context, 'archived'))
        .filter(({ name }) => name === context.params.name),
      context.url.searchParams.get('dataSensitivity'),
    )
    if (!found) throw notFound()
    return json(shapeProperty(context.crm.pipelines, type, found))
  },
}

/** The definitions of these names. Those that are missing are in `errors`. */
export const propertyBatch: Route = {
  operation: 'property-batch',
  method: 'POST',
  paths: ['/crm/v3/properties/:type/batch/read', '/crm/properties/:version/:type/batch/read'],
  lane: 'burst',
  anyScope: true,
  scopes: anyReadScope,
  handle: (context) => {
    const { type, properties } = currentTable(context)
    const { inputs, archived = false, dataSensitivity } = objectBody(context)
    if (!Array.isArray(inputs)) throw invalid('Invalid input JSON: expected a list of inputs')
    const names = inputs.map((input) => String((input as { name?: unknown } | null)?.name))
    const there = ofLevel(properties.list(archived === true), dataSensitivity)
    const results = there.filter(({ name }) => names.includes(name))
    const missing = names.filter((name) => !results.some((one) => one.name === name))
    const at = isoDate(context.now)
    const body = {
      completedAt: at,
      status: 'COMPLETE',
      startedAt: at,
      results: results.map((one) => shapeProperty(context.crm.pipelines, type, one)),
    }
    if (missing.length === 0) return json(body)
    const error = {
      status: 'error',
      category: 'OBJECT_NOT_FOUND',
      message: `Could not find some properties of ${type.name}`,
      context: { name: missing },
    }
    return json({ ...body, numErrors: 1, errors: [error] }, partialStatus(context.version))
  },
}

/** The groups of the properties of a type, all in one reply. */
export const propertyGroups: Route = {
  operation: 'property-groups',
  method: 'GET',
  paths: ['/crm/v3/properties/:type/groups', '/crm/properties/:version/:type/groups'],
  lane: 'burst',
  anyScope: true,
  scopes: anyReadScope,
  handle: (context) => json({ results: tableOf(context).properties.groups.list() }),
}

/** One group. */
export const propertyGroup: Route = {
  operation: 'property-group',
  method: 'GET',
  paths: ['/crm/v3/properties/:type/groups/:name', '/crm/properties/:version/:type/groups/:name'],
  lane: 'burst',
  anyScope: true,
  scopes: anyReadScope,
  handle: (context) => {
    const groups = tableOf(context).properties.groups.list()
    const found = groups.find(({ name }) => name === context.params.name)
    if (!found) throw notFound()
    return json(found)
  },
}
