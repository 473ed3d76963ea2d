import type { ResolvedRunOptions } from '../call-options.js'
import type { ResolvedOptions } from '../options.js'
import { expectWritable } from './expect-writable.js'
import { pinnedPortal } from './pinned-portal.js'
import { putTablesInPlace } from './put-tables-in-place.js'
import { RunContext } from './run-context.js'
import type { SharedWork } from './shared-work.js'

/** What work outside of runs is done with, on the portal that the store holds. */
export async function contextOutside(
  options: ResolvedOptions,
  shared: SharedWork,
  given: ResolvedRunOptions,
): Promise<RunContext> {
  const context = new RunContext(options, shared, given)
  const pinned = await options.store.portals()
  const portal = pinnedPortal(pinned, options.portalId)
  context.open(portal)
  await expectWritable(options, pinned)
  await putTablesInPlace(options, pinned, portal)
  await context.enter()
  return context
}
