import type { CommitResult } from '../store/store.js'
import type { Job } from './job.js'

/** Tells the listeners of a run about a commit, and how far its job has come. */
export function announceCommit(
  job: Pick<Job, 'name' | 'emit' | 'spent'>,
  progress: { phase: string; done: number; total: number | undefined },
  result: CommitResult,
): void {
  const sum = { created: 0, updated: 0, unchanged: 0, archived: 0, removed: 0 }
  for (const counts of Object.values(result.rows)) {
    sum.created += counts.created
    sum.updated += counts.updated + counts.restored
    sum.unchanged += counts.unchanged + counts.stale
    sum.archived += counts.archived
    sum.removed += counts.removed
  }
  const { added, removed } = result.associations
  job.emit({ type: 'page', job: job.name, ...progress, ...job.spent() })
  job.emit({ type: 'commit', job: job.name, ...sum, associations: { added, removed } })
}
