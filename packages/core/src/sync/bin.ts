import type { StoredVersion } from '../model.js'
import type { ObjectDefinition } from '../objects/define-object.js'
import { standardTypeOf } from '../objects/standard-types.js'
import { openCheckpoint, type Place } from './checkpoint.js'
import type { BinState } from './checkpoint-states.js'
import { isDue } from './due.js'
import type { MirrorState } from './mirror-state.js'

const DAY = 86_400_000
/**
 * HubSpot drops a record from the bin after this time (HubSpot KB, "Restore deleted records"). Nobody says at which
 * hour.
 */
export const BIN_TIME = 90 * DAY - DAY / 2
/** A bin that takes no more calls than this is read at every run. */
const FEW_CALLS = 20
/** A larger bin is read as often as this number of calls a day allows, and at least once a day. */
const CALLS_A_DAY = 2_500

/** The stream, and the job, that reads an object's bin. */
export function binOf({ name }: Pick<ObjectDefinition, 'name'>): string {
  return `${name}:archived`
}

/** Whether deleted records go into a bin. If not, only a census finds those that are gone. */
export function hasBin(object: Pick<ObjectDefinition, 'type'>): boolean {
  return !standardTypeOf(object)?.isDeletedForGood
}

/** The state of the stream that reads an object's bin, or null before its first page. */
export function binIn(
  mirror: MirrorState,
  object: Pick<ObjectDefinition, 'name'>,
): BinState | null {
  return mirror.of<BinState>(binOf(object))
}

/** Reads the state of the stream that reads an object's bin, or null before its first page. */
export async function binState(
  place: Place,
  definition: Pick<ObjectDefinition, 'name'>,
): Promise<BinState | null> {
  return (await openCheckpoint<BinState>(place, binOf(definition))).state
}

/** How many walks of a bin were completed. */
export function walksOf(bin: Pick<BinState, 'walks' | 'completedAt'> | null): number {
  return bin?.walks ?? (bin?.completedAt ? 1 : 0)
}

/** The number of the first walk that is sure to meet everything that is in the bin now. */
export function nextWalk(bin: BinState | null): number {
  // A walk that is under way may already be past the place.
  return walksOf(bin) + (bin === null || bin.startedAt === null ? 1 : 2)
}

/**
 * The interval between two whole readings of a bin, or of another list that can't be searched, by the calls that one
 * takes. 0: at every run.
 */
export function binInterval(calls: number): number {
  return calls <= FEW_CALLS ? 0 : Math.min(DAY, (DAY * calls) / CALLS_A_DAY)
}

/** Whether a whole reading of a bin is due, by HubSpot's clock. */
export function isBinDue(bin: BinState | null, now: string): boolean {
  const clock = { now: () => Date.parse(now) }
  return isDue(clock, binInterval(bin?.calls ?? 0), bin?.completedAt ?? null)
}

/**
 * Whether HubSpot has dropped an archived record from the bin because of its age.
 *
 * @param cutoff - HubSpot has dropped what was archived until then.
 * @param watchedSince - from then on, every record that comes into the bin is noted here.
 */
export function isOlderThanBin(
  { status, updatedAt, archivedAt, syncedAt }: StoredVersion,
  cutoff: string,
  watchedSince = '9999',
): boolean {
  if (status !== 'ARCHIVED' || archivedAt === null) return false
  // The row was written when the record was archived, or later.
  if (syncedAt <= cutoff) return true
  // HubSpot gives a contact's last modification as its date of archiving. The true date may be later, but not before
  // the bin was watched: otherwise the contact would already have been here.
  const tells = archivedAt > updatedAt
  return archivedAt <= cutoff && (tells || syncedAt < watchedSince)
}
