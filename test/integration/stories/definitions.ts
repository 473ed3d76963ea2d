import { companies, contacts, deals, integer, type ObjectDefinition, text } from '@hubsync/core'

export const types = ['contacts', 'companies', 'deals'] as const
export const pairs = [
  ['contacts', 'companies'],
  ['contacts', 'deals'],
  ['deals', 'companies'],
] as const

/** Properties that HubSpot calculates: they change without a modification date. */
export const calculated = {
  contacts: 'hs_email_domain',
  companies: 'hs_calculated_phone_number',
  deals: 'days_to_close',
} as const

const plain = [
  contacts.extend({ columns: { emailDomain: text(calculated.contacts) } }),
  companies.extend({ properties: [calculated.companies] }),
  deals.extend({ columns: { daysToClose: integer(calculated.deals) } }),
] as const

const [itsContacts, itsCompanies, itsDeals] = plain

/** What is mirrored, and what it comes to be: columns are added between runs, and taken back again. */
export const levels: readonly (readonly ObjectDefinition[])[] = [
  plain,
  [itsContacts.extend({ columns: { jobTitle: text('jobtitle') } }), itsCompanies, itsDeals],
  [
    itsContacts.extend({ columns: { jobTitle: text('jobtitle'), city: text('city') } }),
    itsCompanies.extend({ columns: { employees: integer('numberofemployees') } }),
    itsDeals,
  ],
]
