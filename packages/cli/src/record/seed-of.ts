import type { PortalSeed } from '@hubsync/emulator'
import type { Described, Pretence } from './pretence.js'
import { type Json, objectsIn, type Taken, type TakenType } from './recorder.js'

type Part<Name extends keyof PortalSeed> = NonNullable<PortalSeed[Name]>

const inOrder = <T>(map: ReadonlyMap<string, T>): [string, T][] =>
  [...map].sort(([one], [other]) =>
    one.localeCompare(other, 'en', { numeric: true, sensitivity: 'variant' }),
  )

/** The named fields that have a value. */
function only(from: Json, ...names: string[]): Json {
  const entries = names.map((name) => [name, from[name]] as const)
  return Object.fromEntries(entries.filter(([, value]) => value !== null && value !== undefined))
}

/** What was taken of a portal, as a seed without personal data. The same portal gives the same seed. */
export function seedOf(taken: Taken, pretence: Pretence): PortalSeed {
  return {
    schemas: inOrder(taken.schemas).map(([, schema]) =>
      schemaOf(schema),
    ) as unknown as Part<'schemas'>,
    properties: definitionsOf(taken),
    associationTypes: associationTypesOf(taken) as unknown as Part<'associationTypes'>,
    owners: inOrder(taken.owners).map(([, owner]) => ownerOf(owner, pretence)) as Part<'owners'>,
    pipelines: pipelinesOf(taken),
    records: recordsOf(taken, pretence),
    associations: associationsOf(taken),
  }
}

function schemaOf(schema: Json): Json {
  const labels = only((schema.labels ?? {}) as Json, 'singular', 'plural')
  return {
    typeId: schema.objectTypeId,
    labels,
    ...only(schema, 'name', 'description', 'primaryDisplayProperty'),
    ...only(schema, 'secondaryDisplayProperties', 'requiredProperties', 'searchableProperties'),
  }
}

const TYPES = [
  'string',
  'number',
  'date',
  'datetime',
  'bool',
  'enumeration',
  'phone_number',
  'object_coordinates',
  'json',
]

function definitionsOf({ properties }: Taken): Part<'properties'> {
  const types = inOrder(properties).map(([type, definitions]) => [
    type,
    inOrder(definitions)
      .map(([, definition]) => definition)
      .filter(({ name }) => /^[a-z][a-z0-9_]*$/.test(String(name)))
      .map(definitionOf),
  ])
  return Object.fromEntries(types) as Part<'properties'>
}

function definitionOf(definition: Json): Json {
  const { readOnlyOptions, readOnlyValue } = (definition.modificationMetadata ?? {}) as Json
  const options = objectsIn(definition.options).map((option) =>
    only(option, 'label', 'value', 'description', 'displayOrder', 'hidden'),
  )
  return {
    ...only(definition, 'name', 'label', 'fieldType', 'description', 'groupName', 'calculated'),
    type: TYPES.includes(String(definition.type)) ? definition.type : 'string',
    ...(options.length > 0 ? { options } : {}),
    ...only(definition, 'calculationFormula', 'hidden', 'hasUniqueValue', 'externalOptions'),
    ...only(definition, 'referencedObjectType', 'hubspotDefined', 'showCurrencySymbol'),
    ...only(definition, 'displayOrder', 'formField', 'dateDisplayHint', 'dataSensitivity'),
    ...only({ readOnly: readOnlyValue, readOnlyOptions }, 'readOnly', 'readOnlyOptions'),
  }
}

function ownerOf(owner: Json, pretence: Pretence): Json {
  const { id, email, firstName, lastName, type, userIdIncludingInactive, archived } = owner
  const isPerson = type !== 'QUEUE'
  const teams = objectsIn(owner.teams).map((team) => ({
    ...only(team, 'id', 'primary'),
    name: pretence.name(String(team.name)),
  }))
  return {
    id,
    ...(email || isPerson ? { email: pretence.email(String(email || `owner ${id}`)) } : {}),
    ...(firstName ? { firstName: pretence.first(String(firstName)) } : {}),
    ...(lastName ? { lastName: pretence.last(String(lastName)) } : {}),
    ...only({ type, userId: userIdIncludingInactive, archived }, 'type', 'userId', 'archived'),
    ...(teams.length > 0 ? { teams } : {}),
  }
}

function pipelinesOf({ pipelines }: Taken): Part<'pipelines'> {
  const types = inOrder(pipelines).map(([type, ofType]) => [
    type,
    [...ofType.values()].map((pipeline) => ({
      ...only(pipeline, 'id', 'label', 'displayOrder'),
      stages: objectsIn(pipeline.stages).map((stage) =>
        only(stage, 'id', 'label', 'displayOrder', 'metadata', 'writePermissions'),
      ),
    })),
  ])
  return Object.fromEntries(types) as Part<'pipelines'>
}

function recordsOf({ records, properties }: Taken, pretence: Pretence): Part<'records'> {
  const types = inOrder(records).map(([type, ofType]) => {
    const definitions = properties.get(type)
    const shown = inOrder(ofType).map(([id, record]) => {
      const values = Object.entries(record.properties).flatMap(([name, value]) => {
        // An unknown definition is that of a text, which is replaced.
        const definition = { ...definitions?.get(name), name } as Described
        const replaced = value === null ? undefined : pretence.value(definition, String(value))
        return replaced === undefined ? [] : [[name, replaced]]
      })
      const { createdAt, updatedAt, archived } = record
      const dated = { id, createdAt, updatedAt, properties: Object.fromEntries(values.sort()) }
      return archived ? { ...dated, archived } : dated
    })
    return [type, shown]
  })
  return Object.fromEntries(types) as Part<'records'>
}

/** Unlabelled first, then by id: in this order the types of both directions belong together. */
const sorted = (types: readonly TakenType[]) =>
  [...types].sort(
    (one, other) =>
      Number(one.label !== null) - Number(other.label !== null) || one.typeId - other.typeId,
  )

/** Each type in one direction, with the other. HubSpot doesn't tell which types belong together. */
function associationTypesOf({ types }: Taken): Json[] {
  const done = new Set<string>()
  return inOrder(types).flatMap(([pair, there]) => {
    const [from = '', to = ''] = pair.split('>')
    if (done.has(`${to}>${from}`)) return []
    done.add(pair)
    const back = sorted(from === to ? [] : (types.get(`${to}>${from}`) ?? []))
    return sorted(there).map(({ category, typeId, label }, index) => {
      const inverse = from === to ? { typeId, label } : back[index]
      const other = inverse && { inverseTypeId: inverse.typeId, inverseLabel: inverse.label }
      return { from, to, category, typeId, label, ...other }
    })
  })
}

/** The associations between records that are in the seed, of types that are. */
function associationsOf({ links, records, types }: Taken): Part<'associations'> {
  return inOrder(links).flatMap(([pair, ofPair]) => {
    const [from = '', to = ''] = pair.split('>')
    const known = types.get(pair)
    return inOrder(ofPair).flatMap(([fromId, ends]) =>
      inOrder(ends).flatMap(([toId, associationTypes]) =>
        associationTypes
          .filter(
            ({ category, typeId }) =>
              records.get(from)?.has(fromId) &&
              records.get(to)?.has(toId) &&
              known?.some((type) => type.typeId === typeId && type.category === category),
          )
          .map(({ category, typeId }) => ({ from, fromId, to, toId, category, typeId })),
      ),
    ) as Part<'associations'>
  })
}
