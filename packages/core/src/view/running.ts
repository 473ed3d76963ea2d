import { type JobProgress, notesOfRuns } from '../sync/tell/run-notes.js'

/** A run that is under way, in this process or another. */
export interface RunningRun {
  /** The id of the run, a UUID. */
  id: string
  /** The names of its jobs. */
  jobs: string[]
  /** When it began: ISO-8601 in UTC with milliseconds. */
  startedAt: string
  /** When it last told how far it has come. */
  heardAt: string
  /** By the name of the job; empty in the first seconds of a run. */
  progress: Record<string, JobProgress>
}

/** The runs that are under way, the latest first. Those of a process that died are left out once they have been silent for long. */
export async function readRunning(place: Parameters<typeof notesOfRuns>[0]): Promise<RunningRun[]> {
  return [...(await notesOfRuns(place))]
    .map(([id, { silentAfter: _, ...note }]) => ({ id, ...note }))
    .sort((a, b) => (a.startedAt < b.startedAt ? 1 : -1))
}
