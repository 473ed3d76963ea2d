import type { ObjectDefinition } from '../objects/define-object.js'
import { moveCheckpoint, openCheckpoint, type Place } from './checkpoint.js'
import type { MirrorState } from './mirror-state.js'

/** The custom types, by their ids, that HubSpot no longer has though the mirror has rows of them. */
type GoneState = { types: string[] }

// No object's name may begin like this.
const GONE = 'sync_gone'

/** The types that were gone when HubSpot was last asked. */
export async function readGone(place: Place): Promise<string[]> {
  return (await openCheckpoint<GoneState>(place, GONE)).state?.types ?? []
}

/** Notes which types are gone, for processes that only read, and for runs while HubSpot can't be asked. */
export async function noteGone(place: Place, types: readonly string[]): Promise<void> {
  await moveCheckpoint<GoneState>(place, GONE, () => ({ types: [...types] }))
}

/** Whether HubSpot no longer has the type of an object. */
export function isGone(mirror: MirrorState, { type }: Pick<ObjectDefinition, 'type'>): boolean {
  return mirror.of<GoneState>(GONE)?.types.includes(type) ?? false
}
