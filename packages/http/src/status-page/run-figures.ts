import type { RunRecord } from '@hubsync/core'

/** What is told of a run. */
export interface RunFigures {
  id: string
  status: RunRecord['status']
  startedAt: string
  /** Milliseconds, up to now where it goes on. */
  duration: number
  jobs: readonly string[]
  read: number
  /** Rows created, updated, archived, restored and removed. */
  written: number
  error: string | null
}

const writing = ['created', 'updated', 'archived', 'restored', 'removed']

/** The figures of a run, from its record. */
export function figuresOf(run: RunRecord, now: number): RunFigures {
  const { id, status, startedAt, finishedAt, jobs, error } = run
  const reports = Object.values((run.counts ?? {}) as Record<string, Record<string, unknown>>)
  const sum = (name: string) =>
    reports.reduce((total, report) => total + (Number(report?.[name]) || 0), 0)
  return {
    ...{ id, status, startedAt, jobs, error },
    duration: Math.max(
      0,
      (finishedAt === null ? now : Date.parse(finishedAt)) - Date.parse(startedAt),
    ),
    read: sum('read'),
    written: writing.reduce((total, name) => total + sum(name), 0),
  }
}
