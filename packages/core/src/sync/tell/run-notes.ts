import type { SyncEvent } from '../../events.js'
import type { Store } from '../../store/store.js'
import { openCheckpoint, type Place } from '../checkpoint.js'
import { readLeases } from '../lease.js'
import type { JobStatus } from '../report.js'
import type { Listener } from './event-stream.js'

/** The progress of one job of a run. */
export type JobProgress = {
  status: 'running' | JobStatus
  /** What the job is doing: `backfill`, `changes`, … Null before its first page. */
  phase: string | null
  /** Records read by this job in this run. */
  done: number
  /** How many there are to read, if that is known. */
  total: number | null
}

/** The stream in which runs that are under way note their progress, for other processes. */
const RUNNING = 'running'

/** How often a run notes its progress. A shorter run has only its record in the table of runs. */
const NOTE_MS = 5_000
/** An older note is of a run that died. */
const KEPT_MS = 86_400_000
/** How many of the latest runs are searched for those without a note. */
const RUNS = 50

/** The note of a run. */
type Note = {
  jobs: string[]
  startedAt: string
  heardAt: string
  progress: { [job: string]: JobProgress }
}
type RunningState = { runs: { [id: string]: Note } }

/** Adds an event of a run to the progress of its jobs, for a progress bar or a page that shows one. */
export function followProgress(progress: Record<string, JobProgress>, event: SyncEvent): void {
  if (event.type !== 'job-start' && event.type !== 'page' && event.type !== 'job-end') return
  const { job } = event
  const before = progress[job] ?? { status: 'running', phase: null, done: 0, total: null }
  if (event.type === 'job-start') progress[job] = before
  else if (event.type === 'job-end') progress[job] = { ...before, status: event.status }
  else {
    const { phase, done, total = null } = event
    progress[job] = { ...before, phase, done, total }
  }
}

/** Notes the progress of a run in the store every few seconds. A note that can't be written is skipped. */
export class RunNotes implements Listener {
  readonly #place: Pick<Place, 'store' | 'clock'>
  readonly #progress: Note['progress'] = {}
  #run: Extract<SyncEvent, { type: 'run-start' }> | undefined
  #notedAt = 0
  #writing: Promise<boolean> = Promise.resolve(false)
  #busy = false

  constructor(place: Pick<Place, 'store' | 'clock'>) {
    this.#place = place
  }

  hear(event: SyncEvent): void {
    const now = this.#place.clock.now()
    if (event.type === 'run-start') {
      this.#run = event
      this.#notedAt = now
    }
    if (!this.#run) return
    followProgress(this.#progress, event)
    if (this.#busy || now - this.#notedAt < NOTE_MS) return
    this.#notedAt = now
    this.#busy = true
    const { jobs, startedAt } = this.#run
    const note: Note = {
      jobs: [...jobs],
      startedAt,
      progress: structuredClone(this.#progress),
      heardAt: new Date(now).toISOString(),
    }
    this.#writing = this.#write(this.#run, note).finally(() => {
      this.#busy = false
    })
  }

  /** Removes the note once the run is over. */
  async close(): Promise<void> {
    if (this.#run && (await this.#writing)) await this.#write(this.#run)
  }

  /** @param note - undefined: removes it. */
  async #write(
    { run, portalId }: Extract<SyncEvent, { type: 'run-start' }>,
    note?: Note,
  ): Promise<boolean> {
    try {
      const place = { ...this.#place, origin: { portalId } }
      const checkpoint = await openCheckpoint<RunningState>(place, RUNNING)
      const since = new Date(this.#place.clock.now() - KEPT_MS).toISOString()
      const others = Object.entries(checkpoint.state?.runs ?? {}).filter(
        ([id, { heardAt }]) => id !== run && heardAt > since,
      )
      const own = note ? { [run]: note } : {}
      await checkpoint.commit({ runs: { ...Object.fromEntries(others), ...own } })
    } catch {
      // Another run wrote its note at the same moment, or the store fails, which the run itself will report.
    }
    return true
  }
}

/** What is known of a run that is under way, and the jobs that others leave to it. */
type RunUnderWay = Note & { holds: string[] }

/** The runs that hold a lease, by id. A run that began a moment ago has no note yet, and gets an empty one. */
export async function runsUnderWay(
  place: Place & { store: Pick<Store, 'runs' | 'leases'> },
): Promise<Map<string, RunUnderWay>> {
  const { store, origin } = place
  const leases = await readLeases(place)
  const alive = Map.groupBy(
    leases.filter(({ isLive }) => isLive),
    ({ holder }) => holder,
  )
  const underWay = new Map<string, RunUnderWay>()
  if (alive.size === 0) return underWay
  const { state } = await openCheckpoint<RunningState>(place, RUNNING)
  const notes = new Map(Object.entries(state?.runs ?? {}))
  for (const { id, jobs, startedAt } of await store.runs(origin.portalId, { limit: RUNS }))
    if (!notes.has(id)) notes.set(id, { jobs, startedAt, heardAt: startedAt, progress: {} })
  for (const [id, note] of notes) {
    const held = alive.get(id)
    if (!held?.[0]) continue
    const holds = held.map(({ job }) => job)
    underWay.set(id, { ...note, heardAt: held[0].renewedAt, holds })
  }
  return underWay
}
