import type { Pair } from '../objects/pairs.js'
import type { ResolvedOptions } from '../options.js'
import type { RecordState, WalkState } from './checkpoint-states.js'
import { Coverages } from './coverage.js'
import { isDue, isOwed, lastSweep } from './due.js'
import { isBackfilled, type Job } from './job.js'
import { ASSOCIATIONS } from './jobs.js'
import { MirrorState } from './mirror-state.js'
import { countPending } from './pending.js'
import { isRelabelled } from './reference/reference-state.js'
import { runStream } from './run-stream.js'
import { associationStream, sweepOf } from './streams/association-stream.js'
import { runWalk, type StillDue } from './walk.js'

/** A sweep to make: a new one, the rest of one, or only what that left unanswered. */
export interface Sweep {
  pair: Pair
  anew: boolean
}

/**
 * The sweeps that are due, needed or unfinished; all of them if the job was named.
 *
 * @param sliced - whether the run may end before they are done. A named job then continues unfinished sweeps and begins
 * no other: otherwise pairs that take more slices than others would never be completed.
 */
export function sweepsToMake(
  mirror: MirrorState,
  { objects, pairs, clock, associationSweepMs }: ResolvedOptions,
  named: boolean,
  sliced: boolean,
): Sweep[] {
  const sweeps: Sweep[] = []
  const coverages = new Coverages(mirror)
  const standings = pairs.map((pair) => standingOf(mirror, coverages, pair))
  const goesOn = sliced && standings.some(({ state }) => state !== null && state.after !== null)
  for (const { pair, state, last, isStale } of standings) {
    const begun = state !== null && (state.after !== null || countPending(state, objects) > 0)
    // Read at least once, and again if that is needed, whatever the interval: a pair that was not read is not mirrored.
    const isUnread = last === null || isStale
    const anew = isUnread || (named ? !goesOn : isDue(clock, associationSweepMs, last.at))
    if (begun || anew) sweeps.push({ pair, anew })
  }
  return sweeps
}

/** The sweeps of the pairs of which a label was renamed since their links were read. */
export function sweepsOfRelabelled(
  mirror: MirrorState,
  { pairs }: Pick<ResolvedOptions, 'pairs'>,
): Sweep[] {
  const coverages = new Coverages(mirror)
  return pairs
    .filter((pair) => standingOf(mirror, coverages, pair).isRenamed)
    .map((pair) => ({ pair, anew: true }))
}

/** The reason why some pairs need a sweep, or undefined if none does. */
export function owedReason(pairs: readonly Pair[], mirror: MirrorState): string | undefined {
  const coverages = new Coverages(mirror)
  for (const pair of pairs)
    if (standingOf(mirror, coverages, pair).isOwed)
      return `Records were written without their associations of ${pair.name}, by a process whose definitions lack that pair, because HubSpot did not return them, or before ${pair.to.name} was backfilled. Run the job ${ASSOCIATIONS}, or a run without names, to read them.`
  return undefined
}

/** The progress of a pair's sweep, its last completed sweep, and whether it needs another one since. */
function standingOf(mirror: MirrorState, coverages: Coverages, pair: Pair) {
  const state = mirror.of<WalkState>(sweepOf(pair))
  const last = lastSweep(pair, mirror.of<RecordState>(pair.from.name), state)
  const owed = last !== null && isOwed(coverages, pair, last)
  const renamed = last !== null && isRelabelled(mirror, pair, last.from)
  return { pair, state, last, isOwed: owed, isRenamed: renamed, isStale: owed || renamed }
}

export async function runSweeps(
  job: Job,
  sweeps: readonly Sweep[],
  stillDue: StillDue,
): Promise<string | undefined> {
  const pairs = sweeps.map(({ pair }) => pair)
  const ends = await Promise.allSettled(
    sweeps.map((sweep) => runSweep(job, sweep, pairs, stillDue)),
  )
  // A pair that can't be read must not stop the others.
  const reasons = ends.map((end) => {
    if (end.status === 'rejected') throw end.reason
    return end.value
  })
  return reasons.find((reason) => reason !== undefined)
}

async function runSweep(
  job: Job,
  { pair, anew }: Sweep,
  swept: readonly Pair[],
  stillDue: StillDue,
): Promise<string | undefined> {
  for (const end of [pair.from, pair.to])
    if (!(await isBackfilled(job, end)))
      return `${end.name} is not backfilled yet: the associations of ${pair.name} are read after that.`
  const stream = (begin: boolean) => associationStream(pair, begin, swept)
  const reason = await runWalk(job, stream, anew, stillDue)
  if (reason !== undefined) return reason
  const mirror = await MirrorState.read(job)
  if (!standingOf(mirror, new Coverages(mirror), pair).isStale) return undefined
  // Since the sweep began, another process has written without the pair, or a label was renamed.
  const again = await runStream(stream(true), job)
  return again ?? owedReason([pair], await MirrorState.read(job))
}
