import { type Benchmark, type Line, scaled } from './support/benchmark.ts'
import { startEmulator } from './support/emulator.ts'
import { file, postgres } from './support/places.ts'
import { hubspotLimits, latency } from './support/portal.ts'
import { type SyncTask, startSync } from './support/sync-child.ts'

/** How long the event loop may be held, at most and in 999 of 1,000 looks. */
const LONGEST_MS = 50
const USUAL_MS = 20

export const eventLoop: Benchmark = {
  name: 'event-loop',
  about: 'how long a host application in the same process waits while a backfill runs',
  defaultScale: 1,
  async *run({ scale, progress }) {
    const contacts = scaled(40_000, scale, 200)
    const plan = {
      ...{ contacts, companies: scaled(4_000, scale, 20), wide: true },
      ...{ limits: hubspotLimits, latency, journal: false },
    }
    const { connectionString, schema } = await postgres()
    const places: { name: string; task: Pick<SyncTask, 'store' | 'schema'> }[] = [
      { name: 'SQLite', task: { store: file() } },
      { name: 'Postgres', task: { store: connectionString, schema } },
    ]
    const lines: Line[] = []
    for (const { name, task } of places) {
      progress(name)
      const emulator = await startEmulator(plan)
      const { url, token } = emulator
      const { eventLoop } = await startSync({ ...task, url, token, wide: true, work: 'all' }).done
      emulator.close()
      const { looks, longestMs, usualMs, seconds } = eventLoop
      lines.push({
        ratio: longestMs / LONGEST_MS,
        goal: '≤ 1',
        'ratio of 999 in 1,000': (usualMs / USUAL_MS).toFixed(3),
        'goal of these': '≤ 1',
        store: name,
        'longest, ms': longestMs,
        '999 in 1,000, ms': usualMs,
        looks,
        'took, s': seconds,
      })
    }
    yield {
      title: `event-loop: milliseconds it is held, as a ratio to ${LONGEST_MS}, and in 999 of 1,000 looks to ${USUAL_MS}`,
      lines,
      notes: [
        `A first run over ${contacts} contacts of 2 kB, each in a company, at HubSpot’s limits, with V8’s own settings and Node.js’ own \`monitorEventLoopDelay\`, a look each millisecond: from before the stores are opened until the run has ended. The portal and the PostgreSQL server run in other processes, on the same two cores.`,
      ],
    }
  },
}
