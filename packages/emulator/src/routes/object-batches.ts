import type { ObjectTable } from '../object-table.js'
import { parseId } from '../record-ids.js'
import { invalid, noContent, Refusal, type Reply } from '../replies.js'
import { type Fields, inputsOf, optionalText, repeated, textOf } from '../validation/bodies.js'
import { type Claims, recordOf, requireUniqueProperty } from '../validation/records.js'
import { type BatchError, batchReply, errorOf } from './batch-reply.js'
import { type Planned, planCreate, planUpdate } from './object-inputs.js'
import { archiveIfActive } from './object-writes.js'
import type { Context, Route } from './route.js'
import { writableTableOf, writesRecords } from './writable.js'

/** Source: HubSpot docs, "Using object APIs". */
const MAXIMUM = 100

/** Plans one input. What it throws is about that input alone. */
type Plan = (input: Fields, claims: Claims) => Planned | BatchError

function refuseRepeated(ids: readonly string[]): void {
  const twice = repeated(ids)
  if (twice.length === 0) return
  throw invalid(`Duplicate IDs found in batch input: [${twice.join(', ')}]. IDs must be unique`, {
    context: { ids: twice },
  })
}

/**
 * Plans all inputs, and then writes. If each input has an `objectWriteTraceId`, those that can be written are, and the
 * reply has an error for each of the others. Else one that is refused is the answer to all, and nothing is written.
 * Source: HubSpot docs, "Error handling".
 */
function writeAll(context: Context, inputs: readonly Fields[], plan: Plan, status: number): Reply {
  const traced = inputs.every((input) => optionalText(input, 'objectWriteTraceId') !== undefined)
  const claims: Claims = new Set()
  const planned: Planned[] = []
  const errors: BatchError[] = []
  for (const input of inputs) {
    try {
      const one = plan(input, claims)
      if (typeof one === 'function') planned.push(one)
      else errors.push(one)
    } catch (error) {
      if (!(error instanceof Refusal) || !traced) throw error
      errors.push(errorOf(error, { objectWriteTraceId: [input.objectWriteTraceId] }))
    }
  }
  return batchReply(
    context,
    planned.map((write) => write()),
    joined(errors),
    status,
  )
}

/** Ids that aren't there are in one error. Source: recorded reply of a batch read. */
function joined(errors: readonly BatchError[]): BatchError[] {
  const missing = errors.filter((error) => error.category === 'OBJECT_NOT_FOUND')
  const others = errors.filter((error) => error.category !== 'OBJECT_NOT_FOUND')
  if (missing.length === 0) return others
  const ids = missing.flatMap(({ context }) => (context as { ids: string[] }).ids)
  return [{ ...missing[0], context: { ids } }, ...others]
}

function missingRecord({ type }: ObjectTable, id: string): BatchError {
  return {
    status: 'error',
    category: 'OBJECT_NOT_FOUND',
    message: `Could not get some ${type.singular.toUpperCase()} objects, they may be deleted or not exist. Check that ids are valid.`,
    context: { ids: [id] },
  }
}

/** Creates up to 100 records. */
export const batchCreate: Route = {
  operation: 'batch-create',
  method: 'POST',
  paths: ['/crm/v3/objects/:type/batch/create', '/crm/objects/:version/:type/batch/create'],
  ...writesRecords,
  handle: (context) => {
    const table = writableTableOf(context, 'records')
    const inputs = inputsOf(context.body, MAXIMUM, 'properties')
    return writeAll(
      context,
      inputs,
      (input, claims) => planCreate(context, table, input, claims),
      201,
    )
  },
}

/**
 * Changes values of up to 100 records. Ids that aren't there are in `errors`, those of merged records too. Source:
 * HubSpot docs, "Using object APIs".
 */
export const batchUpdate: Route = {
  operation: 'batch-update',
  method: 'POST',
  paths: ['/crm/v3/objects/:type/batch/update', '/crm/objects/:version/:type/batch/update'],
  ...writesRecords,
  handle: (context) => {
    const table = writableTableOf(context, 'values')
    const inputs = inputsOf(context.body, MAXIMUM, 'id', 'properties')
    refuseRepeated(inputs.map(({ id }) => textOf(id)))
    const plan: Plan = (input, claims) => {
      const id = textOf(input.id)
      const record = recordOf(table, id, optionalText(input, 'idProperty'), { merged: false })
      return record ? planUpdate(context, table, record, input, claims) : missingRecord(table, id)
    }
    return writeAll(context, inputs, plan, 200)
  },
}

/** Changes up to 100 records that are found by a unique property, and creates those that aren't found. */
export const batchUpsert: Route = {
  operation: 'batch-upsert',
  method: 'POST',
  paths: ['/crm/v3/objects/:type/batch/upsert', '/crm/objects/:version/:type/batch/upsert'],
  ...writesRecords,
  handle: (context) => {
    const table = writableTableOf(context, 'records')
    const inputs = inputsOf(context.body, MAXIMUM, 'id', 'idProperty', 'properties')
    const [idProperty, ...others] = new Set(inputs.map((input) => textOf(input.idProperty)))
    if (others.length > 0) throw invalid('All inputs must have the same idProperty')
    if (idProperty !== 'hs_object_id') requireUniqueProperty(table, idProperty!)
    refuseRepeated(inputs.map(({ id }) => textOf(id).toLowerCase()))
    const plan: Plan = (input, claims) => {
      const id = textOf(input.id)
      const record = recordOf(table, id, idProperty, { merged: true })
      if (record) return flagged(planUpdate(context, table, record, input, claims), false)
      if (idProperty === 'hs_object_id') return missingRecord(table, id)
      const properties = { [idProperty!]: id, ...(input.properties as object) }
      return flagged(planCreate(context, table, { ...input, properties }, claims), true)
    }
    return writeAll(context, inputs, plan, 200)
  },
}

function flagged(planned: Planned, isNew: boolean): Planned {
  return () => ({ ...planned(), new: isNew })
}

/** Archives up to 100 records. Ids that aren't there change nothing. */
export const batchArchive: Route = {
  operation: 'batch-archive',
  method: 'POST',
  paths: ['/crm/v3/objects/:type/batch/archive', '/crm/objects/:version/:type/batch/archive'],
  ...writesRecords,
  handle: (context) => {
    const ids = inputsOf(context.body, MAXIMUM, 'id').map(({ id }) => textOf(id))
    const wrong = ids.find((id) => parseId(id) === undefined)
    if (wrong !== undefined) throw invalid(`${wrong} is not a valid ID`)
    for (const id of ids) archiveIfActive(context, id)
    return noContent
  },
}
