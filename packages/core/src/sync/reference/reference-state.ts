import type { Pair } from '../../objects/pairs.js'
import type { ReferencePart } from '../../objects/reference-parts.js'
import type { ResolvedOptions } from '../../options.js'
import type { Standing } from '../checkpoint-states.js'
import { isDue } from '../due.js'
import type { MirrorState } from '../mirror-state.js'
import type { LeftOut } from '../report.js'
import { subjectsOf } from './parts.js'

const HOUR_MS = 3_600_000

/** How often each part is read by itself. */
const everyMs: Record<ReferencePart, number> = {
  owners: HOUR_MS,
  pipelines: HOUR_MS,
  catalogue: 24 * HOUR_MS,
}

/** What is known about the last reading of a part. Its stream has the name of the part. */
export type ReferenceState = {
  /** When it began, by this machine's clock. Null if no reading was without a refusal that failed the job. */
  completedAt: string | null
  /**
   * By name: when it was last read of each, whether HubSpot allowed it or not, unless a refusal failed the job. Processes
   * may mirror different objects.
   */
  asked: { [of: string]: string }
  /** The names of what was ever read. The feed has entries for these. */
  read: string[]
  /** By table: how many rows HubSpot listed. */
  rows: { [table: string]: number }
  /** How many calls it took. */
  calls: number
  /** What was left out, and why. Absent if nothing was. */
  leftOut?: LeftOut
  /** Values that records have and that HubSpot didn't list. They are no reason to read again. */
  unlisted: string[]
  /** Set if records name a value that isn't known, and there was no time to look for it. */
  again?: true
  /**
   * By pair: the revision of this checkpoint with which a label was seen to have another text. Links that were read before
   * then have the former one. Not a moment: the clocks of machines differ.
   */
  relabelled?: { [pair: string]: number }
}

/**
 * Whether a label of a pair has another text since its links were last read.
 *
 * @param readFrom - the revisions of other streams' checkpoints when that reading began.
 */
export function isRelabelled(
  mirror: MirrorState,
  { name }: Pick<Pair, 'name'>,
  readFrom: Standing | undefined,
): boolean {
  const seen = mirror.of<ReferenceState>('catalogue')?.relabelled?.[name]
  return seen !== undefined && seen > (readFrom?.catalogue ?? 0)
}

/** Whether a part is to be read. */
export function isPartDue(
  part: ReferencePart,
  mirror: MirrorState,
  options: Pick<ResolvedOptions, 'objects' | 'pairs' | 'clock'>,
): boolean {
  const state = mirror.of<ReferenceState>(part)
  const subjects = subjectsOf(part, options)
  if (subjects.length === 0) return false
  if (!state || state.again) return true
  return subjects.some((name) => isDue(options.clock, everyMs[part], state.asked[name] ?? null))
}
