import type { ResolvedRunOptions } from '../call-options.js'
import type { ReportedError } from '../errors.js'
import { keepsHistory } from '../objects/history-selection.js'
import type { ResolvedOptions, RunOptions } from '../options.js'
import { openCheckpoint } from './checkpoint.js'
import type {
  ComparisonState,
  Differences,
  HistoryComparisonState,
  HistoryDifferences,
  PairComparisonState,
  PairDifferences,
  RecordState,
} from './checkpoint-states.js'
import { historyOf, historyReason } from './history.js'
import { isBackfilled, type Job } from './job.js'
import { atOnce, type JobOrder } from './job-order.js'
import { VERIFY } from './jobs.js'
import { MirrorState } from './mirror-state.js'
import { openReason } from './pending.js'
import { RecordedRun } from './recorded-run.js'
import { comparePart } from './reference/compare-part.js'
import { runStream } from './run-stream.js'
import type { SharedWork } from './shared-work.js'
import type { Stream } from './stream.js'
import { comparisonStream } from './streams/comparison-stream.js'
import { fillingReason } from './streams/fill-columns.js'
import { historyComparison } from './streams/history-comparison.js'
import { pairComparisonStream } from './streams/pair-comparison-stream.js'

/** What `verify()` takes: a run's budget, and whether to repair. */
export interface VerifyOptions extends Omit<RunOptions, 'jobs'> {
  /** Repairs what differs. Default: false. */
  repair?: boolean | undefined
}

/**
 * The last verification: whether it was stopped before its end, and whether it repairs. Earlier versions didn't note
 * that.
 */
type Round = { round: number; open: boolean; repair?: boolean }

/** Its parts are one job to other processes: they share the number of the round. */
const heldAsVerify: JobOrder = { ...atOnce, heldAs: VERIFY }

/** The result of a verification. */
export interface VerifyReport {
  /** The number of the portal. */
  portalId: string
  /**
   * `equal`, `different` (even if it was repaired), `partial`: not everything was compared, or `busy`: another
   * verification is at it, and nothing was compared. The next call with the same `repair` continues a verification that
   * a budget, the signal or the day's limit stopped. Otherwise it begins again.
   */
  status: 'equal' | 'different' | 'partial' | 'busy'
  /** Why it is partial or busy. */
  reason?: string | undefined
  /** When it began: ISO-8601 in UTC with milliseconds. */
  startedAt: string
  /** When it ended, in the same form. */
  finishedAt: string
  /** Requests sent, repeated ones included. */
  calls: number
  /** By object name. The first 1,000 ids of each kind are kept. */
  objects: Record<string, Differences>
  /**
   * By pair name: how many associations were compared, are missing and are extra, and the first 1,000 records with
   * such.
   */
  associations: Record<string, PairDifferences>
  /**
   * By object name, for objects whose definitions keep the history of properties: how many records were compared, how many
   * values are missing, and the first 1,000 records that lack some.
   */
  history: Record<string, HistoryDifferences>
  /**
   * By table of reference data, such as `owners` or `pipeline_stages`: which rows are missing, stale or extra, by their
   * keys, whose values are joined by `/`. Tables that the token may not read,
   * or that no run has read yet, are absent.
   */
  reference: Record<string, Differences>
  /** By object name and pair name: the error that its comparison failed with. Empty if none failed. */
  errors: Record<string, ReportedError>
}

/**
 * Compares the whole mirror with HubSpot: ids, modification dates, archived state, associations and history of every
 * object, and what lies around the records. Its progress is stored. The next verification with the same `repair` continues. Any other begins again.
 */
export async function verify(
  options: ResolvedOptions,
  shared: SharedWork,
  { repair = false, ...given }: ResolvedRunOptions & Pick<VerifyOptions, 'repair'>,
): Promise<VerifyReport> {
  const { objects, pairs, reference, namedReference } = options
  const context = new RecordedRun(options, shared, given)
  await context.begin()
  const report: Compared = { objects: {}, associations: {}, history: {}, reference: {} }
  const historied = objects.filter(keepsHistory)
  const names = [VERIFY]
  const run = await context.during(
    names,
    async () => ({ due: names }),
    async () => {
      const rounds = await openCheckpoint<Round>(context.place, 'verify')
      const last = rounds.state ?? { round: 0, open: false }
      const goesOn = last.open && last.repair === repair
      const round = goesOn ? last.round : last.round + 1
      await rounds.commit({ round, open: true, repair })
      const over = new Set<string>()
      for (const definition of objects)
        await context.runJob(
          `${definition.name}:verify`,
          async (job) => {
            const { state } = await openCheckpoint<RecordState>(job, definition.name)
            if (state?.phase !== 'changes') return `${definition.name} is not backfilled yet.`
            if (state.completeUpTo === null)
              return `${definition.name} still has to be searched for records that its list could not show.`
            const given = { name: 'verify', repair, round, anew: true } as const
            const stream = comparisonStream(definition, given)
            const { reason, found, isOver } = await compare<ComparisonState>(job, stream, round)
            if (found) report.objects[definition.name] = found
            if (isOver) over.add(job.name)
            // The comparison doesn't see empty columns.
            return reason ?? fillingReason(job, definition, await MirrorState.read(job))
          },
          heldAsVerify,
        )
      for (const pair of pairs)
        await context.runJob(
          `${pair.name}:verify`,
          async (job) => {
            for (const end of [pair.from, pair.to])
              if (!(await isBackfilled(job, end))) return `${end.name} is not backfilled yet.`
            const stream = pairComparisonStream(pair, { repair, round })
            const { reason, found, isOver } = await compare<PairComparisonState>(job, stream, round)
            if (found) report.associations[pair.name] = found
            if (isOver) over.add(job.name)
            return reason
          },
          heldAsVerify,
        )
      for (const definition of historied)
        await context.runJob(
          `${historyOf(definition)}:verify`,
          async (job) => {
            if (!(await isBackfilled(job, definition)))
              return `${definition.name} is not backfilled yet.`
            const stream = historyComparison(definition, { repair, round })
            const { reason, found, isOver } = await compare<HistoryComparisonState>(
              job,
              stream,
              round,
            )
            if (found) report.history[definition.name] = found
            if (isOver) over.add(job.name)
            return reason ?? historyReason(job, definition)
          },
          heldAsVerify,
        )
      for (const part of reference)
        await context.runJob(
          `${part}:verify`,
          async (job) => {
            const isNamed = namedReference.includes(part)
            const reason = await comparePart(part, job, { repair, isNamed }, report.reference)
            if (reason === undefined) over.add(job.name)
            return reason
          },
          heldAsVerify,
        )
      const all = objects.length + pairs.length + historied.length + reference.length
      // The next verification compares what failed or was left unanswered. It begins again, because the other results
      // would be old by then.
      const isLeft = context.stopReason() !== undefined && over.size < all
      await rounds.commit({ round, open: isLeft, repair })
    },
  )
  const { portalId, startedAt, finishedAt, calls, jobs } = run
  const open = Object.values(jobs).find(({ status }) => status !== 'complete')
  const errors = Object.entries(jobs).flatMap(([name, { error }]) =>
    error ? [[name, error] as const] : [],
  )
  return {
    portalId,
    status:
      run.status === 'busy' ? 'busy' : open ? 'partial' : isEqual(report) ? 'equal' : 'different',
    ...(open ? { reason: open.reason } : {}),
    startedAt,
    finishedAt,
    calls,
    ...report,
    errors: Object.fromEntries(errors),
  }
}

/** What is compared with HubSpot. */
type Compared = Pick<VerifyReport, 'objects' | 'associations' | 'history' | 'reference'>

/** Runs a comparison, unless this verification has already completed it, and returns its result. */
async function compare<
  State extends ComparisonState | PairComparisonState | HistoryComparisonState,
>(
  job: Job,
  stream: Stream<State>,
  round: number,
): Promise<{ reason: string | undefined; found: State['found'] | undefined; isOver: boolean }> {
  const read = async () => (await openCheckpoint<State>(job, stream.name)).state
  const isOver = (state: State | null) =>
    state?.round === round && (state.startedAt ?? state.after) === null
  const before = await read()
  const reason = isOver(before) ? openReason(before, job.objects) : await runStream(stream, job)
  const after = await read()
  return { reason, found: after?.found, isOver: isOver(after) }
}

function isEqual({ objects, associations, history, reference }: Compared): boolean {
  return (
    Object.values({ ...objects, ...reference }).every(
      ({ missing, stale, extra }) => missing.count + stale.count + extra.count === 0,
    ) &&
    Object.values(associations).every(({ missing, extra }) => missing + extra === 0) &&
    Object.values(history).every(({ missing }) => missing === 0)
  )
}
