import type { StoredVersion } from '../model.js'
import type { ObjectDefinition } from '../objects/define-object.js'
import { openCheckpoint, type Place } from './checkpoint.js'
import type { BinState } from './checkpoint-states.js'
import { isDue } from './due.js'
import type { MirrorState } from './mirror-state.js'

const DAY = 86_400_000
/** HubSpot drops a record from the bin after this time (HubSpot KB, "Restore deleted records"). Nobody says at which hour. */
export const BIN_TIME = 90 * DAY - DAY / 2
/** A bin is read at every run where that takes no more calls. */
const FEW_CALLS = 20
/** A larger one is read so often that it takes about so many calls a day, but at least once a day. */
const CALLS_A_DAY = 2_500

/** The stream, and the job, that reads an object's bin. */
export function binOf({ name }: Pick<ObjectDefinition, 'name'>): string {
  return `${name}:archived`
}

/** How far the reading of an object's bin had come; null before its first page. */
export function binIn(
  mirror: MirrorState,
  object: Pick<ObjectDefinition, 'name'>,
): BinState | null {
  return mirror.of<BinState>(binOf(object))
}

/** How far the reading of an object's bin has come by now; null before its first page. */
export async function binState(
  place: Place,
  definition: Pick<ObjectDefinition, 'name'>,
): Promise<BinState | null> {
  return (await openCheckpoint<BinState>(place, binOf(definition))).state
}

/** How many whole walks of a bin there were. */
export function walksOf(bin: Pick<BinState, 'walks' | 'completedAt'> | null): number {
  return bin?.walks ?? (bin?.completedAt ? 1 : 0)
}

/** The number of the next walk that is sure to come by everything that lies in the bin now. */
export function nextWalk(bin: BinState | null): number {
  // One that is under way may have passed the place.
  return walksOf(bin) + (bin === null || bin.startedAt === null ? 1 : 2)
}

/** How often a bin is read whole, by the calls that this takes. 0: at every run. */
export function binInterval(calls: number): number {
  return calls <= FEW_CALLS ? 0 : Math.min(DAY, (DAY * calls) / CALLS_A_DAY)
}

/** Whether a bin is to be read whole, by HubSpot's clock. */
export function isBinDue(bin: BinState | null, now: string): boolean {
  const clock = { now: () => Date.parse(now) }
  return isDue(clock, binInterval(bin?.calls ?? 0), bin?.completedAt ?? null)
}

/**
 * Whether HubSpot's bin was to drop a record that is stored as archived.
 *
 * @param cutoff - what was archived until then lies in the bin no more.
 * @param watchedSince - since when all that comes into the bin is noted.
 */
export function isOlderThanBin(
  { status, updatedAt, archivedAt, syncedAt }: StoredVersion,
  cutoff: string,
  watchedSince = '9999',
): boolean {
  if (status !== 'ARCHIVED' || archivedAt === null) return false
  // It was written when it was archived, or later.
  if (syncedAt <= cutoff) return true
  // A contact shows its last modification: it was archived then or later, but not before the bin was watched if it wasn't there.
  const tells = archivedAt > updatedAt
  return archivedAt <= cutoff && (tells || syncedAt < watchedSince)
}
