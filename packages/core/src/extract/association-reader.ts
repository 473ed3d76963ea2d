import { ASSOCIATION_INPUTS, type AssociationInput } from '../client/endpoints.js'
import type { Hubspot } from '../client/hubspot-client.js'
import { HubsyncError } from '../errors.js'
import { harmless } from '../harmless-text.js'
import type { AssociationEdge } from '../model.js'
import { askInPieces, NOBODY } from './in-pieces.js'
import { parseAssociations } from './parse-associations.js'

/** How often ids are asked for that HubSpot left out, or answered with an error. */
const ROUNDS = 3

/** Complete sets of associations by record id, and the ids that HubSpot left unanswered. */
export interface AssociationAnswer {
  sets: Map<string, AssociationEdge[]>
  unanswered: string[]
}

/**
 * Reads all associations of these records with records of another type, each set to its last inner page. Only a result,
 * or `NO_ASSOCIATIONS_FOUND`, says what a set is. Any other error says nothing about it.
 *
 * @throws if HubSpot answers for none of these records, nor for one that doesn't exist: then the pair can't be read.
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

/** Adds the sets that come for these records, and returns the records that HubSpot can't answer for. */
async function readInto(
  sets: Map<string, AssociationEdge[]>,
  hubspot: Hubspot,
  { from, to }: { from: string; to: string },
  ids: readonly string[],
): Promise<string[]> {
  const size = hubspot.pieceSize(`associations of ${from} with ${to}`, ASSOCIATION_INPUTS)
  const ask = async (inputs: readonly AssociationInput[]) =>
    parseAssociations((await hubspot.ask(hubspot.endpoints.associations(from, to, inputs))).json)
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
      // An answer to something that wasn't asked for may be incomplete.
      if (!known) continue
      for (const edge of edges) known.set(keyOf(edge), edge)
      const seen = cursors.get(id) ?? new Set()
      if (after === undefined) {
        sets.set(id, [...known.values()])
      } else if (seen.has(after)) {
        throw new HubsyncError(
          'HUBSPOT_REPLY',
          `Expected the associations of ${from} ${id} with ${to} to continue, but HubSpot repeats the cursor "${harmless(after, 100)}".`,
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

/** Identifies one type of link to one record: a reply may contain it twice. */
function keyOf({ toId, category, typeId }: AssociationEdge): string {
  return `${toId} ${category} ${typeId}`
}
