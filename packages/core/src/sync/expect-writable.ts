import type { ResolvedOptions } from '../options.js'
import type { PortalRecord } from '../store/store.js'
import { missingTables } from './put-tables-in-place.js'

/** An id that no run has. */
const NO_RUN = '00000000-0000-0000-0000-000000000000'

/**
 * Makes sure that the store can be written, before HubSpot is asked for anything. It deletes a run that doesn't exist:
 * that needs the right to write, and changes nothing. A store without a portal shows it when its tables are made.
 *
 * @throws the error with which the store refuses.
 */
export async function expectWritable(
  options: Pick<ResolvedOptions, 'store' | 'clock' | 'objects' | 'pairs' | 'reference'>,
  [portal]: readonly PortalRecord[],
): Promise<void> {
  if (!portal) return
  const { store, clock } = options
  const at = new Date(clock.now()).toISOString()
  try {
    await store.commit({ portalId: portal.portalId, at, forgetRuns: [NO_RUN] })
  } catch (error) {
    // If a table is missing, that error names it.
    await missingTables(options, [portal], portal.portalId)
    throw error
  }
}
