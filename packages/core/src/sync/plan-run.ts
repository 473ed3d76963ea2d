import type { ObjectDefinition } from '../objects/define-object.js'
import { farEndsFirst, type Pair } from '../objects/pairs.js'
import type { ReferencePart } from '../objects/reference-parts.js'
import type { ResolvedOptions } from '../options.js'
import type { RunRecord, Store } from '../store/store.js'
import { binIn, hasBin, isBinDue } from './bin.js'
import type { ComparisonState, RecordState } from './checkpoint-states.js'
import { isDue, lastCensus } from './due.js'
import { historyOf, isHistoryOpen } from './history.js'
import { ASSOCIATIONS, type JobNames } from './jobs.js'
import type { MirrorState } from './mirror-state.js'
import { countOpen, countPending } from './pending.js'
import { leftInQueue, QUEUE } from './queue.js'
import { isPartDue } from './reference/reference-state.js'
import type { JobReport, RunReport } from './report.js'
import { isUnderWay } from './streams/comparison-stream.js'

/** What is known when a run begins. */
export interface Known {
  mirror: MirrorState
  /** The number of rows by object. */
  counts: Awaited<ReturnType<Store['counts']>>
  /** The run before this one. */
  lastRun: Pick<RunRecord, 'counts'> | undefined
  /** HubSpot's present moment. */
  hubspotNow: string
}

type Options = Pick<ResolvedOptions, 'objects' | 'pairs' | 'reference' | 'clock' | 'censusMs'>

/** What the caller of a run asks for. */
export interface Wanted {
  /** The jobs that were named. Undefined: those that are due. */
  jobs: JobNames | undefined
  /** Whether the run ends after a number of calls or milliseconds. */
  sliced: boolean
}

/** A job of a run. `anew`: whether it begins a walk if none is under way. */
export type PlannedJob =
  | { kind: 'queue' | 'associations'; name: string }
  | { kind: 'reference'; name: ReferencePart }
  | {
      kind: 'archived' | 'census' | 'history'
      name: string
      object: ObjectDefinition
      anew: boolean
    }
  | PlannedRecords

/** The job that reads an object's records. */
export interface PlannedRecords {
  kind: 'records'
  name: string
  object: ObjectDefinition
  /**
   * Objects whose jobs this job waits for before it writes. Once they are here, its associations can be written
   * together with its records.
   */
  waitsFor: readonly ObjectDefinition[]
  /** Pairs that no later sweep of this run reads. If they need one, this job reports it. */
  untold: readonly Pair[]
  /** Whether no later job of this run reads its history, if that is lacking. Then this job reports it. */
  isHistoryUntold: boolean
}

/** A part of a run: jobs that run in parallel. */
export interface Phase {
  jobs: readonly PlannedJob[]
  /**
   * Jobs that begin once all others of the phase have read up to HubSpot's present moment: records that are archived
   * while lists are read would be missed otherwise. They write after all others.
   */
  aside: readonly PlannedJob[]
}

/**
 * Decides which jobs a run does, in which phases, and which job waits for which. The order: the queue; the objects in
 * parallel; the recycle bins; the associations; the history of stored records; the censuses that are due; what lies
 * around the records. Jobs that the last run didn't start go first: otherwise a run in slices might never start them.
 */
export function planRun(known: Known, options: Options, { jobs, sliced }: Wanted): Phase[] {
  const { records, archived, history, associations, census, reference } =
    jobs ?? dueJobs(known, options)
  const isNamed = jobs !== undefined
  const bins = archived.map((object): PlannedJob => {
    const anew = isNamed || isBinDue(binIn(known.mirror, object), known.hubspotNow)
    return { kind: 'archived', name: `${object.name}:archived`, object, anew }
  })
  const censuses = census.map((object): PlannedJob => {
    const name = `${object.name}:census`
    const last = known.mirror.of<ComparisonState>(name)?.completedAt ?? null
    const anew = isNamed || isDue(options.clock, options.censusMs, last)
    return { kind: 'census', name, object, anew }
  })
  const histories = history.map(
    (object): PlannedJob => ({ kind: 'history', name: historyOf(object), object, anew: isNamed }),
  )
  const isQueued = !isNamed && leftInQueue(known.mirror, options.objects) !== undefined
  const leftOut = jobsLeftOut(known, records, reference)
  const wasLeftOut = (names: readonly string[]) => names.some((name) => leftOut.has(name))
  const isAside = leftOut.size === 0 && !sliced
  const sweepsFirst = leftOut.has(ASSOCIATIONS) && !wasLeftOut(records.map(({ name }) => name))
  const untold = associations && !sweepsFirst ? [] : options.pairs
  const phases: Phase[] = [
    phaseOf(isQueued ? [{ kind: 'queue', name: QUEUE }] : []),
    phaseOf(planRecords(known, options, records, { untold, history }), isAside ? bins : []),
    phaseOf(isAside ? [] : bins),
    phaseOf(associations ? [{ kind: 'associations', name: ASSOCIATIONS }] : []),
    phaseOf(histories),
    phaseOf(censuses),
    phaseOf(reference.map((name) => ({ kind: 'reference', name }))),
  ]
  const filled = phases.filter(({ jobs, aside }) => jobs.length + aside.length > 0)
  const isFirst = ({ jobs }: Phase) => wasLeftOut(jobs.map(({ name }) => name))
  const first = filled.filter(isFirst)
  // It takes a few calls, seldom. Behind the others, runs in small slices might never come to it.
  const ofReference = first.filter(({ jobs }) => jobs.some(({ kind }) => kind === 'reference'))
  return [...new Set([...ofReference, ...first, ...filled])]
}

function phaseOf(jobs: readonly PlannedJob[], aside: readonly PlannedJob[] = []): Phase {
  return { jobs, aside }
}

/**
 * Backfills run in parallel. Each writes only after the objects it links to are backfilled, so that its associations
 * can be written with it.
 */
function planRecords(
  { mirror }: Known,
  { objects, pairs }: Options,
  wanted: readonly ObjectDefinition[],
  { untold, history }: { untold: readonly Pair[]; history: readonly ObjectDefinition[] },
): PlannedRecords[] {
  const inOrder = farEndsFirst(objects, pairs).filter((object) => wanted.includes(object))
  return inOrder.map((object, index) => {
    const before = inOrder.slice(0, index)
    const farEnds = pairs.filter(({ from }) => from === object).map(({ to }) => to)
    return {
      kind: 'records',
      name: object.name,
      object,
      waitsFor: before.filter((other) => farEnds.includes(other) && !isBackfilledIn(mirror, other)),
      untold: untold.filter(({ from }) => from === object),
      isHistoryUntold: !history.includes(object),
    }
  })
}

function isBackfilledIn(mirror: MirrorState, { name }: ObjectDefinition): boolean {
  return mirror.of<RecordState>(name)?.phase === 'changes'
}

/**
 * The jobs that the last run didn't start. Everything but the reference data builds on the backfill, so until it is done
 * only these and its own jobs count.
 */
function jobsLeftOut(
  { mirror, lastRun }: Known,
  records: readonly ObjectDefinition[],
  reference: readonly ReferencePart[],
): ReadonlySet<string> {
  const jobs = Object.entries((lastRun?.counts ?? {}) as unknown as RunReport['jobs'])
  // What was left to another run was done by that one.
  const isLeftOut = ({ started, status }: JobReport) => started === false && status !== 'skipped'
  const leftOut = jobs.filter(([, job]) => isLeftOut(job)).map(([name]) => name)
  const isWhole = records.every((object) => isBackfilledIn(mirror, object))
  const first = new Set<string>([...records.map(({ name }) => name), ...reference])
  return new Set(isWhole ? leftOut : leftOut.filter((name) => first.has(name)))
}

/** The jobs of a run without names: all, except large recycle bins, censuses and reference data that aren't due. */
function dueJobs(known: Known, options: Options): JobNames {
  const { objects, pairs, clock, censusMs } = options
  const { mirror, counts, hubspotNow } = known
  const isBinOpen = (object: ObjectDefinition) => {
    if (!hasBin(object)) return false
    const bin = binIn(mirror, object)
    const isOpen = bin !== null && (bin.startedAt !== null || countOpen(bin, objects) > 0)
    return isOpen || isBinDue(bin, hubspotNow)
  }
  const isCensusOpen = ({ name }: ObjectDefinition) => {
    const records = mirror.of<RecordState>(name)
    const state = mirror.of<ComparisonState>(`${name}:census`)
    if (records === null) {
      // An object without rows needs no census: this run's backfill is one. If an earlier run has read some, they may
      // be gone by now.
      const { active, archived } = counts[name] ?? { active: 0, archived: 0 }
      return censusMs !== undefined && active + archived > 0
    }
    // A record whose id is unknown is found by the next whole census. If there is none by itself, no run waits for it.
    const left = censusMs === undefined ? countPending(state, objects) : countOpen(state, objects)
    const isBegun = state !== null && (isUnderWay(state) || left > 0)
    const last = records.phase === 'changes' ? lastCensus(records, state) : records.startedAt
    return isBegun || isDue(clock, censusMs, last)
  }
  return {
    records: objects,
    archived: objects.filter(isBinOpen),
    history: objects.filter((object) => isHistoryOpen(mirror, object)),
    associations: pairs.length > 0,
    census: objects.filter(isCensusOpen),
    reference: options.reference.filter((part) => isPartDue(part, mirror, options)),
  }
}
