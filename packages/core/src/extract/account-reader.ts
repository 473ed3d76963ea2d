import type { Hubspot } from '../client/hubspot-client.js'
import { HubsyncError } from '../errors.js'
import { harmless } from '../harmless-text.js'
import { parseId } from './parse-record.js'

/** The portal that the token belongs to. */
export interface Account {
  portalId: string
  /** The host of HubSpot's own pages, for links to records. */
  uiDomain: string
  /** The account's time zone. At midnight there the daily limit starts again. */
  timeZone: string
}

/** Asks HubSpot which portal the token belongs to. */
export async function readAccount(hubspot: Hubspot): Promise<Account> {
  const { json } = await hubspot.ask(hubspot.endpoints.account())
  const { portalId, uiDomain, timeZone } = json as Record<string, unknown>
  const id = parseId(portalId)
  if (id === undefined || !/^\d{1,20}$/.test(id))
    throw new HubsyncError(
      'HUBSPOT_REPLY',
      'Expected the account details to name a `portalId`, a number, got none. Check `baseUrl`.',
    )
  return {
    portalId: id,
    uiDomain: typeof uiDomain === 'string' ? harmless(uiDomain, 200) : 'app.hubspot.com',
    timeZone: typeof timeZone === 'string' ? harmless(timeZone, 200) : 'UTC',
  }
}
