import { parseId } from '../record-ids.js'
import { json, noContent, notFound } from '../replies.js'
import { fieldsOf } from '../validation/bodies.js'
import { recordOf } from '../validation/records.js'
import { planCreate, planUpdate, requireValues } from './object-inputs.js'
import type { Context, Route } from './route.js'
import { writableTableOf, writesRecords } from './writable.js'

/** Creates a record, with associations to others. */
export const create: Route = {
  operation: 'create',
  method: 'POST',
  paths: ['/crm/v3/objects/:type', '/crm/objects/:version/:type'],
  ...writesRecords,
  handle: (context) => {
    const table = writableTableOf(context, 'records')
    const input = fieldsOf(context.body, 'properties')
    return json(planCreate(context, table, input, new Set())(), 201)
  },
}

/**
 * Changes values of a record. The id can be that of a record that was merged into it, or with `idProperty` a value of a
 * unique property. Source: HubSpot docs, "Using object APIs".
 */
export const update: Route = {
  operation: 'update',
  method: 'PATCH',
  paths: ['/crm/v3/objects/:type/:id', '/crm/objects/:version/:type/:id'],
  ...writesRecords,
  handle: (context) => {
    const table = writableTableOf(context, 'values')
    const idProperty = context.url.searchParams.get('idProperty') ?? undefined
    const input = fieldsOf(context.body, 'properties')
    // The values come first: a connector makes a property when it is told that it doesn't exist.
    requireValues(context, table, input)
    const record = recordOf(table, context.params.id!, idProperty, { merged: true })
    if (!record) throw notFound()
    return json(planUpdate(context, table, record, input, new Set())())
  },
}

/** Archives a record. One that is archived already stays so; whether there was one at all isn't told. */
export const archive: Route = {
  operation: 'archive',
  method: 'DELETE',
  paths: ['/crm/v3/objects/:type/:id', '/crm/objects/:version/:type/:id'],
  ...writesRecords,
  handle: (context) => {
    const id = context.params.id!
    // What HubSpot makes of an id that is none isn't documented. To say that it is done would hide a mistake.
    if (parseId(id) === undefined) throw notFound()
    archiveIfActive(context, id)
    return noContent
  },
}

/** Archives the record with this id, if it is active. */
export function archiveIfActive(context: Context, id: string): void {
  const table = writableTableOf(context, 'records')
  const record = recordOf(table, id, undefined, { merged: true })
  if (record) context.bin.archive(table, record.id)
}
