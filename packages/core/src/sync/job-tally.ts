import { harmless } from '../harmless-text.js'
import type { UnsettledHistory } from '../map/map-history.js'
import type { Misfit } from '../map/map-record.js'
import type { CommitResult } from '../store/store.js'
import type { Refused } from './checkpoint-states.js'
import {
  EXAMPLES,
  type FoundGap,
  type HistoryReport,
  type JobReport,
  type JobStatus,
  reportError,
} from './report.js'

/** The counts in a job's report. */
type JobCounts = Omit<
  JobReport,
  'status' | 'started' | 'reason' | 'durationMs' | 'error' | 'leftOut' | 'heldBy' | 'history'
>

/** What came with the records and could not be mapped, or not be proved. */
export interface Doubts {
  misfits: Misfit[]
  /** Histories whose newest entry isn't the value of their property. */
  unsettled: UnsettledHistory[]
  /** Entries of histories without a moment. */
  undated: number
}

/** Counts what a job does. */
export class JobTally {
  readonly counts: JobCounts = {
    read: 0,
    created: 0,
    updated: 0,
    unchanged: 0,
    archived: 0,
    restored: 0,
    removed: 0,
    misfits: 0,
    misfitExamples: [],
    unlinked: 0,
    unreadable: 0,
    calls: 0,
    retries: 0,
  }
  /** Requests that HubSpot's rate limit refused. The report of the run has the sum of all jobs. */
  throttled = 0
  #history: HistoryReport | undefined
  /** What was left out of reference data. */
  leftOut: JobReport['leftOut']
  /**
   * Records that constraints of the user's database refused, with the reason. They make work outside of streams
   * partial.
   */
  refused: Refused = {}

  addRefused(refused: Refused): void {
    for (const [object, ids] of Object.entries(refused))
      this.refused[object] = { ...this.refused[object], ...ids }
  }

  addDoubts({ misfits, unsettled, undated }: Doubts): void {
    const { counts } = this
    counts.misfits += misfits.length
    for (const misfit of misfits.slice(0, EXAMPLES - counts.misfitExamples.length))
      counts.misfitExamples.push({ ...misfit, value: harmless(misfit.value) })
    if (unsettled.length + undated === 0) return
    const history = this.#ofHistory()
    history.undated += undated
    history.unsettled += unsettled.length
    const room = EXAMPLES - history.unsettledExamples.length
    history.unsettledExamples.push(...unsettled.slice(0, room))
  }

  /** Names gaps that were found. `addRows` counts them. */
  nameGaps(gaps: readonly FoundGap[]): void {
    if (gaps.length === 0) return
    const { gapExamples } = this.#ofHistory()
    gapExamples.push(...gaps.slice(0, EXAMPLES - gapExamples.length))
  }

  /** How many more gaps `nameGaps` has room for. */
  get roomForGaps(): number {
    return EXAMPLES - (this.#history?.gapExamples.length ?? 0)
  }

  #ofHistory(): HistoryReport {
    this.#history ??= {
      ...{ added: 0, gaps: 0, gapExamples: [], filled: 0, tied: 0, undated: 0 },
      ...{ unsettled: 0, unsettledExamples: [] },
    }
    return this.#history
  }

  /** Counts the rows of `object`. Records of other objects that were read as ends of associations don't count here. */
  addRows(object: string, { rows, associations, history = {} }: CommitResult): void {
    const { counts } = this
    for (const { added, gaps, filled, tied } of Object.values(history)) {
      const sum = this.#ofHistory()
      sum.added += added
      sum.gaps += gaps
      sum.filled += filled
      sum.tied += tied
    }
    const written = rows[object]
    if (written) {
      counts.created += written.created
      counts.updated += written.updated
      counts.unchanged += written.unchanged + written.stale
      counts.archived += written.archived
      counts.restored += written.restored
      counts.removed += written.removed
    }
    counts.unlinked += associations.unlinked
  }

  addAssociations({ associations }: CommitResult): void {
    const { counts } = this
    counts.created += associations.added
    counts.removed += associations.removed
    counts.unlinked += associations.unlinked
  }

  report(
    status: JobStatus,
    durationMs: number,
    reason?: string,
    error?: unknown,
  ): Omit<JobReport, 'started'> {
    const report: Omit<JobReport, 'started'> = { status, ...this.counts, durationMs }
    if (reason !== undefined) report.reason = reason
    if (error !== undefined) report.error = reportError(error)
    if (this.leftOut) report.leftOut = this.leftOut
    if (this.#history) report.history = this.#history
    return report
  }
}
