import type { Json } from '../model.js'
import { momentOf, trimmedOf } from './given-text.js'
import { fieldsOf, wholeOf } from './parse-catalogue.js'
import { parseId } from './parse-record.js'

/** What pipelines and stages have in common. */
interface Place {
  id: string
  archived: boolean
  createdAt: string | null
  updatedAt: string | null
  archivedAt: string | null
  label: string | null
  /** The place among the others. */
  displayOrder: number | null
  /** HubSpot's whole object. That of a pipeline is without its stages. */
  raw: Json
}

/** A pipeline of a type. */
export interface Pipeline extends Place {
  /** In HubSpot's order, each once. Undefined if the reply doesn't have them: a pipeline always has some. */
  stages: Stage[] | undefined
  /** How many stages had no id. */
  unnamed: number
}

/** A stage of a pipeline. */
export interface Stage extends Place {
  /** Whether records in it are done with. Null if HubSpot doesn't say. */
  isClosed: boolean | null
  /** The probability of winning as text, from 0 to 1; null where the type has none. */
  probability: string | null
  /** `OPEN` or `CLOSED` for tickets. */
  state: string | null
}

/** Undefined if there is no id. */
export function parsePipeline(value: unknown): Pipeline | undefined {
  const { stages: givenStages, ...given } = fieldsOf(value)
  const place = parsePlace(given)
  if (!place || !Array.isArray(givenStages) || givenStages.length === 0)
    return place && { ...place, stages: undefined, unnamed: 1 }
  const stages = givenStages.flatMap((each) => parseStage(each) ?? [])
  const unnamed = givenStages.length - stages.length
  return { ...place, stages: [...new Map(stages.map((each) => [each.id, each])).values()], unnamed }
}

function parseStage(value: unknown): Stage | undefined {
  const given = fieldsOf(value)
  const place = parsePlace(given)
  if (!place) return undefined
  const { isClosed, probability, ticketState } = fieldsOf(given.metadata)
  const state = trimmedOf(ticketState)
  return {
    ...place,
    isClosed: flagOf(isClosed) ?? (state === null ? null : state === 'CLOSED'),
    probability: typeof probability === 'number' ? String(probability) : trimmedOf(probability),
    state,
  }
}

function parsePlace(given: Record<string, unknown>): Place | undefined {
  const id = parseId(given.id)
  if (id === undefined) return undefined
  return {
    id,
    archived: given.archived === true,
    createdAt: momentOf(given.createdAt),
    updatedAt: momentOf(given.updatedAt),
    archivedAt: momentOf(given.archivedAt),
    label: trimmedOf(given.label),
    displayOrder: wholeOf(given.displayOrder),
    raw: given as Json,
  }
}

/** HubSpot's metadata of a stage is all text. */
function flagOf(value: unknown): boolean | null {
  const text = String(value).toLowerCase()
  return text === 'true' ? true : text === 'false' ? false : null
}
