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
import { PropertyGroups } from './property-groups.js'

const FIELD_TYPES: Readonly<Record<PropertyType, string>> = {
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
/** How long an archived definition is kept. Source: HubSpot docs, "Sensitive data". */
const KEPT = 90 * 86_400_000

const YES_OR_NO: readonly HubspotOption[] = [
  { label: 'Yes', value: 'true', displayOrder: 0, hidden: false },
  { label: 'No', value: 'false', displayOrder: 1, hidden: false },
]

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

/** The properties of one object type. */
export class PropertySet {
  readonly groups: PropertyGroups
  readonly #type: ObjectType
  readonly #given = new Map<string, PropertyDefinition>()
  readonly #defined = new Map<string, DefinedProperty>()
  #names: string[] | undefined

  constructor(type: ObjectType) {
    this.#type = type
    const { createdProperty, modifiedProperty, singular, standard, stageProperty } = type
    const groupName = `${singular}information`
    this.groups = new PropertyGroups()
    for (const definition of [
      ...commonProperties(groupName, createdProperty, modifiedProperty),
      ...(stageProperty ? pipelineProperties(groupName, stageProperty) : []),
      ...(standard ? (standardProperties[standard.name] ?? []) : []),
    ]) {
      this.define(definition, HUBSPOT_MADE_IT)
    }
  }

  /** Adds a property, or replaces one of that name. */
  define(definition: PropertyDefinition, at: number): void {
    if (!/^[a-z][a-z0-9_]*$/.test(definition.name)) {
      throw new TypeError(`Expected a property name in lower snake case, got ${definition.name}.`)
    }
    const { hubspotDefined = false, calculated = false, calculationFormula } = definition
    const isEquation = !hubspotDefined && calculated && calculationFormula === undefined
    const fieldType = isEquation ? 'calculation_equation' : FIELD_TYPES[definition.type]
    const computed =
      calculated ||
      calculationFormula !== undefined ||
      definition.fieldType?.startsWith('calculation')
    const readOnly = definition.readOnly ?? computed ?? false
    const hidden = definition.hidden ?? false
    const options = definition.options ?? (definition.type === 'bool' ? YES_OR_NO : [])
    const defined: DefinedProperty = {
      fieldType,
      label: labelOf(definition.name),
      description: '',
      groupName: `${this.#type.singular}information`,
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
      createdAt: this.#defined.get(definition.name)?.createdAt ?? at,
      updatedAt: at,
      archivedAt: undefined,
    }
    this.#given.set(definition.name, definition)
    this.#defined.set(definition.name, defined)
    this.groups.know(defined.groupName)
    this.#names = undefined
  }

  /** Changes what is named of a property, active or archived. Another type brings its usual field type. */
  update(name: string, changes: Partial<PropertyDefinition>, at: number): void {
    const { archivedAt } = this.#require(name)
    const before = { ...this.#given.get(name)! }
    if (changes.type !== undefined) delete before.fieldType
    this.define({ ...before, ...changes, name }, at)
    if (archivedAt !== undefined) this.archive(name, archivedAt)
  }

  /** Archives a definition: it is no longer listed, and its values are no longer returned. */
  archive(name: string, at: number): void {
    this.#require(name).archivedAt = at
    this.#names = undefined
  }

  /** Restores an archived definition. */
  restore(name: string, at: number): void {
    Object.assign(this.#require(name), { archivedAt: undefined, updatedAt: at })
    this.#names = undefined
  }

  /** Removes a definition, active or archived, without a trace. */
  delete(name: string): void {
    this.#require(name)
    this.#defined.delete(name)
    this.#given.delete(name)
    this.#names = undefined
  }

  /** Changes the choices of an enumeration. */
  setOptions(
    name: string,
    change: (options: HubspotOption[]) => HubspotOption[],
    at: number,
  ): void {
    const property = this.#require(name)
    const options = change(property.options.map((option) => ({ ...option })))
    Object.assign(property, { options, updatedAt: at })
    this.#given.set(name, { ...this.#given.get(name)!, options })
  }

  /** Removes what has been archived for 90 days. */
  purge(now: number): void {
    for (const [name, { archivedAt }] of this.#defined)
      if (archivedAt !== undefined && archivedAt <= now - KEPT) this.delete(name)
  }

  /** The active definition of this name. */
  get(name: string): DefinedProperty | undefined {
    const property = this.#defined.get(name)
    return property?.archivedAt === undefined ? property : undefined
  }

  /** The names of the active ones, sorted. */
  names(): readonly string[] {
    this.#names ??= [...this.#defined.values()]
      .filter((property) => property.archivedAt === undefined)
      .map((property) => property.name)
      .sort()
    return this.#names
  }

  /** The definitions, active or archived, by name. */
  list(archived: boolean): DefinedProperty[] {
    return [...this.#defined.values()]
      .filter((property) => (property.archivedAt !== undefined) === archived)
      .sort((a, b) => (a.name < b.name ? -1 : 1))
  }

  /**
   * The sorted names of the properties in a reply: the requested ones that exist (others are silently left out), or the
   * defaults of the endpoint, and always id, creation and modification date. Source: HubSpot docs, "Objects" (unknown
   * names are ignored); recorded replies.
   *
   */
  returned(asked: readonly string[] | undefined, endpoint: 'list' | 'search'): string[] {
    const { listed = [], searched = listed } = this.#type.standard ?? {}
    const defaults = endpoint === 'search' ? searched : listed
    const names = new Set([...this.always(), ...(asked ?? defaults)])
    return [...names].filter((name) => this.get(name)).sort()
  }

  /** The properties that every reply has. */
  always(): string[] {
    return ['hs_object_id', this.#type.createdProperty, this.#type.modifiedProperty]
  }

  /** The properties that the `query` of a search searches. */
  queried(): readonly string[] {
    return (
      this.#type.standard?.queried ??
      this.names().filter((name) => this.get(name)!.type === 'string')
    )
  }

  #require(name: string): DefinedProperty {
    const property = this.#defined.get(name)
    if (property) return property
    throw new Error(
      `Expected a property of ${this.#type.name}, got ${name}. Add it with portal.defineProperty().`,
    )
  }
}
