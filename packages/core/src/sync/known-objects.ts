import { HubsyncError } from '../errors.js'
import { type Column, column } from '../objects/columns.js'
import { contacts } from '../objects/contacts.js'
import { defineObject, type ObjectDefinition } from '../objects/define-object.js'
import { type CustomType, isCustom, portalPairs } from '../objects/portal-objects.js'
import { standardObjects } from '../objects/standard-objects.js'
import type { MirrorOptions } from '../options.js'
import type { Coverage, PairEnds } from './checkpoint-states.js'
import { coveragesIn, unionOf } from './coverage.js'
import { readGone } from './gone-types.js'
import { columnsOf } from './mapping.js'
import { pinnedPortal } from './pinned-portal.js'

/** What a mirror has, by its own notes of what it was ever written with. */
export interface KnownObjects {
  /** The objects that come ready, and the custom ones with the columns that they have here. */
  objects: ObjectDefinition[]
  pairs: readonly PairEnds[]
  /** The types of those objects that HubSpot no longer had when it was last asked. */
  gone: readonly string[]
}

/** Objects, and the pairs of their names. */
export interface Definitions {
  objects: readonly ObjectDefinition[]
  associations: readonly (readonly [from: string, to: string])[]
}

/** The objects of a mirror. */
export interface FoundObjects {
  /** Those that HubSpot is asked for. */
  asked: Definitions
  /** Those that can be read: also of custom types that HubSpot no longer has. Their rows stay. */
  readable: Definitions
}

/**
 * Reads what a mirror has. HubSpot isn't asked.
 *
 * @throws `NOT_MIRRORED` before the first run.
 */
export async function knownObjects({
  store,
  clock,
  portalId,
}: Pick<MirrorOptions, 'store' | 'clock' | 'portalId'>): Promise<KnownObjects> {
  const origin = pinnedPortal(await store.portals(), portalId)
  const coverages = await coveragesIn({ store, clock, origin })
  const byType = new Map<string, ObjectDefinition>()
  // A type may have had two names. The name that was written last counts.
  const latestFirst = coverages.toSorted((one, other) =>
    (other.ranAt ?? '') < (one.ranAt ?? '') ? -1 : 1,
  )
  for (const coverage of latestFirst)
    for (const object of objectsOf(coverage))
      if (!byType.has(object.type)) byType.set(object.type, object)
  // A database may return the members of an object in another order.
  const standard: ObjectDefinition[] = standardObjects.filter(({ type }) => byType.has(type))
  const custom = [...byType.values()].filter(isCustom)
  const all = [...standard, ...custom.toSorted((one, other) => (one.type < other.type ? -1 : 1))]
  const { history = {}, pairs } = unionOf(coverages)
  const objects = all.map((object) => withHistory(object, history[object.name]))
  if (objects.length > 0) {
    const gone = await readGone({ store, clock, origin })
    return { objects, pairs, gone }
  }
  throw new HubsyncError(
    'NOT_MIRRORED',
    'Expected objects in this mirror, but no run has noted any yet. Call run().',
  )
}

/** An object whose history was ever read, as far as it was. */
function withHistory(object: ObjectDefinition, read: readonly string[] = []): ObjectDefinition {
  if (read.length === 0) return object
  return object.extend({ history: read.includes('*') ? 'all' : read })
}

/** The definitions of a coverage. A standard object under a name of the user's has definitions of the user's too. */
function objectsOf({ objects, types }: Coverage): ObjectDefinition[] {
  return Object.entries(objects).flatMap(([name, mapping]): ObjectDefinition[] => {
    const type = types[name]
    const standard = standardObjects.find((each) => each.name === name && each.typeId === type)
    if (standard) return [standard]
    if (type === undefined || !isCustom({ type })) return []
    const columns = columnsOf(mapping).map(({ name, kind, property }): [string, Column] => [
      name,
      column[kind](property),
    ])
    return [defineObject({ type, name, columns: Object.fromEntries(columns), properties: 'all' })]
  })
}

/** The objects that can be read, and without those that are gone, what HubSpot is asked for. */
export function withoutGone(
  readable: readonly ObjectDefinition[],
  custom: readonly CustomType[],
  { pairs, gone }: Pick<KnownObjects, 'pairs' | 'gone'>,
): FoundObjects {
  const there = readable.filter(({ type }) => !gone.includes(type))
  const definitions = (objects: readonly ObjectDefinition[]): Definitions => ({
    objects,
    associations: portalPairs(objects, custom, pairs),
  })
  return {
    asked: definitions(there.length > 0 ? there : [contacts]),
    readable: definitions(readable),
  }
}
