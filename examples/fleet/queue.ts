import { PgBoss } from 'pg-boss'

export const QUEUE = 'hubsync'

/** A job: the portal to bring up to date. */
export interface SyncJob {
  portalId: string
}

/** The time of a slice of a run. */
export const SLICE_MS = 60_000

/** The queue, on the same Postgres as the mirrors. */
export async function openQueue(connectionString: string): Promise<PgBoss> {
  const boss = new PgBoss({
    connectionString,
    superviseIntervalSeconds: 2,
    monitorIntervalSeconds: 2,
  })
  boss.on('error', (error) => console.error(error))
  await boss.start()
  await boss.createQueue(QUEUE, {
    // With the portal as key: at most one job of a portal is running, and one more waits.
    policy: 'stately',
    expireInSeconds: (5 * SLICE_MS) / 1_000,
    // If a worker is killed, its job goes to another after so many seconds.
    heartbeatSeconds: 15,
    retryLimit: 3,
    retryDelay: 1,
  })
  return boss
}

/** Enqueues a job for a portal. Enqueuing it twice does no harm. */
export function askFor(boss: PgBoss, portalId: string): Promise<string | null> {
  return boss.send(QUEUE, { portalId } satisfies SyncJob, { singletonKey: portalId })
}
