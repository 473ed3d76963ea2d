import type { Portal } from '@hubsync/emulator'

const firstNames = ['Amina', 'Bruno', 'Clara', 'Davit', 'Elif', 'Farid', 'Greta', 'Hugo']
const lastNames = ['Almeida', 'Berg', 'Costa', 'Dvorak', 'Eriksen', 'Fontaine', 'Gruber']
const cities = ['Lyon', 'Porto', 'Graz', 'Bergen', 'Ghent']
const stages = ['appointmentscheduled', 'qualifiedtobuy', 'contractsent', 'closedwon']

/**
 * When the first record was created. It is fixed: a portal that is started again has the same ids, so it needs the same
 * dates. With newer dates, its mirror would be out of date and not know it.
 */
const START = Date.parse('2026-01-05T09:00:00.000Z')
const APART_MS = 500

/** Puts made-up records into a portal, with associations between them, and owners of most deals. */
export function fillPortal(
  portal: Portal,
  sizes: { contacts: number; companies: number; deals: number; owners?: number },
): void {
  const of = (list: readonly string[], index: number) => list[index % list.length] as string
  const past = (index: number) => ({ createdAt: START + index * APART_MS })
  const company = (index: number) => ({
    name: `${of(lastNames, index)} ${index + 1} Ltd`,
    domain: `company-${index + 1}.example`,
    city: of(cities, index),
  })
  const contact = (index: number) => ({
    email: `contact.${index + 1}@example.com`,
    firstname: of(firstNames, index),
    lastname: of(lastNames, index >> 3),
    lifecyclestage: index % 4 === 0 ? 'customer' : 'lead',
  })
  const deal = (index: number) => ({
    dealname: `Deal ${index + 1}`,
    amount: `${(index % 40) * 125}.50`,
    dealstage: of(stages, index),
    pipeline: 'default',
    hubspot_owner_id: index % 5 === 4 || owners.length === 0 ? '' : of(owners, index),
  })
  const owners = createOwners(portal, sizes.owners ?? 3)
  const companies = portal.createMany('companies', sizes.companies, company, past)
  const contacts = portal.createMany('contacts', sizes.contacts, contact, past)
  const deals = portal.createMany('deals', sizes.deals, deal, past)
  if (companies.length > 0)
    for (const [index, contact] of contacts.entries())
      portal.associate('contacts', contact, 'companies', of(companies, index), {
        primary: index % 2 === 0,
      })
  for (const [index, deal] of deals.entries()) {
    if (contacts.length > 0) portal.associate('contacts', of(contacts, index * 3), 'deals', deal)
    if (companies.length > 0) portal.associate('deals', deal, 'companies', of(companies, index))
  }
}

/** Owners in two teams. */
function createOwners(portal: Portal, count: number): string[] {
  if (count === 0) return []
  const teams = ['North', 'South'].map((name) => portal.createTeam(name))
  return Array.from({ length: count }, (_, index) => {
    const firstName = firstNames[index % firstNames.length] ?? ''
    const round = Math.floor(index / firstNames.length)
    const email = `${firstName.toLowerCase()}${round === 0 ? '' : round + 1}@company.example`
    const lastName = lastNames[index % lastNames.length] ?? ''
    const owner = portal.createOwner({ email, firstName, lastName })
    portal.joinTeam(owner, teams[index % 2] ?? '', { primary: true })
    return owner
  })
}
