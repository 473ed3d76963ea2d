import type { ObjectDefinition } from '../objects/define-object.js'
import { farEndsFirst, type Pair } from '../objects/pairs.js'
import type { ResolvedOptions } from '../options.js'
import type { RunRecord, Store } from '../store/store.js'
import { binIn, isBinDue } from './bin.js'
import type { ComparisonState, RecordState } from './checkpoint-states.js'
import { isDue, lastCensus } from './due.js'
import { ASSOCIATIONS, type JobNames } from './jobs.js'
import type { MirrorState } from './mirror-state.js'
import { countOpen, countPending } from './pending.js'
import { leftInQueue, QUEUE } from './queue.js'
import type { RunReport } from './report.js'
import { isUnderWay } from './streams/comparison-stream.js'

/** What is known when a run begins. */
export interface Known {
  mirror: MirrorState
  /** Rows by object. */
  counts: Awaited<ReturnType<Store['counts']>>
  /** The run before this one. */
  lastRun: Pick<RunRecord, 'counts'> | undefined
  /** HubSpot's present moment. */
  hubspotNow: string
}

type Options = Pick<ResolvedOptions, 'objects' | 'pairs' | 'clock' | 'censusMs'>

/** What a run is asked for. */
export interface Wanted {
  /** The jobs that were named; left out: those that are due. */
  jobs: JobNames | undefined
  /** Whether the run ends after so many calls or milliseconds. */
  sliced: boolean
}

/** A job that a run is to do. `anew`: whether it begins a walk where none is under way. */
export type PlannedJob =
  | { kind: 'queue' | 'associations'; name: string }
  | { kind: 'archived' | 'census'; name: string; object: ObjectDefinition; anew: boolean }
  | PlannedRecords

/** The job that reads an object's records. */
export interface PlannedRecords {
  kind: 'records'
  name: string
  object: ObjectDefinition
  /** Objects whose jobs it waits for before it writes: with them in place, its associations can be written along with its records. */
  waitsFor: readonly ObjectDefinition[]
  /** Pairs that no sweep of this run comes to any more: this job says what is owed to them. */
  untold: readonly Pair[]
}

/** A part of a run: jobs that go on side by side. */
export interface Phase {
  jobs: readonly PlannedJob[]
  /**
   * Jobs that begin once all others of the phase have come to HubSpot's present moment: not before, or what is archived while lists are
   * read would be missed. They are written when all others are.
   */
  aside: readonly PlannedJob[]
}

/**
 * Says which jobs a run is to do, in which phases, and who waits for whom: what is enqueued, objects side by side, the recycle bins, the
 * associations, then the censuses that are due. What the last run ended without coming to goes first, or a run in slices would never come to it.
 */
export function planRun(known: Known, options: Options, { jobs, sliced }: Wanted): Phase[] {
  const { records, archived, associations, census } = jobs ?? dueJobs(known, options)
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
  const isQueued = !isNamed && leftInQueue(known.mirror, options.objects) !== undefined
  const leftOut = jobsLeftOut(known, records)
  const wasLeftOut = (names: readonly string[]) => names.some((name) => leftOut.has(name))
  const isAside = leftOut.size === 0 && !sliced
  const sweepsFirst = leftOut.has(ASSOCIATIONS) && !wasLeftOut(records.map(({ name }) => name))
  const untold = associations && !sweepsFirst ? [] : options.pairs
  const phases: Phase[] = [
    phaseOf(isQueued ? [{ kind: 'queue', name: QUEUE }] : []),
    phaseOf(planRecords(known, options, records, untold), isAside ? bins : []),
    phaseOf(isAside ? [] : bins),
    phaseOf(associations ? [{ kind: 'associations', name: ASSOCIATIONS }] : []),
    phaseOf(censuses),
  ]
  const filled = phases.filter(({ jobs, aside }) => jobs.length + aside.length > 0)
  const isFirst = ({ jobs }: Phase) => wasLeftOut(jobs.map(({ name }) => name))
  return [...filled.filter(isFirst), ...filled.filter((phase) => !isFirst(phase))]
}

function phaseOf(jobs: readonly PlannedJob[], aside: readonly PlannedJob[] = []): Phase {
  return { jobs, aside }
}

/** Backfills run in parallel. Each writes only after the objects it links to are backfilled, so that its associations can be written with it. */
function planRecords(
  { mirror }: Known,
  { objects, pairs }: Options,
  wanted: readonly ObjectDefinition[],
  untold: readonly Pair[],
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
    }
  })
}

function isBackfilledIn(mirror: MirrorState, { name }: ObjectDefinition): boolean {
  return mirror.of<RecordState>(name)?.phase === 'changes'
}

/**
 * The jobs that the last run ended without coming to. Until the backfill is done, which everything else builds on, these are its own jobs
 * alone.
 */
function jobsLeftOut(
  { mirror, lastRun }: Known,
  records: readonly ObjectDefinition[],
): ReadonlySet<string> {
  const jobs = Object.entries((lastRun?.counts ?? {}) as unknown as RunReport['jobs'])
  const leftOut = jobs.filter(([, { started }]) => started === false).map(([name]) => name)
  const isWhole = records.every((object) => isBackfilledIn(mirror, object))
  const first = new Set(records.map(({ name }) => name))
  return new Set(isWhole ? leftOut : leftOut.filter((name) => first.has(name)))
}

/** What a run without names has to do: everything, but for large recycle bins and censuses that aren't due. */
function dueJobs(known: Known, { objects, pairs, clock, censusMs }: Options): JobNames {
  const { mirror, counts, hubspotNow } = known
  const isBinOpen = (object: ObjectDefinition) => {
    const bin = binIn(mirror, object)
    const isOpen = bin !== null && (bin.startedAt !== null || countOpen(bin, objects) > 0)
    return isOpen || isBinDue(bin, hubspotNow)
  }
  const isCensusOpen = ({ name }: ObjectDefinition) => {
    const records = mirror.of<RecordState>(name)
    const state = mirror.of<ComparisonState>(`${name}:census`)
    if (records === null) {
      // Where nothing is here yet no census is needed: the backfill of this very run is one. What an earlier run has read of the object
      // may be gone by now.
      const { active, archived } = counts[name] ?? { active: 0, archived: 0 }
      return censusMs !== undefined && active + archived > 0
    }
    // An entry whose id nothing told is told by the next whole census alone. Where none comes by itself, no run waits for it.
    const left = censusMs === undefined ? countPending(state, objects) : countOpen(state, objects)
    const isBegun = state !== null && (isUnderWay(state) || left > 0)
    const last = records.phase === 'changes' ? lastCensus(records, state) : records.startedAt
    return isBegun || isDue(clock, censusMs, last)
  }
  return {
    records: objects,
    archived: objects.filter(isBinOpen),
    associations: pairs.length > 0,
    census: objects.filter(isCensusOpen),
  }
}
