import type { ObjectType } from '../object-types.js'
import type { HubspotPipeline, HubspotStage } from '../pipelines.js'
import { errorBody, json, noContent, notFound, Refusal, type Reply } from '../replies.js'
import { type Fields, fieldsOf, labelOf } from '../validation/bodies.js'
import { checkStage, isSameLabel, requireOwnLabels, requireStages } from '../validation/stages.js'
import {
  holderOfStage,
  pipelineInPath,
  placeStage,
  requireUnused,
  typeWithPipelines,
  withoutId,
} from './pipeline-changes.js'
import type { Context, Route } from './route.js'
import { writesDefinitions } from './writable.js'

const STAGES = [
  '/crm/v3/pipelines/:type/:pipeline/stages',
  '/crm/pipelines/:version/:type/:pipeline/stages',
]
const STAGE = STAGES.map((path) => `${path}/:stage`)

function stageInPath({ stages }: HubspotPipeline, context: Context): HubspotStage | undefined {
  return stages.find(({ id }) => id === context.params.stage)
}

/** Adds a stage to a pipeline. */
export const createStage: Route = {
  operation: 'stage-create',
  method: 'POST',
  paths: STAGES,
  ...writesDefinitions,
  handle: (context) => {
    const type = typeWithPipelines(context)
    const pipeline = pipelineInPath(context, type)
    const body = fieldsOf(context.body, 'label', 'displayOrder')
    const label = labelOf(body)
    const stage = { ...checkStage(type, body), label }
    requireOwnLabels([...pipeline.stages.map((other) => other.label), label])
    const holder = stage.id === undefined ? undefined : holderOfStage(context, type, stage.id)
    if (holder)
      throw new Refusal(
        400,
        errorBody(`Pipeline ${holder.id} is already using stage id ${stage.id}`),
      )
    const id = context.crm.pipelines.createStage(type, pipeline.id, stage)
    placeStage(context, type, pipeline, id)
    return json(
      pipeline.stages.find((one) => one.id === id),
      201,
    )
  },
}

function change(
  context: Context,
  type: ObjectType,
  pipeline: HubspotPipeline,
  body: Fields,
): Reply {
  const stage = stageInPath(pipeline, context)
  if (!stage) throw notFound()
  const checked = checkStage(type, body, stage)
  const others = pipeline.stages.filter((other) => other !== stage)
  const { label = stage.label } = checked
  if (others.some((other) => isSameLabel(other.label, label)))
    requireOwnLabels([...others.map((other) => other.label), label])
  requireStages(type, [...others, { metadata: checked.metadata ?? stage.metadata }])
  context.crm.pipelines.updateStage(type, pipeline.id, stage.id, withoutId(checked))
  placeStage(context, type, pipeline, stage.id)
  return json(stage)
}

/** Changes what the body names of a stage, or replaces it, which merges what is known about it as well. */
export const changeStage: readonly Route[] = (['PATCH', 'PUT'] as const).map(
  (method): Route => ({
    operation: method === 'PUT' ? 'stage-replace' : 'stage-update',
    method,
    paths: STAGE,
    ...writesDefinitions,
    handle: (context) => {
      const type = typeWithPipelines(context)
      const pipeline = pipelineInPath(context, type)
      const required = method === 'PUT' ? ['label', 'displayOrder'] : []
      return change(context, type, pipeline, fieldsOf(context.body, ...required))
    },
  }),
)

/** Deletes a stage for good. One that isn't there is not an error. Observed by a public project, October 2026. */
export const archiveStage: Route = {
  operation: 'stage-archive',
  method: 'DELETE',
  paths: STAGE,
  ...writesDefinitions,
  handle: (context) => {
    const type = typeWithPipelines(context)
    const { pipelines } = context.crm
    const pipeline = pipelines.of(type).find(({ id }) => id === context.params.pipeline)
    const stage = pipeline && stageInPath(pipeline, context)
    if (!pipeline || !stage) return noContent
    requireStages(
      type,
      pipeline.stages.filter((other) => other !== stage),
    )
    requireUnused(context, type, pipeline, [stage])
    pipelines.deleteStage(type, pipeline.id, stage.id)
    return noContent
  },
}
