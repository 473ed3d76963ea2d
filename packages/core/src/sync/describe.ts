import { AbortedError, InvalidOptionError, type ReportedError } from '../errors.js'
import { expectedGot, show } from '../expected.js'
import { type CatalogueObject, failuresOf, readCatalogue } from '../extract/catalogue-reader.js'
import { byTypeId, readObjectTypes, unknown } from '../extract/object-type-reader.js'
import type {
  AssociationType,
  ObjectType,
  PropertyDefinition,
  PropertyGroup,
} from '../extract/parse-catalogue.js'
import { usedProperties } from '../extract/used-properties.js'
import type { Reading } from '../extract/whole-list.js'
import { kindOfProperty } from '../map/property-kind.js'
import type { ColumnKind } from '../objects/columns.js'
import { defineObject, type ObjectDefinition } from '../objects/define-object.js'
import { customObjects } from '../objects/portal-objects.js'
import { standardObjects } from '../objects/standard-objects.js'
import { canonicalType, typeIdOf } from '../objects/type-names.js'
import type { ReadOptions, ResolvedOptions } from '../options.js'
import { JobTally } from './job-tally.js'
import { reportError } from './report.js'
import { RunContext } from './run-context.js'
import type { SharedWork } from './shared-work.js'

/** What `describe` takes. */
export interface DescribeOptions extends ReadOptions {
  /**
   * The objects whose properties are described: names of mirrored objects, any names of HubSpot's types, names or type
   * ids of custom objects; or `'all'` that the portal has records of. Default: those that are mirrored.
   */
  objects?: 'all' | readonly string[] | undefined
  /**
   * True finds out which properties any record has a value of. It takes a search for each five that none has. Default:
   * false.
   */
  used?: boolean | undefined
}

/** A property of the portal. */
export interface DescribedProperty extends PropertyDefinition {
  /** The kind of column that holds every value of it. */
  kind: ColumnKind
  /** Whether any active record has a value of it. Null if that wasn't asked. */
  isUsed: boolean | null
}

/** A type of object that the portal has. */
export interface DescribedObject extends ObjectType {
  /** The `type` to give to `defineObject`. */
  type: string
  /** The name of the table, if it is mirrored. */
  mirroredAs: string | null
  /** The definition that it is mirrored by, or that hubsync has for it. */
  definition: ObjectDefinition
  /** Whether its properties were asked for. */
  isAsked: boolean
  /** The property groups. Null if they weren't asked for or can't be read. */
  groups: PropertyGroup[] | null
  /** The properties, archived ones too, by name. Null if they weren't asked for or can't all be read. */
  properties: DescribedProperty[] | null
}

/** A type of link between two objects, in one direction. */
export interface DescribedAssociation extends AssociationType {
  /** The name of the object that it goes from. */
  from: string
  /** The name of the object that it goes to. */
  to: string
  /** Most records that one record may be linked to in this way. Null if the portal set no limit. */
  maxTo: number | null
}

/** What a portal has, as far as the token may see it. */
export interface PortalDescription {
  /** The types of objects, HubSpot's own first. */
  objects: DescribedObject[]
  /** The association types of the mirrored pairs, in both directions. */
  associationTypes: DescribedAssociation[]
  /** What HubSpot didn't tell, and why. Empty if it told everything. */
  missing: ReportedError[]
}

/** Asks HubSpot what the portal has. The store isn't used. */
export async function describe(
  options: ResolvedOptions,
  shared: SharedWork,
  { signal, objects: wanted, used = false }: DescribeOptions,
): Promise<PortalDescription> {
  if (signal?.aborted) throw new AbortedError()
  const hubspot = new RunContext(options, shared, { signal }).hubspotFor('describe', new JobTally())
  const objectTypes = await readObjectTypes(hubspot)
  const chosen = chosenOf(objectTypes.items, options.objects, wanted)
  const types = withUnlisted(objectTypes.items, [...options.objects, ...chosen])
  const catalogue = await readCatalogue(hubspot, {
    objects: chosen,
    pairs: options.pairs,
    objectTypes,
  })
  const own = customObjects(
    types.filter(({ isCustom }) => isCustom),
    options.objects,
  )
  const objects: DescribedObject[] = []
  for (const type of types) {
    const named = canonicalType(type.typeId)
    const mirrored = options.objects.find((object) => object.type === named)
    const read = catalogue.objects.find(({ object }) => object.type === named)
    const properties = itemsOf(read?.properties)
    const usedNames =
      used && properties
        ? await usedProperties(hubspot, searchOf(named, mirrored), namesIn(properties))
        : undefined
    objects.push({
      ...type,
      type: named,
      mirroredAs: mirrored?.name ?? null,
      definition: mirrored ?? definitionOf(named, own),
      isAsked: read !== undefined,
      groups: itemsOf(read?.groups),
      properties:
        properties?.map((each) => ({
          ...each,
          kind: kindOfProperty(each),
          isUsed: usedNames ? usedNames.has(each.name) : null,
        })) ?? null,
    })
  }
  return {
    objects,
    associationTypes: catalogue.associationTypes.flatMap(({ from, to, types }) =>
      types.items.map((each) => ({ ...each, from: from.name, to: to.name })),
    ),
    // The limits of association types are the same failure for each pair.
    missing: [...new Set(failuresOf(catalogue).map(({ error }) => error))].map(reportError),
  }
}

/** The types that the portal has, and those objects that no list names, in the order of types. */
function withUnlisted(
  types: readonly ObjectType[],
  objects: readonly CatalogueObject[],
): ObjectType[] {
  const byId = new Map(types.map((type) => [type.typeId, type]))
  for (const { type, typeId = type } of objects)
    if (!byId.has(typeId)) byId.set(typeId, unknown(typeId))
  return [...byId.values()].sort(byTypeId)
}

/** @throws `InvalidOptionError` if the portal has no object of a name. */
function chosenOf(
  types: readonly ObjectType[],
  objects: readonly ObjectDefinition[],
  wanted: DescribeOptions['objects'],
): CatalogueObject[] {
  if (wanted === undefined) return [...objects]
  const objectOf = ({ typeId, name }: ObjectType): CatalogueObject => {
    const type = canonicalType(typeId)
    const mirrored = objects.find((object) => object.type === type)
    return mirrored ?? { type, name: name ?? type, typeId }
  }
  if (wanted === 'all')
    return types.filter((each) => (each.records ?? 0) > 0 && isReadable(each)).map(objectOf)
  const chosen = wanted.map((given) => {
    const mirrored = objects.find(({ name }) => name === given)
    if (mirrored) return mirrored
    const type = canonicalType(given)
    const listed =
      types.find(({ typeId }) => canonicalType(typeId) === type) ??
      types.find(({ name, isCustom }) => isCustom && name === given)
    if (listed) return objectOf(listed)
    // A standard type is in none of HubSpot's lists where the token may not read them.
    if (typeIdOf(type) !== undefined || type !== given)
      return { type, name: type, typeId: typeIdOf(type) }
    const names = types.map((each) => each.name ?? canonicalType(each.typeId))
    throw new InvalidOptionError(
      expectedGot(
        `the portal to have every object in describe(…)`,
        show(given),
        `It has: ${names.join(', ')}.`,
      ),
    )
  })
  return [...new Map(chosen.map((each) => [each.type, each])).values()]
}

/** The definition that hubsync has for a type. It has one without columns for a standard type that is new. */
function definitionOf(type: string, custom: readonly ObjectDefinition[]): ObjectDefinition {
  const known = [...standardObjects, ...custom].find((object) => object.type === type)
  const name = /^\d/.test(type) ? `object_${type.replace('-', '_')}` : type
  return known ?? defineObject({ type, name, columns: {} })
}

/** Whether HubSpot's object API reads it, as far as hubsync knows. */
function isReadable({ typeId, isCustom }: ObjectType): boolean {
  return isCustom || canonicalType(typeId) !== typeId
}

function searchOf(type: string, mirrored: ObjectDefinition | undefined) {
  const usual = type === 'contacts' ? 'lastmodifieddate' : 'hs_lastmodifieddate'
  return { type, modifiedProperty: mirrored?.modifiedProperty ?? usual }
}

function namesIn(properties: readonly PropertyDefinition[]): string[] {
  return properties.filter(({ archived }) => !archived).map(({ name }) => name)
}

function itemsOf<Item extends { name: string }>(reading: Reading<Item> | undefined): Item[] | null {
  if (!reading?.complete) return null
  return [...reading.items].sort((one, other) => (one.name < other.name ? -1 : 1))
}
