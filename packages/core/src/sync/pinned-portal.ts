import { HubsyncError, InvalidOptionError } from '../errors.js'
import type { PortalRecord } from '../store/store.js'

/**
 * The portal of a mirror, from those that its store holds. HubSpot isn't asked.
 *
 * @param portalId - the option of that name.
 * @throws if no run was made yet, or if it isn't clear which of several portals is meant.
 */
export function pinnedPortal(
  pinned: readonly PortalRecord[],
  portalId: string | undefined,
): PortalRecord {
  const numbers = pinned.map((portal) => portal.portalId)
  if (portalId === undefined && pinned.length > 1)
    throw new InvalidOptionError(
      `Expected \`portalId\` to say which portal is meant, as this store holds ${numbers.join(', ')}.`,
    )
  const found = pinned.find((portal) => portalId === undefined || portal.portalId === portalId)
  if (!found)
    throw new HubsyncError(
      'NOT_MIRRORED',
      `Expected a mirror${portalId === undefined ? '' : ` of portal ${portalId}`}, but no run has been made into this store yet.`,
    )
  return found
}
