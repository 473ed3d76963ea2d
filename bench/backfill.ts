import { sqliteStore } from '@hubsync/adapter-sqlite'
import { createHubspotSync, type RunReport } from '@hubsync/core'
import { createClock } from '@hubsync/emulator'
import { type Benchmark, type Line, scaled } from './support/benchmark.ts'
import { startEmulator } from './support/emulator.ts'
import { file, openSqlite } from './support/places.ts'
import {
  latency,
  makePortal,
  type PortalPlan,
  type Rates,
  ratesOf,
  requesterOf,
  secondsNeeded,
} from './support/portal.ts'
import { type SyncTask, startSync } from './support/sync-child.ts'

/** The limits of HubSpot's plans: Professional, an OAuth app, Free and Starter. */
const plans = [
  { burst: 190, associations: 150 },
  { burst: 110, associations: 150 },
  { burst: 100, associations: 100 },
]
const goal = '≤ 1.05'
/** The factor of the larger portal in real time. The fixed costs of a run weigh less there. */
const LARGER = 5

export const backfill: Benchmark = {
  name: 'backfill',
  about: 'the time that a first run takes, beside what HubSpot’s limits alone need',
  defaultScale: 1,
  async *run({ scale, progress }) {
    const sizes = {
      contacts: scaled(40_000, scale, 200),
      companies: scaled(8_000, scale, 100),
      deals: scaled(12_000, scale, 100),
    }
    const lines: Line[] = []
    for (const limits of plans) {
      progress(`${limits.burst} in 10 s, on a clock that jumps`)
      const plan = { ...sizes, limits, latency }
      const rates = ratesOf(limits.burst, limits.associations)
      lines.push(lineOf('virtual', plan, rates, await onVirtualClock(plan)))
    }
    for (const times of [1, LARGER]) {
      const larger = {
        contacts: times * sizes.contacts,
        companies: times * sizes.companies,
        deals: times * sizes.deals,
      }
      progress(`190 in 10 s, in real time, ${larger.contacts} contacts`)
      const plan = { ...larger, limits: plans[0] ?? {}, latency }
      lines.push(lineOf('real', plan, ratesOf(190), await inRealTime(plan)))
    }
    yield {
      title: 'backfill: time taken, as a ratio to what the limits need',
      lines,
      notes: [
        `${sizes.contacts} contacts, ${sizes.companies} companies, ${sizes.deals} deals and all their associations, or ${LARGER} times as many, into SQLite. A list call takes ${latency.list} ms, a search ${latency.search} ms.`,
        'The whole first run is timed: it also asks for the account, reads the recycle bins, and looks for what changed meanwhile. Needed is what the list calls alone take when they leave at the limit without a pause.',
        'On the virtual clock, which jumps to the next thing that is waited for, this machine’s own work takes no time; in real time it does, and the portal runs in another process.',
      ],
    }
    progress('killed half-way, and taken up again')
    yield await resumed(sizes)
  },
}

/** A first run that is killed half-way and the run that continues it: how many calls are made twice. */
async function resumed(sizes: Pick<PortalPlan, 'contacts' | 'companies' | 'deals'>) {
  const plan = { ...sizes, limits: { burst: 1_000, search: 100, associations: 1_000 }, latency: 30 }
  const whole = await startEmulator(plan)
  const uninterrupted = await startSync({ ...whole, store: file(), work: 'all' }).done
  whole.close()
  const emulator = await startEmulator(plan)
  const task: SyncTask = { ...emulator, store: file(), work: 'all' }
  const first = startSync(task)
  while ((await emulator.calls()).calls < uninterrupted.calls / 2)
    await new Promise((resolve) => setTimeout(resolve, 20))
  await first.kill()
  // A killed run keeps its jobs for two minutes. Nobody is to wait for that here.
  openSqlite(task.store, 'better-sqlite3').exec('DELETE FROM sync_leases')
  const { calls: before } = await emulator.calls()
  await startSync(task).done
  const { calls, throttled } = await emulator.calls()
  emulator.close()
  return {
    title:
      'backfill: calls of a run that was killed and taken up again, as a ratio to one that was not',
    lines: [
      {
        ratio: calls / uninterrupted.calls,
        goal: '',
        'calls before the kill': before,
        'in all': calls,
        'without a kill': uninterrupted.calls,
        'asked for twice': calls - uninterrupted.calls,
        '429s': throttled,
      },
    ],
    notes: [
      'The process is ended by SIGKILL. Asked for twice is what was on its way or read and not yet committed, and what begins every run: the account, the properties.',
    ],
  }
}

function lineOf(clock: string, plan: PortalPlan, rates: Rates, report: RunReport): Line {
  const { contacts, companies = 0, deals = 0 } = plan
  const pages = (count: number, size: number) => Math.ceil(count / size)
  const needed = secondsNeeded(
    {
      burst: pages(contacts, 100) + pages(companies, 100) + pages(deals, 100),
      associations: 2 * pages(contacts, 1_000) + pages(deals, 1_000),
    },
    rates,
  )
  const took = (Date.parse(report.finishedAt) - Date.parse(report.startedAt)) / 1_000
  return {
    ratio: took / needed,
    goal,
    clock,
    records: contacts + companies + deals,
    'calls in 10 s': rates.burst * 10,
    'took, s': took,
    'needed, s': needed,
    calls: report.calls,
    '429s (goal 0)': report.throttled,
  }
}

async function onVirtualClock(plan: PortalPlan): Promise<RunReport> {
  const clock = createClock()
  const portal = makePortal(plan, clock)
  return run({ client: requesterOf(portal), accessToken: portal.token, clock })
}

async function inRealTime(plan: PortalPlan): Promise<RunReport> {
  const emulator = await startEmulator(plan)
  const report = await run({ baseUrl: emulator.url, accessToken: emulator.token })
  emulator.close()
  return report
}

type Options = Parameters<typeof createHubspotSync>[0]

async function run(
  options: Omit<Options, 'store' | 'objects' | 'associations'>,
): Promise<RunReport> {
  const sync = createHubspotSync({
    ...options,
    reference: false,
    store: sqliteStore({ file: file() }),
  })
  const report = await sync.run()
  await sync.close()
  if (report.status !== 'complete') throw new Error(`The run is ${report.status}.`)
  return report
}
