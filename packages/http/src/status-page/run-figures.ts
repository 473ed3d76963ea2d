import type { Run } from '../runs.js'

/** The statuses of runs, in the order of the legend. */
export const runStatuses = ['complete', 'partial', 'failed', 'lost', 'running', 'busy'] as const

/** The figures of a run that the page shows. */
export interface RunFigures {
  status: Run['status']
  startedAt: string
  /** Null if it hasn't ended. */
  endedAt: string | null
  /** Milliseconds, until now if it is running. Null if its process died, because the time of that is unknown. */
  duration: number | null
  read: number
  /** Rows created, updated, archived, restored and removed. */
  written: number
  error: string | null
}

type Counts = Partial<Record<string, unknown>>

const writing = ['created', 'updated', 'archived', 'restored', 'removed'] as const

export function figuresOf(
  { status, startedAt, finishedAt, counts, error }: Run,
  now: number,
): RunFigures {
  const reports = Object.values(counts ?? {})
  const sum = (name: 'read' | (typeof writing)[number]) =>
    reports.reduce((total, report) => total + (Number((report as Counts)[name]) || 0), 0)
  const end = finishedAt === null ? now : Date.parse(finishedAt)
  return {
    status,
    startedAt,
    endedAt: finishedAt,
    error: error?.message ?? null,
    duration: status === 'lost' ? null : Math.max(0, end - Date.parse(startedAt)),
    read: sum('read'),
    written: writing.reduce((total, name) => total + sum(name), 0),
  }
}
