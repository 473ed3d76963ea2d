import type { Clock } from '../clock.js'
import type { Pair } from '../objects/pairs.js'
import type { ComparisonState, RecordState, Standing, WalkState } from './checkpoint-states.js'
import { type Coverages, hasPair } from './coverage.js'

/** Whether something that was last done at `lastAt` is due again; undefined as interval means: never by itself. */
export function isDue(
  clock: Pick<Clock, 'now'>,
  everyMs: number | undefined,
  lastAt: string | null,
): boolean {
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
  const isWhole = records?.backfilledAt && records.completeUpTo
  return census?.completedAt ?? (isWhole ? records.startedAt : null)
}

/** As of when all associations of a pair were last read, and where the streams stood then. */
export interface LastSweep {
  at: string
  from: Standing | undefined
}

/** The last reading of all associations of a pair: by a sweep, or along with the backfill. */
export function lastSweep(
  pair: Pair,
  records: RecordState | null,
  sweep: WalkState | null,
): LastSweep | null {
  if (sweep?.completedAt) return { at: sweep.completedAt, from: sweep.completedFrom }
  if (!records?.backfilledAt || !records.pairs.includes(pair.name)) return null
  return { at: records.startedAt, from: records.startedFrom }
}

/** Whether records at an end of a pair were written without it since it was last swept: then it is owed another sweep. */
export function isOwed(coverages: Coverages, pair: Pair, { from }: LastSweep): boolean {
  const ends = [pair.from.name, pair.to.name]
  return coverages.wroteSince(from, ends, (coverage) => !hasPair(coverage, pair))
}
