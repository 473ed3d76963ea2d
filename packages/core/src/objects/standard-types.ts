/** The property of every record that has its owner (HubSpot docs, "Owners"). */
export const ownerProperty = 'hubspot_owner_id'

/** The properties that hold a record's place in a pipeline, by their names in HubSpot. */
export interface PipelineProperties {
  /** Holds the id of the pipeline: `pipeline` for deals, `hs_pipeline` for the others. */
  readonly pipeline: string
  /** Holds the id of the stage: `dealstage`, `hs_pipeline_stage`, or `lifecyclestage`. */
  readonly stage: string
  /**
   * Whether HubSpot documents that it lists the pipelines of the type. If not, as for lifecycle stages and custom
   * objects, it may answer with 400, 403 or 404, which then means none.
   */
  readonly isDocumented: boolean
}

/** What HubSpot has and allows for a type of records. What isn't given is as it is for most types. */
export interface TypeTraits {
  /** Other names that HubSpot's paths take: the singular, and the published type id. */
  readonly names: readonly string[]
  /** The scopes that a token needs to read the records: all of them. */
  readonly scopes: readonly string[]
  /** The property that changes when a record changes. Default: `hs_lastmodifieddate`. */
  readonly modifiedProperty?: string
  /** Default: the type has no pipelines. */
  readonly pipelines?: PipelineProperties
  /** The first API version with a search for the type. Default: every version has one. */
  readonly searchableFrom?: string
  /** API versions in which HubSpot doesn't have the type. Default: none. */
  readonly absentFrom?: readonly string[]
  /** False: HubSpot links no record of the type with any other. Default: true. */
  readonly isAssociable?: boolean
  /** True: a deleted record is gone at once and never in a recycle bin. Default: false. */
  readonly isDeletedForGood?: boolean
  /** True: records can't be written through the API. Default: false. */
  readonly isReadOnly?: boolean
  /** What a portal needs to have the type, besides the scopes: a subscription, a switch. Default: nothing. */
  readonly needs?: string
}

const ofDeals = { pipeline: 'pipeline', stage: 'dealstage', isDocumented: true }
const ofOthers = { pipeline: 'hs_pipeline', stage: 'hs_pipeline_stage', isDocumented: true }
// HubSpot documents no pipelines of contacts and companies, but their records name one, and it has been read.
const lifecycle = { pipeline: 'hs_pipeline', stage: 'lifecyclestage', isDocumented: false }

const switchedOn = "the object switched on in HubSpot's object library"
const commerce = 'e-commerce'
const ofContacts = 'crm.objects.contacts.read'

/**
 * HubSpot's own types by their name here, with everything that hubsync knows of each. Sources: HubSpot docs,
 * "Understanding the CRM" (type ids), "Pipelines", "CRM search" and the page of each object; HubSpot's OpenAPI of each
 * object (operations, scopes, versions). The last three have no published type id.
 */
export const standardTypes = {
  contacts: {
    names: ['contact', '0-1'],
    scopes: [ofContacts],
    modifiedProperty: 'lastmodifieddate',
    pipelines: lifecycle,
  },
  companies: {
    names: ['company', '0-2'],
    scopes: ['crm.objects.companies.read'],
    pipelines: lifecycle,
  },
  deals: { names: ['deal', '0-3'], scopes: ['crm.objects.deals.read'], pipelines: ofDeals },
  tickets: { names: ['ticket', '0-5'], scopes: ['tickets'], pipelines: ofOthers },
  products: {
    names: ['product', '0-7'],
    scopes: ['crm.objects.products.read', commerce],
    isAssociable: false,
  },
  line_items: { names: ['line_item', '0-8'], scopes: ['crm.objects.line_items.read', commerce] },
  quotes: { names: ['quote', '0-14'], scopes: ['crm.objects.quotes.read', commerce] },
  communications: { names: ['communication', '0-18'], scopes: [ofContacts] },
  feedback_submissions: {
    names: ['feedback_submission', '0-19'],
    scopes: [ofContacts, 'crm.objects.feedback_submissions.read'],
    isReadOnly: true,
  },
  tasks: { names: ['task', '0-27'], scopes: [ofContacts] },
  notes: { names: ['note', '0-46'], scopes: [ofContacts] },
  meetings: { names: ['meeting', '0-47'], scopes: [ofContacts] },
  calls: { names: ['call', '0-48'], scopes: [ofContacts] },
  emails: {
    names: ['email', '0-49'],
    scopes: [ofContacts, 'sales-email-read'],
    isDeletedForGood: true,
  },
  invoices: { names: ['invoice', '0-53'], scopes: ['crm.objects.invoices.read'] },
  subscriptions: { names: ['subscription', '0-69'], scopes: ['crm.objects.subscriptions.read'] },
  goal_targets: {
    names: ['goal_target', '0-74'],
    scopes: ['crm.objects.goals.read'],
    needs: 'Sales Hub Professional or Enterprise',
  },
  discounts: { names: ['discount', '0-84'], scopes: ['crm.objects.line_items.read', commerce] },
  fees: { names: ['fee', '0-85'], scopes: ['crm.objects.line_items.read', commerce] },
  taxes: { names: ['tax', '0-86'], scopes: ['crm.objects.line_items.read'] },
  commerce_payments: {
    names: ['commerce_payment', '0-101'],
    scopes: ['crm.objects.commercepayments.read'],
  },
  users: { names: ['user', '0-115'], scopes: ['crm.objects.users.read'], isAssociable: false },
  postal_mail: { names: ['0-116'], scopes: [ofContacts] },
  orders: { names: ['order', '0-123'], scopes: ['crm.objects.orders.read'], pipelines: ofOthers },
  leads: {
    names: ['lead', '0-136'],
    scopes: ['crm.objects.leads.read'],
    pipelines: ofOthers,
    needs: 'Sales Hub Professional',
  },
  carts: { names: ['cart', '0-142'], scopes: ['crm.objects.carts.read'] },
  services: {
    names: ['service', '0-162'],
    scopes: ['crm.objects.services.read'],
    pipelines: ofOthers,
    needs: switchedOn,
  },
  courses: {
    names: ['course', '0-410'],
    scopes: ['crm.objects.courses.read'],
    pipelines: ofOthers,
    needs: switchedOn,
  },
  listings: {
    names: ['listing', '0-420'],
    scopes: ['crm.objects.listings.read'],
    pipelines: ofOthers,
    needs: switchedOn,
  },
  appointments: {
    names: ['appointment', '0-421'],
    scopes: ['crm.objects.appointments.read'],
    pipelines: ofOthers,
    needs: switchedOn,
  },
  projects: {
    names: ['project', '0-970'],
    scopes: ['crm.objects.projects.read'],
    pipelines: ofOthers,
    absentFrom: ['2026-09'],
  },
  contracts: {
    names: ['contract'],
    scopes: ['crm.objects.contracts.read'],
    searchableFrom: '2026-09',
    needs: 'Revenue Hub Professional or Enterprise',
  },
  partner_clients: {
    names: ['partner_client'],
    scopes: ['crm.objects.partner-clients.read'],
    // HubSpot's OpenAPI has no batch read of them there.
    absentFrom: ['2026-09'],
    needs: 'an account of a HubSpot solutions partner',
  },
  partner_services: {
    names: ['partner_service'],
    scopes: ['crm.objects.partner-services.read'],
    needs: 'an account of a HubSpot solutions partner',
  },
} as const satisfies Record<string, TypeTraits>

/** Any type of its own may have pipelines, in a portal with an Enterprise subscription. */
const custom: TypeTraits = {
  names: [],
  scopes: ['crm.objects.custom.read'],
  pipelines: { ...ofOthers, isDocumented: false },
}

/**
 * What HubSpot has and allows for the type of a definition. For a custom object, what holds for all of them. Undefined
 * for a standard type that is new to hubsync.
 */
export function standardTypeOf({ type }: { readonly type: string }): TypeTraits | undefined {
  if (Object.hasOwn(standardTypes, type)) return standardTypes[type as keyof typeof standardTypes]
  return type.startsWith('2-') ? custom : undefined
}

/** Whether HubSpot can search records of a type in this version of its API. */
export function isSearchable(definition: { readonly type: string }, apiVersion: string): boolean {
  const from = standardTypeOf(definition)?.searchableFrom
  return from === undefined || (apiVersion !== 'v3' && apiVersion >= from)
}

/** The properties that hold the pipeline and the stage of an object's records. Undefined: it has no pipelines. */
export function pipelinesOf(definition: { readonly type: string }): PipelineProperties | undefined {
  return standardTypeOf(definition)?.pipelines
}
