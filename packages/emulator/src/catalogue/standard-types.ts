/** What is known of one of HubSpot's own object types. */
export interface StandardType {
  /** `0-1`. Three types have no published one; theirs is made up here. */
  readonly typeId: string
  /** The name in paths: `contacts`. */
  readonly name: string
  /** The name in messages and association types: `contact`. */
  readonly singular: string
  /** The names that people see. */
  readonly labels: { readonly singular: string; readonly plural: string }
  /** The scopes that reading its records needs, all of them. @defaultValue `crm.objects.<name>.read` */
  readonly scopes?: readonly string[]
  /** The property with the creation date. @defaultValue `hs_createdate` */
  readonly createdProperty?: 'createdate'
  /** The default properties of list and batch read. @defaultValue those that every reply has */
  readonly listed?: readonly string[]
  /** The default properties of search. @defaultValue those of list */
  readonly searched?: readonly string[]
  /** The properties that the `query` of a search searches. @defaultValue all texts */
  readonly queried?: readonly string[]
  /** The property that names a record; undefined if there is none. */
  readonly displayed: string | undefined
  /** Versions in which paths of the type don't exist. */
  readonly missingIn?: readonly string[]
  /** Versions without search. */
  readonly unsearchedIn?: readonly string[]
  /** Versions without batch read. */
  readonly unbatchedIn?: readonly string[]
  /** What can be written: values of records that are there, or nothing. @defaultValue everything */
  readonly written?: 'values' | 'nothing'
  /** Versions in which nothing can be written. */
  readonly unwrittenIn?: readonly string[]
  /** The properties that a new record needs. @defaultValue none */
  readonly required?: readonly string[]
  /** The types with one of which a new record must be associated. @defaultValue none */
  readonly associatedWith?: readonly string[]
  /** Where its records can be merged: in all versions, or in dated ones. @defaultValue nowhere */
  readonly merged?: 'everywhere' | 'dated'
  /** Where its records can be deleted for privacy. @defaultValue nowhere */
  readonly privacyDeleted?: 'everywhere' | 'dated'
  /** Whether deleting is final: there is no bin. */
  readonly finalDeletion?: boolean
  /** Whether a portal has it only once it is switched on in the object library. */
  readonly inLibrary?: boolean
}

/** The properties that name records. Source: HubSpot docs, "Using object APIs" and the pages of the objects. */
const displayed: Readonly<Record<string, string>> = {
  contacts: 'email',
  companies: 'name',
  deals: 'dealname',
  tickets: 'subject',
  leads: 'hs_lead_name',
  products: 'name',
  line_items: 'name',
  quotes: 'hs_title',
  orders: 'hs_order_name',
  carts: 'hs_cart_name',
  subscriptions: 'hs_name',
  fees: 'hs_label',
  calls: 'hs_call_title',
  emails: 'hs_email_subject',
  meetings: 'hs_meeting_title',
  notes: 'hs_note_body',
  tasks: 'hs_task_subject',
  users: 'hs_email',
  goal_targets: 'hs_goal_name',
  feedback_submissions: 'hs_submission_name',
  appointments: 'hs_appointment_name',
  courses: 'hs_course_name',
  listings: 'hs_name',
  services: 'hs_name',
  projects: 'hs_name',
}

type Facts = Omit<StandardType, 'typeId' | 'name' | 'singular' | 'labels' | 'displayed'>

function type(
  typeId: string,
  name: string,
  singular: string,
  labels: readonly [singular: string, plural: string],
  facts: Facts = {},
): StandardType {
  return {
    typeId,
    name,
    singular,
    labels: { singular: labels[0], plural: labels[1] },
    displayed: displayed[name],
    ...facts,
  }
}

const merged = { merged: 'everywhere' } as const
const mergedIfDated = { merged: 'dated' } as const
/** An activity has a time. */
const ofContacts = { scopes: ['crm.objects.contacts.read'], required: ['hs_timestamp'] }
/** In which stage it is. The stage alone is enough: it brings its pipeline. */
const inStage = { required: ['hs_name', 'hs_pipeline', 'hs_pipeline_stage'] }
const ofLineItems = { scopes: ['crm.objects.line_items.read', 'e-commerce'] }
const createdate = { createdProperty: 'createdate' } as const
const inLibrary = { inLibrary: true, ...mergedIfDated }

/**
 * HubSpot's own types. Source: HubSpot docs, "Understanding the CRM" (ids), "CRM search" (default properties, modification
 * property); HubSpot API specification (paths, operations, scopes); recorded replies (contacts). What a new record needs
 * is from HubSpot docs, "Using object APIs", and issue trackers. The docs ask more of deals, companies, products and
 * tickets, but no refusal of those is known.
 */
export const standardTypes: readonly StandardType[] = [
  type('0-1', 'contacts', 'contact', ['Contact', 'Contacts'], {
    ...createdate,
    ...merged,
    privacyDeleted: 'everywhere',
    listed: ['email', 'firstname', 'lastname'],
    searched: ['company', 'email', 'firstname', 'lastname', 'phone', 'website'],
    queried: ['firstname', 'lastname', 'email', 'phone', 'hs_additional_emails', 'company'],
  }),
  type('0-2', 'companies', 'company', ['Company', 'Companies'], {
    ...createdate,
    ...merged,
    listed: ['domain', 'name'],
    queried: ['website', 'phone', 'name', 'domain'],
  }),
  type('0-3', 'deals', 'deal', ['Deal', 'Deals'], {
    ...createdate,
    ...merged,
    listed: ['amount', 'closedate', 'dealname', 'dealstage', 'pipeline'],
    queried: ['dealname', 'pipeline', 'dealstage', 'description', 'dealtype'],
  }),
  type('0-5', 'tickets', 'ticket', ['Ticket', 'Tickets'], {
    ...createdate,
    ...merged,
    required: ['hs_pipeline_stage'],
    scopes: ['tickets'],
    listed: [
      'content',
      'hs_pipeline',
      'hs_pipeline_stage',
      'hs_ticket_category',
      'hs_ticket_priority',
      'subject',
    ],
    queried: ['subject', 'content', 'hs_pipeline_stage', 'hs_ticket_category'],
  }),
  type('0-7', 'products', 'product', ['Product', 'Products'], {
    ...createdate,
    scopes: ['crm.objects.products.read', 'e-commerce'],
    listed: ['name', 'description', 'price'],
    queried: ['name', 'description', 'price', 'hs_sku'],
  }),
  type('0-8', 'line_items', 'line_item', ['Line item', 'Line items'], {
    ...createdate,
    ...ofLineItems,
    listed: ['quantity', 'amount', 'price'],
  }),
  type('0-14', 'quotes', 'quote', ['Quote', 'Quotes'], {
    scopes: ['crm.objects.quotes.read', 'e-commerce'],
    required: ['hs_title', 'hs_expiration_date'],
    listed: ['hs_expiration_date', 'hs_public_url_key', 'hs_status', 'hs_title'],
  }),
  type('0-18', 'communications', 'communication', ['Message', 'Messages'], {
    ...ofContacts,
    required: ['hs_timestamp', 'hs_communication_channel_type'],
  }),
  type(
    '0-19',
    'feedback_submissions',
    'feedback_submission',
    ['Feedback submission', 'Feedback submissions'],
    {
      scopes: ['crm.objects.contacts.read', 'crm.objects.feedback_submissions.read'],
      written: 'nothing',
    },
  ),
  type('0-27', 'tasks', 'task', ['Task', 'Tasks'], ofContacts),
  type('0-46', 'notes', 'note', ['Note', 'Notes'], ofContacts),
  type('0-47', 'meetings', 'meeting', ['Meeting', 'Meetings'], ofContacts),
  type('0-48', 'calls', 'call', ['Call', 'Calls'], ofContacts),
  type('0-49', 'emails', 'email', ['Email', 'Emails'], {
    scopes: ['crm.objects.contacts.read', 'sales-email-read'],
    required: ['hs_timestamp', 'hs_email_direction'],
    finalDeletion: true,
  }),
  type('0-53', 'invoices', 'invoice', ['Invoice', 'Invoices'], { required: ['hs_currency'] }),
  type('0-69', 'subscriptions', 'subscription', ['Subscription', 'Subscriptions'], {
    required: ['hs_name'],
  }),
  type('0-74', 'goal_targets', 'goal_target', ['Goal', 'Goals'], {
    scopes: ['crm.objects.goals.read'],
  }),
  type('0-84', 'discounts', 'discount', ['Discount', 'Discounts'], ofLineItems),
  type('0-85', 'fees', 'fee', ['Fee', 'Fees'], ofLineItems),
  type('0-86', 'taxes', 'tax', ['Tax', 'Taxes'], { scopes: ['crm.objects.line_items.read'] }),
  type('0-101', 'commerce_payments', 'commerce_payment', ['Payment', 'Payments'], {
    scopes: ['crm.objects.commercepayments.read'],
    required: ['hs_initial_amount', 'hs_initiated_date'],
  }),
  type('0-115', 'users', 'user', ['User', 'Users']),
  type('0-116', 'postal_mail', 'postal_mail', ['Postal mail', 'Postal mail'], ofContacts),
  type('0-123', 'orders', 'order', ['Order', 'Orders'], {
    ...mergedIfDated,
    required: ['hs_order_name'],
  }),
  type('0-136', 'leads', 'lead', ['Lead', 'Leads'], {
    required: ['hs_lead_name'],
    associatedWith: ['contacts', 'companies'],
  }),
  type('0-142', 'carts', 'cart', ['Cart', 'Carts']),
  type('0-162', 'services', 'service', ['Service', 'Services'], { ...inLibrary, ...inStage }),
  type('0-410', 'courses', 'course', ['Course', 'Courses'], {
    ...inLibrary,
    required: ['hs_course_name'],
  }),
  type('0-420', 'listings', 'listing', ['Listing', 'Listings'], {
    inLibrary: true,
    required: ['hs_name'],
  }),
  type('0-421', 'appointments', 'appointment', ['Appointment', 'Appointments'], {
    ...inLibrary,
    required: ['hs_appointment_name'],
    privacyDeleted: 'dated',
  }),
  type('0-970', 'projects', 'project', ['Project', 'Projects'], {
    ...mergedIfDated,
    ...inStage,
    missingIn: ['2026-09'],
  }),
  type('0-1001', 'contracts', 'contract', ['Contract', 'Contracts'], {
    unsearchedIn: ['v3', '2025-09', '2026-03'],
    unwrittenIn: ['v3', '2025-09', '2026-03'],
  }),
  type('0-1002', 'partner_clients', 'partner_client', ['Partner client', 'Partner clients'], {
    scopes: ['crm.objects.partner-clients.read'],
    written: 'values',
    unbatchedIn: ['2026-09'],
  }),
  type('0-1003', 'partner_services', 'partner_service', ['Partner service', 'Partner services'], {
    scopes: ['crm.objects.partner-services.read'],
    written: 'values',
  }),
]
