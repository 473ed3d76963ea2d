import { startingPipelines } from './catalogue/pipelines.js'

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
  /** The scope that reading its records needs. */
  readonly readScope: string
}

/**
 * Name, singular and type id of HubSpot's own objects.
 * Source: HubSpot docs, "Understanding the CRM" (object type ids).
 */
const STANDARD: readonly (readonly [typeId: string, name: string, singular: string])[] = [
  ['0-1', 'contacts', 'contact'],
  ['0-2', 'companies', 'company'],
  ['0-3', 'deals', 'deal'],
  ['0-5', 'tickets', 'ticket'],
  ['0-7', 'products', 'product'],
  ['0-8', 'line_items', 'line_item'],
  ['0-14', 'quotes', 'quote'],
  ['0-18', 'communications', 'communication'],
  ['0-19', 'feedback_submissions', 'feedback_submission'],
  ['0-27', 'tasks', 'task'],
  ['0-46', 'notes', 'note'],
  ['0-47', 'meetings', 'meeting'],
  ['0-48', 'calls', 'call'],
  ['0-49', 'emails', 'email'],
  ['0-53', 'invoices', 'invoice'],
  ['0-69', 'subscriptions', 'subscription'],
  ['0-74', 'goal_targets', 'goal_target'],
  ['0-84', 'discounts', 'discount'],
  ['0-85', 'fees', 'fee'],
  ['0-86', 'taxes', 'tax'],
  ['0-101', 'commerce_payments', 'commerce_payment'],
  ['0-115', 'users', 'user'],
  ['0-116', 'postal_mail', 'postal_mail'],
  ['0-123', 'orders', 'order'],
  ['0-136', 'leads', 'lead'],
  ['0-142', 'carts', 'cart'],
  ['0-162', 'services', 'service'],
  ['0-410', 'courses', 'course'],
  ['0-420', 'listings', 'listing'],
  ['0-421', 'appointments', 'appointment'],
  ['0-970', 'projects', 'project'],
]

const WITH_CREATEDATE = new Set([
  'contacts',
  'companies',
  'deals',
  'tickets',
  'products',
  'line_items',
])

const CUSTOM_PIPELINES = { pipelineProperty: 'hs_pipeline', stageProperty: 'hs_pipeline_stage' }

/** Where records hold their pipeline and stage. Source: HubSpot docs, "Pipelines", "Deals". */
function pipelineProperties(name: string) {
  if (name === 'deals') return { pipelineProperty: 'pipeline', stageProperty: 'dealstage' }
  if (name === 'contacts' || name === 'companies')
    return { pipelineProperty: 'hs_pipeline', stageProperty: 'lifecyclestage' }
  return startingPipelines[name]
    ? CUSTOM_PIPELINES
    : { pipelineProperty: undefined, stageProperty: undefined }
}

/** The object types of a portal, found by any of the names that HubSpot accepts. */
export class ObjectTypes {
  readonly #byPathName = new Map<string, ObjectType>()
  readonly #byOwnName = new Map<string, ObjectType>()
  readonly #portalId: number

  constructor(portalId: number) {
    this.#portalId = portalId
    for (const [typeId, name, singular] of STANDARD) {
      const type: ObjectType = {
        typeId,
        name,
        singular,
        fullyQualifiedName: undefined,
        // Only contacts use another property. Source: HubSpot docs, "CRM search", table of default properties.
        modifiedProperty: name === 'contacts' ? 'lastmodifieddate' : 'hs_lastmodifieddate',
        createdProperty: WITH_CREATEDATE.has(name) ? 'createdate' : 'hs_createdate',
        ...pipelineProperties(name),
        readScope: `crm.objects.${name}.read`,
      }
      for (const alias of [typeId, name, singular]) this.#byPathName.set(alias, type)
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
      ...CUSTOM_PIPELINES,
      readScope: 'crm.objects.custom.read',
    }
    this.#byPathName.set(typeId, type)
    // Without the portal's number too. Source: several public clients.
    for (const full of [type.fullyQualifiedName!, `p_${name}`]) this.#byPathName.set(full, type)
    this.#byOwnName.set(name, type)
    return type
  }

  /**
   * The type in a path: plural, singular, upper case (`CONTACT`), type id or fully qualified name, with or without the
   * portal's number. The short name of a custom object is not accepted. Source: recorded reply.
   *
   */
  find(name: string): ObjectType | undefined {
    return this.#byPathName.get(name) ?? this.#byPathName.get(name.toLowerCase())
  }

  /** The type that a test names: as in paths, or with the short name of a custom object. */
  require(name: string): ObjectType {
    const type = this.#byOwnName.get(name) ?? this.find(name)
    if (!type) {
      throw new Error(
        `Expected an object type of the portal, got ${name}. Add it with portal.defineObject().`,
      )
    }
    return type
  }

  /** The custom objects, in the order of their definition. */
  custom(): ObjectType[] {
    return [...this.#byOwnName.values()]
  }
}
