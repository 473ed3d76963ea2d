import type { Hubspot } from '../client/hubspot-client.js'
import { HubspotError, HubsyncError } from '../errors.js'
import { type Owner, parseOwner } from './parse-owner.js'
import { parsePage } from './parse-page.js'

/** All owners that HubSpot has. */
export interface OwnerReading {
  owners: Owner[]
  /** How many entries of the lists had no id. */
  unnamed: number
}

/**
 * Reads all owners: first the active, then the archived ones. One that is in both lists is asked for by id.
 *
 * @param known - ids of owners that were active. One that neither list has is asked for by id too: it may have been
 * archived or restored between the two.
 * @throws if anything couldn't be read.
 */
export async function readOwners(
  hubspot: Hubspot,
  known: readonly string[],
): Promise<OwnerReading> {
  const owners = new Map<string, Owner>()
  const inBoth = new Set<string>()
  let unnamed = 0
  for (const archived of [false, true])
    for await (const results of pagesOf(hubspot, archived))
      for (const result of results) {
        const owner = parseOwner(result, archived)
        if (!owner) unnamed++
        else {
          if (owner.archived && owners.get(owner.id)?.archived === false) inBoth.add(owner.id)
          owners.set(owner.id, owner)
        }
      }
  const inNone = known.filter((id) => !owners.has(id))
  for (const id of [...inBoth, ...inNone]) {
    const owner = await findOwner(hubspot, id)
    if (owner) owners.set(id, owner)
  }
  return { owners: [...owners.values()], unnamed }
}

async function* pagesOf(hubspot: Hubspot, archived: boolean): AsyncGenerator<unknown[]> {
  const cursors = new Set<string>()
  for (let after: string | undefined; ; ) {
    const { json } = await hubspot.ask(hubspot.endpoints.owners({ archived, after }))
    const { results, next } = parsePage(json, 'list of owners')
    yield results
    if (next === undefined) return
    if (cursors.has(next))
      throw new HubsyncError(
        'HUBSPOT_REPLY',
        `Expected the list of owners to go on, got the cursor ${next} for the second time. Nothing of the owners was written. Run again later.`,
      )
    cursors.add(next)
    after = next
  }
}

/** An owner wherever it is; undefined if HubSpot has none of that id. */
async function findOwner(hubspot: Hubspot, id: string): Promise<Owner | undefined> {
  for (const archived of [false, true])
    try {
      const { json } = await hubspot.ask(hubspot.endpoints.owner(id, archived))
      const owner = parseOwner(json, archived)
      if (owner?.id === id) return owner
      throw new HubsyncError(
        'HUBSPOT_REPLY',
        `Expected the owner ${id}, got another one, or none. Nothing of the owners was written. Run again later.`,
      )
    } catch (error) {
      if (!isNotFound(error)) throw error
    }
  return undefined
}

/** Whether HubSpot says that it doesn't have what it was asked for. */
export function isNotFound(error: unknown): boolean {
  return error instanceof HubspotError && error.status === 404
}
