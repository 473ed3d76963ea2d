import type { Batch, CheckpointMove, CommitResult } from '../store/store.js'
import { endBackfill } from './change-feed.js'
import type { StreamCheckpoint } from './checkpoint.js'
import type { RecordState, Refused, WalkState } from './checkpoint-states.js'
import { commitInPieces } from './commit-in-pieces.js'
import { writingOf } from './coverage.js'
import { gapsFound } from './history.js'
import type { Job } from './job.js'
import type { Links } from './links.js'
import { mapPage } from './map-page.js'
import type { Page } from './page.js'
import { refusedAfter, stateAfter } from './pending.js'
import { noteUnanswered } from './queue.js'
import { idsRefused } from './refused.js'
import type { Stream } from './stream.js'

/** What is written with a page. */
interface Along {
  links: Links
  /** The moves of the fences of the pairs whose sets are written. */
  fences: CheckpointMove[]
  /** The pairs that could not be read. */
  unread: ReadonlySet<string>
}

/** Commits a page of a stream together with its associations and its checkpoint. */
export async function commitPage<State extends RecordState | WalkState>(
  stream: Stream<State>,
  job: Job,
  checkpoint: StreamCheckpoint<State>,
  page: Page<State>,
  { links, fences, unread }: Along,
): Promise<CommitResult> {
  const isAside = stream.kind === 'aside'
  const open = page.unnoted ? [] : Object.entries(page.unanswered)
  if (isAside) await noteUnanswered(job, [...open, ...links.unanswered])
  const { doubts, at, ...content } = mapPage(job, page, links)
  const writing = await writingOf(job, stream.name, content.rows, unread)
  const before = checkpoint.state

  type Content = Pick<Batch, 'rows' | 'associations' | 'tombstones'>
  const whole = (content: Content, refused: Refused) => {
    const next = stateAfter(before, page, links.unanswered, refused)
    const commit = (...more: CheckpointMove[]) =>
      checkpoint.commit(next, { ...content, at, fences: [...fences, ...more] }, writing)
    return page.endsBackfillOf ? endBackfill(job, page.endsBackfillOf, commit) : commit()
  }
  const part = (content: Content) => checkpoint.commit(before, { ...content, at, fences }, writing)
  const standing = refusedAfter(before?.refused ?? {}, page.askedAgain ?? {}, {})
  const ways = { whole, part }
  const { result, refused } = await commitInPieces(job, content, fences, standing, ways)

  if (isAside) await noteUnanswered(job, idsRefused(refused))
  job.tally.addDoubts(doubts)
  job.tally.nameGaps(await gapsFound(job, content.rows, result, at, job.tally.roomForGaps))
  job.named.note([...page.records, ...links.ends], links.sets)
  return result
}
