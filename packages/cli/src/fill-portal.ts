import type { Portal } from '@hubsync/emulator'

const firstNames = ['Amina', 'Bruno', 'Clara', 'Davit', 'Elif', 'Farid', 'Greta', 'Hugo']
const lastNames = ['Almeida', 'Berg', 'Costa', 'Dvorak', 'Eriksen', 'Fontaine', 'Gruber']
const cities = ['Lyon', 'Porto', 'Graz', 'Bergen', 'Ghent']
const stages = ['appointmentscheduled', 'qualifiedtobuy', 'contractsent', 'closedwon']

/** Puts made-up records into a portal, with associations between them. */
export function fillPortal(
  portal: Portal,
  sizes: { contacts: number; companies: number; deals: number },
): void {
  const of = (list: readonly string[], index: number) => list[index % list.length] as string
  const companies = portal.createMany('companies', sizes.companies, (index) => ({
    name: `${of(lastNames, index)} ${index + 1} Ltd`,
    domain: `company-${index + 1}.example`,
    city: of(cities, index),
  }))
  const contacts = portal.createMany('contacts', sizes.contacts, (index) => ({
    email: `contact.${index + 1}@example.com`,
    firstname: of(firstNames, index),
    lastname: of(lastNames, index >> 3),
    lifecyclestage: index % 4 === 0 ? 'customer' : 'lead',
  }))
  const deals = portal.createMany('deals', sizes.deals, (index) => ({
    dealname: `Deal ${index + 1}`,
    amount: `${(index % 40) * 125}.50`,
    dealstage: of(stages, index),
    pipeline: 'default',
  }))
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
