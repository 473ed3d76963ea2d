import type { Pipeline, Stage } from '../../extract/parse-pipeline.js'
import { readLifecycle, readPipelines } from '../../extract/pipeline-reader.js'
import { isRefused } from '../../extract/whole-list.js'
import { mapValue } from '../../map/map-value.js'
import type { ObjectDefinition } from '../../objects/define-object.js'
import { pipelinesOf } from '../../objects/standard-types.js'
import type { ReferenceRow } from '../../store/reference-tables.js'
import type { PartJob, PartReading, ReadSet } from './part-reading.js'

/** The property of contacts and companies that has their stage. */
const LIFECYCLE_STAGE = 'lifecyclestage'

/** Reads the pipelines of every object that may have some. A refusal leaves those of its own object as they are. */
export async function readPipelinesPart(job: PartJob): Promise<PartReading> {
  const reading: PartReading = { sets: [], unreadable: 0, refusals: [] }
  for (const definition of job.objects) {
    const properties = pipelinesOf(definition)
    if (!properties) continue
    try {
      const isLifecycle = properties.stage === LIFECYCLE_STAGE
      const { sets, unreadable } = await readPipelinesOf(job, definition, isLifecycle)
      reading.sets.push(...sets)
      reading.unreadable += unreadable
    } catch (error) {
      if (!isRefused(error)) throw error
      // Where HubSpot documents no pipelines, a refusal means that there are none.
      if (!properties.isDocumented) continue
      reading.refusals.push({ of: definition.name, error })
    }
  }
  return reading
}

async function readPipelinesOf(
  { hubspot, store, origin }: PartJob,
  { name: object, type }: ObjectDefinition,
  isLifecycle: boolean,
): Promise<Omit<PartReading, 'refusals'>> {
  const stored = await store.reference(origin.portalId, 'pipelines', [object])
  const known = stored.filter(({ status }) => status === 'ACTIVE').map(({ key }) => String(key[1]))
  const { pipelines, unnamed } = isLifecycle
    ? await readLifecycle(hubspot, type)
    : await readPipelines(hubspot, type, known)
  const found = new Set(pipelines.map(({ id }) => id))
  const gone = stored.map(({ key }) => String(key[1])).filter((id) => !found.has(id))
  return {
    sets: [
      {
        of: object,
        table: 'pipelines',
        scope: [object],
        rows: pipelines.map((pipeline) => pipelineRow(object, pipeline)),
      },
      ...pipelines.flatMap((pipeline) => stageSets(object, pipeline)),
      ...gone.map((id) => stageSet(object, [object, id], [])),
    ],
    unreadable: unnamed,
  }
}

/** The stages of a pipeline. What a reply lacks isn't known to be gone: then each stage that it has is written by itself. */
function stageSets(object: string, { id, stages, unnamed }: Pipeline): ReadSet[] {
  if (!stages) return []
  const rows = stages.map((stage) => stageRow(object, id, stage))
  if (unnamed === 0) return [stageSet(object, [object, id], rows)]
  return rows.map((row) => stageSet(object, row.key, [row]))
}

function stageSet(object: string, scope: ReadSet['scope'], rows: ReferenceRow[]): ReadSet {
  return { of: object, table: 'pipeline_stages', scope, rows }
}

function pipelineRow(object: string, pipeline: Pipeline): ReferenceRow {
  return { key: [object, pipeline.id], ...placeOf(pipeline) }
}

function stageRow(object: string, pipelineId: string, stage: Stage): ReferenceRow {
  const { status, values, raw } = placeOf(stage)
  const { isClosed, state } = stage
  const probability = mapValue('decimal', stage.probability) ?? null
  const isWon = probability === null ? null : isClosed === true && Number(probability) === 1
  return {
    key: [object, pipelineId, stage.id],
    status,
    values: { ...values, isClosed, isWon, probability, state },
    raw,
  }
}

function placeOf({
  archived,
  createdAt,
  updatedAt,
  archivedAt,
  label,
  displayOrder,
  raw,
}: Pipeline | Stage): Omit<ReferenceRow, 'key'> {
  return {
    status: archived ? 'ARCHIVED' : 'ACTIVE',
    values: {
      sourceCreatedAt: createdAt,
      sourceUpdatedAt: updatedAt,
      sourceArchivedAt: archivedAt,
      label,
      displayOrder,
    },
    raw,
  }
}
