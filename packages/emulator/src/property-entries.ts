import { commonProperties, pipelineProperties } from './catalogue/common.js'
import {
  type HubspotOption,
  labelOf,
  type PropertyDefinition,
  type PropertyOption,
  type PropertyType,
} from './catalogue/definition.js'
import { standardProperties } from './catalogue/standard-properties.js'
import type { ObjectType } from './object-types.js'

/** By type: the field of a definition that names none. */
export const FIELD_TYPES: Readonly<Record<PropertyType, string>> = {
  string: 'text',
  number: 'number',
  date: 'date',
  datetime: 'date',
  bool: 'booleancheckbox',
  enumeration: 'select',
  phone_number: 'phonenumber',
  object_coordinates: 'text',
  json: 'text',
}

/** Fields that most definitions don't have. */
type Rare =
  | 'referencedObjectType'
  | 'showCurrencySymbol'
  | 'calculationFormula'
  | 'dateDisplayHint'
  | 'readOnlyOptions'
  | 'sensitiveDataCategories'

/** A definition with defaults, its choices in HubSpot's form, and its dates. */
export type DefinedProperty = Required<Omit<PropertyDefinition, Rare | 'options'>> &
  Pick<PropertyDefinition, Rare> & {
    options: HubspotOption[]
    createdAt: number
    updatedAt: number
    archivedAt: number | undefined
  }

const HUBSPOT_MADE_IT = Date.UTC(2020, 5, 30, 15, 57, 37)
const YES_OR_NO: readonly HubspotOption[] = [
  { label: 'Yes', value: 'true', displayOrder: 0, hidden: false },
  { label: 'No', value: 'false', displayOrder: 1, hidden: false },
]

/** Whether HubSpot computes a property. The flag alone doesn't tell. Source: recorded replies. */
export function isComputed({
  calculated,
  calculationFormula,
  fieldType,
}: Pick<PropertyDefinition, 'calculated' | 'calculationFormula' | 'fieldType'>): boolean {
  return (
    calculated === true ||
    calculationFormula !== undefined ||
    fieldType?.startsWith('calculation') === true
  )
}

/** A choice in HubSpot's form. */
export function shapeOption(option: string | PropertyOption, displayOrder: number): HubspotOption {
  const given = typeof option === 'string' ? { value: option } : option
  const { value, label = labelOf(value.toLowerCase()), description = '' } = given
  return {
    label,
    value,
    description,
    displayOrder: given.displayOrder ?? displayOrder,
    hidden: given.hidden ?? false,
  }
}

/** A property as it was defined, and what that makes of it. Neither ever changes: a change replaces both. */
export interface PropertyEntry {
  readonly given: PropertyDefinition
  readonly defined: Readonly<DefinedProperty>
}

/** What HubSpot defines of its own types: the same for all portals. */
const shared = new Map<string, ReadonlyMap<string, PropertyEntry>>()

/** The definitions that a type starts with. */
export function definitionsOf(type: ObjectType): ReadonlyMap<string, PropertyEntry> {
  const known = type.standard && shared.get(type.name)
  if (known) return known
  const { createdProperty, modifiedProperty, singular, standard, stageProperty } = type
  const groupName = `${singular}information`
  const entries = new Map<string, PropertyEntry>()
  for (const definition of [
    ...commonProperties(groupName, createdProperty, modifiedProperty),
    ...(stageProperty ? pipelineProperties(groupName, stageProperty) : []),
    ...(standard ? (standardProperties[standard.name] ?? []) : []),
  ])
    entries.set(definition.name, entryOf(type, definition, { createdAt: HUBSPOT_MADE_IT }))
  if (standard) shared.set(type.name, entries)
  return entries
}

/** A definition with what isn't named of it. */
export function entryOf(
  type: ObjectType,
  definition: PropertyDefinition,
  { createdAt, updatedAt = createdAt }: { createdAt: number; updatedAt?: number },
): PropertyEntry {
  if (!/^[a-z][a-z0-9_]*$/.test(definition.name))
    throw new TypeError(`Expected a property name in lower snake case, got ${definition.name}.`)
  const { hubspotDefined = false, calculated = false, calculationFormula } = definition
  const isEquation = !hubspotDefined && calculated && calculationFormula === undefined
  const fieldType = isEquation ? 'calculation_equation' : FIELD_TYPES[definition.type]
  const readOnly = definition.readOnly ?? isComputed(definition)
  const hidden = definition.hidden ?? false
  const options = definition.options ?? (definition.type === 'bool' ? YES_OR_NO : [])
  const defined: DefinedProperty = {
    fieldType,
    label: labelOf(definition.name),
    description: '',
    groupName: `${type.singular}information`,
    displayOrder: -1,
    hasUniqueValue: false,
    externalOptions: false,
    hubspotDefined,
    formField: !readOnly && !hidden,
    dataSensitivity: 'non_sensitive',
    ...definition,
    hidden,
    calculated: hubspotDefined && calculated,
    readOnly,
    options: options.map((option, index) =>
      options === YES_OR_NO ? (option as HubspotOption) : shapeOption(option, index),
    ),
    createdAt,
    updatedAt,
    archivedAt: undefined,
  }
  return { given: definition, defined }
}
