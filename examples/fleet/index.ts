// A demonstration of the fleet: emulated portals and three workers. One worker is killed, and one portal's token is
// revoked.
import { type ChildProcess, spawn } from 'node:child_process'
import { createPortal } from '@hubsync/emulator'
import pg from 'pg'
import { type FleetPortal, mirrorOf } from './portals.ts'
import { askFor, openQueue } from './queue.ts'

const connectionString = process.env.HUBSYNC_STORE
if (!connectionString?.startsWith('postgres'))
  throw new Error(
    'Expected HUBSYNC_STORE to be the postgres:// address of a database for this demonstration',
  )
const count = Number(process.env.FLEET_PORTALS ?? 50)
const contacts = Number(process.env.FLEET_CONTACTS ?? 2_000)

const emulated = Array.from({ length: count }, (_, index) => {
  const portal = createPortal({ portalId: 1_000 + index })
  portal.createMany('contacts', contacts, (number) => ({ email: `${number}@${index}.example` }))
  return portal
})
const servers = await Promise.all(emulated.map((portal) => portal.listen()))
const fleet: FleetPortal[] = emulated.map((portal, index) => ({
  portalId: String(portal.portalId),
  accessToken: index === 0 ? 'revoked' : portal.token,
  baseUrl: servers[index]?.url ?? '',
}))

const pool = new pg.Pool({ connectionString })
pool.on('error', (error) => console.error(`connection lost: ${error.message}`))
const boss = await openQueue(connectionString)
const workers = [startWorker(), startWorker(), startWorker()]
for (const { portalId } of fleet) await askFor(boss, portalId)

await until('the first worker has begun', async () => (await finishedPortals()).length >= 1)
workers[0]?.kill('SIGKILL')
console.log(`worker ${workers[0]?.pid} was killed`)
await until('all portals but the revoked one are mirrored', async () => {
  const finished = await finishedPortals()
  return finished.length >= count - 1
})
for (const worker of workers) worker.kill('SIGTERM')
console.log(`${await overlappingRuns()} runs were at the same portal at the same time`)

let equal = 0
for (const portal of fleet.slice(1)) {
  const mirror = mirrorOf(portal, pool)
  if ((await mirror.verify()).status === 'equal') equal++
  await mirror.close()
}
console.log(`${equal} of ${count - 1} portals are equal to their mirrors`)
await boss.stop()
await pool.end()
await Promise.all(servers.map((server) => server.close()))
if (equal < count - 1) process.exitCode = 1

function startWorker(): ChildProcess {
  const env = { ...process.env, FLEET: JSON.stringify(fleet) }
  const file = new URL('worker.ts', import.meta.url)
  return spawn(process.execPath, [file.pathname], { env, stdio: ['ignore', 'inherit', 'inherit'] })
}

/** The portals that have had a complete run. */
async function finishedPortals(): Promise<string[]> {
  const { rows } = await pool
    .query(`SELECT DISTINCT portal_id FROM hubspot.sync_runs WHERE status = 'complete'`)
    .catch(() => ({ rows: [] }))
  return rows.map(({ portal_id }) => portal_id)
}

/** Counts pairs of runs of one portal that overlapped. A run that was killed has no end, so it isn't counted. */
async function overlappingRuns(): Promise<number> {
  const { rows } = await pool.query(`
    SELECT count(*)::int AS pairs FROM hubspot.sync_runs AS one
    JOIN hubspot.sync_runs AS other ON other.portal_id = one.portal_id AND other.id > one.id
    WHERE one.started_at < other.finished_at AND other.started_at < one.finished_at`)
  return rows[0].pairs
}

async function until(what: string, reached: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await reached()); tries++) {
    if (tries > 1_200) throw new Error(`Expected that ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 250))
  }
}
