import { isoDate } from '../record-shape.js'
import { json, notFound } from '../replies.js'
import { pipelinesOf } from './pipelines.js'
import { anyReadScope } from './readable.js'
import { type Context, type Route, tableOf } from './route.js'

/**
 * The changes of a pipeline or stage, newest first. Those of a deleted one are still told; what HubSpot made itself has
 * none. Source: HubSpot API specification.
 */
function auditsOf(context: Context, path: readonly string[]) {
  const { type } = tableOf(context)
  const audits = context.crm.pipelines.audits.of(type, path)
  if (!audits && !isThere(context, path)) throw notFound()
  const results = (audits ?? []).map(({ identifier, action, at, rawObject }) => ({
    portalId: context.account.portalId,
    identifier,
    action,
    timestamp: isoDate(at),
    message: '',
    fromUserId: 1,
    rawObject,
  }))
  return json({ results })
}

function isThere(context: Context, [pipelineId, stageId]: readonly string[]): boolean {
  const pipeline = pipelinesOf(context, false).find(({ id }) => id === pipelineId)
  return stageId === undefined
    ? pipeline !== undefined
    : pipeline?.stages.some(({ id }) => id === stageId) === true
}

/** What was done to a pipeline. */
export const pipelineAudit: Route = {
  operation: 'pipeline-audit',
  method: 'GET',
  paths: [
    '/crm/v3/pipelines/:type/:pipeline/audit',
    '/crm/pipelines/:version/:type/:pipeline/audit',
  ],
  lane: 'burst',
  anyScope: true,
  scopes: anyReadScope,
  handle: (context) => auditsOf(context, [context.params.pipeline!]),
}

/** What was done to a stage. */
export const stageAudit: Route = {
  operation: 'stage-audit',
  method: 'GET',
  paths: [
    '/crm/v3/pipelines/:type/:pipeline/stages/:stage/audit',
    '/crm/pipelines/:version/:type/:pipeline/stages/:stage/audit',
  ],
  lane: 'burst',
  anyScope: true,
  scopes: anyReadScope,
  handle: (context) => auditsOf(context, [context.params.pipeline!, context.params.stage!]),
}
