import type { ReferencePart } from '../../objects/reference-parts.js'
import type { ResolvedOptions } from '../../options.js'
import { moveCheckpoint, openCheckpoint } from '../checkpoint.js'
import type { RecordedRun } from '../recorded-run.js'
import { runPart } from './read-part.js'
import type { ReferenceState } from './reference-state.js'

/**
 * Reads the parts that lack a value which records of this run name: a new owner, stage or type of link. A value that
 * HubSpot didn't list the last time is no reason to read again. Where there is no time left, the next run does it.
 *
 * @param early - parts that were read before the records. They aren't read twice in a run.
 */
export async function readUnknown(
  parts: readonly ReferencePart[],
  context: RecordedRun,
  { pairs, namedReference }: Pick<ResolvedOptions, 'pairs' | 'namedReference'>,
  early: ReadonlySet<string>,
): Promise<void> {
  const { place, named } = context
  for (const part of parts) {
    const unknown = await named.unknown(part, place, pairs)
    if (unknown.length === 0) continue
    const { state } = await openCheckpoint<ReferenceState>(place, part)
    if (!state || unknown.every((value) => state.unlisted.includes(value))) continue
    const isLater = early.has(part) || context.stopReason() !== undefined
    if (isLater) await moveCheckpoint<ReferenceState>(place, part, askedAgain)
    else await context.runJob(part, (job) => runPart(part, job, namedReference.includes(part)))
  }
}

function askedAgain(state: ReferenceState | null): ReferenceState | null {
  return state && { ...state, again: true }
}
