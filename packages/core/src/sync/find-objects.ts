import type { HubspotClient } from '../client/hubspot-client.js'
import { hasRecords, readPortalTypes } from '../extract/portal-types.js'
import { isTypeOf } from '../objects/allowed-types.js'
import { contacts } from '../objects/contacts.js'
import type { ObjectDefinition } from '../objects/define-object.js'
import { customObjects, portalPairs } from '../objects/portal-objects.js'
import { standardObjects } from '../objects/standard-objects.js'
import type { ReadOptions, ResolvedOptions } from '../options.js'
import { MirrorState } from './mirror-state.js'
import { openPortal } from './portal.js'
import { JobTally } from './report.js'
import { RunContext } from './run-context.js'

/** The objects of a mirror, and the pairs of their names. */
export interface FoundObjects {
  objects: readonly ObjectDefinition[]
  associations: readonly (readonly [from: string, to: string])[]
}

/**
 * The objects that the portal has records of, custom ones included, and those that the mirror has already: when the
 * last record of a type is deleted, its row has to go too.
 */
export async function findObjects(
  options: ResolvedOptions,
  client: HubspotClient,
  { signal }: ReadOptions,
): Promise<FoundObjects> {
  const { store, clock, apiVersion } = options
  const context = new RunContext(options, client, signal ? { signal } : {})
  const hubspot = context.hubspotFor('account', new JobTally())
  const pinned = await store.portals()
  const account = await openPortal(hubspot, pinned, options.portalId)
  const isKnown = pinned.some(({ portalId }) => portalId === account.portalId)
  const mirror = isKnown ? await MirrorState.read({ store, clock, origin: account }) : undefined
  const { records, custom } = await readPortalTypes(hubspot)
  const isWanted = async ({ type, typeId, name }: ObjectDefinition): Promise<boolean> => {
    if (mirror?.of(name)) return true
    const count = typeId === undefined ? undefined : records.get(typeId)
    return count === undefined ? hasRecords(hubspot, type) : count > 0
  }
  const standard = standardObjects.filter((object) => isTypeOf(apiVersion, object))
  const objects: ObjectDefinition[] = []
  for (const object of [...standard, ...customObjects(custom)])
    if (await isWanted(object)) objects.push(object)
  // A mirror has at least one object. Every portal has contacts.
  if (objects.length === 0) objects.push(contacts)
  return { objects, associations: portalPairs(objects, custom) }
}
