import { labelOf } from './catalogue/definition.js'
import { startingPipelines } from './catalogue/pipelines.js'
import { type StandardType, standardTypes } from './catalogue/standard-types.js'

/** A kind of record: contacts, companies, a custom object. */
export interface ObjectType {
  /** `0-1` for contacts, `2-…` for a custom object. */
  readonly typeId: string
  /** The name in paths: `contacts`. For a custom object its short name, which paths don't accept. */
  readonly name: string
  /** The name in messages and association types: `contact`. */
  readonly singular: string
  /** `p147000001_pets` for custom objects, else undefined. */
  readonly fullyQualifiedName: string | undefined
  /** The property with the modification date. */
  readonly modifiedProperty: string
  /** The property with the creation date. */
  readonly createdProperty: string
  /** The property that holds the pipeline of a record; undefined for a type without pipelines. */
  readonly pipelineProperty: string | undefined
  /** The property that holds the stage of a record. */
  readonly stageProperty: string | undefined
  /** The scopes that reading its records needs, all of them. */
  readonly readScopes: readonly string[]
  /** What is known of HubSpot's own types; undefined for custom objects. */
  readonly standard: StandardType | undefined
}

const HUBSPOT_PIPELINES = { pipelineProperty: 'hs_pipeline', stageProperty: 'hs_pipeline_stage' }

/** Where records hold their pipeline and stage. Source: HubSpot docs, "Pipelines", "Deals". */
function pipelineProperties(name: string) {
  if (name === 'deals') return { pipelineProperty: 'pipeline', stageProperty: 'dealstage' }
  if (name === 'contacts' || name === 'companies')
    return { pipelineProperty: 'hs_pipeline', stageProperty: 'lifecyclestage' }
  return startingPipelines[name]
    ? HUBSPOT_PIPELINES
    : { pipelineProperty: undefined, stageProperty: undefined }
}

function standardType(standard: StandardType): ObjectType {
  const { typeId, name, singular, scopes, createdProperty = 'hs_createdate' } = standard
  return {
    typeId,
    name,
    singular,
    fullyQualifiedName: undefined,
    // Only contacts use another property. Source: HubSpot docs, "CRM search", table of default properties.
    modifiedProperty: name === 'contacts' ? 'lastmodifieddate' : 'hs_lastmodifieddate',
    createdProperty,
    ...pipelineProperties(name),
    readScopes: scopes ?? [`crm.objects.${name}.read`],
    standard,
  }
}

/** The ids of custom objects that are made over HTTP. */
const FIRST_CUSTOM = 52_000_003
const CUSTOM_STEP = 1_129

/** The object types of a portal, found by any of the names that HubSpot accepts. */
export class ObjectTypes {
  readonly #byPathName = new Map<string, ObjectType>()
  #lastCustom = FIRST_CUSTOM - CUSTOM_STEP
  readonly #custom = new Map<string, ObjectType>()
  readonly #archived = new Set<ObjectType>()
  /** Types of the object library that are switched off. */
  readonly #off = new Set<ObjectType>()
  readonly #portalId: number

  constructor(portalId: number) {
    this.#portalId = portalId
    for (const standard of standardTypes) {
      const type = standardType(standard)
      for (const alias of [type.typeId, type.name, type.singular]) this.#byPathName.set(alias, type)
    }
  }

  /** Adds a custom object. */
  defineCustom(typeId: string, name: string): ObjectType {
    if (!/^2-\d+$/.test(typeId))
      throw new TypeError(`Expected typeId to be like 2-1234567, got ${typeId}.`)
    if (this.#byPathName.has(typeId))
      throw new Error(`Expected a new typeId, got ${typeId}. Another object has it already.`)
    const type: ObjectType = {
      typeId,
      name,
      singular: name,
      fullyQualifiedName: `p${this.#portalId}_${name}`,
      modifiedProperty: 'hs_lastmodifieddate',
      createdProperty: 'hs_createdate',
      ...HUBSPOT_PIPELINES,
      readScopes: ['crm.objects.custom.read'],
      standard: undefined,
    }
    this.#byPathName.set(typeId, type)
    // Without the portal's number too. Source: several public clients.
    for (const full of [type.fullyQualifiedName!, `p_${name}`]) this.#byPathName.set(full, type)
    this.#custom.set(name, type)
    return type
  }

  /**
   * The type in a path: plural, singular, upper case (`CONTACT`), type id or fully qualified name, with or without the
   * portal's number. The short name of a custom object is not accepted, nor an archived one. Source: recorded reply.
   *
   */
  find(name: string): ObjectType | undefined {
    const type = this.#byPathName.get(name) ?? this.#byPathName.get(name.toLowerCase())
    return type && !this.#archived.has(type) ? type : undefined
  }

  /** The type that a test names: as in paths, or with the short name of a custom object. */
  require(name: string): ObjectType {
    const type = this.#custom.get(name) ?? this.#byPathName.get(name) ?? this.find(name)
    if (!type) {
      throw new Error(
        `Expected an object type of the portal, got ${name}. Add it with portal.defineObject().`,
      )
    }
    return type
  }

  /** HubSpot's own types. */
  standard(): ObjectType[] {
    return standardTypes.map(({ typeId }) => this.#byPathName.get(typeId)!)
  }

  /** The active or archived custom objects, in the order of their definition. */
  custom(archived = false): ObjectType[] {
    return [...this.#custom.values()].filter((type) => this.#archived.has(type) === archived)
  }

  /** The next free id of a custom object. That of one that was removed for good is not given again. */
  nextTypeId(): string {
    do this.#lastCustom += CUSTOM_STEP
    while (this.#byPathName.has(`2-${this.#lastCustom}`))
    return `2-${this.#lastCustom}`
  }

  /** The archived custom object that a path names. */
  findArchived(name: string): ObjectType | undefined {
    const type = this.#byPathName.get(name) ?? this.#byPathName.get(name.toLowerCase())
    return type && this.#archived.has(type) ? type : undefined
  }

  /** Removes an archived custom object for good. */
  purge(type: ObjectType): void {
    for (const [name, other] of this.#byPathName) if (other === type) this.#byPathName.delete(name)
    if (this.#custom.get(type.name) === type) this.#custom.delete(type.name)
    this.#archived.delete(type)
  }

  /** Archives a custom object, or restores it. */
  archive(type: ObjectType, archived: boolean): void {
    if (type.standard)
      throw new Error(
        `Expected a custom object, got ${type.name}. HubSpot's own can't be archived.`,
      )
    if (archived) this.#archived.add(type)
    else this.#archived.delete(type)
  }

  /** Switches a type of the object library on or off. */
  enable(type: ObjectType, on: boolean): void {
    if (!type.standard?.inLibrary)
      throw new Error(
        `Expected a type of the object library, got ${type.name}. Those are appointments, courses, listings and services.`,
      )
    if (on) this.#off.delete(type)
    else this.#off.add(type)
  }

  /** Whether a portal has the type: only those of the object library can be switched off. */
  isEnabled(type: ObjectType): boolean {
    return !this.#off.has(type)
  }
}

/** The names that people see of a type without others. */
export function defaultLabels(type: ObjectType): { singular: string; plural: string } {
  return type.standard?.labels ?? { singular: labelOf(type.singular), plural: labelOf(type.name) }
}
