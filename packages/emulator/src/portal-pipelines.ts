import type { Crm } from './crm.js'
import type {
  HubspotPipeline,
  NewPipeline,
  NewStage,
  PipelineChanges,
  StageChanges,
} from './pipelines.js'

/** The pipelines of object types and their stages. */
export interface PortalPipelines {
  /** Adds a pipeline and returns the id. */
  createPipeline(type: string, pipeline: NewPipeline): string
  /** Renames a pipeline, or moves it in the order. */
  updatePipeline(type: string, id: string, changes: PipelineChanges): void
  /** Deletes a pipeline for good, also while records are in it. They keep its id. */
  deletePipeline(type: string, id: string): void
  /** Adds a stage to a pipeline and returns the id. */
  createStage(type: string, pipelineId: string, stage: NewStage): string
  /** Changes a stage. The pipeline's modification date stays. */
  updateStage(type: string, pipelineId: string, id: string, changes: StageChanges): void
  /** Deletes a stage for good, also while records are in it. They keep its id. */
  deleteStage(type: string, pipelineId: string, id: string): void
  /** The pipelines of a type in HubSpot's form, without limits, faults and delays, the lifecycle pipeline among them. */
  pipelines(type: string): HubspotPipeline[]
}

/** The methods of a portal about pipelines and stages. */
export function pipelineMethods({ pipelines, types }: Crm): PortalPipelines {
  return {
    createPipeline: (type, pipeline) => pipelines.create(types.require(type), pipeline),
    updatePipeline: (type, id, changes) => pipelines.update(types.require(type), id, changes),
    deletePipeline: (type, id) => pipelines.delete(types.require(type), id),
    createStage: (type, pipelineId, stage) =>
      pipelines.createStage(types.require(type), pipelineId, stage),
    updateStage: (type, pipelineId, id, changes) =>
      pipelines.updateStage(types.require(type), pipelineId, id, changes),
    deleteStage: (type, pipelineId, id) =>
      pipelines.deleteStage(types.require(type), pipelineId, id),
    pipelines: (type) => structuredClone(pipelines.of(types.require(type))),
  }
}
