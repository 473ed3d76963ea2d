import type { HubspotPropertyGroup, PropertyGroups } from '../property-groups.js'
import { conflict, errorBody, invalid, json, noContent, notFound, Refusal } from '../replies.js'
import {
  type Fields,
  fieldsOf,
  optionalInteger,
  optionalLabel,
  textOf,
} from '../validation/bodies.js'
import { type Context, type Route, tableOf } from './route.js'
import { writesDefinitions } from './writable.js'

const GROUPS = ['/crm/v3/properties/:type/groups', '/crm/properties/:version/:type/groups']
const GROUP = GROUPS.map((path) => `${path}/:name`)

function find(groups: PropertyGroups, name: string): HubspotPropertyGroup | undefined {
  return groups.list().find((group) => group.name === name)
}

function activeGroup(context: Context): HubspotPropertyGroup {
  const found = find(tableOf(context).properties.groups, context.params.name!)
  if (!found) throw notFound()
  return found
}

function changesOf(body: Fields): { label?: string; displayOrder?: number } {
  const [label, displayOrder] = [optionalLabel(body), optionalInteger(body, 'displayOrder')]
  const changes: { label?: string; displayOrder?: number } = {}
  if (label !== undefined) changes.label = label
  if (displayOrder !== undefined) changes.displayOrder = displayOrder
  return changes
}

/** Adds a group of properties. */
export const createGroup: Route = {
  operation: 'property-group-create',
  method: 'POST',
  paths: GROUPS,
  ...writesDefinitions,
  handle: (context) => {
    const { groups } = tableOf(context).properties
    const body = fieldsOf(context.body, 'name', 'label')
    const name = textOf(body.name)
    if (!/^[a-z][a-z0-9_-]*$/.test(name))
      throw invalid(`Property group name ${name} must start with a letter and be in lower case`)
    if (find(groups, name))
      throw conflict(`A property group named '${name}' already exists.`, 'OBJECT_ALREADY_EXISTS')
    groups.define(name, changesOf(body))
    return json(find(groups, name), 201)
  },
}

/** Renames a group for people, or moves it. */
export const updateGroup: Route = {
  operation: 'property-group-update',
  method: 'PATCH',
  paths: GROUP,
  ...writesDefinitions,
  handle: (context) => {
    const { name } = activeGroup(context)
    const { groups } = tableOf(context).properties
    groups.define(name, changesOf(fieldsOf(context.body)))
    return json(find(groups, name))
  },
}

/**
 * Archives a group without active properties. The refusal has its error as text in the message. Observed by a public
 * project on a live portal, September 2026.
 */
export const archiveGroup: Route = {
  operation: 'property-group-archive',
  method: 'DELETE',
  paths: GROUP,
  ...writesDefinitions,
  handle: (context) => {
    const { name } = activeGroup(context)
    const { properties } = tableOf(context)
    if (properties.list(false).some(({ groupName }) => groupName === name)) {
      const nested = errorBody(
        "Can't delete or purge a group with active properties",
        'VALIDATION_ERROR',
        {
          subCategory: 'PropertyGroupError.GROUP_WITH_ACTIVE_PROPERTIES',
        },
      )
      throw new Refusal(400, errorBody(JSON.stringify(nested)))
    }
    properties.groups.delete(name)
    return noContent
  },
}
