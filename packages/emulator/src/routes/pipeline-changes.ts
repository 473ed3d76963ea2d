import { isFrom202609 } from '../api-versions.js'
import type { ObjectType } from '../object-types.js'
import type { HubspotPipeline, HubspotStage } from '../pipelines.js'
import { errorBody, invalid, notFound, Refusal } from '../replies.js'
import type { CheckedStage } from '../validation/stages.js'
import { booleanParameter, type Context, tableOf } from './route.js'

/** How many records a refusal names at most. */
const NAMED = 100

/** The type in the path, whose pipelines can be written. Those of the lifecycle are not among them. */
export function typeWithPipelines(context: Context): ObjectType {
  const { type } = tableOf(context)
  if (type.pipelineProperty && type.stageProperty !== 'lifecyclestage') return type
  throw new Refusal(
    400,
    errorBody(`Pipelines are not supported for ${type.singular}`, 'VALIDATION_ERROR'),
  )
}

/** The pipeline in the path. */
export function pipelineInPath(context: Context, type: ObjectType): HubspotPipeline {
  const found = context.crm.pipelines.of(type).find(({ id }) => id === context.params.pipeline)
  if (!found) throw notFound()
  return found
}

/** Throws if another pipeline of the type has this name. */
export function requireOwnName(
  { crm }: Context,
  type: ObjectType,
  label: string,
  own?: HubspotPipeline,
): void {
  const same = (other: HubspotPipeline) =>
    other !== own && other.label.toLowerCase() === label.toLowerCase()
  if (crm.pipelines.of(type).some(same))
    throw invalid(`An active pipeline with label ${label} already exists`)
}

/** Throws if records are in these stages and the version or the caller wants that checked. */
export function requireUnused(
  context: Context,
  type: ObjectType,
  pipeline: HubspotPipeline,
  stages: readonly HubspotStage[],
): void {
  const { version, crm } = context
  const asked = ['validateReferencesBeforeDelete', 'validateDealStageUsagesBeforeDelete']
  const isChecked =
    // Observed by a public project on a live portal, October 2026.
    isFrom202609(version) || asked.some((name) => booleanParameter(context, name))
  if (!isChecked) return
  const ids = new Set(stages.map(({ id }) => id))
  const used = new Set<string>()
  const records: number[] = []
  for (const { id, properties } of crm.table(type).records.walk(false)) {
    const [of, stage] = [properties[type.pipelineProperty!], properties[type.stageProperty!]]
    if (of !== pipeline.id || stage === undefined || !ids.has(stage)) continue
    used.add(stage)
    if (records.length < NAMED) records.push(id)
  }
  if (used.size === 0) return
  const [stageIds, objectIds] = [`[${[...used].join(', ')}]`, `[${records.join(', ')}]`]
  throw invalid(`Stage IDs: ${stageIds} are being referenced by object IDs: ${objectIds}`, {
    context: { stageIds: [stageIds], objectIds: [objectIds] },
    subCategory: 'PipelineError.STAGE_ID_IN_USE',
  })
}

/** The pipeline of the type, other than this one, that has a stage with this id. */
export function holderOfStage(
  { crm }: Context,
  type: ObjectType,
  id: string,
  except?: HubspotPipeline,
): HubspotPipeline | undefined {
  return crm.pipelines
    .of(type)
    .find((pipeline) => pipeline !== except && pipeline.stages.some((stage) => stage.id === id))
}

/**
 * Puts a stage in its place: right after the one that has the place already, with all numbered anew. Observed by a
 * public project on a live portal, October 2026.
 */
export function placeStage(
  { crm }: Context,
  type: ObjectType,
  pipeline: HubspotPipeline,
  stageId: string,
): void {
  const placed = pipeline.stages.find(({ id }) => id === stageId)!
  const isTaken = pipeline.stages.some(
    (stage) => stage !== placed && stage.displayOrder === placed.displayOrder,
  )
  if (!isTaken) return
  const after = (stage: HubspotStage) => stage.displayOrder + (stage === placed ? 0.5 : 0)
  const ordered = [...pipeline.stages].sort((a, b) => after(a) - after(b))
  for (const [displayOrder, { id, displayOrder: before }] of ordered.entries())
    if (displayOrder !== before) crm.pipelines.updateStage(type, pipeline.id, id, { displayOrder })
}

/** The changes of a stage without its id, which can't change. */
export function withoutId({ id: _, ...changes }: CheckedStage): Omit<CheckedStage, 'id'> {
  return changes
}
