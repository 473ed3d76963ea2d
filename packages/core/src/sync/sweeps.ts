import type { Pair } from '../objects/pairs.js'
import type { ResolvedOptions } from '../options.js'
import type { RecordState, WalkState } from './checkpoint-states.js'
import { Coverages } from './coverage.js'
import { isDue, isOwed, lastSweep } from './due.js'
import { isBackfilled, type Job } from './job.js'
import { ASSOCIATIONS } from './jobs.js'
import { MirrorState } from './mirror-state.js'
import { countPending } from './pending.js'
import { runStream } from './run-stream.js'
import { associationStream, sweepOf } from './streams/association-stream.js'
import { runWalk, type StillDue } from './walk.js'

/** A pair that is to be swept: from the beginning, or the rest of a sweep, or nothing but what that left unanswered. */
export interface Sweep {
  pair: Pair
  anew: boolean
}

/**
 * The pairs whose sweep is due, owed or not over, or all of them where the job was asked for by name.
 *
 * @param sliced - whether the run may end before they are swept. One that is named then goes on with the sweeps that are not over, and
 * begins no other anew: pairs that take more slices than others would never be through with them.
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
  for (const { pair, state, last, isOwed } of standings) {
    const begun = state !== null && (state.after !== null || countPending(state, objects) > 0)
    // Read at least once, and again where that is owed, whatever the interval: a pair that was not read is not mirrored.
    const isUnread = last === null || isOwed
    const anew = isUnread || (named ? !goesOn : isDue(clock, associationSweepMs, last.at))
    if (begun || anew) sweeps.push({ pair, anew })
  }
  return sweeps
}

/** Why the sweeps of some pairs are owed, or undefined where none is. */
export function owedReason(pairs: readonly Pair[], mirror: MirrorState): string | undefined {
  const coverages = new Coverages(mirror)
  for (const pair of pairs)
    if (standingOf(mirror, coverages, pair).isOwed)
      return `Records were written without their associations of ${pair.name}, by a process whose definitions lack that pair, since HubSpot did not give them, or before ${pair.to.name} was backfilled. Run the job ${ASSOCIATIONS}, or a run without names: it sweeps the pair.`
  return undefined
}

/** How far a pair's sweep has come, when it was last swept, and whether it is owed another sweep since. */
function standingOf(mirror: MirrorState, coverages: Coverages, pair: Pair) {
  const state = mirror.of<WalkState>(sweepOf(pair))
  const last = lastSweep(pair, mirror.of<RecordState>(pair.from.name), state)
  return { pair, state, last, isOwed: last !== null && isOwed(coverages, pair, last) }
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
  // One pair that can't be read keeps no other from being swept.
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
  const owed = async () => owedReason([pair], await MirrorState.read(job))
  if (reason !== undefined || (await owed()) === undefined) return reason
  // Another process has written without the pair since the sweep began.
  return (await runStream(stream(true), job)) ?? owed()
}
