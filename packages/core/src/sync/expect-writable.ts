import type { ResolvedOptions } from '../options.js'
import { missingTables } from './put-tables-in-place.js'

/** The id of no run. */
const NO_RUN = '00000000-0000-0000-0000-000000000000'

/**
 * Makes sure that the store may be written, before HubSpot is asked for what would be written: a run that isn't there is forgotten, which
 * needs the right to and changes nothing. A store that holds no portal yet shows it when its tables are made.
 *
 * @throws what the store refuses it with.
 */
export async function expectWritable(
  options: Pick<ResolvedOptions, 'store' | 'clock' | 'objects' | 'pairs'>,
): Promise<void> {
  const { store, clock } = options
  const [portal] = await store.portals()
  if (!portal) return
  const at = new Date(clock.now()).toISOString()
  try {
    await store.commit({ portalId: portal.portalId, at, forgetRuns: [NO_RUN] })
  } catch (error) {
    // A table that isn't there is told by its name.
    await missingTables(options)
    throw error
  }
}
