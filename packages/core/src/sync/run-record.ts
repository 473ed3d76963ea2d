import type { Account } from '../extract/account-reader.js'
import type { Json } from '../model.js'
import type { RunRecord } from '../store/store.js'
import type { Place } from './checkpoint.js'
import type { RunReport } from './report.js'

/**
 * Ids of runs of this process that have ended, but whose end couldn't be written. In the store they are still running.
 */
const unwrittenEnds = new Set<string>()

/** Whether this process knows that a run is over. */
export function isOverHere(id: string): boolean {
  return unwrittenEnds.has(id)
}

/** Records that a run has begun, and pins its portal. */
export async function writeBegin(
  { store, clock }: Pick<Place, 'store' | 'clock'>,
  { portalId, uiDomain, timeZone }: Account,
  begun: Pick<RunRecord, 'id' | 'jobs' | 'startedAt'>,
): Promise<RunRecord> {
  const { startedAt } = begun
  const run: RunRecord = {
    ...begun,
    status: 'running',
    finishedAt: null,
    counts: null,
    error: null,
  }
  const portal = { portalId, uiDomain, timeZone, firstRunAt: startedAt, lastRunAt: startedAt }
  const at = new Date(clock.now()).toISOString()
  await known(run.id, () => store.commit({ portalId, at, portal, run }))
  return run
}

/** Records how a run has ended. If that fails, this process still knows that the run is over. */
export async function writeEnd(
  { store }: Pick<Place, 'store'>,
  run: RunRecord,
  { portalId, status, finishedAt, jobs }: RunReport,
  error: string | null,
): Promise<void> {
  const counts = JSON.parse(JSON.stringify(jobs)) as Json
  const end = { ...run, status, finishedAt, counts, error }
  await known(run.id, () => store.commit({ portalId, at: finishedAt, durable: true, run: end }))
}

async function known(id: string, write: () => Promise<unknown>): Promise<void> {
  try {
    await write()
  } catch (error) {
    unwrittenEnds.add(id)
    throw error
  }
}
