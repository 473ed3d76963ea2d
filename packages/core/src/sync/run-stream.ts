import type { CheckpointMove } from '../store/store.js'
import { workAhead } from './ahead.js'
import { announceCommit } from './announce.js'
import { openCheckpoint, type StreamCheckpoint } from './checkpoint.js'
import type { RecordState, WalkState } from './checkpoint-states.js'
import { commitPage } from './commit-page.js'
import type { Job } from './job.js'
import { type Links, readLinks } from './links.js'
import type { Page, Position } from './page.js'
import { PagesUnderWay } from './pages-under-way.js'
import { askAgain, countPending, openReason } from './pending.js'
import type { Stream } from './stream.js'
import { UnreadPairs } from './unread-pairs.js'

/** How many pages have their associations read while an earlier page is committed. */
const GROUPS_AHEAD = 2

/**
 * The heart: each page is read, linked, mapped, and committed with the checkpoint that covers it.
 *
 * @param opened - the stream's checkpoint. Default: it is read now.
 * @returns the reason why the stream isn't complete, or undefined if it is.
 */
export async function runStream<State extends RecordState | WalkState>(
  stream: Stream<State>,
  job: Job,
  opened?: StreamCheckpoint<State>,
): Promise<string | undefined> {
  const checkpoint = opened ?? (await openCheckpoint<State>(job, stream.name))

  const underWay = new PagesUnderWay()
  const pages = underWay.of(job, (job) => allPages(stream, checkpoint.state, job))
  const unread = new UnreadPairs()
  const linked = workAhead(pages, ({ page, job }) => readLinks(job, page, unread), GROUPS_AHEAD)
  let stopped: string | undefined
  try {
    for await (const [{ page, done, job: jobOfPage }, linksAtFirst] of linked) {
      const readAgain = () => readLinks(jobOfPage, page, unread)
      const write = (links: Links, fences: CheckpointMove[]) => {
        unread.expectReadFor(page)
        return commitPage(stream, job, checkpoint, page, { links, fences, unread: unread.names })
      }
      const result = await job.linkOrder.commit(linksAtFirst, readAgain, write)
      underWay.committed()
      stream.count(job, result)
      announceCommit(job, { phase: page.phase, done, total: page.total }, result)

      stopped = page.last ? undefined : job.stopReason()
      if (stopped !== undefined) break
    }
  } finally {
    underWay.end()
  }

  unread.expectNone()
  if (stopped !== undefined) return stopped
  return openReason(checkpoint.state, job.objects)
}

/**
 * The records that earlier runs left unanswered, and the stream's own pages. In slices the pages come first: asking
 * again for what can't be read may take more than a slice each time.
 */
async function* allPages<State extends RecordState | WalkState>(
  stream: Stream<State>,
  state: State | null,
  job: Job,
): AsyncGenerator<Page<State>> {
  const isOpen = stream.kind !== 'writes nothing' && countPending(state, job.objects) > 0
  if (state === null || !isOpen) return yield* stream.pages(state, job)
  if (!job.sliced) {
    yield* askAgain(job, state, state)
    return yield* stream.pages(state, job)
  }
  let next: Position<State> = state
  for await (const page of stream.pages(state, job)) {
    next = page.next
    yield { ...page, last: false }
  }
  yield* askAgain(job, state, next)
}
