import type { CommitResult } from '../store/store.js'
import type { RecordState, WalkState } from './checkpoint-states.js'
import type { Job } from './job.js'
import type { Page } from './page.js'

/** A way of reading HubSpot, page by page, from where its checkpoint stands. */
export interface Stream<State extends RecordState | WalkState> {
  /** The name of its checkpoint. */
  name: string
  /**
   * What it is to a run: read in each, or in none. What the latter leaves unanswered is noted for the next run, too, unless the page is
   * `unnoted`. One that writes nothing doesn't ask again for what was left unanswered, but comes by all of it.
   */
  kind: 'of runs' | 'aside' | 'writes nothing'
  pages(state: State | null, job: Job): AsyncGenerator<Page<State>>
  /** Counts a commit in the job's report. */
  count(job: Job, result: CommitResult): void
}
