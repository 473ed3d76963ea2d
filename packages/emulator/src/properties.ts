import { commonProperties, pipelineProperties } from './catalogue/common.js'
import { companyProperties } from './catalogue/companies.js'
import { contactProperties } from './catalogue/contacts.js'
import { dealProperties } from './catalogue/deals.js'
import { labelOf, type PropertyDefinition, type PropertyType } from './catalogue/definition.js'
import { otherProperties } from './catalogue/others.js'
import type { ObjectType } from './object-types.js'

const STANDARD: Readonly<Record<string, PropertyDefinition[]>> = {
  contacts: contactProperties,
  companies: companyProperties,
  deals: dealProperties,
  ...otherProperties,
}

/** The default properties of list and batch read. */
const LISTED: Readonly<Record<string, string[]>> = {
  contacts: ['email', 'firstname', 'lastname'],
  companies: ['domain', 'name'],
  deals: ['amount', 'closedate', 'dealname', 'dealstage', 'pipeline'],
  tickets: ['content', 'hs_pipeline', 'hs_pipeline_stage', 'hs_ticket_priority', 'subject'],
}

/** The default properties of search. Source: recorded reply (contacts). */
const SEARCHED: Readonly<Record<string, string[]>> = {
  ...LISTED,
  contacts: ['company', 'email', 'firstname', 'lastname', 'phone', 'website'],
}

/** The properties that the `query` of a search searches. Source: HubSpot docs, "CRM search". */
const QUERIED: Readonly<Record<string, string[]>> = {
  contacts: ['firstname', 'lastname', 'email', 'phone', 'hs_additional_emails', 'company'],
  companies: ['website', 'phone', 'name', 'domain'],
  deals: ['dealname', 'pipeline', 'dealstage', 'description', 'dealtype'],
  tickets: ['subject', 'content'],
}

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
type Rare = 'options' | 'referencedObjectType' | 'showCurrencySymbol' | 'calculationFormula'

/** A definition with defaults, and its dates. */
export type DefinedProperty = Required<Omit<PropertyDefinition, Rare>> &
  Pick<PropertyDefinition, Rare> & {
    createdAt: number
    archivedAt: number | undefined
  }

const HUBSPOT_MADE_IT = Date.UTC(2020, 5, 30, 15, 57, 37)

/** The properties of one object type. */
export class PropertySet {
  readonly #type: ObjectType
  readonly #defined = new Map<string, DefinedProperty>()
  #names: string[] | undefined

  constructor(type: ObjectType) {
    this.#type = type
    const { createdProperty, modifiedProperty, singular, name, stageProperty } = type
    const groupName = `${singular}information`
    for (const definition of [
      ...commonProperties(groupName, createdProperty, modifiedProperty),
      ...(stageProperty ? pipelineProperties(groupName, stageProperty) : []),
      ...(STANDARD[name] ?? []),
    ]) {
      this.define(definition, HUBSPOT_MADE_IT)
    }
  }

  /** Adds a property, or changes one of that name. */
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
    this.#defined.set(definition.name, {
      fieldType,
      label: labelOf(definition.name),
      description: '',
      groupName: `${this.#type.singular}information`,
      hidden: false,
      hasUniqueValue: false,
      externalOptions: false,
      hubspotDefined,
      ...definition,
      calculated: hubspotDefined && calculated,
      readOnly: definition.readOnly ?? computed ?? false,
      createdAt: this.#defined.get(definition.name)?.createdAt ?? at,
      archivedAt: undefined,
    })
    this.#names = undefined
  }

  /** Archives a definition: it is no longer listed, and its values are no longer returned. */
  archive(name: string, at: number): void {
    const property = this.#defined.get(name)
    if (!property)
      throw new Error(
        `Expected a property of ${this.#type.name}, got ${name}. Add it with portal.defineProperty().`,
      )
    this.#defined.set(name, { ...property, archivedAt: at })
    this.#names = undefined
  }

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
    const defaults = (endpoint === 'search' ? SEARCHED : LISTED)[this.#type.name] ?? []
    const names = new Set([...this.always(), ...(asked ?? defaults)])
    return [...names].filter((name) => this.get(name)).sort()
  }

  /** The properties that every reply has. */
  always(): string[] {
    return ['hs_object_id', this.#type.createdProperty, this.#type.modifiedProperty]
  }

  /** The properties that the `query` of a search searches. */
  queried(): string[] {
    return (
      QUERIED[this.#type.name] ?? this.names().filter((name) => this.get(name)!.type === 'string')
    )
  }
}
