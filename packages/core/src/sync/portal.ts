import type { Hubspot } from '../client/hubspot-client.js'
import { HubsyncError } from '../errors.js'
import { type Account, readAccount } from '../extract/account-reader.js'
import type { Store } from '../store/store.js'

/**
 * Asks HubSpot whose token this is, and holds it against the option and the store. Done before anything is written.
 *
 * @throws with code `PORTAL_MISMATCH` where the store, or `portalId`, belongs to another portal.
 */
export async function openPortal(
  hubspot: Hubspot,
  store: Pick<Store, 'portals'>,
  expected: string | undefined,
): Promise<Account> {
  const account = await readAccount(hubspot)
  if (expected !== undefined && expected !== account.portalId)
    throw new HubsyncError(
      'PORTAL_MISMATCH',
      `Expected a token of portal ${expected}, as \`portalId\` says, got one of portal ${account.portalId}. Nothing was written.`,
    )
  const pinned = (await store.portals()).map(({ portalId }) => portalId)
  if (expected === undefined && pinned.length > 0 && !pinned.includes(account.portalId))
    throw new HubsyncError(
      'PORTAL_MISMATCH',
      `Expected a token of portal ${pinned.join(' or ')}, which this store holds, got one of portal ${account.portalId}. Nothing was written. Use another store, or give each portal its \`portalId\` to mirror several into one.`,
    )
  return account
}
