import { isFrom202609 } from '../api-versions.js'
import { isoDate } from '../record-shape.js'
import { json, noContent, Refusal, type Reply } from '../replies.js'
import { type Fields, fieldsOf, inputsOf, listOf } from '../validation/bodies.js'
import { namedTypes } from './association-inputs.js'
import { planDefault, planLabelled, removeLinks } from './association-writes.js'
import { type BatchError, batchReply, errorOf } from './batch-reply.js'
import type { Context, Route } from './route.js'
import { associationScopes } from './writable.js'

/** Source: HubSpot docs, "Associations". */
const MAXIMUM = 2_000

/** The two ids of an input. */
function idsOf(input: Fields): { fromId: unknown; toId: unknown } {
  return { fromId: fieldsOf(input.from, 'id').id, toId: fieldsOf(input.to, 'id').id }
}

/** Writes what can be written, and answers with an error for each of the other inputs. */
export function linkEach<T>(
  inputs: readonly Fields[],
  plan: (input: Fields, ids: ReturnType<typeof idsOf>) => () => T,
): { results: T[]; errors: BatchError[] } {
  const results: T[] = []
  const errors: BatchError[] = []
  for (const input of inputs) {
    const ids = idsOf(input)
    try {
      results.push(plan(input, ids)())
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      const ends = { fromObjectId: [String(ids.fromId)], toObjectId: [String(ids.toId)] }
      errors.push(errorOf(error, ends))
    }
  }
  return { results, errors }
}

/** Associates pairs of records by types that the inputs name. */
export const batchLink: Route = {
  operation: 'batch-associate',
  method: 'POST',
  paths: [
    '/crm/v4/associations/:from/:to/batch/create',
    '/crm/associations/:version/:from/:to/batch/create',
  ],
  lane: 'associations',
  writes: true,
  scopes: associationScopes,
  handle: (context) => {
    const inputs = inputsOf(context.body, MAXIMUM, 'from', 'to', 'types')
    const { results, errors } = linkEach(inputs, (input, ids) =>
      planLabelled(context, { ...ids, named: namedTypes(input.types) }),
    )
    return batchReply(context, results, errors, createdStatus(context))
  },
}

/** Source: HubSpot API specification, versions compared. */
function createdStatus({ version }: Context): number {
  return isFrom202609(version) ? 200 : 201
}

/** Associates pairs of records by the unlabelled type. */
export const batchLinkByDefault: Route = {
  operation: 'batch-associate-default',
  method: 'POST',
  paths: [
    '/crm/v4/associations/:from/:to/batch/associate/default',
    '/crm/associations/:version/:from/:to/batch/associate/default',
  ],
  lane: 'associations',
  writes: true,
  scopes: associationScopes,
  handle: (context) => {
    const inputs = inputsOf(context.body, MAXIMUM, 'from', 'to')
    const { results, errors } = linkEach(inputs, (_, ids) => planDefault(context, ids))
    return batchReply(context, results.flat(), errors)
  },
}

/** Removes all associations between records. */
export const batchUnlink: Route = {
  operation: 'batch-dissociate',
  method: 'POST',
  paths: [
    '/crm/v4/associations/:from/:to/batch/archive',
    '/crm/associations/:version/:from/:to/batch/archive',
  ],
  lane: 'associations',
  writes: true,
  scopes: associationScopes,
  handle: (context) => {
    for (const input of inputsOf(context.body, MAXIMUM, 'from', 'to')) {
      const fromId = fieldsOf(input.from, 'id').id
      for (const { id: toId } of listOf(input.to, 'id')) removeLinks(context, { fromId, toId })
    }
    return removed(context)
  },
}

/** Removes some of the types that link records. */
export const batchUnlinkLabels: Route = {
  operation: 'batch-dissociate-labels',
  method: 'POST',
  paths: [
    '/crm/v4/associations/:from/:to/batch/labels/archive',
    '/crm/associations/:version/:from/:to/batch/labels/archive',
  ],
  lane: 'associations',
  writes: true,
  scopes: associationScopes,
  handle: (context) => {
    for (const input of inputsOf(context.body, MAXIMUM, 'from', 'to', 'types'))
      removeLinks(context, { ...idsOf(input), named: namedTypes(input.types) })
    return removed(context)
  },
}

/** 204 in the older version, and 200 with a body in dated ones. Source: HubSpot API specification, versions compared. */
function removed({ now, version }: Context): Reply {
  if (!/^\d/.test(version)) return noContent
  const at = isoDate(now)
  return json({ completedAt: at, status: 'COMPLETE', startedAt: at })
}
