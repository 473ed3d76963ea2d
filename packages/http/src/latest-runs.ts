import type { HandlerContext } from './context.js'
import { type Run, storedRuns } from './runs.js'

/** The latest runs, the newest first: those that the store has, and those of this process that never got there. */
export async function latestRuns(
  { reader, jobs }: Pick<HandlerContext, 'reader' | 'jobs'>,
  limit: number,
  signal: AbortSignal,
): Promise<Run[]> {
  const here = jobs?.list() ?? []
  const stored = await storedRuns(reader, limit, signal).catch((error: unknown) => {
    // Runs that nothing came of are all there is before the first one that reached HubSpot.
    if (here.length > 0 && !signal.aborted) return []
    throw error
  })
  const runs = new Map([...stored, ...here].map((run) => [run.id, run]))
  // Those that began in the same moment stay as the store has them.
  const latestFirst = [...runs.values()].sort(
    (a, b) => Date.parse(b.startedAt) - Date.parse(a.startedAt),
  )
  return latestFirst.slice(0, limit)
}
