import { referenceParts } from '../../objects/reference-parts.js'
import type { MissingTables } from '../../store/tables.js'
import { renewFeed } from '../change-feed.js'
import { moveCheckpoint, openCheckpoint, type Place } from '../checkpoint.js'
import { tableNamesOf } from './parts.js'
import type { ReferenceState } from './reference-state.js'

/**
 * Notes that parts have to be read again, of which somebody has dropped a table. The feed starts again, because it can't
 * report what comes back.
 */
export async function noteLostParts(
  place: Place,
  { reference = [] }: Pick<MissingTables, 'reference'>,
): Promise<void> {
  for (const part of referenceParts) {
    if (!tableNamesOf(part).some((name) => reference.includes(name))) continue
    const { state } = await openCheckpoint<ReferenceState>(place, part)
    if (state === null) continue
    await renewFeed(place)
    await moveCheckpoint<ReferenceState>(place, part, () => null)
  }
}
