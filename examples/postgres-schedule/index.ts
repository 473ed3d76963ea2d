import { postgresStore } from '@hubsync/adapter-postgres'
import { createHubspotSync, isHubsyncError, type RunReport } from '@hubsync/core'
import pg from 'pg'

const connectionString = process.env.HUBSYNC_STORE
if (!connectionString?.startsWith('postgres'))
  throw new Error('Expected HUBSYNC_STORE to be postgres://user:password@host:5432/database.')
const once = process.argv.includes('--once')
const everyMs = Number(process.env.SYNC_EVERY_MINUTES ?? 10) * 60_000
if (!(everyMs > 0)) throw new Error('Expected SYNC_EVERY_MINUTES to be a number above 0.')

// The application's own pool. The mirror takes connections from it, and never closes it.
const pool = new pg.Pool({ connectionString })
// Without a listener, an error of an idle connection would end the process. The next call replaces the connection.
pool.on('error', (error) => console.error(`connection lost: ${error.message}`))
const emulated = process.env.HUBSPOT_ACCESS_TOKEN ? undefined : await emulatePortal()
const sync = createHubspotSync({ store: postgresStore({ pool }), ...emulated?.options })

const stop = new AbortController()
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stop.abort())

const exitCodes = { complete: 0, failed: 1, partial: 3, busy: 4 }
if (once) {
  const report = await sync.run({ signal: stop.signal })
  print(report)
  process.exitCode = exitCodes[report.status]
} else
  await sync.watch({
    every: everyMs,
    signal: stop.signal,
    onReport(report) {
      print(report)
      const pause = Date.parse(report.startedAt) + everyMs - Date.now()
      console.log(`next run in ${Math.max(0, Math.ceil(pause / 1_000))} s`)
    },
    // If HubSpot or the database can't be reached, a later run tries again.
    onError(error) {
      if (!isHubsyncError(error)) throw error
      console.error(`${error.code}: ${error.message}`)
    },
  })
await sync.close()
await emulated?.close()
await pool.end()
console.log('stopped')

function print({ finishedAt, status, calls, jobs }: RunReport): void {
  console.log(`${finishedAt} ${status}, ${calls} calls`)
  for (const [job, { status, reason }] of Object.entries(jobs))
    if (status !== 'complete') console.log(`${job}: ${reason}`)
}

/** An emulated portal, which replaces HubSpot if no token is set. */
async function emulatePortal() {
  const { createPortal } = await import('@hubsync/emulator')
  const portal = createPortal()
  portal.createMany('contacts', 250, (index) => ({ email: `person-${index}@example.com` }))
  const server = await portal.listen()
  return { options: { baseUrl: server.url, accessToken: portal.token }, close: server.close }
}
