import type { Hubspot } from '../client/hubspot-client.js'
import { HubsyncError } from '../errors.js'
import { type Account, readAccount } from '../extract/account-reader.js'
import type { PortalRecord } from '../store/store.js'

/**
 * Asks HubSpot which portal the token belongs to, and compares that with the option and the store. Nothing is written
 * before.
 *
 * @param pinned - the portals that the store holds.
 * @throws with code `PORTAL_MISMATCH` if the store, or `portalId`, belongs to another portal.
 */
export async function openPortal(
  hubspot: Hubspot,
  pinned: readonly PortalRecord[],
  expected: string | undefined,
): Promise<Account> {
  const account = await readAccount(hubspot)
  if (expected !== undefined && expected !== account.portalId)
    throw new HubsyncError(
      'PORTAL_MISMATCH',
      `Expected a token of portal ${expected}, as \`portalId\` says, got one of portal ${account.portalId}. Nothing was written.`,
    )
  const held = pinned.map(({ portalId }) => portalId)
  if (expected === undefined && held.length > 0 && !held.includes(account.portalId))
    throw new HubsyncError(
      'PORTAL_MISMATCH',
      `Expected a token of portal ${held.join(' or ')}, which this store holds, got one of portal ${account.portalId}. Nothing was written. Use another store, or give each portal its \`portalId\` to mirror several into one.`,
    )
  return account
}
