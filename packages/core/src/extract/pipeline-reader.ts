import type { Hubspot } from '../client/hubspot-client.js'
import { HubsyncError } from '../errors.js'
import { isNotFound } from './owner-reader.js'
import { parsePage } from './parse-page.js'
import { type Pipeline, parsePipeline } from './parse-pipeline.js'

/** All pipelines of a type. */
export interface PipelineReading {
  pipelines: Pipeline[]
  /** How many pipelines and stages had no id. */
  unnamed: number
}

/**
 * Reads all pipelines of a type with their stages. HubSpot lists them in one reply, without those that were deleted.
 *
 * @param known - ids of pipelines that were there. One that isn't listed any more is asked for by id.
 * @throws if anything couldn't be read.
 */
export async function readPipelines(
  hubspot: Hubspot,
  type: string,
  known: readonly string[],
): Promise<PipelineReading> {
  const { json } = await hubspot.ask(hubspot.endpoints.pipelines(type))
  const { results, next } = parsePage(json, `list of pipelines of ${type}`)
  if (next !== undefined) throw unexpectedReply(type, 'in one reply, got a part of them')
  // Every portal has a pipeline of deals.
  if (type === 'deals' && results.length === 0)
    throw unexpectedReply(type, 'to be at least one, got an empty list')
  const listed = results.flatMap((result) => parsePipeline(result) ?? [])
  // One that is listed twice is as the later entry says.
  const byId = new Map(listed.map((pipeline) => [pipeline.id, pipeline]))
  for (const id of known) {
    const found = byId.has(id) ? undefined : await findPipeline(hubspot, type, id)
    if (found) byId.set(id, found)
  }
  const pipelines = [...byId.values()]
  const withoutId = results.length - listed.length
  return { pipelines, unnamed: pipelines.reduce((sum, each) => sum + each.unnamed, withoutId) }
}

/** Reads the lifecycle stages of contacts or companies, which HubSpot has as a pipeline that it doesn't list. */
export async function readLifecycle(hubspot: Hubspot, type: string): Promise<PipelineReading> {
  const pipeline = await readPipeline(hubspot, type, `${type}-lifecycle-pipeline`)
  return { pipelines: [pipeline], unnamed: pipeline.unnamed }
}

async function readPipeline(hubspot: Hubspot, type: string, id: string): Promise<Pipeline> {
  const { json } = await hubspot.ask(hubspot.endpoints.pipeline(type, id))
  const pipeline = parsePipeline(json)
  if (pipeline?.id === id) return pipeline
  throw unexpectedReply(type, `by id, got another one than ${id}, or none`)
}

async function findPipeline(
  hubspot: Hubspot,
  type: string,
  id: string,
): Promise<Pipeline | undefined> {
  try {
    return await readPipeline(hubspot, type, id)
  } catch (error) {
    if (isNotFound(error)) return undefined
    throw error
  }
}

function unexpectedReply(type: string, what: string): HubsyncError {
  return new HubsyncError(
    'HUBSPOT_REPLY',
    `Expected the pipelines of ${type} ${what}. Nothing of the pipelines was written. Run again later.`,
  )
}
