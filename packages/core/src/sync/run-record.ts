import type { Account } from '../extract/account-reader.js'
import type { Json } from '../model.js'
import type { RunRecord } from '../store/store.js'
import type { Place } from './checkpoint.js'
import type { RunReport } from './report.js'

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
  await store.commit({ portalId, at, portal, run })
  return run
}

/** Records how a run has ended. */
export async function writeEnd(
  { store }: Pick<Place, 'store'>,
  run: RunRecord,
  { portalId, status, finishedAt, jobs }: RunReport,
  error: string | null,
): Promise<void> {
  const counts = JSON.parse(JSON.stringify(jobs)) as Json
  const end = { ...run, status: status as RunRecord['status'], finishedAt, counts, error }
  await store.commit({ portalId, at: finishedAt, durable: true, run: end })
}

/** Takes back that a run has begun, where there was nothing for it to do but what others are at. */
export async function forgetRun(
  { store, clock }: Pick<Place, 'store' | 'clock'>,
  portalId: string,
  id: string,
): Promise<void> {
  const at = new Date(clock.now()).toISOString()
  await store.commit({ portalId, at, forgetRuns: [id] })
}
