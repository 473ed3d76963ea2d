/** Properties with which a contact's record has about 2 kB. */
export const noteProperties = Array.from({ length: 12 }, (_, index) => `note_${index + 1}`)

const words = 'renewal asked for a call back after the fair about prices and terms of delivery '

/** The properties of the contact with this index: 2 kB of text, different for each. */
export function contactProperties(index: number): Record<string, string> {
  const properties = narrowProperties(index)
  for (const [at, name] of noteProperties.entries())
    properties[name] = `${index}.${at} ${words.slice(at * 2)}${words.slice(0, at * 2)}`.padEnd(
      110,
      '.',
    )
  return properties
}

/** The properties that have a column. */
export function narrowProperties(index: number): Record<string, string> {
  return {
    email: `person.${index}@example.com`,
    firstname: `First ${index}`,
    lastname: `Last ${index % 1_000}`,
    phone: `+4930${1_000_000 + index}`,
    lifecyclestage: index % 3 === 0 ? 'customer' : 'lead',
    hubspot_owner_id: String(30_000_000 + (index % 20)),
  }
}

/** The properties of the company of that index. */
export function companyProperties(index: number): Record<string, string> {
  return {
    name: `Company ${index}`,
    domain: `company-${index}.example`,
    city: `City ${index % 400}`,
    industry: 'COMPUTER_SOFTWARE',
  }
}

/** The properties of the deal of that index. */
export function dealProperties(index: number): Record<string, string> {
  return {
    dealname: `Deal ${index}`,
    amount: `${index * 10}.50`,
    dealstage: index % 2 === 0 ? 'appointmentscheduled' : 'closedwon',
    closedate: '2026-09-30T00:00:00Z',
  }
}
