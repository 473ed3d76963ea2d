// A mirror in a process of its own, so that its memory can be measured and it can be killed. See sync-child.ts.

import { readFileSync } from 'node:fs'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { postgresStore } from '@hubsync/adapter-postgres'
import { sqliteStore } from '@hubsync/adapter-sqlite'
import { companies, contacts, createHubspotSync, defaultObjects, type Store } from '@hubsync/core'
import { noteProperties } from './sample-records.ts'
import type { SyncAnswer, SyncTask } from './sync-child.ts'

process.once('message', async (task: SyncTask) => {
  const answer = await work(task)
  process.send?.(answer, () => process.exit())
})

async function work(task: SyncTask): Promise<SyncAnswer> {
  const startMegabytes = peakMegabytes()
  // Node.js loads its own fetch at the first call, which holds the event loop for 50 ms: a host application has done so.
  await fetch('data:,')
  const started = performance.now()
  const delays = monitorEventLoopDelay({ resolution: 1 })
  delays.enable()
  const sync = createHubspotSync({
    accessToken: task.token,
    baseUrl: task.url,
    store: slowed(storeOf(task), task.slowCommitMs ?? 0),
    reference: false,
    objects: task.wide
      ? [contacts.extend({ properties: noteProperties }), companies]
      : [...defaultObjects],
  })
  const once = () =>
    task.work === 'verify'
      ? sync.verify()
      : sync.run(task.work === 'all' ? {} : { jobs: task.work })
  let report = await once()
  for (let time = 1; time < (task.times ?? 1); time++) report = await once()
  await sync.close()
  delays.disable()
  return {
    status: report.status,
    calls: report.calls,
    startMegabytes,
    peakMegabytes: peakMegabytes(),
    eventLoop: {
      looks: delays.count,
      longestMs: delays.max / 1e6,
      usualMs: delays.percentile(99.9) / 1e6,
      seconds: (performance.now() - started) / 1_000,
    },
  }
}

/** The peak of the resident memory. On Linux `maxRSS` starts with the memory of the parent process. */
function peakMegabytes(): number {
  const status = process.platform === 'linux' ? readFileSync('/proc/self/status', 'utf8') : ''
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? process.resourceUsage().maxRSS
  return Number(kilobytes) / 1_024
}

function storeOf({ store, schema }: SyncTask): Store {
  return store.startsWith('postgres')
    ? postgresStore({ connectionString: store, ...(schema === undefined ? {} : { schema }) })
    : sqliteStore({ file: store })
}

/** A store with slow commits, to see whether reading waits for them. */
function slowed(store: Store, ms: number): Store {
  if (ms === 0) return store
  return {
    ...store,
    async commit(batch) {
      await new Promise((resolve) => setTimeout(resolve, ms))
      return store.commit(batch)
    },
  }
}
