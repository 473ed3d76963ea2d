/**
 * HubSpot's type ids of its standard objects (HubSpot docs, "Understanding the CRM", object type ids).
 */
export const standardTypes = {
  contacts: '0-1',
  companies: '0-2',
  deals: '0-3',
  tickets: '0-5',
  products: '0-7',
  line_items: '0-8',
  quotes: '0-14',
  communications: '0-18',
  tasks: '0-27',
  notes: '0-46',
  meetings: '0-47',
  calls: '0-48',
  emails: '0-49',
  invoices: '0-53',
  subscriptions: '0-69',
  users: '0-115',
  orders: '0-123',
  leads: '0-136',
  carts: '0-142',
  services: '0-162',
  courses: '0-410',
  listings: '0-420',
  appointments: '0-421',
  projects: '0-970',
} as const

/**
 * The pairs of standard objects that are read by default, each in one direction: HubSpot may answer
 * the reverse of a pair with nothing.
 */
export const standardPairs = [
  ['contacts', 'companies'],
  ['contacts', 'deals'],
  ['deals', 'companies'],
  ['contacts', 'tickets'],
  ['tickets', 'companies'],
  ['deals', 'tickets'],
  ['deals', 'line_items'],
] as const

/** The type id of a standard object. */
export function standardTypeId(type: string): string | undefined {
  return Object.hasOwn(standardTypes, type)
    ? standardTypes[type as keyof typeof standardTypes]
    : undefined
}
