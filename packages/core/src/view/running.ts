import { type JobProgress, runsUnderWay } from '../sync/tell/run-notes.js'

/** A run that is under way, in this process or another. */
export interface RunningRun {
  /** The id of the run, a UUID. */
  id: string
  /** The names of its jobs, due or not. */
  jobs: string[]
  /** Those of them that others leave to it. */
  holds: string[]
  /** When it began: ISO-8601 in UTC with milliseconds. */
  startedAt: string
  /** When it last said that it lives, by the clock of the database if it has one. */
  heardAt: string
  /** By the name of the job. Empty in the first seconds of a run. */
  progress: Record<string, JobProgress>
}

/**
 * The runs that are under way, newest first. A run whose process died is left out once it has been silent for two
 * minutes.
 */
export async function readRunning(
  place: Parameters<typeof runsUnderWay>[0],
): Promise<RunningRun[]> {
  return [...(await runsUnderWay(place))]
    .map(([id, note]) => ({ id, ...note }))
    .sort((a, b) => (a.startedAt < b.startedAt ? 1 : -1))
}
