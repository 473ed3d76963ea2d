import type { HubspotPipeline } from '../pipelines.js'
import { errorBody, json, notFound, Refusal } from '../replies.js'
import { anyReadScope } from './readable.js'
import { type Context, type Route, tableOf } from './route.js'

/** The pipelines of the type in the path, as a list or one by one. */
export function pipelinesOf(context: Context, listed: boolean): HubspotPipeline[] {
  const { type } = tableOf(context)
  const { crm, lifecyclePipelines } = context
  if (type.stageProperty !== 'lifecyclestage') return crm.pipelines.of(type)
  if (lifecyclePipelines === 404) throw notFound()
  if (typeof lifecyclePipelines === 'number')
    throw new Refusal(
      lifecyclePipelines,
      errorBody(`Pipelines are not supported for ${type.singular}`, 'VALIDATION_ERROR'),
    )
  return listed && lifecyclePipelines === 'single' ? [] : crm.pipelines.of(type)
}

function pipelineOf(context: Context): HubspotPipeline {
  const { pipeline: id } = context.params
  const found = pipelinesOf(context, false).find((pipeline) => pipeline.id === id)
  // What a deleted one is answered with isn't documented.
  if (!found) throw notFound()
  return found
}

/** The pipelines of a type, all in one reply and without those deleted. Source: recorded reply. */
export const pipelines: Route = {
  operation: 'pipelines',
  method: 'GET',
  paths: ['/crm/v3/pipelines/:type', '/crm/pipelines/:version/:type'],
  lane: 'burst',
  anyScope: true,
  scopes: anyReadScope,
  handle: (context) => json({ results: pipelinesOf(context, true) }),
}

/** One pipeline. The lifecycle pipelines of contacts and companies are reported to be found in this way alone. */
export const pipeline: Route = {
  operation: 'pipeline',
  method: 'GET',
  paths: ['/crm/v3/pipelines/:type/:pipeline', '/crm/pipelines/:version/:type/:pipeline'],
  lane: 'burst',
  anyScope: true,
  scopes: anyReadScope,
  handle: (context) => json(pipelineOf(context)),
}

/** The stages of a pipeline. */
export const stages: Route = {
  operation: 'stages',
  method: 'GET',
  paths: [
    '/crm/v3/pipelines/:type/:pipeline/stages',
    '/crm/pipelines/:version/:type/:pipeline/stages',
  ],
  lane: 'burst',
  anyScope: true,
  scopes: anyReadScope,
  handle: (context) => json({ results: pipelineOf(context).stages }),
}

/** One stage. */
export const stage: Route = {
  operation: 'stage',
  method: 'GET',
  paths: [
    '/crm/v3/pipelines/:type/:pipeline/stages/:stage',
    '/crm/pipelines/:version/:type/:pipeline/stages/:stage',
  ],
  lane: 'burst',
  anyScope: true,
  scopes: anyReadScope,
  handle: (context) => {
    const found = pipelineOf(context).stages.find(({ id }) => id === context.params.stage)
    if (!found) throw notFound()
    return json(found)
  },
}
