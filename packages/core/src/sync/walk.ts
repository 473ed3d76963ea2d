import { openCheckpoint } from './checkpoint.js'
import type { WalkState } from './checkpoint-states.js'
import type { Job } from './job.js'
import { runStream } from './run-stream.js'
import type { Stream } from './stream.js'

/** Whether this run has to make another walk after one that has ended. */
export type StillDue<State extends WalkState = WalkState> = (last: State | null) => boolean

/**
 * A walk, or the rest of one that an earlier run began. In the second case, changes in the part that was walked earlier
 * would be missed, so another walk follows if it is due.
 *
 * @param anew - whether to begin a walk if none is under way. If not, only what the last one left unanswered is asked
 * for again.
 */
export async function runWalk<State extends WalkState>(
  job: Job,
  walk: (anew: boolean) => Stream<State>,
  anew: boolean,
  stillDue: StillDue<State>,
): Promise<string | undefined> {
  const stream = walk(anew)
  const checkpoint = await openCheckpoint<State>(job, stream.name)
  const wasUnderWay = isUnderWay(checkpoint.state)
  const reason = await runStream(stream, job, checkpoint)
  const isNext = wasUnderWay && !isUnderWay(checkpoint.state) && stillDue(checkpoint.state)
  return isNext ? runStream(walk(true), job, checkpoint) : reason
}

function isUnderWay(state: WalkState | null): boolean {
  return state !== null && state.startedAt !== null
}
