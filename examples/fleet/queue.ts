import { PgBoss } from 'pg-boss'

export const QUEUE = 'hubsync'

/** What a job says: which portal to bring up to date. */
export interface SyncJob {
  portalId: string
}

/** A slice of a run ends by itself long before its job would count as lost. */
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
    // With the portal as the key: one job of it at work, and one more waiting.
    policy: 'stately',
    expireInSeconds: (5 * SLICE_MS) / 1_000,
    // The job of a worker that was killed goes to another after so long.
    heartbeatSeconds: 15,
    retryLimit: 3,
    retryDelay: 1,
  })
  return boss
}

/** Asks for a portal to be brought up to date. Asking twice does no harm. */
export function askFor(boss: PgBoss, portalId: string): Promise<string | null> {
  return boss.send(QUEUE, { portalId } satisfies SyncJob, { singletonKey: portalId })
}
