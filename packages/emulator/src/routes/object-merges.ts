import { merge } from '../merging.js'
import type { ObjectTable } from '../object-table.js'
import { errorBody, invalid, json, noContent, notFound, Refusal } from '../replies.js'
import type { StoredRecord } from '../stored-record.js'
import { fieldsOf, optionalText, textOf } from '../validation/bodies.js'
import { recordOf } from '../validation/records.js'
import { finder } from './find-record.js'
import { shapeWritten } from './object-inputs.js'
import type { Context, Route } from './route.js'
import { writableTableOf, writesRecords } from './writable.js'

/** Source: HubSpot docs, "Error handling". */
const MOST_IDENTITIES = 250

function requireVersion(context: Context, where: 'everywhere' | 'dated' | undefined): void {
  if (where === undefined || (where === 'dated' && !/^\d/.test(context.version))) throw notFound()
}

function activeRecord(table: ObjectTable, given: unknown): StoredRecord {
  const record = recordOf(table, textOf(given), undefined, { merged: true })
  if (!record) throw notFound()
  return record
}

/** Merges two records into a third, which has a new id. Source: HubSpot API specification; changelog. */
export const mergeRecords: Route = {
  operation: 'merge',
  method: 'POST',
  paths: ['/crm/v3/objects/:type/merge', '/crm/objects/:version/:type/merge'],
  ...writesRecords,
  handle: (context) => {
    const table = writableTableOf(context, 'records')
    const { standard } = table.type
    requireVersion(context, standard ? standard.merged : 'everywhere')
    const body = fieldsOf(context.body, 'primaryObjectId', 'objectIdToMerge')
    const primary = activeRecord(table, body.primaryObjectId)
    const other = activeRecord(table, body.objectIdToMerge)
    if (primary === other) throw invalid(`Cannot merge object with itself: ${primary.id}`)
    const identities = [primary, other].flatMap(
      ({ properties }) => properties.hs_merged_object_ids?.split(';') ?? [],
    )
    if (identities.length + 2 > MOST_IDENTITIES)
      throw new Refusal(
        414,
        errorBody('Cannot have more than 250 identities on a profile', 'VALIDATION_ERROR'),
      )
    const id = merge(context, table, primary.id, other.id)
    return json(shapeWritten(context, table, id, { hs_merged_object_ids: '' }))
  },
}

/**
 * Deletes a record for privacy, by its id or with `idProperty` by a unique value. It may be in the bin: whether HubSpot
 * finds it there isn't documented, but nothing of it may be left. One that isn't there is not an error.
 */
export const privacyDelete: Route = {
  operation: 'privacy-delete',
  method: 'POST',
  paths: ['/crm/v3/objects/:type/gdpr-delete', '/crm/objects/:version/:type/gdpr-delete'],
  ...writesRecords,
  handle: (context) => {
    const table = writableTableOf(context, 'records')
    requireVersion(context, table.type.standard?.privacyDeleted)
    const body = fieldsOf(context.body, 'objectId')
    const id = textOf(body.objectId)
    const idProperty = optionalText(body, 'idProperty')
    const record =
      recordOf(table, id, idProperty, { merged: true }) ?? finder(table, idProperty, true)(id)
    if (record) context.bin.privacyDelete(table, record.id)
    return noContent
  },
}
