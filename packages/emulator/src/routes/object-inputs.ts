import { sources } from '../histories.js'
import { isStepBack } from '../lifecycle-stages.js'
import type { ObjectTable } from '../object-table.js'
import { type HubspotRecord, shapeRecord } from '../record-shape.js'
import { invalid } from '../replies.js'
import type { StoredRecord } from '../stored-record.js'
import { type Fields, optionalText } from '../validation/bodies.js'
import {
  type CheckedValues,
  type Claims,
  checkValues,
  requireProperties,
  requireUnique,
  withPipeline,
} from '../validation/records.js'
import { newAssociations } from './association-inputs.js'
import { planPrimaryCompany } from './primary-company-writes.js'
import { readable } from './readable.js'
import type { Context } from './route.js'

/** A record as a write answers with it. */
export type WrittenRecord = HubspotRecord & { objectWriteTraceId?: string; new?: boolean }

/** A write that was checked, and can't fail any more. */
export type Planned = () => WrittenRecord

function accountOf({ crm, account }: Context) {
  return { crm, portalId: account.portalId }
}

/** The record with the default properties of lists and those that were written. */
export function shapeWritten(
  context: Context,
  table: ObjectTable,
  id: number,
  values: CheckedValues,
  traceId?: string,
): WrittenRecord {
  const { properties, records } = table
  const names = new Set([...properties.returned(undefined, 'list'), ...Object.keys(values)])
  const shown = readable(context, table, [...names].sort())
  const shaped = shapeRecord(table, records.get(id)!, shown, context.account)
  return traceId === undefined ? shaped : { ...shaped, objectWriteTraceId: traceId }
}

/** Throws if the values of an input can't be written, whatever record they are for. */
export function requireValues(context: Context, table: ObjectTable, input: Fields): void {
  checkValues(accountOf(context), table, input.properties ?? {})
}

/** Checks a new record with its associations. */
export function planCreate(
  context: Context,
  table: ObjectTable,
  input: Fields,
  claims: Claims,
): Planned {
  const { crm } = context
  const checked = checkValues(accountOf(context), table, input.properties ?? {})
  const values = withPipeline(crm, table, checked)
  requireProperties(crm, table, values)
  requireUnique(accountOf(context), table, values, undefined, claims)
  const associations = newAssociations(context, table, input.associations, claims)
  const linkCompany = planPrimaryCompany(context, table, values)
  const traceId = optionalText(input, 'objectWriteTraceId')
  return () => {
    const set = Object.entries(values).filter(([, value]) => value !== '')
    const id = crm.create(table, Object.fromEntries(set), {})
    for (const associate of associations) associate(id)
    linkCompany(id)
    return shapeWritten(context, table, id, values, traceId)
  }
}

/**
 * The values without a lifecycle stage that is before that of the record: HubSpot leaves it as it is, without an error.
 * Source: HubSpot docs, "Contacts" and "Companies". Whether such a call alone is a modification isn't documented.
 */
function withoutStepBack(
  { crm }: Context,
  { type }: ObjectTable,
  { properties }: StoredRecord,
  given: CheckedValues,
): CheckedValues {
  const { lifecyclestage, ...others } = given
  const change = { before: properties.lifecyclestage, after: lifecyclestage }
  return isStepBack(crm, type, change) ? others : given
}

/** Checks a change of a record. */
export function planUpdate(
  context: Context,
  table: ObjectTable,
  record: StoredRecord,
  input: Fields,
  claims: Claims,
): Planned {
  const given = checkValues(accountOf(context), table, input.properties ?? {}, record)
  if (Object.keys(given).length === 0)
    throw invalid('No properties found to update, please provide at least one.')
  const values = withoutStepBack(context, table, record, given)
  requireUnique(accountOf(context), table, values, record, claims)
  const linkCompany = planPrimaryCompany(context, table, values)
  const traceId = optionalText(input, 'objectWriteTraceId')
  return () => {
    if (Object.keys(values).length > 0)
      context.crm.update(table, record.id, values, { source: sources.call })
    linkCompany(record.id)
    return shapeWritten(context, table, record.id, given, traceId)
  }
}
