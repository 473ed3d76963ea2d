import { constraintInWords, isConstraintError } from '../errors.js'
import type { ResolvedOptions } from '../options.js'
import { forgetChanges } from './change-feed.js'
import { forgetRuns } from './forget-runs.js'
import type { Job } from './job.js'
import { reportError } from './report.js'

/** The run that deletes old entries at its end. */
interface EndingRun {
  id: string
  /** HubSpot's present moment: changes have HubSpot's time. Runs have the time of their machine. */
  hubspotNow: number
  signal: AbortSignal | undefined
  stopReason(): string | undefined
}

/**
 * Deletes runs and entries of the change feed that are older than their retention. The run is over by then: what fails
 * now, the next run tries again.
 *
 * @returns what couldn't be deleted, and why.
 */
export async function forgetOld(
  place: Pick<Job, 'store' | 'clock' | 'origin'>,
  options: Pick<ResolvedOptions, 'changeRetentionMs' | 'runRetentionMs'>,
  { id, hubspotNow, signal, stopReason }: EndingRun,
): Promise<string | undefined> {
  const before = (now: number, ms: number) => new Date(Math.max(0, now - ms)).toISOString()
  const { changeRetentionMs, runRetentionMs } = options
  const warnings: string[] = []
  const attempt = async (what: string, forget: () => Promise<void>) => {
    try {
      await forget()
    } catch (error) {
      warnings.push(`${what} could not be deleted: ${whyOf(error)}`)
    }
  }
  if (changeRetentionMs !== undefined)
    await attempt('Old entries of the change feed (`changeRetention`)', () =>
      forgetChanges(place, before(hubspotNow, changeRetentionMs), signal),
    )
  if (runRetentionMs !== undefined)
    await attempt('Old runs (`runRetention`)', () =>
      forgetRuns(place, before(place.clock.now(), runRetentionMs), id, stopReason),
    )
  return warnings.length === 0 ? undefined : warnings.join(' ')
}

function whyOf(error: unknown): string {
  if (isConstraintError(error))
    return `${constraintInWords(error)} refuses it. Change that constraint, for example to ON DELETE CASCADE.`
  return reportError(error).message
}
