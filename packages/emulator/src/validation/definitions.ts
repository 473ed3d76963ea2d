import type { PropertyDefinition, PropertyOption, PropertyType } from '../catalogue/definition.js'
import type { PropertySet } from '../properties.js'
import { invalid } from '../replies.js'
import {
  type Fields,
  fieldsOf,
  listOf,
  optionalBoolean,
  optionalInteger,
  optionalLabel,
  optionalText,
  repeated,
  textOf,
} from './bodies.js'

/** The kinds of properties that users can define, and how each can be shown. Source: HubSpot docs, "Properties". */
const FIELD_TYPES: Partial<Record<PropertyType, readonly string[]>> = {
  bool: ['booleancheckbox', 'radio', 'select', 'calculation_equation'],
  date: ['date'],
  datetime: ['date'],
  enumeration: ['booleancheckbox', 'checkbox', 'radio', 'select', 'calculation_equation'],
  number: ['number', 'calculation_equation'],
  phone_number: ['phonenumber'],
  string: ['file', 'html', 'phonenumber', 'text', 'textarea', 'calculation_equation'],
}

const LEVELS = ['non_sensitive', 'sensitive', 'highly_sensitive'] as const
/** Source: HubSpot docs, "Properties". */
const MOST_UNIQUE = 10

function oneOf<T extends string>(name: string, value: string, allowed: readonly T[]): T {
  if ((allowed as readonly string[]).includes(value)) return value as T
  throw invalid(
    `Invalid input JSON on line 1, column 1: Cannot deserialize value of ${name} from String "${value}": not one of the values accepted: [${allowed.join(', ')}]`,
  )
}

function optionsOf(given: unknown): PropertyOption[] {
  const options = listOf(given, 'label', 'value').map((fields) => ({
    label: textOf(fields.label),
    value: textOf(fields.value),
    description: optionalText(fields, 'description') ?? '',
    displayOrder: optionalInteger(fields, 'displayOrder') ?? -1,
    hidden: optionalBoolean(fields, 'hidden') ?? false,
  }))
  const twice = repeated(options.map(({ value }) => value))
  if (twice.length > 0)
    throw invalid(`Property options must be unique, but were given twice: [${twice.join(', ')}]`)
  return options
}

/** The parts of a definition that can always be set, as far as a body has them. */
function changesOf(body: Fields, { groups }: PropertySet): Partial<PropertyDefinition> {
  const groupName = optionalText(body, 'groupName')
  if (groupName !== undefined && !groups.list().some(({ name }) => name === groupName))
    throw invalid(`Property group ${groupName} does not exist`)
  const type = optionalText(body, 'type')
  const { options } = body
  const given: Partial<Record<keyof PropertyDefinition, unknown>> = {
    label: optionalLabel(body),
    type: type === undefined ? undefined : oneOf('type', type, Object.keys(FIELD_TYPES)),
    fieldType: optionalText(body, 'fieldType'),
    groupName,
    description: optionalText(body, 'description'),
    options: options === undefined || options === null ? undefined : optionsOf(options),
    displayOrder: optionalInteger(body, 'displayOrder'),
    hidden: optionalBoolean(body, 'hidden'),
    formField: optionalBoolean(body, 'formField'),
    showCurrencySymbol: optionalBoolean(body, 'showCurrencySymbol'),
    calculationFormula: optionalText(body, 'calculationFormula'),
  }
  if (given.calculationFormula) given.fieldType = 'calculation_equation'
  const set = Object.entries(given).filter(([, value]) => value !== undefined)
  return Object.fromEntries(set) as Partial<PropertyDefinition>
}

function checkKind({
  type,
  fieldType,
  options,
  externalOptions,
}: Partial<PropertyDefinition>): void {
  if (!type) return
  const allowed = FIELD_TYPES[type] ?? []
  if (fieldType !== undefined && !allowed.includes(fieldType))
    throw invalid(
      `Field type ${fieldType} is not valid for a property of type ${type}. Valid ones: [${allowed.join(', ')}]`,
    )
  const values = (options ?? []).map((option) =>
    typeof option === 'string' ? option : option.value,
  )
  if (type === 'bool' && [...values].sort().join() !== 'false,true')
    throw invalid('Boolean properties must have exactly two options: true and false', {
      subCategory: 'PropertyValidationError.INVALID_BOOLEAN_OPTION',
    })
  if (type === 'enumeration' && !externalOptions && values.length === 0)
    throw invalid('Enumeration properties must have at least one option')
}

/** Checks the definition of a new property. */
export function newDefinition(given: unknown, properties: PropertySet): PropertyDefinition {
  const body = fieldsOf(given, 'name', 'label', 'type', 'fieldType', 'groupName')
  const name = textOf(body.name)
  if (!/^[a-z][a-z0-9_]*$/.test(name))
    throw invalid(
      `Property name ${name} must start with a letter and have lower-case letters, digits and underscores alone`,
    )
  const externalOptions = optionalBoolean(body, 'externalOptions') ?? false
  const referencedObjectType = optionalText(body, 'referencedObjectType')
  if (externalOptions && !referencedObjectType)
    throw invalid('Properties with external options must have a referencedObjectType')
  const hasUniqueValue = optionalBoolean(body, 'hasUniqueValue') ?? false
  const unique = properties.list(false).filter((one) => one.hasUniqueValue && !one.hubspotDefined)
  if (hasUniqueValue && unique.length >= MOST_UNIQUE)
    throw invalid(`At most ${MOST_UNIQUE} properties of an object can have unique values`)
  const level = optionalText(body, 'dataSensitivity') ?? 'non_sensitive'
  const definition: PropertyDefinition = {
    name,
    type: 'string',
    ...changesOf(body, properties),
    externalOptions,
    hasUniqueValue,
    dataSensitivity: oneOf('dataSensitivity', level, LEVELS),
  }
  checkKind(definition)
  return referencedObjectType ? { ...definition, referencedObjectType } : definition
}

/** Checks changes of a definition. Uniqueness, sensitivity and the name can't change: they are left out without a word. */
export function changedDefinition(
  given: unknown,
  before: PropertyDefinition,
  properties: PropertySet,
): Partial<PropertyDefinition> {
  const changes = changesOf(fieldsOf(given), properties)
  const after: PropertyDefinition = { ...before, ...changes }
  if (changes.type && !changes.fieldType) delete after.fieldType
  if (changes.type || changes.fieldType || changes.options) checkKind(after)
  return changes
}
