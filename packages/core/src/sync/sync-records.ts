import { mapAbsences } from '../map/map-tombstone.js'
import type { ObjectDefinition } from '../objects/define-object.js'
import type { Batch, CheckpointMove, RowCounts } from '../store/store.js'
import { commitInPieces } from './commit-in-pieces.js'
import { writeAside } from './coverage.js'
import { gapsFound } from './history.js'
import type { Job } from './job.js'
import { type Links, readLinks } from './links.js'
import { mapPage } from './map-page.js'
import { noteUnanswered } from './queue.js'
import { readAnew } from './read-changed.js'
import { idsRefused } from './refused.js'
import { UnreadPairs } from './unread-pairs.js'

/** What `syncRecords` did with the records. */
export interface SyncRecordsReport
  extends Pick<
    RowCounts,
    'created' | 'updated' | 'unchanged' | 'archived' | 'restored' | 'removed'
  > {
  /**
   * Ids that were not brought up to date: HubSpot left the record or its associations unanswered, or a constraint of
   * the database refused it.
   */
  unanswered: string[]
  /** Ids that HubSpot doesn't know and that have no row here either: nothing was done. */
  notFound: string[]
}

/**
 * Reads these records now, active or in the bin, with all their associations. A record that HubSpot has in neither
 * state is removed. It moves no stream's checkpoint: the streams later find the rows as they are. So ids that HubSpot
 * leaves unanswered are noted for the next run before anything is written.
 */
export async function syncRecords(
  job: Job,
  definition: ObjectDefinition,
  ids: readonly string[],
): Promise<SyncRecordsReport> {
  const { name } = definition
  const { content, answer, here } = await readAnew(job, definition, ids)
  // A record that was never here can't be removed: it may have been created a moment ago.
  const gone = answer.missing.filter((id) => here.has(id))
  const unread = new UnreadPairs()
  const read = () => readLinks(job, content, unread)
  let { unanswered } = answer
  const write = async (links: Links, fences: CheckpointMove[]) => {
    await noteUnanswered(job, [...Object.entries(content.unanswered), ...links.unanswered])
    unanswered = [...new Set([...answer.unanswered, ...(links.unanswered.get(name) ?? [])])]
    const { doubts, at, ...mapped } = mapPage(job, { ...content, feed: true }, links)
    const tombstones = [...mapped.tombstones, ...mapAbsences(definition, new Map(), gone)]
    const commit = (content: Pick<Batch, 'rows' | 'associations' | 'tombstones'>) =>
      writeAside(job, { at, rows: [], ...content, fences }, unread.names)
    const { result, refused } = await commitInPieces(
      job,
      { ...mapped, tombstones },
      fences,
      {},
      { whole: commit, part: commit },
    )
    await noteUnanswered(job, idsRefused(refused))
    job.tally.addRefused(refused)
    unanswered = [...new Set([...unanswered, ...Object.keys(refused[name] ?? {})])]
    job.tally.addDoubts(doubts)
    job.tally.nameGaps(await gapsFound(job, mapped.rows, result, at, job.tally.roomForGaps))
    job.named.note([...content.records, ...links.ends], links.sets)
    return result
  }
  const result = await job.linkOrder.commit(await read(), read, write)
  unread.expectNone()
  job.tally.addRows(name, result)
  const { created, updated, unchanged, archived, restored, removed } = job.tally.counts
  return {
    created,
    updated,
    unchanged,
    archived,
    restored,
    removed,
    unanswered,
    notFound: answer.missing.filter((id) => !here.has(id)),
  }
}
