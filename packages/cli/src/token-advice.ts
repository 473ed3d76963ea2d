import type { ObjectDefinition } from '@hubsync/core'

/** The scopes of types whose scope doesn't have the name of the type (HubSpot's API specification, 2026-03). */
const otherScopes: Record<string, readonly string[]> = {
  tickets: ['tickets'],
  products: ['crm.objects.products.read', 'e-commerce'],
  line_items: ['crm.objects.line_items.read', 'e-commerce'],
  quotes: ['crm.objects.quotes.read', 'e-commerce'],
  discounts: ['crm.objects.line_items.read', 'e-commerce'],
  fees: ['crm.objects.line_items.read', 'e-commerce'],
  taxes: ['crm.objects.line_items.read'],
  commerce_payments: ['crm.objects.commercepayments.read'],
  goal_targets: ['crm.objects.goals.read'],
  calls: ['crm.objects.contacts.read'],
  meetings: ['crm.objects.contacts.read'],
  notes: ['crm.objects.contacts.read'],
  tasks: ['crm.objects.contacts.read'],
  communications: ['crm.objects.contacts.read'],
  postal_mail: ['crm.objects.contacts.read'],
  emails: ['crm.objects.contacts.read', 'sales-email-read'],
  feedback_submissions: ['crm.objects.contacts.read', 'crm.objects.feedback_submissions.read'],
  partner_clients: ['crm.objects.partner-clients.read'],
  partner_services: ['crm.objects.partner-services.read'],
}

type Mirrored = Pick<ObjectDefinition, 'type' | 'properties'>

/** The scopes that a token needs to read these objects, each once. */
function scopesOf(objects: readonly Mirrored[]): string[] {
  return [...new Set(objects.flatMap(scopesOfObject))]
}

function scopesOfObject({ type, properties }: Mirrored): readonly string[] {
  const isCustom = /^(2-\d|p\d*_)/.test(type)
  const name = isCustom ? 'custom' : type
  const read = otherScopes[name] ?? [`crm.objects.${name}.read`]
  // The list of all properties is a part of the schema.
  return properties === 'all' && !(name in otherScopes)
    ? [...read, `crm.schemas.${name}.read`]
    : read
}

/** Where to make a token in HubSpot, and a line with its scopes to copy. */
export function tokenAdvice(objects: readonly Mirrored[]): string {
  return `In HubSpot: Development > Keys > Service keys > Create service key.
It needs these scopes:
${scopesOf(objects).join(' ')}`
}
