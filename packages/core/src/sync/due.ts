import type { Clock } from '../clock.js'
import type { Pair } from '../objects/pairs.js'
import type { ComparisonState, RecordState, Standing, WalkState } from './checkpoint-states.js'
import { type Coverages, hasPair } from './coverage.js'

/** Whether something is due again that was last done at `lastAt`. Interval undefined: it never is by itself. */
export function isDue(
  clock: Pick<Clock, 'now'>,
  everyMs: number | undefined,
  lastAt: string | null,
): boolean {
  if (everyMs === undefined) return false
  if (lastAt === null) return true
  const age = clock.now() - Date.parse(lastAt)
  // After the clock was set back, everything is due. Otherwise nothing would be for that long.
  return age < 0 || age >= everyMs
}

/**
 * When an object's ids were last compared with HubSpot's. A backfill counts as a census at the moment of its beginning.
 */
export function lastCensus(
  records: RecordState | null,
  census: ComparisonState | null,
): string | null {
  const isWhole = records?.backfilledAt && records.completeUpTo
  return census?.completedAt ?? (isWhole ? records.startedAt : null)
}

/** When all associations of a pair were last read, and the revisions of other streams' checkpoints then. */
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

/**
 * Whether records at an end of a pair were written without the pair since its last sweep. Then it needs another sweep.
 */
export function isOwed(coverages: Coverages, pair: Pair, { from }: LastSweep): boolean {
  const ends = [pair.from.name, pair.to.name]
  return coverages.wroteSince(from, ends, (coverage) => !hasPair(coverage, pair))
}
