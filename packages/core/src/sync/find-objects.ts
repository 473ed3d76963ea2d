import type { Hubspot } from '../client/hubspot-client.js'
import { isHubsyncError } from '../errors.js'
import {
  hasRecords,
  isDeleted,
  type PortalTypes,
  readCustomTypes,
  readPortalTypes,
} from '../extract/portal-types.js'
import { isTypeOf } from '../objects/allowed-types.js'
import { contacts } from '../objects/contacts.js'
import type { ObjectDefinition } from '../objects/define-object.js'
import { customObjects, isCustom, portalPairs } from '../objects/portal-objects.js'
import { standardObjects } from '../objects/standard-objects.js'
import type { ReadOptions, ResolvedOptions } from '../options.js'
import { noteGone } from './gone-types.js'
import { JobTally } from './job-tally.js'
import {
  type Definitions,
  type FoundObjects,
  type KnownObjects,
  knownObjects,
  withoutGone,
} from './known-objects.js'
import { openPortal } from './portal.js'
import { RunContext } from './run-context.js'
import type { SharedWork } from './shared-work.js'

/**
 * The objects that the portal has records of, custom ones included, and those that the mirror has already: when the
 * last record of a type is deleted, its row has to go too. A custom type that HubSpot no longer has can't be asked for.
 */
export function findObjects(
  options: ResolvedOptions,
  shared: SharedWork,
  given: ReadOptions,
): Promise<FoundObjects> {
  return finding(options, shared, given, async (hubspot) => {
    const { store, apiVersion } = options
    const { portalId } = await openPortal(hubspot, await store.portals(), options.portalId)
    const known = await knownIn({ ...options, portalId })
    const portal = await readPortalTypes(hubspot)
    const { records, custom } = portal
    const gone = await goneIn(hubspot, portal, known)
    if (gone.join() !== known.gone.join())
      await noteGone({ ...options, origin: { portalId } }, gone)
    const isKnown = ({ type }: ObjectDefinition) => known.objects.some((each) => each.type === type)
    const isWanted = async (object: ObjectDefinition): Promise<boolean> => {
      if (isKnown(object)) return true
      const count = object.typeId === undefined ? undefined : records.get(object.typeId)
      return count === undefined ? hasRecords(hubspot, object.type) : count > 0
    }
    const standard = standardObjects.filter((object) => isTypeOf(apiVersion, object))
    const objects: ObjectDefinition[] = []
    for (const object of [...standard, ...customObjects(custom, known.objects)])
      if (await isWanted(object)) objects.push(object)
    for (const object of known.objects)
      if (isTypeOf(apiVersion, object) && !objects.some(({ type }) => type === object.type))
        objects.push(object)
    // A mirror has at least one object. Every portal has contacts.
    if (objects.length === 0) objects.push(contacts)
    return withoutGone(objects, custom, { ...known, gone })
  })
}

/**
 * The types of the mirror that the portal no longer has. If it doesn't tell, those that it didn't have before. One list
 * that lacks a type is not believed: HubSpot is asked for it by its id.
 */
async function goneIn(
  hubspot: Hubspot,
  { records, custom, hasAllCustom }: PortalTypes,
  { objects, gone }: KnownObjects,
): Promise<string[]> {
  const isAbsent = (type: string) =>
    // HubSpot deletes a type only after its records.
    !custom.some(({ typeId }) => typeId === type) && (records.get(type) ?? 0) === 0
  const candidates = hasAllCustom ? objects.filter(isCustom).map(({ type }) => type) : gone
  const deleted: string[] = []
  for (const type of candidates.filter(isAbsent))
    if (await isDeleted(hubspot, type)) deleted.push(type)
  return deleted
}

/** The pairs among these objects, with those of the custom ones, by the portal's schemas and the mirror. */
export function findPairs(
  options: ResolvedOptions,
  shared: SharedWork,
  given: ReadOptions,
): Promise<Pick<Definitions, 'associations'>> {
  return finding(options, shared, given, async (hubspot) => {
    const { store, objects } = options
    const pinned = await store.portals()
    // Where several portals share the store, only HubSpot knows which of them the token belongs to.
    const isClear = options.portalId !== undefined || pinned.length < 2
    const { portalId } = isClear ? options : await openPortal(hubspot, pinned, undefined)
    const known = await knownIn({ ...options, portalId })
    const custom = await readCustomTypes(hubspot)
    return { associations: portalPairs(objects, custom, known.pairs) }
  })
}

/** Asks HubSpot for what a run needs to know. The calls are in the report of that run, even if they failed. */
async function finding<T>(
  options: ResolvedOptions,
  shared: SharedWork,
  { signal }: ReadOptions,
  ask: (hubspot: Hubspot) => Promise<T>,
): Promise<T> {
  const tally = new JobTally()
  try {
    return await ask(new RunContext(options, shared, { signal }).hubspotFor('account', tally))
  } finally {
    shared.finding.push(tally)
  }
}

/** What the mirror has: nothing before the first run. */
async function knownIn(options: Parameters<typeof knownObjects>[0]): Promise<KnownObjects> {
  try {
    return await knownObjects(options)
  } catch (error) {
    if (isHubsyncError(error) && error.code === 'NOT_MIRRORED')
      return { objects: [], pairs: [], gone: [] }
    throw error
  }
}
