import {
  column,
  companies,
  contacts,
  deals,
  defineObject,
  type HubspotSyncOptions,
  type ObjectDefinition,
} from '@hubsync/core'

export const types = ['contacts', 'companies', 'deals'] as const
type Type = (typeof types)[number]
export const pairs = [
  ['contacts', 'companies'],
  ['contacts', 'deals'],
  ['deals', 'companies'],
] as const
export type Pair = (typeof pairs)[number]

/** Properties that HubSpot calculates. They change without a new modification date. */
export const calculated = {
  contacts: 'hs_email_domain',
  companies: 'hs_calculated_phone_number',
  deals: 'days_to_close',
} as const

const plain = [
  contacts.extend({ columns: { emailDomain: column.text(calculated.contacts) } }),
  companies.extend({ properties: [calculated.companies] }),
  deals.extend({
    columns: { daysToClose: column.integer(calculated.deals) },
    history: ['name', 'stage', 'amount'],
  }),
] as const

const [itsContacts, itsCompanies, itsDeals] = plain

/** What is mirrored, and how it changes: columns and histories are added between runs, and removed again. */
export const levels: readonly (readonly ObjectDefinition[])[] = [
  plain,
  [
    itsContacts.extend({
      columns: { jobTitle: column.text('jobtitle') },
      history: ['firstName'],
    }),
    itsCompanies,
    itsDeals,
  ],
  [
    itsContacts.extend({
      columns: { jobTitle: column.text('jobtitle'), city: column.text('city') },
      history: ['firstName', 'jobTitle'],
    }),
    itsCompanies.extend({
      columns: { employees: column.integer('numberofemployees') },
      properties: 'all',
      history: ['name', 'numberofemployees'],
    }),
    itsDeals,
  ],
]

/** Names that HubSpot accepts for its types. */
export const spellings = {
  plural: { contacts: 'contacts', companies: 'companies', deals: 'deals' },
  singular: { contacts: 'contact', companies: 'company', deals: 'deal' },
  capitals: { contacts: 'CONTACTS', companies: 'Companies', deals: 'DEAL' },
  id: { contacts: '0-1', companies: '0-2', deals: '0-3' },
} as const

/** An object or a pair that one process doesn't mirror, although others of the same mirror may. */
export const lacks = [
  ...['nothing', 'contacts_companies', 'contacts_deals', 'deals_companies'],
  ...types,
] as const

/** The part that a process mirrors. */
export interface Definitions {
  level: number
  spelling: keyof typeof spellings
  lacks: string
}

/** The objects of a process, defined by the names of types that it uses. */
export function objectsOf({ level, spelling, lacks }: Definitions): ObjectDefinition[] {
  return (levels[level] ?? [])
    .filter(({ name }) => name !== lacks)
    .map(({ name, columns, properties, history }) =>
      defineObject({ type: spellings[spelling][name as Type], columns, properties, history }),
    )
}

/** The pairs of a process. */
export function pairsOf({ lacks }: Pick<Definitions, 'lacks'>): Pair[] {
  return pairs.filter(([from, to]) => from !== lacks && to !== lacks && `${from}_${to}` !== lacks)
}

/** The options of a mirror with these definitions. If a default pair is left out, the others are named. */
export function optionsOf(
  definitions: Definitions,
): Pick<HubspotSyncOptions<ObjectDefinition[]>, 'objects' | 'associations'> {
  const name = spellings[definitions.spelling]
  return {
    objects: objectsOf(definitions),
    ...(definitions.lacks.includes('_')
      ? { associations: pairsOf(definitions).map(([from, to]) => [name[from], name[to]] as const) }
      : {}),
  }
}
