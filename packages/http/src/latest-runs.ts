import type { HandlerContext } from './context.js'
import { type Run, storedRuns } from './runs.js'

/** The latest runs, newest first: those in the store, and those of this process that aren't in it. */
export async function latestRuns(
  { reader, jobs }: Pick<HandlerContext, 'reader' | 'jobs'>,
  limit: number,
  signal: AbortSignal,
): Promise<Run[]> {
  const here = jobs?.list() ?? []
  const stored = await storedRuns(reader, limit, signal).catch((error: unknown) => {
    // Before the first run that reached HubSpot, the store has no runs, but this process may have failed ones.
    if (here.length > 0 && !signal.aborted) return []
    throw error
  })
  const runs = new Map([...stored, ...here].map((run) => [run.id, run]))
  // The sort is stable: runs that started at the same time stay in the order of the store.
  const latestFirst = [...runs.values()].sort(
    (a, b) => Date.parse(b.startedAt) - Date.parse(a.startedAt),
  )
  return latestFirst.slice(0, limit)
}
