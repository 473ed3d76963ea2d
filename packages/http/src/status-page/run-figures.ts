import type { RunRecord } from '@hubsync/core'

/** How a run may stand, in the order in which that is told. */
export const runStatuses = ['complete', 'partial', 'failed', 'lost', 'running'] as const

/** What is told of a run. */
export interface RunFigures {
  id: string
  /** `lost` where it never ended, and nobody is at it: its process died. */
  status: (typeof runStatuses)[number]
  startedAt: string
  /** Null where it didn't end. */
  endedAt: string | null
  /** Milliseconds, up to now where it goes on. */
  duration: number
  jobs: readonly string[]
  read: number
  /** Rows created, updated, archived, restored and removed. */
  written: number
  error: string | null
}

const writing = ['created', 'updated', 'archived', 'restored', 'removed']

/** The figures of a run, from its record. `running` are the runs that somebody is at. */
export function figuresOf(
  run: RunRecord,
  running: readonly { id: string }[],
  now: number,
): RunFigures {
  const { id, startedAt, finishedAt, jobs, error } = run
  const reports = Object.values((run.counts ?? {}) as Record<string, Record<string, unknown>>)
  const isLost = run.status === 'running' && !running.some((other) => other.id === id)
  const sum = (name: string) =>
    reports.reduce((total, report) => total + (Number(report?.[name]) || 0), 0)
  return {
    ...{ id, startedAt, endedAt: finishedAt, jobs, error },
    status: isLost ? 'lost' : run.status,
    duration: Math.max(
      0,
      (finishedAt === null ? now : Date.parse(finishedAt)) - Date.parse(startedAt),
    ),
    read: sum('read'),
    written: writing.reduce((total, name) => total + sum(name), 0),
  }
}
