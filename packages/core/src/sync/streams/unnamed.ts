import type { ListRange } from '../../extract/list-range.js'
import { ListOrderError, walkList } from '../../extract/list-walk.js'
import type { ObjectDefinition } from '../../objects/define-object.js'
import type { RecordState } from '../checkpoint-states.js'
import type { Job } from '../job.js'
import { listed, nothing, type Page, type Position, pageOf, together } from '../page.js'
import { readChanged } from '../read-changed.js'
import { toBeSearched } from './changes.js'

/** Adds ranges of a list with records whose ids are unknown to a state. */
export function withUnnamed<State extends { unnamed?: ListRange[] }>(
  state: State,
  found: readonly ListRange[],
): State {
  const known = state.unnamed ?? []
  // A list out of order is one range, however many of its pages have such records.
  const fresh = found.filter(
    ({ after, until }) => !known.some((each) => each.after === after && each.until === until),
  )
  return fresh.length === 0 ? state : { ...state, unnamed: [...known, ...fresh] }
}

/**
 * Lists the ranges again that an earlier run could not read completely, and reads what isn't here. In a list out of
 * order a range shows nothing: the next change window reads all records instead.
 */
export async function* listUnnamed(
  job: Job,
  definition: ObjectDefinition,
  begun: Position<RecordState>,
): AsyncGenerator<Page<RecordState>> {
  const { unnamed: ranges = [], ordered, ...state } = begun
  if (ranges.length === 0) return
  const phase = 'unanswered'
  const search = pageOf(nothing, { phase, next: toBeSearched({ ...begun, ordered: false }) })
  if (!ordered) return yield search
  const query = { type: definition.type, properties: [definition.modifiedProperty] }
  let found: { unnamed?: ListRange[] } = {}
  try {
    for await (const page of walkList(job.hubspot, query, ranges, { ordered: true })) {
      job.tally.counts.read += page.records.length
      job.tally.counts.unreadable += page.unnamed.length
      found = withUnnamed(found, page.unnamed)
      const unnamed = [...page.ranges, ...(found.unnamed ?? [])]
      const changed = await readChanged(job, definition, page.records)
      const left = listed(definition, { ...page, records: [] })
      const next = { ...state, ordered, ...(unnamed.length > 0 ? { unnamed } : {}) }
      yield pageOf(together(changed, left), { phase, next })
    }
  } catch (error) {
    if (!(error instanceof ListOrderError)) throw error
    yield search
  }
}
