import type { ObjectDefinition } from '../objects/define-object.js'
import type { Store } from '../store/store.js'
import type { HistoryState, RecordState } from '../sync/checkpoint-states.js'
import { historyLacking, historyOf } from '../sync/history.js'
import type { MirrorState } from '../sync/mirror-state.js'
import type { FoundGap } from '../sync/report.js'

/** The state of the history of an object's properties. */
export interface HistoryStatus {
  /**
   * The properties whose history some records lack, because it is new in the definition, or a process whose definitions
   * lack it has written them: the next run reads it. `*` for all of them.
   */
  lacking: string[]
  /** When the last reading of the history of all stored records ended; null if it came with the backfill. */
  readAt: string | null
  /** How many gaps the mirror has: stretches of time whose values HubSpot had dropped before they were read. */
  gaps: number
  /** How many of them each property has, by its internal name. One without any is absent. */
  gapsByProperty: Record<string, number>
  /** The five that were found last, the latest first. */
  gapExamples: FoundGap[]
}

/** How many gaps of an object are named. */
const NAMED_GAPS = 5

export async function historyStatus(
  store: Pick<Store, 'gapsOf'>,
  portalId: string,
  mirror: MirrorState,
  definition: ObjectDefinition,
): Promise<HistoryStatus> {
  const { name } = definition
  const walk = mirror.of<HistoryState>(historyOf(definition))
  const records = mirror.of<RecordState>(name)
  const read = [...new Set([...(walk?.filled ?? []), ...(records?.history ?? [])])]
  const known = read.length === 0 ? ['*'] : read
  const wanted = definition.history === 'all' ? known : definition.history
  const { counts, latest } = await store.gapsOf(portalId, name, NAMED_GAPS)
  return {
    lacking: historyLacking(mirror, definition, wanted),
    readAt: walk?.completedAt ?? null,
    gaps: Object.values(counts).reduce((sum, count) => sum + count, 0),
    gapsByProperty: counts,
    gapExamples: latest.map(({ id, property, after, before }) => {
      return { object: name, id, property, after, before }
    }),
  }
}
