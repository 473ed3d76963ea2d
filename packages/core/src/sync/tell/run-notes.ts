import type { SyncEvent } from '../../events.js'
import type { RunRecord, Store } from '../../store/store.js'
import { openCheckpoint, type Place } from '../checkpoint.js'
import type { RunStatus } from '../report.js'

/** How far a job of a run has come. */
export type JobProgress = {
  status: 'running' | RunStatus
  /** What the job is doing: `backfill`, `changes`, … Null before its first page. */
  phase: string | null
  /** Records read by this job in this run. */
  done: number
  /** How many there are to read, where that is known. */
  total: number | null
}

/** The stream that running runs note themselves in, for other processes to see. */
const RUNNING = 'running'

/** How often a run notes how far it has come. Shorter runs are known by their line in the runs alone. */
const NOTE_MS = 5_000
/** A run that is silent for longer than this, past what it said it would wait, is taken for dead. */
const SILENCE_MS = 120_000
/** How many of the latest runs are looked through for those that haven't noted themselves yet. */
const RUNS = 50

/** What a run notes of itself. */
type Note = {
  jobs: string[]
  startedAt: string
  heardAt: string
  silentAfter: string
  progress: { [job: string]: JobProgress }
}
type RunningState = { runs: { [id: string]: Note } }

/** The ids of runs of this process that are over, though their end couldn't be written: their store takes them for running. */
const unwrittenEnds = new Set<string>()

/** Writes how a run stands. Where that fails the run is over, and this process knows it. */
export async function writeRun<T>(id: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write()
  } catch (error) {
    unwrittenEnds.add(id)
    throw error
  }
}

/** Takes an event of a run into what is known of its jobs: for a progress bar, or a page that shows one. */
export function followProgress(progress: Record<string, JobProgress>, event: SyncEvent): void {
  const { type, job } = event
  if (type !== 'job-start' && type !== 'page' && type !== 'job-end') return
  const before = progress[job] ?? { status: 'running', phase: null, done: 0, total: null }
  if (type === 'job-start') progress[job] = before
  else if (type === 'job-end') progress[job] = { ...before, status: event.status }
  else {
    const { phase, done, total = null } = event
    progress[job] = { ...before, phase, done, total }
  }
}

/** Notes in the store how far a run has come, every few seconds; a note that can't be written is left out. */
export class RunNotes {
  readonly #progress: Note['progress'] = {}
  #notedAt: number
  #writing: Promise<boolean> = Promise.resolve(false)
  #busy = false

  constructor(
    private readonly place: Place,
    private readonly run: Pick<RunRecord, 'id' | 'jobs' | 'startedAt'>,
  ) {
    this.#notedAt = place.clock.now()
  }

  hear(event: SyncEvent): void {
    followProgress(this.#progress, event)
    const now = this.place.clock.now()
    const waitMs = 'waitMs' in event ? event.waitMs : 0
    if (this.#busy || (now - this.#notedAt < NOTE_MS && waitMs < SILENCE_MS / 2)) return
    this.#notedAt = now
    this.#busy = true
    const { jobs, startedAt } = this.run
    const note: Note = {
      jobs,
      startedAt,
      progress: structuredClone(this.#progress),
      heardAt: new Date(now).toISOString(),
      silentAfter: new Date(now + waitMs + SILENCE_MS).toISOString(),
    }
    this.#writing = this.#write({ [this.run.id]: note }).finally(() => {
      this.#busy = false
    })
  }

  /** Takes the note away, once the run is over. */
  async close(): Promise<void> {
    if (await this.#writing) await this.#write({})
  }

  async #write(own: RunningState['runs']): Promise<boolean> {
    try {
      const checkpoint = await openCheckpoint<RunningState>(this.place, RUNNING)
      const now = new Date(this.place.clock.now()).toISOString()
      const others = Object.entries(checkpoint.state?.runs ?? {}).filter(
        ([id, { silentAfter }]) => id !== this.run.id && silentAfter > now,
      )
      await checkpoint.commit({ runs: { ...Object.fromEntries(others), ...own } })
    } catch {
      // Another run noted itself in the same moment, or the store fails: the run itself will tell of that.
    }
    return true
  }
}

/**
 * The notes of the runs that are under way, by their ids. Those of a process that died are left out once they have been silent for long;
 * a run that began a moment ago has none yet.
 */
export async function notesOfRuns(
  place: Place & { store: Pick<Store, 'runs'> },
): Promise<Map<string, Note>> {
  const now = place.clock.now()
  const { state } = await openCheckpoint<RunningState>(place, RUNNING)
  const notes = new Map(Object.entries(state?.runs ?? {}))
  for (const { id, jobs, status, startedAt } of await place.store.runs(place.origin.portalId, {
    limit: RUNS,
  })) {
    if (status !== 'running' || unwrittenEnds.has(id)) notes.delete(id)
    else if (!notes.has(id)) {
      const silentAfter = new Date(Date.parse(startedAt) + SILENCE_MS).toISOString()
      notes.set(id, { jobs, startedAt, heardAt: startedAt, silentAfter, progress: {} })
    }
  }
  return new Map([...notes].filter(([, { silentAfter }]) => Date.parse(silentAfter) > now))
}
