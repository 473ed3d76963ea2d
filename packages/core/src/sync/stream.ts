import type { CommitResult } from '../store/store.js'
import type { RecordState, WalkState } from './checkpoint-states.js'
import type { Job } from './job.js'
import type { Page } from './page.js'

/** Reads HubSpot page by page, starting from its checkpoint. */
export interface Stream<State extends RecordState | WalkState> {
  /** The name of its checkpoint. */
  name: string
  /**
   * `of runs`: each run reads it. `aside`: no run does, so what it leaves unanswered is also noted for the next run,
   * unless the page is `unnoted`. `writes nothing`: it doesn't ask again for what was left unanswered, but meets it
   * again.
   */
  kind: 'of runs' | 'aside' | 'writes nothing'
  pages(state: State | null, job: Job): AsyncGenerator<Page<State>>
  /** Counts a commit in the job's report. */
  count(job: Job, result: CommitResult): void
}
