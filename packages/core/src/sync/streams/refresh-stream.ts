import { BATCH_READ_INPUTS } from '../../client/endpoints.js'
import { readRecords } from '../../extract/record-reader.js'
import type { ObjectDefinition } from '../../objects/define-object.js'
import type { WalkState } from '../checkpoint-states.js'
import { listed, type Position, pageOf, together } from '../page.js'
import { readDiffering } from '../read-changed.js'
import type { Stream } from '../stream.js'
import { walkIds } from './id-walk.js'

/** How many records are read and written together. */
const ROWS = 10 * BATCH_READ_INPUTS

/** The progress of a refresh, and its properties. */
type RefreshState = WalkState & { properties: string[] }

/**
 * Reads just these properties of every active record and merges them in. HubSpot changes calculated properties without
 * changing the modification date, so no change window finds them. A record that has also changed otherwise is read
 * whole.
 */
export function refreshStream(
  definition: ObjectDefinition,
  properties: string[],
): Stream<RefreshState> {
  return {
    name: `${definition.name}:refresh`,
    kind: 'aside',
    count: (job, result) => job.tally.addRows(definition.name, result),
    async *pages(begun, job) {
      const { type, name } = definition
      const { portalId } = job.origin
      const goesOn = begun?.after != null && begun.properties.join() === properties.join()
      let state: Position<RefreshState> = {
        after: goesOn ? begun.after : null,
        properties,
        startedAt: null,
        completedAt: begun?.completedAt ?? null,
      }
      const total = (await job.store.counts(portalId))[name]?.active
      for await (const { ids, after, last } of walkIds(job, definition, state.after, ROWS)) {
        const answer = await readRecords(job.hubspot, { type, ids, properties })
        const { records, readAt, unanswered } = answer
        const differing = await job.differing(name, records)
        const changed = new Set(differing.map(({ id }) => id))
        const now = new Date(job.clock.now()).toISOString()
        state = { ...state, after, ...(last ? { completedAt: now } : {}) }
        const whole = await readDiffering(job, definition, differing)
        const same = records.filter(({ id }) => !changed.has(id))
        const part = { readAt, unanswered, records: same }
        const content = together(whole, listed(definition, part, { partial: true }))
        yield pageOf(content, { phase: 'refresh', total, next: state, last })
      }
    },
  }
}
