import type { Account } from '../extract/account-reader.js'
import type { Json } from '../model.js'
import type { RunRecord } from '../store/store.js'
import type { Place } from './checkpoint.js'
import type { RunReport } from './report.js'

/** The ids of runs of this process that are over, though their end couldn't be written: their store takes them for running. */
const unwrittenEnds = new Set<string>()

/** Whether this process knows that a run is over. */
export function isOverHere(id: string): boolean {
  return unwrittenEnds.has(id)
}

/** Writes that a run has begun, and pins its portal. */
export async function writeBegin(
  { store, clock }: Pick<Place, 'store' | 'clock'>,
  { portalId, uiDomain, timeZone }: Account,
  run: RunRecord,
): Promise<void> {
  const { startedAt } = run
  const portal = { portalId, uiDomain, timeZone, firstRunAt: startedAt, lastRunAt: startedAt }
  const at = new Date(clock.now()).toISOString()
  await known(run.id, () => store.commit({ portalId, at, portal, run }))
}

/** Writes how a run has ended. Where that fails the run is over all the same, and this process knows it. */
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
