import type { HubspotClient } from '../client/hubspot-client.js'
import type { ObjectDefinition } from '../objects/define-object.js'
import { farEndsFirst, type Pair } from '../objects/pairs.js'
import type { ResolvedOptions, RunOptions } from '../options.js'
import { binState, isBinDue } from './bin.js'
import { openCheckpoint } from './checkpoint.js'
import type { BinState, ComparisonState, RecordState, WalkState } from './checkpoint-states.js'
import { isDue, lastCensus } from './due.js'
import { isBackfilled, type Job } from './job.js'
import { ASSOCIATIONS, type JobNames, jobNames, jobsNamed } from './jobs.js'
import { countOpen, countPending } from './pending.js'
import { leftInQueue, QUEUE } from './queue.js'
import { refusedReason } from './refused.js'
import type { RunReport } from './report.js'
import { type JobOrder, RunContext } from './run-context.js'
import { runStream } from './run-stream.js'
import { archiveStream } from './streams/archive-stream.js'
import { comparisonStream, isUnderWay } from './streams/comparison-stream.js'
import { fillingReason } from './streams/fill-columns.js'
import { recordStream } from './streams/record-stream.js'
import { owedReason, runSweeps, sweepsToMake } from './sweeps.js'
import { syncQueued } from './sync-queued.js'
import { runWalk, type StillDue } from './walk.js'

/**
 * One run, from the token to the report.
 *
 * @throws where nothing could be done at all: a refused token, another portal's store, a store that can't be opened.
 */
export async function run(
  options: ResolvedOptions,
  client: HubspotClient,
  given: RunOptions,
): Promise<RunReport> {
  const { objects, pairs } = options
  const named = given.jobs && jobsNamed(given.jobs, objects, pairs)
  const context = new RunContext(options, client, given)
  await context.begin(given.jobs ?? jobNames(objects, pairs), (error) => context.goOnWithout(error))
  try {
    await runJobs(context, options, named ?? (await dueJobs(context, options)), named !== undefined)
  } catch (error) {
    await context.end(error)
    throw error
  }
  return context.end()
}

/** A part of a run: jobs that go on side by side. */
interface Phase {
  jobs: string[]
  /** @param order - left out: at once. */
  run(order?: JobOrder): Promise<unknown>
}

/** Objects side by side, then the recycle bins, then associations, then a census. */
async function runJobs(
  context: RunContext,
  options: ResolvedOptions,
  jobs: JobNames,
  named: boolean,
): Promise<void> {
  const perObject = (
    definitions: readonly ObjectDefinition[],
    suffix: string,
    work: (job: Job, definition: ObjectDefinition) => Promise<string | undefined>,
  ): Phase => ({
    jobs: definitions.map(({ name }) => `${name}:${suffix}`),
    run: (order) =>
      Promise.all(
        definitions.map((definition) =>
          context.runJob(`${definition.name}:${suffix}`, (job) => work(job, definition), order),
        ),
      ),
  })
  // Where each slice asks by name, slices that are smaller than a walk would come to no end.
  const unlessNamed = <State extends WalkState>(due: StillDue<State>): StillDue<State> =>
    named ? () => !context.sliced : due
  const stillDue =
    (everyMs: number | undefined): StillDue =>
    (last) =>
      isDue(options.clock, everyMs, last?.completedAt ?? null)
  const bins = perObject(jobs.archived, 'archived', (job, definition) =>
    runBin(
      job,
      definition,
      named,
      unlessNamed((bin) => isBinDue(bin, job.hubspotNow())),
    ),
  )
  const leftOut = await jobsLeftOut(context, jobs.records)
  const wasLeftOut = (names: readonly string[]) => names.some((name) => leftOut.has(name))
  const aside = leftOut.size === 0 && !context.sliced
  const records = jobs.records.map(({ name }) => name)
  const sweepsFirst = wasLeftOut([ASSOCIATIONS]) && !wasLeftOut(records)
  // A job that reads records says what is owed to them, unless the sweeps come after it.
  const untold = jobs.associations && !sweepsFirst ? [] : options.pairs
  const isQueued = !named && (await leftInQueue({ ...context.place, objects: options.objects }))
  const phases: Phase[] = [
    {
      jobs: [QUEUE],
      run: async () => {
        if (isQueued) await context.runJob(QUEUE, readQueued)
      },
    },
    {
      jobs: records,
      run: () => runRecords(context, options, jobs.records, untold, aside ? bins : undefined),
    },
    ...(aside ? [] : [bins]),
    {
      jobs: jobs.associations ? [ASSOCIATIONS] : [],
      run: async () => {
        const sweeps = jobs.associations
          ? await sweepsToMake(context.place, options, named, context.sliced)
          : []
        if (sweeps.length > 0)
          await context.runJob(ASSOCIATIONS, (job) =>
            runSweeps(job, sweeps, unlessNamed(stillDue(options.associationSweepMs))),
          )
      },
    },
    perObject(jobs.census, 'census', (job, definition) =>
      runCensus(job, definition, named, unlessNamed(stillDue(options.censusMs))),
    ),
  ]
  for (const isFirst of [true, false])
    for (const phase of phases) if (wasLeftOut(phase.jobs) === isFirst) await phase.run()
}

/**
 * The jobs that the last run ended without coming to: they are first in this one, or a run in slices would never come to them. Until the
 * backfill is done, which everything else builds on, these are its own jobs alone.
 */
async function jobsLeftOut(
  { place }: RunContext,
  records: readonly ObjectDefinition[],
): Promise<Set<string>> {
  let isWhole = true
  for (const definition of records) isWhole &&= await isBackfilled(place, definition)
  // The latest is this run itself.
  const [, last] = await place.store.runs(place.origin.portalId, { limit: 2 })
  const jobs = Object.entries((last?.counts ?? {}) as unknown as RunReport['jobs'])
  const leftOut = jobs.filter(([, { started }]) => started === false).map(([name]) => name)
  const first = new Set(records.map(({ name }) => name))
  return new Set(isWhole ? leftOut : leftOut.filter((name) => first.has(name)))
}

/** What a run without names has to do: everything, but for large recycle bins and censuses that aren't due. */
async function dueJobs(context: RunContext, options: ResolvedOptions): Promise<JobNames> {
  const { objects, pairs, clock, censusMs } = options
  const archived: ObjectDefinition[] = []
  const census: ObjectDefinition[] = []
  const { store, origin } = context.place
  const counts = await store.counts(origin.portalId)
  for (const definition of objects) {
    const bin = await binState(context.place, definition)
    const isOpen = bin !== null && (bin.startedAt !== null || countOpen(bin, objects) > 0)
    if (isOpen || isBinDue(bin, context.hubspotNow())) archived.push(definition)
    const { state: records } = await openCheckpoint<RecordState>(context.place, definition.name)
    const { state } = await openCheckpoint<ComparisonState>(
      context.place,
      `${definition.name}:census`,
    )
    // Where nothing is here yet no census is needed: the backfill of this very run is one. What an earlier run has read of the object
    // may be gone by now.
    if (records === null) {
      const { active, archived } = counts[definition.name] ?? { active: 0, archived: 0 }
      if (censusMs !== undefined && active + archived > 0) census.push(definition)
      continue
    }
    // An entry whose id nothing told is told by the next whole census alone. Where none comes by itself, no run waits for it.
    const left = censusMs === undefined ? countPending(state, objects) : countOpen(state, objects)
    const begun = state !== null && (isUnderWay(state) || left > 0)
    const last = records.phase === 'changes' ? lastCensus(records, state) : records.startedAt
    if (begun || isDue(clock, censusMs, last)) census.push(definition)
  }
  return { records: objects, archived, associations: pairs.length > 0, census }
}

/**
 * All objects at once. One that is still to be backfilled waits, before it writes, for the far ends of its pairs that are so too: with
 * them in place, its associations are written along with its records. Meanwhile it reads what they leave of the limit.
 *
 * @param bins - begun once every object has come to the present: not before, or what is archived while the lists are read would be
 * missed. They are written when all objects are.
 * @param untold - pairs that no sweep of this run comes to any more.
 */
async function runRecords(
  context: RunContext,
  { objects, pairs }: ResolvedOptions,
  wanted: readonly ObjectDefinition[],
  untold: readonly Pair[],
  bins?: Phase,
): Promise<void> {
  const waiting = new Set<ObjectDefinition>()
  for (const definition of wanted)
    if (!(await isBackfilled(context.place, definition))) waiting.add(definition)
  const done = new Map<ObjectDefinition, Promise<void>>()
  const present = Promise.withResolvers<void>()
  let behind = wanted.length
  const atPresent = () => {
    if (--behind === 0) present.resolve()
  }
  for (const definition of farEndsFirst(objects, pairs)) {
    if (!wanted.includes(definition)) continue
    const farEnds = pairs
      .filter(({ from, to }) => from === definition && to !== definition && waiting.has(to))
      .map(({ to }) => done.get(to))
    const owed = untold.filter(({ from }) => from === definition)
    const work = (job: Job) => readRecordsOf(job, definition, owed)
    const order = { priority: done.size, after: Promise.all(farEnds), atPresent }
    done.set(definition, context.runJob(definition.name, work, order))
  }
  const written = Promise.all(done.values())
  await Promise.race([present.promise, written])
  await bins?.run({ priority: done.size, after: written })
  await written
}

/** @param untold - pairs of whose sweeps nobody else tells that they are owed. */
async function readRecordsOf(
  job: Job,
  definition: ObjectDefinition,
  untold: readonly Pair[],
): Promise<string | undefined> {
  const stream = recordStream(definition)
  let reason = await runStream(stream, job)
  // Another process may have written from less while the columns were being filled in.
  if (reason === undefined && (await fillingReason(job, definition)) !== undefined)
    reason = await runStream(stream, job)
  return reason ?? (await fillingReason(job, definition)) ?? owedReason(job, untold)
}

async function readQueued(job: Job): Promise<string | undefined> {
  await syncQueued(job)
  return refusedReason(job.tally.refused) ?? leftInQueue(job)
}

async function runBin(
  job: Job,
  definition: ObjectDefinition,
  named: boolean,
  stillDue: StillDue<BinState>,
): Promise<string | undefined> {
  const walk = (anew: boolean) => archiveStream(definition, anew)
  return runWalk(job, walk, named || stillDue(await binState(job, definition)), stillDue)
}

async function runCensus(
  job: Job,
  definition: ObjectDefinition,
  named: boolean,
  stillDue: StillDue,
): Promise<string | undefined> {
  const { state } = await openCheckpoint<ComparisonState>(job, `${definition.name}:census`)
  const census = (anew: boolean) =>
    comparisonStream(definition, { name: 'census', repair: true, anew })
  if (await isBackfilled(job, definition))
    return runWalk(job, census, named || stillDue(state), stillDue)
  return `${definition.name} is not backfilled yet: run the job ${definition.name} first.`
}
