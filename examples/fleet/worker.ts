import pg from 'pg'
import { fleetPortals, mirrorOf } from './portals.ts'
import { askFor, openQueue, QUEUE, SLICE_MS, type SyncJob } from './queue.ts'

const connectionString = process.env.HUBSYNC_STORE ?? ''
const pool = new pg.Pool({ connectionString, max: 8 })
pool.on('error', (error) => console.error(`connection lost: ${error.message}`))
const boss = await openQueue(connectionString)
const portals = new Map(fleetPortals().map((portal) => [portal.portalId, portal]))
const stopping = new AbortController()

await boss.work<SyncJob>(
  QUEUE,
  { localConcurrency: 4, pollingIntervalSeconds: 0.5 },
  async ([job]) => {
    const portal = portals.get(job?.data.portalId ?? '')
    if (!portal) throw new Error(`Expected a portal of the fleet, got ${job?.data.portalId}`)
    const mirror = mirrorOf(portal, pool)
    try {
      // A worker that was killed keeps its jobs for two minutes, so the next one waits for them.
      const slice = { budgetMs: SLICE_MS, wait: true, signal: stopping.signal } as const
      const { status } = await mirror.run(slice)
      console.log(`portal ${portal.portalId}: ${status}`)
      if (status === 'partial' || status === 'busy') await askFor(boss, portal.portalId)
    } catch (error) {
      console.log(`portal ${portal.portalId}: ${(error as Error).message}`)
      throw error
    } finally {
      await mirror.close()
    }
  },
)
console.log(`worker ${process.pid} has started`)

// On SIGTERM a worker ends its runs at the next page boundary. Their commits stay, and another worker continues.
process.once('SIGTERM', async () => {
  stopping.abort()
  await boss.stop()
  await pool.end()
})
