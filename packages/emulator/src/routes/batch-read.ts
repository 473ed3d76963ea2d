import { partialStatus } from '../api-versions.js'
import { shapeHistory } from '../history-shape.js'
import type { ObjectTable } from '../object-table.js'
import { scramble } from '../random.js'
import { isoDate, shapeRecord } from '../record-shape.js'
import { errorBody, invalid, invalidInput, json, Refusal, type Reply } from '../replies.js'
import type { StoredRecord } from '../stored-record.js'
import { finder } from './find-record.js'
import { historyLimit } from './list.js'
import { objectScopes, readable, recordTableOf } from './readable.js'
import { booleanParameter, type Context, listOf, objectBody, type Route } from './route.js'

function inputIds(body: Record<string, unknown>): string[] {
  if (!Array.isArray(body.inputs)) throw invalid('Invalid input JSON: expected a list of inputs')
  return body.inputs.map((input: unknown) => {
    const id =
      typeof input === 'object' && input !== null ? (input as { id?: unknown }).id : undefined
    if (typeof id !== 'string' && typeof id !== 'number')
      throw invalidInput('id is required', 'inputs')
    return String(id)
  })
}

/**
 * The records with up to 100 ids, in arbitrary order. Missing ids are in `errors`. A merged record has its current id.
 */
export const batchRead: Route = {
  operation: 'batch-read',
  method: 'POST',
  paths: ['/crm/v3/objects/:type/batch/read', '/crm/objects/:version/:type/batch/read'],
  lane: 'burst',
  scopes: objectScopes,
  handle: (context) => {
    const table = recordTableOf(context, 'batch')
    const body = objectBody(context)
    const ids = inputIds(body)
    const asked = (listOf(body, 'propertiesWithHistory') ?? []).map(String)
    if (ids.length > 100)
      throw invalid(
        `The maximum number of inputs supported in a batch request is 100, but was ${ids.length}`,
      )
    if (ids.length > 50 && asked.length > 0) throw historyLimit()
    refuseDuplicates(ids)

    const archived = booleanParameter(context, 'archived')
    const find = finder(table, body.idProperty, archived)
    const found = new Map<number, StoredRecord>()
    const missing: string[] = []
    for (const id of ids) {
      const record = find(id)
      if (record) found.set(record.id, record)
      else missing.push(id)
    }
    const returned = readable(
      context,
      table,
      table.properties.returned(listOf(body, 'properties')?.map(String), 'list'),
    )
    const history = readable(
      context,
      table,
      asked.filter((name) => table.properties.get(name)),
    )
    const past = (record: StoredRecord) =>
      asked.length > 0 ? shapeHistory(table, record, history, context.now) : undefined
    const results = [...found.values()]
      .sort((a, b) => scramble(a.id) - scramble(b.id))
      .map((record) => shapeRecord(table, record, returned, context.account, past(record)))
    return reply(context, table, results, missing)
  },
}

function refuseDuplicates(ids: readonly string[]): void {
  const repeated = [...new Set(ids.filter((id, index) => ids.indexOf(id) !== index))]
  if (repeated.length === 0) return
  throw new Refusal(
    400,
    errorBody(
      `Duplicate IDs found in batch input: [${repeated.join(', ')}]. IDs must be unique`,
      'VALIDATION_ERROR',
      { context: { ids: repeated } },
    ),
  )
}

function reply(
  { now, version }: Context,
  { type }: ObjectTable,
  results: unknown[],
  missing: string[],
): Reply {
  const moments = { completedAt: isoDate(now), status: 'COMPLETE', startedAt: isoDate(now) }
  if (missing.length === 0) return json({ ...moments, results })
  const kind = type.singular.toUpperCase()
  const error = {
    status: 'error',
    category: 'OBJECT_NOT_FOUND',
    message: `Could not get some ${kind} objects, they may be deleted or not exist. Check that ids are valid.`,
    context: { ids: missing },
  }
  return json({ ...moments, results, numErrors: 1, errors: [error] }, partialStatus(version))
}
