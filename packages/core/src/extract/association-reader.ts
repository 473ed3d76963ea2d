import { ASSOCIATION_INPUTS, type AssociationInput } from '../client/endpoints.js'
import type { Hubspot } from '../client/hubspot-client.js'
import { HubsyncError } from '../errors.js'
import { harmless } from '../harmless-text.js'
import type { AssociationEdge } from '../model.js'
import { askInPieces, NOBODY } from './in-pieces.js'
import { parseId } from './parse-record.js'

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
 *
 * @throws where HubSpot answers for none of these records, whether it is there or not: it is the pair that can't be read.
 */
export async function readAssociations(
  hubspot: Hubspot,
  query: { from: string; to: string; ids: readonly string[] },
): Promise<AssociationAnswer> {
  const sets = new Map<string, AssociationEdge[]>()
  const failed: string[] = []
  let open = [...new Set(query.ids)]
  for (let round = 1; round <= ROUNDS && open.length > 0; round++) {
    failed.push(...(await readInto(sets, hubspot, query, open)))
    const over = new Set(failed)
    open = open.filter((id) => !sets.has(id) && !over.has(id))
  }
  return { sets, unanswered: [...open, ...failed] }
}

/** Adds the sets of these records that come, and gives the records that HubSpot can't answer for. */
async function readInto(
  sets: Map<string, AssociationEdge[]>,
  hubspot: Hubspot,
  { from, to }: { from: string; to: string },
  ids: readonly string[],
): Promise<string[]> {
  const size = hubspot.pieceSize(`associations of ${from} with ${to}`, ASSOCIATION_INPUTS)
  const ask = async (inputs: readonly AssociationInput[]) =>
    parseAnswer((await hubspot.ask(hubspot.endpoints.associations(from, to, inputs))).json)
  const partial = new Map(ids.map((id) => [id, new Map<string, AssociationEdge>()]))
  const cursors = new Map<string, Set<string>>()
  const failed: string[] = []
  let inputs: AssociationInput[] = ids.map((id) => ({ id }))
  while (inputs.length > 0) {
    const pieces = await askInPieces(inputs, size, { id: NOBODY }, ask)
    failed.push(...pieces.failed.map(({ id }) => id))
    const more: AssociationInput[] = []
    for (const { id, edges, after } of pieces.answers.flat()) {
      const known = partial.get(id)
      // What wasn't asked for may be a part of something.
      if (!known) continue
      for (const edge of edges) known.set(keyOf(edge), edge)
      const seen = cursors.get(id) ?? new Set()
      if (after === undefined) {
        sets.set(id, [...known.values()])
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
  return failed
}

/** One type of link to one record: a reply may name it twice. */
function keyOf({ toId, category, typeId }: AssociationEdge): string {
  return `${toId} ${category} ${typeId}`
}

interface AnsweredInput {
  id: string
  edges: AssociationEdge[]
  after: string | undefined
}

function parseAnswer(json: unknown): AnsweredInput[] {
  const body = json as {
    results?: { from?: { id?: unknown }; to?: unknown[]; paging?: { next?: { after?: unknown } } }[]
    errors?: { subCategory?: string; context?: { fromObjectId?: unknown[] } }[]
  }
  const answered: AnsweredInput[] = []
  for (const result of body.results ?? []) {
    const id = parseId(result?.from?.id)
    // A result that lacks a part says nothing of what the record is linked to.
    if (id === undefined || !isWhole(result.to)) continue
    const after = result.paging?.next?.after
    const edges = result.to.flatMap(parseTarget)
    answered.push({ id, edges, after: after === undefined ? undefined : String(after) })
  }
  for (const error of body.errors ?? []) {
    if (!error?.subCategory?.endsWith('NO_ASSOCIATIONS_FOUND')) continue
    for (const id of error.context?.fromObjectId ?? [])
      answered.push({ id: String(id), edges: [], after: undefined })
  }
  return answered
}

function isWhole(to: unknown[] | undefined): to is Target[] {
  return Array.isArray(to) && to.every((end) => Array.isArray((end as Target)?.associationTypes))
}

interface Target {
  toObjectId?: unknown
  associationTypes: { category?: unknown; typeId?: unknown; label?: unknown }[]
}

/** One record at the other end; each type of link to it is an association of its own. */
function parseTarget({ toObjectId, associationTypes }: Target): AssociationEdge[] {
  const toId = parseId(toObjectId)
  if (toId === undefined)
    throw new HubsyncError(
      'HUBSPOT_REPLY',
      `Expected \`toObjectId\` to be an id that JSON can carry exactly, got ${harmless(String(toObjectId), 100)}.`,
    )
  return associationTypes.map((type) => ({
    toId,
    category: String(type.category),
    typeId: Number(type.typeId),
    label: typeof type.label === 'string' ? type.label : null,
  }))
}
