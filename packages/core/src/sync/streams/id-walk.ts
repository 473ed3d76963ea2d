import type { RecordStatus } from '../../model.js'
import type { ObjectDefinition } from '../../objects/define-object.js'
import type { Job } from '../job.js'

/** Ids of the mirror. */
export interface IdPage {
  ids: string[]
  /** The id after which a walk continues later; null after the last page. */
  after: string | null
  last: boolean
}

/**
 * Walks the ids of an object's rows in pages of this size, after an id or from the beginning. Only active rows, unless
 * `status` says otherwise.
 */
export async function* walkIds(
  { store, origin, tally }: Pick<Job, 'store' | 'origin' | 'tally'>,
  { name }: ObjectDefinition,
  begin: string | null,
  limit: number,
  status: RecordStatus = 'ACTIVE',
): AsyncGenerator<IdPage> {
  for (let after = begin, last = false; !last; ) {
    const ids = await store.ids(origin.portalId, name, {
      after: after ?? undefined,
      limit,
      status,
    })
    last = ids.length < limit
    after = last ? null : (ids.at(-1) ?? null)
    tally.counts.read += ids.length
    yield { ids, after, last }
  }
}
