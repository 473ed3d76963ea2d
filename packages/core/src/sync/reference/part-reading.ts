import type { HubspotError } from '../../errors.js'
import type { ReferenceSet } from '../../store/reference-tables.js'
import type { Job } from '../job.js'

/** A part of a reference table as HubSpot has it. */
export interface ReadSet extends Omit<ReferenceSet, 'feed'> {
  /** The name of what it was read of: an object, a pair, or the part itself. */
  of: string
}

/** A refusal, and the name of what was to be read, as that of a set. */
export interface Refusal {
  of: string
  error: HubspotError
}

/** A reading of a part that is complete, but for what HubSpot refuses. */
export interface PartReading {
  sets: ReadSet[]
  /** How many entries of HubSpot's lists had no id. */
  unreadable: number
  /** What HubSpot refuses for good, most often for want of a scope. What it is about stays as it is. */
  refusals: Refusal[]
  /** The names of the mirrored pairs of which a label has another text than in the store. Default: none. */
  relabelled?: string[]
}

/** What a part is read with. */
export type PartJob = Pick<Job, 'hubspot' | 'store' | 'origin' | 'objects' | 'pairs'>
