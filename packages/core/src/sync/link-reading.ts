import type { AssociationSet, Tombstone } from '../model.js'
import type { Job } from './job.js'
import type { ExpectedLink } from './link-order.js'
import type { RecordGroup } from './page.js'
import type { UnreadPairs } from './unread-pairs.js'

/** Ids of records, by a name. */
export type IdsByName = Map<string, Set<string>>

/** The links of a page while they are being read. */
export interface LinkReading {
  readonly job: Job
  readonly unread: UnreadPairs
  /** HubSpot's time before the first call for them. */
  readonly startedAt: string
  /** The latest sets, by pair and by the record at the near end. */
  readonly sets: Map<string, Map<string, AssociationSet>>
  /** By pair: the records that were asked for. */
  readonly asked: IdsByName
  /**
   * By object: the records whose state is known. These are the records of the page, those merged into them, and the
   * ends that were asked for.
   */
  readonly here: IdsByName
  readonly ends: RecordGroup[]
  readonly tombstones: Tombstone[]
  readonly expected: ExpectedLink[]
  readonly unanswered: IdsByName
}

/** The ids under a name. */
export function idsOf(sets: IdsByName, name: string): Set<string> {
  const found = sets.get(name) ?? new Set<string>()
  sets.set(name, found)
  return found
}
