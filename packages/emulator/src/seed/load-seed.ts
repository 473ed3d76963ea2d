import { InputError } from '../control/input.js'
import type { Crm } from '../crm.js'
import type { ObjectType } from '../object-types.js'
import type { PortalLists } from '../portal-lists.js'
import type { PortalOwners } from '../portal-owners.js'
import type { PortalPipelines } from '../portal-pipelines.js'
import type { PortalProperties } from '../portal-properties.js'
import type { PortalSchema } from '../portal-schema.js'
import type { PortalRecords } from '../portal-types.js'
import type { Values } from '../values.js'
import { checkSeed } from './check-seed.js'
import type { PortalSeed, PortalSeeds, SeedAssociationType, SeedOwner } from './seed.js'

type Methods = PortalRecords &
  PortalSchema &
  PortalProperties &
  PortalOwners &
  PortalPipelines &
  PortalLists

/** The method of a portal that fills it from data. */
export function seedMethods(crm: Crm, portal: Methods): PortalSeeds {
  return {
    load(seed) {
      checkSeed(seed)
      loadDefinitions(crm, portal, seed)
      loadRecords(crm, portal, seed)
    },
  }
}

function loadDefinitions(crm: Crm, portal: Methods, seed: PortalSeed): void {
  // Objects first, since a schema may name one that comes after it.
  for (const [place, { associatedObjects: _, ...schema }] of each('schemas', seed.schemas))
    at(place, () => portal.defineObject(schema))
  for (const [place, { typeId, associatedObjects = [] }] of each('schemas', seed.schemas))
    for (const other of associatedObjects)
      at(place, () => addAssociationType(crm, portal, { from: typeId, to: other }))
  for (const [place, type, property] of byType('properties', seed.properties))
    at(place, () => portal.defineProperty(type, property))
  for (const [place, type] of each('associationTypes', seed.associationTypes))
    at(place, () => addAssociationType(crm, portal, type))
  const teams = new Set<string>()
  for (const [place, owner] of each('owners', seed.owners))
    at(place, () => addOwner(portal, owner, teams))
  for (const [place, type, pipeline] of byType('pipelines', seed.pipelines))
    at(place, () => {
      if (portal.pipelines(type).some(({ id }) => id === pipeline.id))
        portal.deletePipeline(type, pipeline.id!)
      portal.createPipeline(type, pipeline)
    })
}

function loadRecords(crm: Crm, portal: Methods, seed: PortalSeed): void {
  const archived: (() => void)[] = []
  for (const [place, type, { properties = {}, archived: isArchived, ...given }] of byType(
    'records',
    seed.records,
  ))
    at(place, () => {
      const id = portal.create(type, withoutOwn(crm.types.require(type), properties), given)
      if (isArchived) archived.push(() => portal.archive(type, id))
    })
  for (const [place, { from, fromId, to, toId, ...options }] of each(
    'associations',
    seed.associations,
  ))
    at(place, () => portal.associate(from, fromId, to, toId, options))
  for (const [place, type, { members = [], ...list }] of byType('lists', seed.lists))
    at(place, () => {
      const id = portal.createList(type, list)
      for (const member of members) portal.addToList(id, member)
    })
  // Archived records have associations and are in lists too, which can only be so while they are active.
  for (const archive of archived) archive()
}

/** Without what follows from the id and the dates of a record, which a recording has among the properties. */
function withoutOwn({ createdProperty, modifiedProperty }: ObjectType, properties: Values): Values {
  const own = ['hs_object_id', createdProperty, modifiedProperty]
  return Object.fromEntries(Object.entries(properties).filter(([name]) => !own.includes(name)))
}

/** A type that is there already stays as it is: a recording has HubSpot's own as well. */
function addAssociationType(
  { associationTypes, types }: Crm,
  portal: Methods,
  { from, to, ...definition }: SeedAssociationType,
): void {
  const { typeId, label = null, category = 'USER_DEFINED' } = definition
  const known = associationTypes.of(types.require(from), types.require(to)) ?? []
  const isKnown = known.some((type) =>
    typeId === undefined
      ? type.label === label
      : type.typeId === typeId && type.category === category,
  )
  if (!isKnown) portal.defineAssociation(from, to, definition)
}

function addOwner(
  portal: Methods,
  { archived, teams = [], ...owner }: SeedOwner,
  known: Set<string>,
): void {
  const id = portal.createOwner(owner)
  for (const team of teams) {
    if (!known.has(String(team.id))) portal.createTeam(team.name, { id: team.id })
    known.add(String(team.id))
    portal.joinTeam(id, team.id, { primary: team.primary ?? false })
  }
  if (archived) portal.archiveOwner(id)
}

/** The parts of a list with their places. */
function* each<T>(name: string, list: readonly T[] = []): Generator<[place: string, part: T]> {
  for (const [index, part] of list.entries()) yield [`${name}[${index}]`, part]
}

/** The parts by object type with their places. */
function* byType<T>(
  name: string,
  types: Readonly<Record<string, readonly T[]>> = {},
): Generator<[place: string, type: string, part: T]> {
  for (const [type, list] of Object.entries(types))
    for (const [place, part] of each(`${name}.${type}`, list)) yield [place, type, part]
}

/** Does a part, and names its place if the portal refuses it. */
function at(place: string, load: () => void): void {
  try {
    load()
  } catch (error) {
    throw new InputError(`${place}: ${(error as Error).message}`)
  }
}
