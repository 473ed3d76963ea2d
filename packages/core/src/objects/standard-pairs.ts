/** What people, companies and deals do is logged as activities. HubSpot links these with any of the others. */
const withActivities = ['contacts', 'companies', 'deals', 'tickets'] as const
/** Objects of the library, with which HubSpot links activities too. */
const ofLibrary = ['appointments', 'courses', 'listings', 'services'] as const

/**
 * The pairs of standard types that HubSpot links by itself, each in one direction, by the near end. They are read by
 * default if both ends are mirrored. Pairs of a type with itself aren't among them. Source: HubSpot docs, "Associations"
 * (association type id values), from the end where the docs name the pair: HubSpot may answer the reverse with nothing.
 */
export const standardPairs = {
  contacts: ['companies', 'deals', 'tickets'],
  deals: ['companies', 'tickets', 'line_items'],
  tickets: ['companies'],
  leads: ['contacts', 'companies', 'deals', 'emails'],
  goal_targets: ['deals'],
  feedback_submissions: [
    ...withActivities,
    ...(['leads', 'calls', 'quotes', 'orders', 'carts'] as const),
    ...(['invoices', 'commerce_payments', 'subscriptions'] as const),
  ],
  calls: [...withActivities, 'leads', 'orders', ...ofLibrary, 'projects'],
  emails: [...withActivities, 'orders', ...ofLibrary, 'projects'],
  meetings: [...withActivities, 'leads', 'orders', ...ofLibrary],
  notes: [...withActivities, 'leads', 'orders', ...ofLibrary, 'projects'],
  tasks: [...withActivities, 'leads', 'quotes', 'orders', ...ofLibrary, 'projects'],
  communications: [...withActivities, 'leads', 'orders', ...ofLibrary, 'projects'],
  postal_mail: [...withActivities, 'orders', ...ofLibrary, 'projects'],
  quotes: ['contacts', 'companies', 'deals', 'line_items', 'discounts', 'fees', 'taxes'],
  orders: [...withActivities, 'line_items', 'discounts', 'quotes', 'carts'],
  carts: ['contacts', 'deals', 'tickets', 'line_items', 'discounts', 'quotes', 'tasks'],
  invoices: [
    ...withActivities,
    ...(['line_items', 'discounts', 'fees', 'taxes', 'quotes', 'orders', 'subscriptions'] as const),
  ],
  commerce_payments: [
    ...withActivities,
    ...(['line_items', 'discounts', 'fees', 'quotes', 'orders'] as const),
    ...(['invoices', 'subscriptions'] as const),
  ],
  subscriptions: [...withActivities, 'line_items', 'quotes', 'orders'],
  line_items: ['projects'],
  discounts: ['deals', 'line_items'],
  appointments: withActivities,
  courses: withActivities,
  listings: withActivities,
  services: withActivities,
  projects: [...withActivities, ...ofLibrary, 'meetings'],
} as const

/** A pair that is read by default. */
export type StandardPair = {
  [From in keyof typeof standardPairs]: readonly [From, (typeof standardPairs)[From][number]]
}[keyof typeof standardPairs]
