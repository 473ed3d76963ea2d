import { ASSOCIATION_INPUTS, type AssociationInput } from '../client/endpoints.js'
import type { Hubspot } from '../client/hubspot-client.js'
import { HubspotError, HubsyncError } from '../errors.js'
import { harmless } from '../harmless-text.js'
import type { AssociationEdge } from '../model.js'
import { parseId } from './parse-record.js'
import { chunk } from './record-reader.js'

/** How often ids that HubSpot left out, or answered with an error, are asked for. */
const ROUNDS = 3

/** Complete sets of associations by record id; ids of which nothing is known are apart. */
export interface AssociationAnswer {
  sets: Map<string, AssociationEdge[]>
  unanswered: string[]
}

/**
 * Reads all that links these records to the records of another type, each set to its last inner page.
 * Only a result, or `NO_ASSOCIATIONS_FOUND`, says what a set is; any other error says nothing about it.
 */
export async function readAssociations(
  hubspot: Hubspot,
  { from, to, ids }: { from: string; to: string; ids: readonly string[] },
): Promise<AssociationAnswer> {
  const sets = new Map<string, AssociationEdge[]>()
  let open = [...new Set(ids)]
  for (let round = 1; round <= ROUNDS && open.length > 0; round++) {
    const pieces = chunk(open, ASSOCIATION_INPUTS)
    await Promise.all(pieces.map((piece) => readInto(sets, hubspot, from, to, piece)))
    open = open.filter((id) => !sets.has(id))
  }
  return { sets, unanswered: open }
}

async function readInto(
  sets: Map<string, AssociationEdge[]>,
  hubspot: Hubspot,
  from: string,
  to: string,
  ids: string[],
): Promise<void> {
  const partial = new Map<string, AssociationEdge[]>()
  const cursors = new Map<string, Set<string>>()
  let inputs: AssociationInput[] = ids.map((id) => ({ id }))
  while (inputs.length > 0) {
    const answered = await askHalving(hubspot, from, to, inputs, { answered: 0, refused: 0 })
    const more: AssociationInput[] = []
    for (const { id, edges, after } of answered) {
      const known = partial.get(id) ?? []
      known.push(...edges)
      partial.set(id, known)
      const seen = cursors.get(id) ?? new Set()
      if (after === undefined) {
        sets.set(id, known)
      } else if (seen.has(after)) {
        throw new HubsyncError(
          'HUBSPOT_REPLY',
          `Expected the associations of ${from} ${id} with ${to} to go on, but HubSpot repeats the cursor "${harmless(after, 100)}".`,
        )
      } else {
        cursors.set(id, seen.add(after))
        more.push({ id, after })
      }
    }
    inputs = more
  }
}

interface AnsweredInput {
  id: string
  edges: AssociationEdge[]
  after: string | undefined
}

/**
 * A batch that HubSpot refuses as such is asked again in halves: its limit has changed before. A single record that is refused among
 * others that are answered is left unanswered; where two are refused before any is answered, it is the pair that is refused.
 */
async function askHalving(
  hubspot: Hubspot,
  from: string,
  to: string,
  inputs: AssociationInput[],
  seen: { answered: number; refused: number },
): Promise<AnsweredInput[]> {
  try {
    const { json } = await hubspot.ask(hubspot.endpoints.associations(from, to, inputs))
    seen.answered++
    return parseAnswer(json)
  } catch (error) {
    if (!(error instanceof HubspotError) || ![400, 413].includes(error.status)) throw error
    if (inputs.length > 1) {
      const middle = Math.ceil(inputs.length / 2)
      const first = await askHalving(hubspot, from, to, inputs.slice(0, middle), seen)
      return [...first, ...(await askHalving(hubspot, from, to, inputs.slice(middle), seen))]
    }
    if (seen.answered === 0 && ++seen.refused === 2) throw error
    return []
  }
}

function parseAnswer(json: unknown): AnsweredInput[] {
  const body = json as {
    results?: { from?: { id?: unknown }; to?: unknown[]; paging?: { next?: { after?: unknown } } }[]
    errors?: { subCategory?: string; context?: { fromObjectId?: unknown[] } }[]
  }
  const answered: AnsweredInput[] = []
  for (const result of body.results ?? []) {
    const id = parseId(result?.from?.id)
    if (id === undefined) continue
    const after = result.paging?.next?.after
    const edges = (result.to ?? []).flatMap(parseTarget)
    answered.push({ id, edges, after: after === undefined ? undefined : String(after) })
  }
  for (const error of body.errors ?? []) {
    if (!error?.subCategory?.endsWith('NO_ASSOCIATIONS_FOUND')) continue
    for (const id of error.context?.fromObjectId ?? [])
      answered.push({ id: String(id), edges: [], after: undefined })
  }
  return answered
}

/** One record at the other end; each type of link to it is an association of its own. */
function parseTarget(value: unknown): AssociationEdge[] {
  const target = value as {
    toObjectId?: unknown
    associationTypes?: { category?: unknown; typeId?: unknown; label?: unknown }[]
  }
  const toId = parseId(target?.toObjectId)
  if (toId === undefined)
    throw new HubsyncError(
      'HUBSPOT_REPLY',
      `Expected \`toObjectId\` to be an id that JSON can carry exactly, got ${harmless(String(target?.toObjectId), 100)}.`,
    )
  return (target.associationTypes ?? []).map((type) => ({
    toId,
    category: String(type.category),
    typeId: Number(type.typeId),
    label: typeof type.label === 'string' ? type.label : null,
  }))
}
