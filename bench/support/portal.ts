import type { ApiRequester } from '@hubsync/core'
import { type Clock, createPortal, type Portal, type PortalOptions } from '@hubsync/emulator'
import {
  companyProperties,
  contactProperties,
  dealProperties,
  narrowProperties,
  noteProperties,
} from './sample-records.ts'

/** The content and behaviour of a portal. It is plain data, so that another process can create the portal. */
export interface PortalPlan
  extends Pick<PortalOptions, 'limits' | 'latency' | 'app' | 'journal' | 'associationPageSize'> {
  contacts: number
  companies?: number
  deals?: number
  /** Whether contacts have 2 kB, or only the mapped properties. */
  wide?: boolean
}

/** From this number on contacts are generated. */
const MANY = 50_000

/** HubSpot's limits on a Professional plan. */
export const hubspotLimits = { burst: 190, search: 5, associations: 150 }

/** The latencies of HubSpot, in milliseconds, for which the goals are stated. */
export const latency = { list: 300, search: 400, batch: 300, associations: 300, other: 300 }

/** The portal of a plan: every contact in a company, every deal with a contact and a company. */
export function makePortal(plan: PortalPlan, clock?: Clock): Portal {
  const { contacts, companies = 0, deals = 0, wide = false, ...options } = plan
  const portal = createPortal({ seed: 1, ...options, ...(clock ? { clock } : {}) })
  for (const name of noteProperties)
    portal.defineProperty('contacts', { name, label: name, type: 'string' })
  const long = { createdAt: '2026-01-01T00:00:00Z', updatedAt: '2026-02-01T00:00:00Z' }
  const properties = wide ? contactProperties : narrowProperties
  const generated = contacts > MANY && portal.generate('contacts', contacts, properties, long)
  const people = generated
    ? Array.from({ length: companies + deals > 0 ? contacts : 0 }, (_, at) => `${generated.id(at)}`)
    : portal.createMany('contacts', contacts, properties, long)
  const firms = portal.createMany('companies', companies, companyProperties, long)
  const sales = portal.createMany('deals', deals, dealProperties, long)
  const pick = (ids: string[], index: number) => ids[index % ids.length]
  for (const [index, id] of people.entries()) {
    const firm = pick(firms, index)
    if (firm) portal.associate('contacts', id, 'companies', firm, { primary: index % 2 === 0 })
  }
  for (const [index, id] of sales.entries()) {
    const [person, firm] = [pick(people, index * 7), pick(firms, index * 3)]
    if (person) portal.associate('contacts', person, 'deals', id)
    if (firm) portal.associate('deals', id, 'companies', firm)
  }
  return portal
}

/** Calls the portal without a socket, for which a jumping clock would have to wait. */
export function requesterOf(portal: Portal): ApiRequester {
  return {
    apiRequest: ({ method, path, qs, body, headers }) => {
      const query = qs ? `?${new URLSearchParams(qs)}` : ''
      return portal.fetch(
        new Request(`https://api.hubapi.com${path}${query}`, {
          method,
          headers: { 'content-type': 'application/json', ...headers },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        }),
      )
    },
  }
}

/** HubSpot's limits, in calls per second. */
export interface Rates {
  burst: number
  search: number
  associations: number
}

/** The limits of a plan with so many burst calls per ten seconds. The other limits are the same on every plan. */
export function ratesOf(burst: number, associations = 150): Rates {
  return { burst: burst / 10, search: 5, associations: associations / 10 }
}

/** The minimum time for these calls, in seconds, if the three limits are used in parallel. */
export function secondsNeeded(calls: Partial<Rates>, rates: Rates): number {
  const lanes = ['burst', 'search', 'associations'] as const
  return Math.max(...lanes.map((lane) => (calls[lane] ?? 0) / rates[lane]))
}
