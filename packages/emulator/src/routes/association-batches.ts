import { isFrom202609 } from '../api-versions.js'
import { isoDate } from '../record-shape.js'
import { json, noContent, Refusal, type Reply } from '../replies.js'
import { type Fields, fieldsOf, inputsOf, listOf, textOf } from '../validation/bodies.js'
import { namedTypes } from './association-inputs.js'
import { planDefault, planLabelled, removeLinks } from './association-writes.js'
import { type BatchError, batchReply, errorOf } from './batch-reply.js'
import type { Context, Route } from './route.js'
import { associationScopes } from './writable.js'

/** Source: HubSpot docs, "Associations". */
const MAXIMUM = 2_000

/** The two records that an input names. */
export interface EndIds {
  readonly fromId: string
  readonly toId: string
}

export function endIds(input: Fields): EndIds {
  const [from, to] = [fieldsOf(input.from, 'id'), fieldsOf(input.to, 'id')]
  return { fromId: textOf(from.id), toId: textOf(to.id) }
}

/**
 * Writes what can be written, and answers with an error for each of the other inputs. All inputs have been read by
 * then: one of a wrong form refuses the batch as a whole.
 */
export function linkEach<Link extends EndIds, T>(
  links: readonly Link[],
  plan: (link: Link) => () => T,
): { results: T[]; errors: BatchError[] } {
  const results: T[] = []
  const errors: BatchError[] = []
  for (const link of links) {
    try {
      results.push(plan(link)())
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      errors.push(errorOf(error, { fromObjectId: [link.fromId], toObjectId: [link.toId] }))
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
    const links = inputs.map((input) => ({ ...endIds(input), named: namedTypes(input.types) }))
    const { results, errors } = linkEach(links, (link) => planLabelled(context, link))
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
    const links = inputsOf(context.body, MAXIMUM, 'from', 'to').map(endIds)
    const { results, errors } = linkEach(links, (ids) => planDefault(context, ids))
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
    const pairs = inputsOf(context.body, MAXIMUM, 'from', 'to').flatMap(({ from, to }) =>
      listOf(to, 'id').map((one) => endIds({ from, to: one })),
    )
    for (const ids of pairs) removeLinks(context, ids)
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
    const links = inputsOf(context.body, MAXIMUM, 'from', 'to', 'types').map((input) => ({
      ...endIds(input),
      named: namedTypes(input.types),
    }))
    for (const link of links) removeLinks(context, link)
    return removed(context)
  },
}

/** 204 in the older version, and 200 with a body in dated ones. Source: HubSpot API specification, versions compared. */
function removed({ now, version }: Context): Reply {
  if (!/^\d/.test(version)) return noContent
  const at = isoDate(now)
  return json({ completedAt: at, status: 'COMPLETE', startedAt: at })
}
