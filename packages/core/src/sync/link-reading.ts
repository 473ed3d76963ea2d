import type { AssociationSet, Tombstone } from '../model.js'
import type { Job } from './job.js'
import type { ExpectedLink } from './link-order.js'
import type { RecordGroup } from './page.js'
import type { UnreadPairs } from './unread-pairs.js'

/** Ids of records, by the name of what they are noted for. */
export type IdsByName = Map<string, Set<string>>

/** The links of a page while they are being read. */
export interface LinkReading {
  readonly job: Job
  readonly unread: UnreadPairs
  /** The moment before HubSpot was asked for the first of them, by HubSpot's clock. */
  readonly startedAt: string
  /** The last sets that came, by pair and by the record at the near end. */
  readonly sets: Map<string, Map<string, AssociationSet>>
  /** The records that were asked for by each pair. */
  readonly asked: IdsByName
  /** The records of each object of which it is known what they are: those of the page, what was merged into them, and the ends that were asked for. */
  readonly here: IdsByName
  readonly ends: RecordGroup[]
  readonly tombstones: Tombstone[]
  readonly expected: ExpectedLink[]
  readonly unanswered: IdsByName
}

/** The ids that are noted under a name. */
export function idsOf(sets: IdsByName, name: string): Set<string> {
  const found = sets.get(name) ?? new Set<string>()
  sets.set(name, found)
  return found
}
