import type { ObjectType } from '../object-types.js'
import type { HubspotStage, StageChanges } from '../pipelines.js'
import { invalid } from '../replies.js'
import {
  type Fields,
  fieldsOf,
  optionalInteger,
  optionalLabel,
  optionalText,
  textOf,
} from './bodies.js'

/** What a call says of a stage, in the form in which it is stored. */
export type CheckedStage = StageChanges & { id?: string }

type Metadata = Readonly<Record<string, string>>

/**
 * What is known of a stage of this type: keys that HubSpot doesn't know are dropped without a word, and whether it is
 * closed follows from the others. Observed by a public project on a live portal, October 2026.
 */
function metadataOf({ name, standard }: ObjectType, given: Fields, before: Metadata): Metadata {
  if (name === 'deals') {
    const probability = Number(given.probability ?? before.probability ?? Number.NaN)
    if (Number.isNaN(probability))
      throw invalid('must specify probability when writing a dealstage')
    if (probability < 0 || probability > 1)
      throw invalid(`probability must be between 0 and 1, but was ${probability}`)
    const isWhole = Number.isInteger(probability)
    return {
      isClosed: String(isWhole),
      probability: isWhole ? probability.toFixed(1) : String(probability),
    }
  }
  if (name === 'tickets') {
    const ticketState = stateOf(given.ticketState ?? before.ticketState ?? 'OPEN', 'ticketState')
    return { ticketState, isClosed: String(ticketState === 'CLOSED') }
  }
  if (standard && given.state === undefined && before.state === undefined) return {}
  return { state: stateOf(given.state ?? before.state ?? 'OPEN', 'state') }
}

function stateOf(given: unknown, name: string): string {
  const state = textOf(given)
  if (state === 'OPEN' || state === 'CLOSED') return state
  throw invalid(`${name} must be OPEN or CLOSED, but was ${state}`, {
    subCategory: 'PipelineError.INVALID_PIPELINE_STAGE_METADATA',
  })
}

/** Checks what a call says of a stage. `before` is the stage that it changes. */
export function checkStage(type: ObjectType, body: Fields, before?: HubspotStage): CheckedStage {
  const checked: CheckedStage = {}
  const [label, displayOrder] = [optionalLabel(body), optionalInteger(body, 'displayOrder')]
  const id = optionalText(body, 'stageId')
  if (id !== undefined) checked.id = id
  if (label !== undefined) checked.label = label
  if (displayOrder !== undefined) {
    if (displayOrder < 0)
      throw invalid(`displayOrder must not be negative, but was ${displayOrder}`)
    checked.displayOrder = displayOrder
  }
  const metadata = fieldsOf(body.metadata ?? {})
  if (!before || Object.keys(metadata).length > 0)
    checked.metadata = metadataOf(type, metadata, before?.metadata ?? {})
  return checked
}

const plain = (label: string) => label.trim().toLowerCase()

/** Throws if two stages of a pipeline would have the same name. */
export function requireOwnLabels(labels: readonly string[]): void {
  const seen = new Set<string>()
  for (const label of labels) {
    if (seen.has(plain(label)))
      throw invalid(`A stage with label ${label} already exists in the pipeline`, {
        subCategory: 'PipelineError.STAGE_LABEL_EXISTS',
      })
    seen.add(plain(label))
  }
}

/** Whether two names are the same to HubSpot. */
export function isSameLabel(one: string, other: string): boolean {
  return plain(one) === plain(other)
}

/** Throws unless the stages that a pipeline would have are enough. */
export function requireStages(
  { name }: ObjectType,
  stages: readonly { metadata?: Metadata }[],
): void {
  if (stages.length === 0) throw invalid('Pipeline must have at least one stage')
  if (name === 'tickets' && !stages.some(({ metadata }) => metadata?.ticketState === 'CLOSED'))
    throw invalid('Ticket pipelines must have at least one closed stage', {
      subCategory: 'PipelineError.MISSING_CLOSED_STAGE',
    })
}
