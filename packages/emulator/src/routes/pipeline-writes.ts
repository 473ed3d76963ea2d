import type { ObjectType } from '../object-types.js'
import type { HubspotPipeline, NewStage, PipelineChanges } from '../pipelines.js'
import { conflict, invalid, json, noContent } from '../replies.js'
import {
  type Fields,
  fieldsOf,
  integerOf,
  labelOf,
  listOf,
  optionalInteger,
  optionalLabel,
  optionalText,
} from '../validation/bodies.js'
import { checkStage, requireOwnLabels, requireStages } from '../validation/stages.js'
import {
  holderOfStage,
  pipelineInPath,
  requireOwnName,
  requireUnused,
  typeWithPipelines,
  withoutId,
} from './pipeline-changes.js'
import type { Context, Route } from './route.js'
import { writesDefinitions } from './writable.js'

const PIPELINES = ['/crm/v3/pipelines/:type', '/crm/pipelines/:version/:type']
const PIPELINE = PIPELINES.map((path) => `${path}/:pipeline`)

/** The stages of a pipeline that is created or replaced. */
function stagesOf(
  context: Context,
  type: ObjectType,
  body: Fields,
  own?: HubspotPipeline,
): NewStage[] {
  const stages = listOf(body.stages, 'label', 'displayOrder').map((fields) => {
    const id = optionalText(fields, 'stageId')
    const before = own?.stages.find((stage) => stage.id === id)
    return { ...checkStage(type, fields, before), label: labelOf(fields) }
  })
  requireOwnLabels(stages.map(({ label }) => label))
  requireStages(
    type,
    stages.map(({ id, metadata }) => ({
      metadata: metadata ?? own?.stages.find((stage) => stage.id === id)?.metadata ?? {},
    })),
  )
  const held = stages.flatMap(({ id }) => (id && holderOfStage(context, type, id, own) ? [id] : []))
  if (held.length > 0)
    throw conflict(
      `Stage IDs: [${held.join(', ')}] already exist in another pipeline`,
      'CONFLICT',
      {
        subCategory: 'PipelineError.STAGE_ID_EXISTS_IN_ANOTHER_PIPELINE',
        context: { stageIds: [`[${held.join(', ')}]`] },
      },
    )
  return stages
}

/** Creates a pipeline with its stages. */
export const createPipeline: Route = {
  operation: 'pipeline-create',
  method: 'POST',
  paths: PIPELINES,
  ...writesDefinitions,
  handle: (context) => {
    const { pipelines } = context.crm
    const type = typeWithPipelines(context)
    const body = fieldsOf(context.body, 'label', 'displayOrder', 'stages')
    const [label, id] = [labelOf(body), optionalText(body, 'pipelineId')]
    requireOwnName(context, type, label)
    if (id !== undefined && pipelines.of(type).some((other) => other.id === id))
      throw invalid(`There's another pipeline of ${type.name} with pipelineId ${id}`)
    const stages = stagesOf(context, type, body)
    const pipeline = { label, displayOrder: integerOf(body, 'displayOrder'), stages }
    const created = pipelines.create(type, id === undefined ? pipeline : { ...pipeline, id })
    return json(
      pipelines.of(type).find((one) => one.id === created),
      201,
    )
  },
}

/** Changes the name or the place of a pipeline. Its stages are modified with it. */
function change(
  { crm }: Context,
  type: ObjectType,
  pipeline: HubspotPipeline,
  changes: PipelineChanges,
): void {
  crm.pipelines.update(type, pipeline.id, changes)
  for (const { id } of pipeline.stages) crm.pipelines.updateStage(type, pipeline.id, id, {})
}

/** Changes what the body names of a pipeline. */
export const updatePipeline: Route = {
  operation: 'pipeline-update',
  method: 'PATCH',
  paths: PIPELINE,
  ...writesDefinitions,
  handle: (context) => {
    const type = typeWithPipelines(context)
    const pipeline = pipelineInPath(context, type)
    const body = fieldsOf(context.body)
    const changes: PipelineChanges = {}
    const label = optionalLabel(body)
    const displayOrder = optionalInteger(body, 'displayOrder')
    if (label !== undefined) {
      requireOwnName(context, type, label, pipeline)
      changes.label = label
    }
    if (displayOrder !== undefined) changes.displayOrder = displayOrder
    change(context, type, pipeline, changes)
    return json(pipeline)
  },
}

/** Replaces a pipeline. Stages whose ids it names stay, the others are deleted. Observed by a public project. */
export const replacePipeline: Route = {
  operation: 'pipeline-replace',
  method: 'PUT',
  paths: PIPELINE,
  ...writesDefinitions,
  handle: (context) => {
    const { pipelines } = context.crm
    const type = typeWithPipelines(context)
    const pipeline = pipelineInPath(context, type)
    const body = fieldsOf(context.body, 'label', 'displayOrder', 'stages')
    const label = labelOf(body)
    requireOwnName(context, type, label, pipeline)
    const stages = stagesOf(context, type, body, pipeline)
    const gone = pipeline.stages.filter((stage) => !stages.some(({ id }) => id === stage.id))
    requireUnused(context, type, pipeline, gone)
    for (const { id } of gone) pipelines.deleteStage(type, pipeline.id, id)
    for (const stage of stages)
      if (stage.id !== undefined && pipeline.stages.some(({ id }) => id === stage.id))
        pipelines.updateStage(type, pipeline.id, stage.id, withoutId(stage))
      else pipelines.createStage(type, pipeline.id, stage)
    pipelines.update(type, pipeline.id, { label, displayOrder: integerOf(body, 'displayOrder') })
    return json(pipeline)
  },
}

/** Deletes a pipeline for good. A type keeps one: whether HubSpot deletes the last isn't documented. */
export const archivePipeline: Route = {
  operation: 'pipeline-archive',
  method: 'DELETE',
  paths: PIPELINE,
  ...writesDefinitions,
  handle: (context) => {
    const type = typeWithPipelines(context)
    const pipeline = pipelineInPath(context, type)
    requireUnused(context, type, pipeline, pipeline.stages)
    if (context.crm.pipelines.of(type).length === 1)
      throw invalid(`Pipeline ${pipeline.id} is the only one of ${type.name} and can't be deleted`)
    context.crm.pipelines.delete(type, pipeline.id)
    return noContent
  },
}
