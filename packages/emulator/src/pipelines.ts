import type { HubspotOption } from './catalogue/definition.js'
import { type StartingPipeline, startingPipelines } from './catalogue/pipelines.js'
import type { Clock } from './clock.js'
import type { ObjectType } from './object-types.js'
import { PipelineAudits } from './pipeline-audits.js'
import { isoDate } from './record-shape.js'

/** Who may change records in a stage. Source: HubSpot API specification. */
export type WritePermissions = 'CRM_PERMISSIONS_ENFORCEMENT' | 'READ_ONLY' | 'INTERNAL_ONLY'

/** What can change about a pipeline. */
export interface PipelineChanges {
  /** The name that people see. */
  label?: string
  /** Its place among the pipelines. */
  displayOrder?: number
}

/** What can change about a stage. */
export interface StageChanges extends PipelineChanges {
  /** What is known about it, all in text. Keys that aren't named stay. */
  metadata?: Readonly<Record<string, string>>
  /** Who may change records in it. */
  writePermissions?: WritePermissions
}

/** A stage to create. Its metadata defaults to an open stage of its type, where that has such a thing. */
export interface NewStage extends StageChanges {
  /** The name that people see. */
  label: string
  /** The id by which records refer to it. @defaultValue the next free one */
  id?: string
}

/** A pipeline to create. */
export interface NewPipeline extends PipelineChanges {
  /** The name that people see. */
  label: string
  /** The id by which records refer to it. @defaultValue the next free one */
  id?: string
  /** Its stages. @defaultValue one, named New */
  stages?: readonly NewStage[]
}

/** A stage as HubSpot sends it. Source: recorded reply. */
export interface HubspotStage {
  /** The name that people see. */
  label: string
  /** Its place among the stages. Two may have the same. */
  displayOrder: number
  /** What is known about it, all in text: `{ isClosed: 'false', probability: '0.2' }`. */
  metadata: Record<string, string>
  /** The id by which records refer to it. */
  id: string
  /** The creation date; 1970 for the stages that HubSpot makes. */
  createdAt: string
  /** The modification date. */
  updatedAt: string
  /** Who may change records in it. */
  writePermissions: WritePermissions
  /** Always false: what is deleted isn't listed. */
  archived: boolean
}

/** A pipeline as HubSpot sends it. Source: recorded reply. */
export interface HubspotPipeline {
  /** The name that people see. */
  label: string
  /** Its place among the pipelines. Two may have the same. */
  displayOrder: number
  /** The id by which records refer to it. */
  id: string
  /** Its stages, in the order of their creation. */
  stages: HubspotStage[]
  /** The creation date; 1970 for the pipeline that HubSpot makes. */
  createdAt: string
  /** The modification date. A change of a stage doesn't move it. */
  updatedAt: string
  /** Always false: what is deleted isn't listed. */
  archived: boolean
}

/** The date of what HubSpot made itself. Source: recorded reply. */
const EPOCH = '1970-01-01T00:00:00Z'
const WRITABLE = 'CRM_PERMISSIONS_ENFORCEMENT'

const OPEN: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  deals: { isClosed: 'false', probability: '0.5' },
  tickets: { ticketState: 'OPEN', isClosed: 'false' },
}

function starting({ id, label, stages }: StartingPipeline): HubspotPipeline {
  const dated = { createdAt: EPOCH, updatedAt: EPOCH, archived: false }
  return {
    label,
    displayOrder: 0,
    id,
    stages: stages.map((stage, displayOrder) => ({
      label: stage.label,
      displayOrder,
      metadata: { ...stage.metadata },
      id: stage.id,
      createdAt: EPOCH,
      updatedAt: EPOCH,
      writePermissions: WRITABLE,
      archived: false,
    })),
    ...dated,
  }
}

/** The pipelines of a portal. What is deleted is gone, even while records are in it. */
export class Pipelines {
  readonly audits = new PipelineAudits()
  readonly #clock: Clock
  readonly #byType = new Map<ObjectType, HubspotPipeline[]>()
  #nextId = 71_300_001

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** The pipelines of a type, in the order of their creation. */
  of(type: ObjectType): HubspotPipeline[] {
    const first = type.standard && startingPipelines[type.standard.name]
    const known = this.#byType.get(type) ?? (first ? [starting(first)] : [])
    this.#byType.set(type, known)
    return known
  }

  /** The choices of a property that holds pipelines or stages; undefined for any other. */
  choices(type: ObjectType, property: string): HubspotOption[] | undefined {
    if (property !== type.pipelineProperty && property !== type.stageProperty) return undefined
    // The recorded property of contacts and companies has no choices.
    if (property === 'hs_pipeline' && type.stageProperty === 'lifecyclestage') return []
    const pipelines = this.of(type)
    const chosen =
      property === type.pipelineProperty ? pipelines : pipelines.flatMap(({ stages }) => stages)
    return chosen.map(({ label, id, displayOrder }) => ({
      label,
      value: id,
      displayOrder,
      hidden: false,
    }))
  }

  create(type: ObjectType, { label, id, displayOrder, stages }: NewPipeline): string {
    const pipelines = this.of(type)
    const pipeline = {
      label,
      displayOrder: displayOrder ?? pipelines.length,
      id: this.#newId(pipelines, id),
      stages: [],
      ...this.#created(),
    }
    pipelines.push(pipeline)
    this.#note(type, [pipeline.id], 'CREATE', pipeline)
    for (const stage of stages ?? [{ label: 'New' }]) this.createStage(type, pipeline.id, stage)
    return pipeline.id
  }

  update(type: ObjectType, id: string, changes: PipelineChanges): void {
    const pipeline = this.#pipeline(type, id)
    Object.assign(pipeline, changes, { updatedAt: isoDate(this.#clock.now()) })
    this.#note(type, [id], 'UPDATE', pipeline)
  }

  delete(type: ObjectType, id: string): void {
    const pipelines = this.of(type)
    const pipeline = this.#pipeline(type, id)
    pipelines.splice(pipelines.indexOf(pipeline), 1)
    this.#note(type, [id], 'DELETE', pipeline)
  }

  createStage(type: ObjectType, pipelineId: string, stage: NewStage): string {
    const { stages } = this.#pipeline(type, pipelineId)
    const { createdAt, updatedAt, archived } = this.#created()
    const id = this.#newId(stages, stage.id)
    const created: HubspotStage = {
      label: stage.label,
      displayOrder: stage.displayOrder ?? stages.length,
      metadata: { ...(stage.metadata ?? OPEN[type.standard?.name ?? '']) },
      id,
      createdAt,
      updatedAt,
      writePermissions: stage.writePermissions ?? WRITABLE,
      archived,
    }
    stages.push(created)
    this.#note(type, [pipelineId, id], 'CREATE', created)
    return id
  }

  updateStage(type: ObjectType, pipelineId: string, id: string, changes: StageChanges): void {
    const stage = this.#stage(type, pipelineId, id)
    const metadata = { ...stage.metadata, ...changes.metadata }
    Object.assign(stage, changes, { metadata, updatedAt: isoDate(this.#clock.now()) })
    this.#note(type, [pipelineId, id], 'UPDATE', stage)
  }

  deleteStage(type: ObjectType, pipelineId: string, id: string): void {
    const { stages } = this.#pipeline(type, pipelineId)
    const stage = this.#stage(type, pipelineId, id)
    stages.splice(stages.indexOf(stage), 1)
    this.#note(type, [pipelineId, id], 'DELETE', stage)
  }

  #note(
    type: ObjectType,
    path: readonly string[],
    action: 'CREATE' | 'UPDATE' | 'DELETE',
    changed: object,
  ): void {
    this.audits.note(type, path, action, changed, this.#clock.now())
  }

  #pipeline(type: ObjectType, id: string): HubspotPipeline {
    const found = this.of(type).find((pipeline) => pipeline.id === id)
    if (found) return found
    throw new Error(
      `Expected a pipeline of ${type.name}, got ${id}. Use one of portal.pipelines(), or add it with portal.createPipeline().`,
    )
  }

  #stage(type: ObjectType, pipelineId: string, id: string): HubspotStage {
    const found = this.#pipeline(type, pipelineId).stages.find((stage) => stage.id === id)
    if (found) return found
    throw new Error(
      `Expected a stage of pipeline ${pipelineId} of ${type.name}, got ${id}. Add it with portal.createStage().`,
    )
  }

  #created() {
    const now = isoDate(this.#clock.now())
    return { createdAt: now, updatedAt: now, archived: false }
  }

  #newId(others: readonly { id: string }[], given: string | undefined): string {
    const id = given ?? String(this.#nextId++)
    if (others.some((other) => other.id === id))
      throw new Error(`Expected a new id, got ${id}. Another pipeline or stage beside has it.`)
    return id
  }
}
