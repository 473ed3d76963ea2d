import { commonProperties } from './catalogue/common.js'
import type { Crm } from './crm.js'
import type { ObjectTable } from './object-table.js'
import { createRandom, type Random } from './random.js'
import { type SampleContext, sampleValue } from './sample-values.js'

/** Records that a portal fills itself. */
export interface PortalSamples {
  /**
   * Creates records with sensible values in most properties of the type, pipelines, stages and owners among them, and
   * returns their ids. They follow from the seed, and don't change the ids of other records.
   *
   */
  createSamples(type: string, count: number): string[]
}

/** What HubSpot fills in itself. */
const HUBSPOTS_OWN = new Set(
  commonProperties('', 'createdate', 'hs_lastmodifieddate')
    .map(({ name }) => name)
    .concat('hs_createdate', 'lastmodifieddate'),
)

const APART = 60_000

/** The method of a portal that fills it. */
export function sampleMethods(crm: Crm, seed: number | string): PortalSamples {
  return {
    createSamples(type, count) {
      const table = crm.named(type)
      const before = table.records.count(false) + table.records.count(true)
      const random = createRandom(`samples ${seed} ${table.type.typeId} ${before}`)
      const now = crm.clock.now()
      return Array.from({ length: count }, (_, index) => {
        const createdAt = now - (count - index) * APART
        const values = sampleOf(crm, table, { random, number: before + index + 1, createdAt })
        return String(crm.create(table, values, { createdAt }))
      })
    },
  }
}

function sampleOf(crm: Crm, table: ObjectTable, context: SampleContext): Record<string, string> {
  const { type, properties } = table
  const { random } = context
  const values: Record<string, string> = {}
  for (const name of properties.names()) {
    if (HUBSPOTS_OWN.has(name) || name === type.pipelineProperty || name === type.stageProperty)
      continue
    const value = sampleValue(properties.get(name)!, context)
    if (value !== undefined && random.next() < 0.9) values[name] = value
  }
  const owners = crm.owners.list(false)
  if (owners.length > 0) values.hubspot_owner_id = random.pick(owners).id
  return { ...values, ...placeIn(crm, table, random) }
}

/** A pipeline with one of its stages. Contacts and companies only have the stage. */
function placeIn({ pipelines }: Crm, { type }: ObjectTable, random: Random) {
  const { pipelineProperty, stageProperty } = type
  const open = pipelines.of(type).filter(({ stages }) => stages.length > 0)
  if (!pipelineProperty || !stageProperty || open.length === 0) return {}
  const pipeline = random.pick(open)
  const stage = { [stageProperty]: random.pick(pipeline.stages).id }
  return stageProperty === 'lifecyclestage' ? stage : { [pipelineProperty]: pipeline.id, ...stage }
}
