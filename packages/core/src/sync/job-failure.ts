import { nextMidnight } from '../client/limits.js'
import { NotSentError } from '../client/run-time.js'
import { HubspotError, type HubsyncErrorCode, isHubsyncError } from '../errors.js'
import { reportError } from './report.js'
import type { RunBudget } from './run-budget.js'

/** Errors after which the state is whole, and a later run continues. */
const resumable: readonly HubsyncErrorCode[] = [
  'ABORTED',
  'DAILY_LIMIT',
  'RATE_LIMITED',
  'PORTAL_MIGRATING',
  'UNRECONCILED',
  'REMOVAL_REFUSED',
]

/** Errors that a later attempt may not meet any more. */
const mayPass: readonly HubsyncErrorCode[] = [
  'HUBSPOT_UNAVAILABLE',
  'HUBSPOT_REPLY',
  'RATE_LIMITED',
]

/** Errors that every other job would meet too. */
const stopsAll: readonly HubsyncErrorCode[] = [
  'ABORTED',
  'DAILY_LIMIT',
  'PORTAL_MIGRATING',
  'UNAUTHORIZED',
]

/** What the error of a job means for the job and its run. */
export interface JobFailure {
  status: 'partial' | 'failed'
  reason: string
  /** Whether the report contains the error. The end of the run's time and an abort are not errors of the run. */
  isReported: boolean
  /** Whether the other jobs have to end too. */
  stopsRun: boolean
}

/** @param timeZone - of the HubSpot account. Its daily limit starts again at midnight there. */
export function failureOf(
  error: unknown,
  budget: RunBudget,
  now: number,
  timeZone: string,
): JobFailure {
  const code = isHubsyncError(error) ? error.code : 'UNEXPECTED'
  const isLate = isOutOfTime(error, budget)
  return {
    status: isLate || resumable.includes(code) ? 'partial' : 'failed',
    reason: reasonOf(error, budget, now, timeZone),
    isReported: !isLate && code !== 'ABORTED',
    stopsRun: stopsAll.includes(code) && !(error instanceof NotSentError),
  }
}

function reasonOf(error: unknown, budget: RunBudget, now: number, timeZone: string): string {
  const { message } = reportError(error)
  const code = isHubsyncError(error) ? error.code : undefined
  if (code === 'DAILY_LIMIT') {
    const reset = new Date(nextMidnight(now, timeZone)).toISOString()
    return `The day's calls of this HubSpot account are spent; they start afresh at ${reset}.`
  }
  // The message of a rate limit says when it ends.
  const isLate = isOutOfTime(error, budget) && code !== 'RATE_LIMITED'
  return isLate ? `${budget.overReason} ${message}` : message
}

/** Whether HubSpot wasn't asked again because the run's time didn't allow it. */
function isOutOfTime(error: unknown, budget: RunBudget): boolean {
  if (error instanceof NotSentError) return true
  return budget.isOver && error instanceof HubspotError && mayPass.includes(error.code)
}
