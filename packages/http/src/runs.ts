import type { z } from '@hono/zod-openapi'
import {
  isHubsyncError,
  type JobProgress,
  type JobReport,
  type MirrorReader,
  type RunningRun,
  type RunRecord,
  type RunReport,
} from '@hubsync/core'
import { jobReportSchema, type runSchema } from './run-schemas.js'
import { tellOf, withoutAddresses } from './told.js'

/** A run as the client sees it. */
export type Run = z.output<typeof runSchema>

type ToldReport = z.output<typeof jobReportSchema>

/** An ended run, from its report. */
export function runOfReport(id: string, jobs: string[], report: RunReport): Run {
  const counts = toldReports(report.jobs)
  return {
    id,
    status: report.status,
    jobs,
    startedAt: report.startedAt,
    finishedAt: report.finishedAt,
    error: firstError(counts),
    counts,
    progress: null,
  }
}

/** A run from its record in the store, with its progress if it is running. */
export function runOfRecord(
  { id, status, jobs, startedAt, finishedAt, error, counts }: RunRecord,
  running: RunningRun | undefined,
): Run {
  if (status === 'running')
    return {
      id,
      jobs,
      startedAt,
      finishedAt,
      counts: null,
      error: null,
      status: running ? 'running' : 'lost',
      progress: running ? (running.progress as Record<string, JobProgress>) : null,
    }
  const told = toldReports((counts ?? {}) as unknown as Record<string, JobReport>)
  const unexpected = error === null ? null : toldError(new Error(error))
  return {
    id,
    status,
    jobs,
    startedAt,
    finishedAt,
    counts: told,
    error: firstError(told) ?? unexpected,
    progress: null,
  }
}

/** The runs in the store, newest first. */
export async function storedRuns(
  reader: MirrorReader,
  limit: number,
  signal: AbortSignal,
): Promise<Run[]> {
  const records = await reader.runs({ limit, signal })
  const isOpen = records.some(({ status }) => status === 'running')
  const running = new Map(
    isOpen ? (await reader.running({ signal })).map((run) => [run.id, run]) : [],
  )
  return records.map((record) => runOfRecord(record, running.get(record.id)))
}

/** The part of an error that clients may see. */
export function toldError(error: unknown): { code: string; message: string } {
  const code = isHubsyncError(error) ? error.code : 'UNEXPECTED'
  return { code, message: tellOf(code, error instanceof Error ? error.message : '') }
}

const told = Object.keys(jobReportSchema.shape)

function toldReports(reports: Record<string, JobReport>): Record<string, ToldReport> {
  return Object.fromEntries(
    Object.entries(reports).map(([job, report]) => [job, toldReport(report)]),
  )
}

/** A job's report with only the fields and texts that clients may see. */
function toldReport(report: JobReport): ToldReport {
  const kept = Object.fromEntries(Object.entries(report).filter(([key]) => told.includes(key)))
  const { error, reason } = report
  const message = error && tellOf(error.code, error.message)
  const toldReason = reason === error?.message ? message : reason && withoutAddresses(reason)
  return {
    ...kept,
    ...(toldReason === undefined ? {} : { reason: toldReason }),
    ...(error ? { error: { ...error, message } } : {}),
  } as ToldReport
}

function firstError(reports: Record<string, ToldReport>): Run['error'] {
  const error = Object.values(reports).find((report) => report.error)?.error
  return error ? { code: error.code, message: error.message } : null
}
