import type { DefinitionQuery } from '../client/endpoints.js'
import type { Hubspot } from '../client/hubspot-client.js'
import type { HubsyncError } from '../errors.js'
import { readObjectTypes } from './object-type-reader.js'
import {
  type AssociationType,
  fieldsOf,
  type ObjectType,
  type PropertyDefinition,
  type PropertyGroup,
  parseAssociationType,
  parseDefinition,
  parseGroup,
  wholeOf,
} from './parse-catalogue.js'
import { isRefused, joined, type Reading, readWhole } from './whole-list.js'

/** An object whose catalogue is read: HubSpot's type of it, and the name of its table. */
export interface CatalogueObject {
  readonly type: string
  readonly name: string
  readonly typeId: string | undefined
}

/** What to read. */
export interface CatalogueQuery {
  objects: readonly CatalogueObject[]
  /** The pairs of objects whose association types are read, in both directions. */
  pairs: readonly { from: CatalogueObject; to: CatalogueObject }[]
  /** The types of objects, if they were read before. */
  objectTypes?: Reading<ObjectType> | undefined
}

/** An association type, with the limit that the portal set. */
interface LimitedAssociationType extends AssociationType {
  /** Most records that one record may be linked to in this way. Null if the portal set no limit. */
  maxTo: number | null
}

/** Everything that lies around the records: a part is complete or not by itself. */
export interface Catalogue {
  objectTypes: Reading<ObjectType>
  objects: {
    object: CatalogueObject
    groups: Reading<PropertyGroup>
    /** Active, archived and sensitive ones. */
    properties: Reading<PropertyDefinition>
  }[]
  /** Both directions of each pair. */
  associationTypes: {
    from: CatalogueObject
    to: CatalogueObject
    types: Reading<LimitedAssociationType>
  }[]
}

/**
 * Reads the catalogue of these objects and pairs. A call that HubSpot refuses or can't answer leaves its own part
 * incomplete, and nothing else.
 *
 * @throws if nothing more can be read at all: the token, the day's calls, the caller's signal.
 */
export async function readCatalogue(
  hubspot: Hubspot,
  { objects, pairs, objectTypes: known }: CatalogueQuery,
): Promise<Catalogue> {
  const objectTypes = known ?? (await readObjectTypes(hubspot))
  const allowsSensitive = objectTypes.items.some((type) => type.allowsSensitive)
  const limits = pairs.length > 0 ? await readAssociationLimits(hubspot) : undefined
  const [read, associationTypes] = await Promise.all([
    Promise.all(
      objects.map(async (object) => {
        const [groups, properties] = await Promise.all([
          readGroups(hubspot, object.type),
          readDefinitions(hubspot, object.type, allowsSensitive),
        ])
        return { object, groups, properties }
      }),
    ),
    Promise.all(
      bothDirections(pairs).map(async ({ from, to }) => {
        const types = await readAssociationTypes(hubspot, from.type, to.type)
        return { from, to, types: limited(types, limits) }
      }),
    ),
  ])
  return { objectTypes, objects: read, associationTypes }
}

/**
 * The definitions of a type: active and archived. HubSpot lists sensitive ones by level, and has no call that says
 * whether there are any: so each type is asked for them, and for all levels if it has some.
 */
async function readDefinitions(
  hubspot: Hubspot,
  type: string,
  allowsSensitive: boolean,
): Promise<Reading<PropertyDefinition>> {
  const list = (query: DefinitionQuery, { hasAlways = false } = {}) => {
    const call = hubspot.endpoints.properties(type, query)
    const parse = (item: unknown) => parseDefinition(item, query)
    return readWhole(hubspot, call, `property of ${type}`, parse, { hasAlways })
  }
  const [active, archived, sensitive] = await Promise.all([
    list({}, { hasAlways: true }),
    list({ archived: true }),
    list({ sensitivity: 'sensitive' }),
  ])
  const readings = [active, archived]
  const hasSome =
    allowsSensitive || sensitive.items.some(({ sensitivity }) => sensitivity !== 'non_sensitive')
  // A refusal is the answer of a portal without sensitive data.
  if (hasSome || !sensitive.failures.every(isRefused)) readings.push(sensitive)
  if (hasSome)
    readings.push(
      ...(await Promise.all([
        list({ sensitivity: 'sensitive', archived: true }),
        list({ sensitivity: 'highly_sensitive' }),
        list({ sensitivity: 'highly_sensitive', archived: true }),
      ])),
    )
  const all = joined(readings)
  // HubSpot doesn't say whether the sensitive ones are also among the others. A name comes up again while it is being
  // archived; then it counts as active.
  const byName = new Map<string, PropertyDefinition>()
  for (const each of all.items) {
    const known = byName.get(each.name)
    if (!known || (known.archived && !each.archived)) byName.set(each.name, each)
  }
  return { ...all, items: [...byName.values()] }
}

/** The property groups of a type. */
function readGroups(hubspot: Hubspot, type: string): Promise<Reading<PropertyGroup>> {
  const call = hubspot.endpoints.propertyGroups(type)
  return readWhole(hubspot, call, `property group of ${type}`, parseGroup, {
    hasAlways: true,
  })
}

/** The association types from one type to another. The other direction has numbers and labels of its own. */
function readAssociationTypes(
  hubspot: Hubspot,
  from: string,
  to: string,
): Promise<Reading<AssociationType>> {
  const call = hubspot.endpoints.associationTypes(from, to)
  return readWhole(hubspot, call, `association type from ${from} to ${to}`, parseAssociationType)
}

/** What lists of types are of. */
export const OBJECT_TYPES = 'object_types'

/** Why something of a catalogue is missing, and the name of what it is missing of. */
export function failuresOf({
  objectTypes,
  objects,
  associationTypes,
}: Catalogue): { of: string; error: HubsyncError }[] {
  const readings = [
    ...objects.flatMap(({ object: { name: of }, groups, properties }) => [
      { of, reading: groups },
      { of, reading: properties },
    ]),
    ...associationTypes.map(({ from, to, types }) => ({
      of: `${from.name}_${to.name}`,
      reading: types,
    })),
    { of: OBJECT_TYPES, reading: objectTypes },
  ]
  return readings.flatMap(({ of, reading }) => reading.failures.map((error) => ({ of, error })))
}

interface AssociationLimit {
  type: AssociationType
  maxTo: number | null
}

/** The limits that the portal set on association types. HubSpot doesn't name the pairs, so they go by category and number. */
function readAssociationLimits(hubspot: Hubspot): Promise<Reading<AssociationLimit>> {
  const call = hubspot.endpoints.associationLimits()
  return readWhole(hubspot, call, 'limit of an association type', (item) => {
    const type = parseAssociationType(item)
    return type && { type, maxTo: wholeOf(fieldsOf(item).userEnforcedMaxToObjectIds) }
  })
}

/** Association types with their limits. If the limits are refused, there are none; if they fail, the types are incomplete. */
function limited(
  types: Reading<AssociationType>,
  limits: Reading<AssociationLimit> | undefined,
): Reading<LimitedAssociationType> {
  const keyOf = ({ category, typeId }: AssociationType) => `${category} ${typeId}`
  const known = new Map(limits?.items.map(({ type, maxTo }) => [keyOf(type), maxTo]))
  const failures = limits?.failures ?? []
  return {
    items: types.items.map((type) => ({ ...type, maxTo: known.get(keyOf(type)) ?? null })),
    complete: types.complete && failures.every(isRefused),
    failures: [...types.failures, ...failures],
  }
}

function bothDirections(pairs: CatalogueQuery['pairs']): CatalogueQuery['pairs'] {
  const both = pairs.flatMap(({ from, to }) => [
    { from, to },
    { from: to, to: from },
  ])
  return [...new Map(both.map((pair) => [`${pair.from.type} ${pair.to.type}`, pair])).values()]
}
