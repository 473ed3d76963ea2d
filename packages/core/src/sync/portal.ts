import type { Hubspot } from '../client/hubspot-client.js'
import { HubsyncError } from '../errors.js'
import { type Account, readAccount } from '../extract/account-reader.js'
import type { ResolvedOptions } from '../options.js'
import type { PortalRecord } from '../store/store.js'
import { beginFeed } from './change-feed.js'
import { expectWritable } from './expect-writable.js'
import { putTablesInPlace } from './put-tables-in-place.js'

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

/**
 * Asks HubSpot for the portal, makes the tables, and starts the feed of a portal that is new here.
 *
 * @param otherwise - gives the account if HubSpot can't be asked.
 */
export async function beginPortal(
  options: ResolvedOptions,
  hubspot: Hubspot,
  otherwise: (error: unknown, pinned: readonly PortalRecord[]) => Account,
): Promise<Account> {
  const { store, clock, portalId } = options
  const pinned = await store.portals()
  await expectWritable(options, pinned)
  const account = await openPortal(hubspot, pinned, portalId).catch((error: unknown) =>
    otherwise(error, pinned),
  )
  await putTablesInPlace(options, pinned, account)
  const isNew = !pinned.some((each) => each.portalId === account.portalId)
  if (isNew) await beginFeed({ store, clock, origin: account })
  return account
}
