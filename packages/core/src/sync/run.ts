import type { ResolvedRunOptions } from '../call-options.js'
import type { ObjectDefinition } from '../objects/define-object.js'
import type { ResolvedOptions } from '../options.js'
import { isBinDue } from './bin.js'
import type { RecordState } from './checkpoint-states.js'
import { isDue } from './due.js'
import { historyReason, isHistoryOpen } from './history.js'
import { isBackfilled, type Job } from './job.js'
import type { JobOrder } from './job-order.js'
import { ASSOCIATIONS, jobNames, jobsNamed } from './jobs.js'
import { MirrorState } from './mirror-state.js'
import {
  type Known,
  type Phase,
  type PlannedJob,
  type PlannedRecords,
  planRun,
} from './plan-run.js'
import { leftInQueue } from './queue.js'
import { RecordedRun } from './recorded-run.js'
import { runPart } from './reference/read-part.js'
import { readUnknown } from './reference/read-unknown.js'
import { refusedReason } from './refused.js'
import { withNeeds } from './refused-type.js'
import type { RunReport } from './report.js'
import { runStream } from './run-stream.js'
import type { SharedWork } from './shared-work.js'
import { archiveStream } from './streams/archive-stream.js'
import { comparisonStream } from './streams/comparison-stream.js'
import { fillingReason } from './streams/fill-columns.js'
import { historyStream } from './streams/history-stream.js'
import { recordStream } from './streams/record-stream.js'
import { owedReason, runSweeps, sweepsOfRelabelled, sweepsToMake } from './sweeps.js'
import { syncQueued } from './sync-queued.js'
import { runWalk, type StillDue } from './walk.js'

/**
 * One run, from the token to the report.
 *
 * @throws if nothing could be done at all: a refused token, a store of another portal, a store that can't be opened.
 */
export async function run(
  options: ResolvedOptions,
  shared: SharedWork,
  given: ResolvedRunOptions,
): Promise<RunReport> {
  const jobs = given.jobs && jobsNamed(given.jobs, options)
  const context = new RecordedRun(options, shared, given)
  await context.begin((error, pinned) => context.goOnWithout(error, pinned))
  const names = given.jobs ?? jobNames(options)
  let phases: Phase[] = []
  const plan = async () => {
    phases = planRun(await knownNow(context), options, { jobs, sliced: context.sliced })
    const due = phases.flatMap(({ jobs, aside }) => [...jobs, ...aside]).map(({ name }) => name)
    // While it goes on, others may come to be due that it would do, and that build upon what it is at.
    return { due, held: given.jobs ? due : [...new Set([...due, ...names])] }
  }
  return context.during(names, plan, async () => {
    for (const phase of phases) await runPhase(phase, context, options, jobs !== undefined)
    if (jobs) return
    await readUnknownAfter(phases, context, options)
    if (context.hasDone('catalogue')) await sweepRelabelled(context, options)
  })
}

/** Reads what the records of the run name and the mirror doesn't know, but for parts that were read after the records. */
async function readUnknownAfter(
  phases: readonly Phase[],
  context: RecordedRun,
  options: ResolvedOptions,
): Promise<void> {
  const planned = (phases: readonly Phase[]) =>
    new Set<string>(phases.flatMap(({ jobs }) => jobs).map(({ name }) => name))
  const [late, early] = [planned(phases.slice(-1)), planned(phases.slice(0, -1))]
  const parts = options.reference.filter((part) => !late.has(part))
  await readUnknown(parts, context, options, early)
}

/** Reads the links of the pairs of which the catalogue has seen a label renamed. */
async function sweepRelabelled(context: RecordedRun, options: ResolvedOptions): Promise<void> {
  const sweeps = sweepsOfRelabelled(await MirrorState.read(context.place), options)
  if (sweeps.length === 0) return
  await context.runJob(ASSOCIATIONS, (job) => runSweeps(job, sweeps, () => false))
  // Labels that were renamed after the catalogue was read are left to the next run.
  await readUnknown(['catalogue'], context, options, new Set(['catalogue']))
}

async function knownNow(context: RecordedRun): Promise<Known> {
  const { place } = context
  const { portalId } = place.origin
  const [lastRun] = await place.store.runs(portalId, { limit: 1 })
  return {
    mirror: await MirrorState.read(place),
    counts: await place.store.counts(portalId),
    lastRun,
    hubspotNow: context.hubspotNow(),
  }
}

async function runPhase(
  { jobs, aside }: Phase,
  context: RecordedRun,
  options: ResolvedOptions,
  isNamed: boolean,
): Promise<void> {
  const done = new Map<string, Promise<void>>()
  const start = async (job: PlannedJob, order: JobOrder) => {
    const planned = await workOf(job, context, options, isNamed)
    const work = planned && 'object' in job ? explaining(job.object, planned) : planned
    if (work) done.set(job.name, context.runJob(job.name, work, order))
  }
  const present = Promise.withResolvers<void>()
  let behind = jobs.length
  const atPresent = () => {
    if (--behind === 0) present.resolve()
  }
  for (const job of jobs) {
    const isOfRecords = job.kind === 'records'
    const farEnds = isOfRecords ? job.waitsFor.map(({ name }) => done.get(name)) : []
    const priority = isOfRecords ? done.size : 0
    await start(job, { priority, after: Promise.all(farEnds), atPresent })
  }
  const written = Promise.all(done.values())
  await Promise.race([present.promise, written])
  for (const job of aside) await start(job, { priority: jobs.length, after: written })
  await Promise.all(done.values())
}

type Work = (job: Job) => Promise<string | undefined>

/** The work of a job, or undefined if there is nothing to do. */
async function workOf(
  planned: PlannedJob,
  context: RecordedRun,
  options: ResolvedOptions,
  isNamed: boolean,
): Promise<Work | undefined> {
  // If each slice names this job, and began another walk after the last one, slices smaller than a walk would never
  // end.
  const isDueStill = (everyMs: number | undefined): StillDue =>
    isNamed
      ? () => !context.sliced
      : (last) => isDue(options.clock, everyMs, last?.completedAt ?? null)
  switch (planned.kind) {
    case 'queue':
      return (job) => readQueued(job, context)
    case 'records':
      return (job) => readRecordsOf(job, planned, isNamed)
    case 'archived': {
      const bin = (anew: boolean) => archiveStream(planned.object, anew)
      return (job) =>
        runWalk(job, bin, planned.anew, (last) =>
          isNamed ? !context.sliced : isBinDue(last, job.hubspotNow()),
        )
    }
    case 'associations': {
      const mirror = await MirrorState.read(context.place)
      const sweeps = sweepsToMake(mirror, options, isNamed, context.sliced)
      if (sweeps.length === 0) return undefined
      return (job) => runSweeps(job, sweeps, isDueStill(options.associationSweepMs))
    }
    case 'reference': {
      const { name } = planned
      return (job) => runPart(name, job, isNamed || options.namedReference.includes(name))
    }
    case 'history': {
      const { object, anew } = planned
      // Of all properties, only the job finds out which ones the portal has by now.
      const isOpen =
        anew ||
        object.history === 'all' ||
        isHistoryOpen(await MirrorState.read(context.place), object)
      return isOpen ? (job) => runHistory(job, object, anew) : undefined
    }
    case 'census':
      return (job) => runCensus(job, planned, isDueStill(options.censusMs))
  }
}

/** The work, with what HubSpot needs to give out records of the type in the error, if it refuses them. */
function explaining(object: ObjectDefinition, work: Work): Work {
  return async (job) => {
    try {
      return await work(job)
    } catch (error) {
      throw withNeeds(error, object)
    }
  }
}

async function readQueued(job: Job, context: RecordedRun): Promise<string | undefined> {
  // More is noted all the time: whoever is asked to read that must not wait until this run is over.
  await syncQueued(job).finally(() => context.letGo(job.name))
  return refusedReason(job.tally.refused) ?? leftInQueue(await MirrorState.read(job), job.objects)
}

async function readRecordsOf(
  job: Job,
  { object, untold, isHistoryUntold }: PlannedRecords,
  isNamed: boolean,
): Promise<string | undefined> {
  let mirror = await MirrorState.read(job)
  for (const isLast of [false, true]) {
    const checkpoint = mirror.checkpoint<RecordState>(object.name)
    const reason = await runStream(recordStream(object, mirror, isNamed), job, checkpoint)
    if (reason !== undefined) return reason
    mirror = await MirrorState.read(job)
    const unfilled = await fillingReason(job, object, mirror)
    if (unfilled === undefined)
      return (
        owedReason(untold, mirror) ?? (isHistoryUntold ? historyReason(job, object) : undefined)
      )
    // Another process may have written rows with less while the columns were filled in.
    if (isLast) return unfilled
  }
}

async function runHistory(
  job: Job,
  object: ObjectDefinition,
  anew: boolean,
): Promise<string | undefined> {
  if (!(await isBackfilled(job, object)))
    return `${object.name} is not backfilled yet: run the job ${object.name} first.`
  const isDue = anew || (await historyReason(job, object)) !== undefined
  return (await runStream(historyStream(object, isDue), job)) ?? historyReason(job, object)
}

async function runCensus(
  job: Job,
  { object, anew }: { object: ObjectDefinition; anew: boolean },
  stillDue: StillDue,
): Promise<string | undefined> {
  if (!(await isBackfilled(job, object)))
    return `${object.name} is not backfilled yet: run the job ${object.name} first.`
  const census = (anew: boolean) => comparisonStream(object, { name: 'census', repair: true, anew })
  return runWalk(job, census, anew, stillDue)
}
