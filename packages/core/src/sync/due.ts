import type { Clock } from '../clock.js'
import type { Pair } from '../objects/pairs.js'
import type { ComparisonState, RecordState, WalkState } from './checkpoint.js'

/** Whether something that was last done at `lastAt` is due again; undefined as interval means: never by itself. */
export function isDue(clock: Clock, everyMs: number | undefined, lastAt: string | null): boolean {
  if (everyMs === undefined) return false
  if (lastAt === null) return true
  const age = clock.now() - Date.parse(lastAt)
  // A clock that was set back makes everything due, rather than nothing for as long as it was set back by.
  return age < 0 || age >= everyMs
}

/** When an object's ids were last compared with HubSpot's: a backfill is a census too, as of its beginning. */
export function lastCensus(
  records: RecordState | null,
  census: ComparisonState | null,
): string | null {
  return census?.completedAt ?? (records?.backfilledAt ? records.startedAt : null)
}

/** As of when all associations of a pair were last read: by a sweep, or along with the backfill. */
export function lastSweep(
  pair: Pair,
  records: RecordState | null,
  sweep: WalkState | null,
): string | null {
  const along =
    records?.backfilledAt && records.pairs.includes(pair.name) ? records.startedAt : null
  return sweep?.completedAt ?? along
}
